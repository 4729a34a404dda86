//! lint.toml: which rules hold for a file, how severe they are, and what is left out.
//!
//! A [`Resolver`] finds the configuration of each file; [`Settings`] is one configuration with
//! everything it extends, checked against the rules; a [`Profile`] is what it says for one path.

pub mod check;
pub mod complete;
pub mod edit;
pub mod error;
mod globs;
pub mod input;
pub mod layer;
pub mod levels;
mod read;
mod resolver;
pub mod schema;
mod settings;
pub mod show;
mod target;
pub mod template;

pub use error::ConfigError;
pub use globs::PathPattern;
pub use resolver::{FILE_NAME, Resolver};
pub use settings::{Arguments, Settings};
pub use target::{Flagged, Target};

#[cfg(doc)]
use crate::lint::Profile;
