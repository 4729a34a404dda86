//! How bad a finding is, and how far its fix can be trusted.
//!
//! Stands at the bottom of the flow: rule files declare both, configuration changes the
//! severity, findings carry them, reports print them. The build script reads rule files with
//! the same types, so this module depends on nothing of the crate.

use serde::{Deserialize, Serialize};

/// How bad a finding is. The order is from harmless to wrong, so levels can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Style or policy: captions, datelines, translationese.
    Info,
    /// Very likely a defect.
    Warning,
    /// The text is wrong.
    Error,
}

impl Severity {
    /// Every level, from harmless to wrong.
    pub const ALL: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Error];

    /// The word used on the command line, in configuration and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The level of that name, or `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Keeps the meaning; can be applied unseen.
    Safe,
    /// Probably right; somebody should look at it.
    Unsafe,
    /// Advice only; never applied.
    Display,
}

impl Safety {
    /// Every kind of safety.
    pub const ALL: [Safety; 3] = [Safety::Safe, Safety::Unsafe, Safety::Display];

    /// The word used in rule files and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
            Safety::Display => "display",
        }
    }

    /// The safety of that name, or `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Safety> {
        Safety::ALL.into_iter().find(|safety| safety.name() == name)
    }
}
