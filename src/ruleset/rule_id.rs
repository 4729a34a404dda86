//! The name of a rule.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};

/// A rule's name, `family/name`. Copying it costs nothing, so every finding carries one.
#[derive(Clone, Copy, Debug)]
pub struct RuleId(&'static Name);

/// A name and its parts.
#[derive(Debug)]
struct Name {
    whole: &'static str,
    /// The part of it before the slash, asked for so often that it is not looked for again.
    family: &'static str,
}

/// Every name met in this process. Names live as long as the process: there are as many as
/// there are rules.
static NAMES: LazyLock<Mutex<HashMap<&'static str, RuleId>>> = LazyLock::new(Mutex::default);

impl RuleId {
    /// The id of that name.
    #[must_use]
    pub fn new(name: &str) -> RuleId {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(name).copied().unwrap_or_else(|| {
            let whole: &'static str = Box::leak(name.to_owned().into_boxed_str());
            let family = whole.split_once('/').map_or(whole, |(family, _)| family);
            let id = RuleId(Box::leak(Box::new(Name { whole, family })));
            names.insert(whole, id);
            id
        })
    }

    /// The whole name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0.whole
    }

    /// The part before the slash.
    #[must_use]
    pub const fn family(self) -> &'static str {
        self.0.family
    }
}

/// A rule set can be asked for a name without keeping the name.
impl Borrow<str> for RuleId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

/// Equal names are kept once, so that where they lie tells them apart.
impl PartialEq for RuleId {
    fn eq(&self, other: &RuleId) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for RuleId {}

impl Ord for RuleId {
    fn cmp(&self, other: &RuleId) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for RuleId {
    fn partial_cmp(&self, other: &RuleId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As the name hashes, which [`Borrow`] asks for.
impl Hash for RuleId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
