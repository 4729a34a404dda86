//! Rules that panic: what they said is kept, and the others go on.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// What the panic now unwinding said, kept by the hook for [`guarded`].
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
    static GUARDED: RefCell<bool> = const { RefCell::new(false) };
}

/// Runs rules; of a panic, what it said.
pub fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if GUARDED.with_borrow(|guarded| *guarded) {
                let message = info.payload_as_str().unwrap_or("panic");
                let place = info.location().map(|place| format!(" ({place})")).unwrap_or_default();
                PANIC.set(Some(format!("{message}{place}")));
            } else {
                default(info);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(false);
    result.map_err(|_| PANIC.take().unwrap_or_default())
}
