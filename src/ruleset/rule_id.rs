//! The name of a rule.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A rule's name, `family/name`. Copying it costs nothing, so every finding carries one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

/// Every name met in this process. Names live as long as the process: there are as many as
/// there are rules.
static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);

impl RuleId {
    /// The id of that name.
    #[must_use]
    pub fn new(name: &str) -> RuleId {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return RuleId(known);
        }
        let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
        names.insert(kept);
        RuleId(kept)
    }

    /// The whole name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The part before the slash.
    #[must_use]
    pub fn family(self) -> &'static str {
        // Asked for each finding, and too short for a search that makes ready first.
        let slash = self.0.bytes().position(|byte| byte == b'/');
        slash.map_or(self.0, |slash| &self.0[..slash])
    }
}

/// A rule set can be asked for a name without keeping the name.
impl Borrow<str> for RuleId {
    fn borrow(&self) -> &str {
        self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
