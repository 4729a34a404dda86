//! Which configuration holds for which file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::ConfigError;
use super::settings::{Arguments, Settings};
use crate::files::Files;

/// The name of configuration files.
pub const FILE_NAME: &str = "lint.toml";

/// Settings, or everything that is wrong with them. Shared, because many files ask.
type Outcome = Result<Arc<Settings>, Arc<Vec<ConfigError>>>;

/// Finds the configuration of each file: the nearest lint.toml, from the file's folder upward.
#[derive(Debug)]
pub struct Resolver {
    arguments: Arguments,
    files: Files,
    working_folder: PathBuf,
    /// The one configuration for all files, with `--config` and `--isolated`.
    fixed: Option<Arc<Settings>>,
    defaults: Arc<Settings>,
    folders: Mutex<HashMap<PathBuf, Outcome>>,
}

impl Resolver {
    /// A resolver that looks for lint.toml from each file upward, and reads it from `files`.
    ///
    /// # Errors
    /// A name in the arguments that no rule has. Names of rules in the user's own folders are
    /// known only once a configuration is read, so an unknown name counts when there is none.
    pub fn discovering(
        arguments: Arguments,
        working_folder: &Path,
        files: Files,
    ) -> Result<Resolver, Vec<ConfigError>> {
        let defaults = match Settings::isolated(&arguments) {
            Ok(settings) => settings,
            Err(error) => {
                // The name may be that of a rule which the configuration of the working folder adds.
                match find(working_folder, &files) {
                    Some(path) => {
                        Settings::read(&path, &shown(&path, working_folder), &arguments, &files)?;
                        Settings::isolated(&Arguments::default()).map_err(|error| vec![error])?
                    }
                    None => return Err(vec![error]),
                }
            }
        };
        Ok(Resolver {
            arguments,
            files,
            working_folder: working_folder.to_owned(),
            fixed: None,
            defaults: Arc::new(defaults),
            folders: Mutex::default(),
        })
    }

    /// A resolver that gives these settings to every file.
    #[must_use]
    pub fn fixed(settings: Settings, working_folder: &Path) -> Resolver {
        let settings = Arc::new(settings);
        Resolver {
            arguments: Arguments::default(),
            files: Files::on_disk(),
            working_folder: working_folder.to_owned(),
            fixed: Some(Arc::clone(&settings)),
            defaults: settings,
            folders: Mutex::default(),
        }
    }

    /// The folder that relative paths begin in.
    #[must_use]
    pub fn working_folder(&self) -> &Path {
        &self.working_folder
    }

    /// A path made absolute, without looking at the disk.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> PathBuf {
        let length = self.working_folder.as_os_str().len() + 1 + path.as_os_str().len();
        let mut absolute = PathBuf::with_capacity(length);
        absolute.push(&self.working_folder);
        for part in path.components() {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => {
                    absolute.pop();
                }
                other => absolute.push(other),
            }
        }
        absolute
    }

    /// The settings for files in an absolute folder.
    ///
    /// # Errors
    /// Everything that is wrong with the configuration found.
    pub fn for_folder(&self, folder: &Path) -> Outcome {
        if let Some(fixed) = &self.fixed {
            return Ok(Arc::clone(fixed));
        }
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        self.resolve(folder, &mut folders)
    }

    fn resolve(&self, folder: &Path, folders: &mut HashMap<PathBuf, Outcome>) -> Outcome {
        if let Some(known) = folders.get(folder) {
            return known.clone();
        }
        let file = folder.join(FILE_NAME);
        let outcome = if self.files.is_there(&file) {
            let shown = shown(&file, &self.working_folder);
            Settings::read(&file, &shown, &self.arguments, &self.files).map(Arc::new).map_err(Arc::new)
        } else {
            match folder.parent() {
                Some(parent) => self.resolve(parent, folders),
                None => Ok(Arc::clone(&self.defaults)),
            }
        };
        folders.insert(folder.to_owned(), outcome.clone());
        outcome
    }

    /// The settings for an absolute path of a file.
    ///
    /// # Errors
    /// Everything that is wrong with the configuration found.
    pub fn for_file(&self, path: &Path) -> Outcome {
        self.for_folder(path.parent().unwrap_or(path))
    }

    /// Every configuration met so far, each once.
    #[must_use]
    pub fn met(&self) -> Vec<Arc<Settings>> {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut met: Vec<Arc<Settings>> = Vec::new();
        for settings in folders.values().flatten().chain(&self.fixed) {
            if !met.iter().any(|known| Arc::ptr_eq(known, settings)) {
                met.push(Arc::clone(settings));
            }
        }
        met.sort_by_key(|settings| settings.layers().last().map(|layer| layer.path.clone()));
        met
    }
}

/// The nearest lint.toml from a folder upward.
fn find(folder: &Path, files: &Files) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| files.is_there(file))
}

/// How messages name a configuration file: relative to the working folder when it lies below.
fn shown(path: &Path, working_folder: &Path) -> String {
    path.strip_prefix(working_folder).unwrap_or(path).display().to_string()
}
