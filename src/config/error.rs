//! What can be wrong with a configuration, and how it is shown.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::ruleset::RuleFileError;
use crate::toml_source::Problem;

/// A configuration that cannot be used.
#[derive(Debug)]
pub enum ConfigError {
    /// The file system refused to give a file.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Its reason.
        error: io::Error,
    },
    /// A file with mistakes in it: a lint.toml or a rule file.
    Invalid {
        /// The file.
        path: PathBuf,
        /// Its text.
        text: String,
        /// The mistakes, in the order of the file.
        problems: Vec<Problem>,
    },
    /// What was wrong with a configuration that several files share.
    Several(Arc<Vec<ConfigError>>),
    /// A name on the command line that there is not.
    Argument {
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

impl From<RuleFileError> for ConfigError {
    fn from(error: RuleFileError) -> ConfigError {
        match error {
            RuleFileError::Unreadable { path, error } => ConfigError::Unreadable { path, error },
            RuleFileError::Invalid { path, text, problems } => ConfigError::Invalid { path, text, problems },
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Unreadable { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            ConfigError::Invalid { path, text, problems } => {
                for problem in problems {
                    let start = problem.span.start.min(text.len());
                    let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
                    writeln!(f, "{}:{line}: {}", path.display(), problem.message)?;
                }
                Ok(())
            }
            ConfigError::Several(errors) => errors.iter().try_for_each(|error| error.fmt(f)),
            ConfigError::Argument { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for ConfigError {}
