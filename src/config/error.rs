//! What can be wrong with a configuration.

use std::fmt;
use std::sync::Arc;

use crate::toml_source::FileError;

/// A configuration that cannot be used.
#[derive(Debug)]
pub enum ConfigError {
    /// A lint.toml or a rule file.
    File(FileError),
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

impl From<FileError> for ConfigError {
    fn from(error: FileError) -> ConfigError {
        ConfigError::File(error)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::File(error) => error.fmt(f),
            ConfigError::Several(errors) => errors.iter().try_for_each(|error| error.fmt(f)),
            ConfigError::Argument { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for ConfigError {}
