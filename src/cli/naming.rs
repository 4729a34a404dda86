//! What files and standard input are called, and which path decides on their configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use newslint::config::{Resolver, Settings};
use newslint::input::InputError;
use newslint::input::format::{InputFormat, by_ending};

use super::shown;

/// Where standard input stands as long as nobody says otherwise: in the working folder.
const UNNAMED: &str = "stdin";

/// Names of the input of one run. Standard input is the path `-`.
#[derive(Clone, Copy)]
pub struct Naming<'a> {
    pub resolver: &'a Arc<Resolver>,
    /// `--stdin-filename`.
    pub stdin_filename: Option<&'a Path>,
}

impl Naming<'_> {
    /// How reports and messages call a file.
    pub fn name_of(self, path: &Path) -> String {
        if path != Path::new("-") {
            return shown(path);
        }
        self.stdin_filename.map_or("<stdin>".to_owned(), shown)
    }

    /// The absolute path that decides which configuration holds.
    pub fn absolute(self, path: &Path) -> PathBuf {
        let named = self.stdin_filename.unwrap_or(Path::new(UNNAMED));
        self.resolver.absolute(if path == Path::new("-") { named } else { path })
    }

    /// The format of standard input, by the ending of its name.
    pub fn standard_input_format(self) -> Option<InputFormat> {
        by_ending(self.stdin_filename?).0
    }

    /// What to say of input that cannot be read.
    pub fn unreadable(self, error: &InputError) -> String {
        let is_standard_input = error.path == Path::new("-");
        let name = if is_standard_input { self.name_of(&error.path) } else { error.path.display().to_string() };
        format!("cannot read {name}: {}", error.message)
    }

    /// Whether standard input has the name of an excluded file. Walking has dealt with other files.
    pub fn is_excluded_by_name(self, settings: &Settings, absolute: &Path) -> bool {
        self.stdin_filename.is_some() && settings.is_excluded(absolute, false)
    }

    /// A name for standard input that nobody asked to read is a mistake.
    pub fn check(self, paths: &[PathBuf]) -> Result<(), String> {
        if self.stdin_filename.is_some() && !paths.iter().any(|path| path == Path::new("-")) {
            return Err("--stdin-filename names standard input; add the path `-` to read it".to_owned());
        }
        Ok(())
    }
}
