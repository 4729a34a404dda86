//! The progress bar of a long run on a terminal.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two turns of the spinner.
const TICK: Duration = Duration::from_millis(100);

/// Counts files on standard error, once the run takes longer than a second.
pub struct Progress {
    bar: ProgressBar,
    shown: Arc<AtomicBool>,
}

impl Progress {
    /// A bar that is not shown yet, and never when standard error is no terminal.
    pub fn new(quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let shown = Arc::new(AtomicBool::new(false));
        if !quiet && std::io::stderr().is_terminal() {
            let (bar, shown) = (bar.clone(), Arc::clone(&shown));
            // A thread of its own, because a single large file can take all the time.
            thread::spawn(move || {
                thread::sleep(PATIENCE);
                if bar.is_finished() {
                    return;
                }
                let style = ProgressStyle::with_template("{spinner} {human_pos} files, {per_sec}, {elapsed}");
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TICK);
                shown.store(true, Ordering::SeqCst);
            });
        }
        Progress { bar, shown }
    }

    /// One more file is done.
    pub fn advance(&self) {
        self.bar.inc(1);
    }

    /// Runs something that writes to the terminal, with the bar out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.shown.load(Ordering::SeqCst) { self.bar.suspend(write) } else { write() }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
