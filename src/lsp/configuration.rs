//! The configuration of the files in the editor: found as `newslint check` finds it, and read anew when it
//! changes. While one is broken, the last good one goes on.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::baseline::Baseline;
use crate::config::{Arguments, ConfigError, FILE_NAME, Resolver, Settings};
use crate::files::Files;
use crate::toml_source::{FileError, Problem};

use super::analysis::Scope;
use super::preferences::Preferences;

/// What the command line says of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// One lint.toml for all files.
    pub configuration: Option<PathBuf>,
    /// No lint.toml at all.
    pub isolated: bool,
}

/// The configuration of all files.
pub struct Configuration {
    options: Options,
    preferences: Preferences,
    /// The folder that relative paths begin in: the first of the workspace.
    root: PathBuf,
    resolver: Result<Arc<Resolver>, Arc<Vec<ConfigError>>>,
    /// The last good settings by the lint.toml that they come from.
    last_good: HashMap<PathBuf, Arc<Settings>>,
    /// What holds without any lint.toml.
    defaults: OnceLock<Option<Arc<Settings>>>,
    baselines: HashMap<PathBuf, Result<Arc<Baseline>, String>>,
    /// What is wrong, by the file that it is wrong in.
    broken: BTreeMap<PathBuf, Broken>,
}

/// A file that is wrong, as it lies on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// Its text.
    pub text: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Configuration {
    /// The configuration of a workspace.
    #[must_use]
    pub fn new(options: Options, preferences: Preferences, root: PathBuf) -> Configuration {
        let mut configuration = Configuration {
            options,
            preferences,
            root,
            resolver: Err(Arc::default()),
            last_good: HashMap::new(),
            defaults: OnceLock::new(),
            baselines: HashMap::new(),
            broken: BTreeMap::new(),
        };
        configuration.reload();
        configuration
    }

    /// What the user sets in the editor.
    #[must_use]
    pub fn preferences(&self) -> &Preferences {
        &self.preferences
    }

    /// What the command line says.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The last good settings for an absolute path, without reading anything; those without any
    /// configuration where there were none.
    #[must_use]
    pub fn known_settings(&self, path: &Path) -> Option<Arc<Settings>> {
        let known = self.places_for(path).into_iter().find_map(|path| self.last_good.get(&path).cloned());
        let isolated = || Settings::isolated(&Arguments::default()).ok().map(Arc::new);
        known.or_else(|| self.defaults.get_or_init(isolated).clone())
    }

    /// Where the configuration of an absolute path may lie.
    fn places_for(&self, path: &Path) -> Vec<PathBuf> {
        let above = path.ancestors().skip(1).map(|folder| folder.join(FILE_NAME));
        let chosen = self.options.configuration.as_ref().or(self.preferences.configuration.as_ref());
        chosen.map(|path| self.root.join(path)).into_iter().chain(above).collect()
    }

    /// Takes another folder for relative paths to begin in.
    pub fn set_root(&mut self, root: PathBuf) {
        self.root = root;
        self.reload();
    }

    /// Takes other settings of the editor.
    pub fn set_preferences(&mut self, preferences: Preferences) {
        self.preferences = preferences;
        self.reload();
    }

    /// The folder that relative paths begin in.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Finds the configuration of every file anew.
    pub fn reload(&mut self) {
        self.baselines.clear();
        self.broken.clear();
        let resolver = self.resolver_of_now();
        if let Err(errors) = &resolver {
            let errors = Arc::clone(errors);
            self.note(&errors);
        }
        self.resolver = resolver;
    }

    fn resolver_of_now(&self) -> Result<Arc<Resolver>, Arc<Vec<ConfigError>>> {
        let arguments = Arguments::default();
        let chosen = self.options.configuration.as_ref().or(self.preferences.configuration.as_ref());
        let resolver = if self.options.isolated {
            let settings = Settings::isolated(&arguments).map_err(|error| vec![error])?;
            Resolver::fixed(settings, &self.root)
        } else if let Some(path) = chosen {
            let path = self.root.join(path);
            Resolver::fixed(
                Settings::read(&path, &path.display().to_string(), &arguments, &Files::on_disk())?,
                &self.root,
            )
        } else {
            Resolver::discovering(arguments, &self.root, Files::on_disk())?
        };
        Ok(Arc::new(resolver))
    }

    /// The resolver, for walking over files; `None` while the one configuration for all files is broken.
    #[must_use]
    pub fn resolver(&self) -> Option<&Arc<Resolver>> {
        self.resolver.as_ref().ok()
    }

    /// What holds for an absolute path; `None` for a file that the configuration excludes, and where no
    /// configuration was ever good.
    pub fn scope(&mut self, path: &Path) -> Option<Scope> {
        let settings = self.settings(path)?;
        if settings.is_excluded(path, false) {
            return None;
        }
        let baseline = settings.baseline().and_then(|path| self.baseline(path));
        Some(Scope::new(path, &self.root, settings, self.preferences.lowest, baseline, self.options.isolated))
    }

    /// The settings for an absolute path; the last good ones while they are broken.
    pub fn settings(&mut self, path: &Path) -> Option<Arc<Settings>> {
        let outcome = match &self.resolver {
            Ok(resolver) => resolver.for_file(path),
            Err(errors) => Err(Arc::clone(errors)),
        };
        match outcome {
            Ok(settings) => {
                self.last_good.insert(origin_of(&settings, path), Arc::clone(&settings));
                Some(settings)
            }
            Err(errors) => {
                self.note(&errors);
                self.places_for(path).into_iter().find_map(|path| self.last_good.get(&path).cloned())
            }
        }
    }

    /// A baseline that cannot be read knows nothing; `newslint check` says why.
    fn baseline(&mut self, path: &Path) -> Option<Arc<Baseline>> {
        let read = || Baseline::read(path).map(Arc::new);
        self.baselines.entry(path.to_owned()).or_insert_with(read).as_ref().ok().cloned()
    }

    /// Whether any configuration was good so far.
    #[must_use]
    pub fn has_good(&self) -> bool {
        !self.last_good.is_empty()
    }

    /// What is wrong with the configurations met so far, by file.
    #[must_use]
    pub fn broken(&self) -> &BTreeMap<PathBuf, Broken> {
        &self.broken
    }

    fn note(&mut self, errors: &[ConfigError]) {
        for error in errors {
            match error {
                ConfigError::Several(errors) => {
                    let errors = Arc::clone(errors);
                    self.note(&errors);
                }
                ConfigError::File(FileError::Invalid { path, text, problems }) => {
                    let broken = Broken { text: text.clone(), problems: problems.clone() };
                    self.broken.insert(self.root.join(path), broken);
                }
                ConfigError::File(FileError::Unreadable { path, error }) => {
                    let problem = Problem { span: 0..0, message: format!("cannot read it: {error}"), help: None };
                    let broken = Broken { text: String::new(), problems: vec![problem] };
                    self.broken.insert(self.root.join(path), broken);
                }
                // The editor gives no names of rules.
                ConfigError::Argument { .. } => {}
            }
        }
    }

    /// Whether a file that changed can change what holds: a configuration, a rule file, a list of people, a
    /// baseline.
    #[must_use]
    pub fn depends_on(&self, path: &Path) -> bool {
        // A folder that is gone takes its configuration along.
        let mut known = self.last_good.keys().chain(self.broken.keys());
        path.extension().is_some_and(|extension| extension == "toml")
            || self.baselines.contains_key(path)
            || known.any(|known| known.starts_with(path))
    }

    /// Whether a file stands in a folder with rule files of the user's own.
    pub fn is_rule_file(&mut self, path: &Path) -> bool {
        if path.extension().is_none_or(|extension| extension != "toml") {
            return false;
        }
        let Some(settings) = self.settings(path) else { return false };
        let mut folders = settings.layers().iter().flat_map(|layer| &layer.rule_folders);
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        folders.any(|folder| folder.canonicalize().is_ok_and(|folder| path.starts_with(folder)))
    }
}

/// Where settings come from; those without a file by the folder that they were asked for.
fn origin_of(settings: &Settings, path: &Path) -> PathBuf {
    match settings.layers().last() {
        Some(layer) => layer.path.clone(),
        None => path.parent().unwrap_or(path).join(FILE_NAME),
    }
}
