//! One configuration: a lint.toml with everything it extends and what the command line adds.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ignore::WalkBuilder;

use super::error::ConfigError;
use super::globs::PathPattern;
use super::layer::{IgnoreText, Layer};
use super::levels::{Level, LevelChange, Selector, Setting, apply, is_selected};
use super::read::Read;
use crate::files::Files;
use crate::finding::Severity;
use crate::input::format::InputFormat;
use crate::input::records::FormatOptions;
use crate::lexicon::Lexicon;
use crate::lint::{NameSettings, Profile};
use crate::ruleset::options::OptionValues;
use crate::ruleset::{Rule, RuleSet};

/// What the command line says of rules; it goes before every configuration file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `--select`: takes the place of the configuration's `select` and `ignore`.
    pub select: Vec<String>,
    /// `--ignore`: added to the configuration's.
    pub ignore: Vec<String>,
    /// `--severity NAME=LEVEL`.
    pub severity: Vec<(String, Level)>,
}

/// One configuration, ready to use.
#[derive(Debug)]
pub struct Settings {
    rules: RuleSet,
    layers: Vec<Layer>,
    select: (Vec<Selector>, Setting),
    ignore: Vec<Selector>,
    argument_levels: Vec<LevelChange>,
    /// Whether the command line chooses rules or changes their severity.
    is_narrowed: bool,
    options: Vec<OptionValues>,
    names: NameSettings,
    profiles: Mutex<Profiles>,
    /// Folders that were not entered.
    excluded_folders: Mutex<Vec<PathBuf>>,
}

/// Profiles by the overrides that hold and the lowest severity wanted: there are few of them for
/// any number of files.
type Profiles = HashMap<(Vec<bool>, Severity), Arc<Profile>>;

impl Settings {
    /// The settings without any configuration file.
    ///
    /// # Errors
    /// A name in the arguments that no rule has.
    pub fn isolated(arguments: &Arguments) -> Result<Settings, ConfigError> {
        Settings::new(RuleSet::built_in(), Vec::new(), arguments)
    }

    /// The settings of a configuration file, which `files` holds. `shown` is how messages name it.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with what it extends, and with its rule folders.
    pub fn read(path: &Path, shown: &str, arguments: &Arguments, files: &Files) -> Result<Settings, Vec<ConfigError>> {
        let read = super::read::read(path, shown, files);
        let Read { rules, layers, people } =
            read.map_err(|faults| faults.into_iter().map(|fault| fault.error.into()).collect::<Vec<_>>())?;
        let mut settings = Settings::new(rules, layers, arguments).map_err(|error| vec![error])?;
        if !people.is_empty() {
            settings.names.lexicon = Some(Lexicon::with_people(people));
        }
        Ok(settings)
    }

    fn new(rules: RuleSet, layers: Vec<Layer>, arguments: &Arguments) -> Result<Settings, ConfigError> {
        let parse = |name: &String| {
            Selector::parse(name, &rules).map_err(|(message, help)| ConfigError::Argument { message, help })
        };
        let argument_select = arguments.select.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let argument_ignore = arguments.ignore.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let argument_levels = arguments
            .severity
            .iter()
            .map(|(name, level)| {
                let change = |selector| LevelChange { selector, level: *level, setting: Setting::CommandLine };
                parse(name).map(change)
            })
            .collect::<Result<Vec<_>, _>>()?;

        let from_file = layers.iter().rev().find_map(|layer| {
            let place = layer.select_place.clone().unwrap_or_default();
            layer.select.clone().map(|select| (select, Setting::File(place)))
        });
        let mut ignore: Vec<Selector> = layers.iter().flat_map(|layer| &layer.ignore).copied().collect();
        let select = if argument_select.is_empty() {
            from_file.unwrap_or((vec![Selector::All], Setting::Default))
        } else {
            ignore.clear();
            (argument_select, Setting::CommandLine)
        };
        ignore.extend(argument_ignore);

        let mut options: Vec<_> = rules.rules().iter().map(|rule| OptionValues::defaults(&rule.file)).collect();
        for change in layers.iter().flat_map(|layer| &layer.options) {
            if let Some(index) = rules.index_of(change.rule) {
                options[index].set(&change.name, change.value.clone());
            }
        }
        let (profiles, excluded_folders) = (Mutex::default(), Mutex::default());
        let accept = layers.iter().flat_map(|layer| &layer.names.accept).cloned().collect();
        let names = NameSettings { accept, lexicon: None };
        let is_narrowed = *arguments != Arguments::default();
        Ok(Settings {
            rules,
            layers,
            select,
            ignore,
            argument_levels,
            is_narrowed,
            options,
            names,
            profiles,
            excluded_folders,
        })
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The files that make up this configuration, the most basic first.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The selected rules, and who says so.
    #[must_use]
    pub fn select(&self) -> &(Vec<Selector>, Setting) {
        &self.select
    }

    /// The ignored rules.
    #[must_use]
    pub fn ignore(&self) -> &[Selector] {
        &self.ignore
    }

    /// The values of each rule's options.
    #[must_use]
    pub fn options(&self) -> &[OptionValues] {
        &self.options
    }

    /// Whether `exclude` leaves an absolute path out.
    pub fn is_excluded(&self, path: &Path, is_folder: bool) -> bool {
        let excluded = any_matches(self.exclude(), path, is_folder);
        if excluded && is_folder {
            lock(&self.excluded_folders).push(path.to_owned());
        }
        excluded
    }

    /// Lets every pattern see the paths in folders that were not entered: a pattern that matches
    /// only there is not idle. Folders with very many paths are looked at in part, and then count
    /// for every pattern.
    pub fn try_patterns_on_excluded_folders(&self) {
        const MOST_PATHS: usize = 10_000;
        if self.patterns().all(PathPattern::was_used) {
            return;
        }
        for folder in lock(&self.excluded_folders).iter() {
            let walk = WalkBuilder::new(folder).standard_filters(false).build();
            let mut count = 0;
            for entry in walk.flatten().take(MOST_PATHS) {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                any_matches(self.patterns(), entry.path(), is_folder);
                count += 1;
            }
            if count == MOST_PATHS {
                self.patterns().for_each(PathPattern::count_as_used);
            }
        }
    }

    fn exclude(&self) -> impl Iterator<Item = &PathPattern> {
        self.layers.iter().flat_map(|layer| &layer.exclude)
    }

    /// `[[ignore-text]]` of all files.
    pub fn ignore_text(&self) -> impl Iterator<Item = &IgnoreText> {
        self.layers.iter().flat_map(|layer| &layer.ignore_text)
    }

    /// The entries of `[[ignore-text]]` that ignored nothing, although all files that they are for were
    /// linted. `is_whole` tells whether the run saw everything below a folder. A run with other rules
    /// than those of the configuration cannot tell.
    pub fn idle_ignore_text(&self, is_whole: impl Fn(&Path) -> bool) -> impl Iterator<Item = &IgnoreText> {
        let is_set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        self.ignore_text().filter(move |entry| {
            let usage = &entry.usage;
            let tried = is_set(&usage.tried_all) || is_set(&usage.tried) && is_whole(entry.path.root());
            !self.is_narrowed && tried && !is_set(&usage.used)
        })
    }

    /// The file with the findings that are known already, if a configuration names one.
    #[must_use]
    pub fn baseline(&self) -> Option<&Path> {
        self.layers.iter().rev().find_map(|layer| layer.baseline.as_deref())
    }

    /// The lowest level that fails a run, if a file sets it.
    #[must_use]
    pub fn fail_on(&self) -> Option<Option<Severity>> {
        self.layers.iter().rev().find_map(|layer| layer.gate.fail_on)
    }

    /// Most findings for each thousand documents; of two budgets for the same rules the later
    /// file's holds.
    #[must_use]
    pub fn budgets(&self) -> Vec<(Selector, u32)> {
        let mut budgets: Vec<(Selector, u32)> = Vec::new();
        for budget in self.layers.iter().flat_map(|layer| &layer.gate.budgets) {
            match budgets.iter_mut().find(|known| known.0 == budget.0) {
                Some(known) => known.1 = budget.1,
                None => budgets.push(*budget),
            }
        }
        budgets
    }

    /// What the files say of the records of a format.
    #[must_use]
    pub fn format_options(&self, format: InputFormat) -> FormatOptions {
        let mut all = FormatOptions::default();
        for options in self.layers.iter().filter_map(|layer| layer.input.options(format)) {
            all.names.extend(&options.names);
            all.delimiter = options.delimiter.or(all.delimiter);
        }
        all
    }

    /// Every path pattern of this configuration.
    pub fn patterns(&self) -> impl Iterator<Item = &PathPattern> {
        self.layers.iter().flat_map(|layer| {
            let overrides = layer.overrides.iter().flat_map(|other| &other.paths);
            layer.exclude.iter().chain(overrides).chain(layer.ignore_text.iter().map(|ignore| &ignore.path))
        })
    }

    /// What the configuration says for an absolute path, with rules below `lowest` turned off.
    pub fn profile(&self, path: &Path, lowest: Severity) -> Arc<Profile> {
        let key = (self.active_overrides(path), lowest);
        let mut profiles = lock(&self.profiles);
        if let Some(profile) = profiles.get(&key) {
            return Arc::clone(profile);
        }
        // Nobody would see the findings of the rules below `lowest`.
        let level = |rule: &Rule| self.level(rule, &key.0).0.filter(|severity| *severity >= lowest);
        let levels = self.rules.rules().iter().map(level).collect();
        let profile = Profile::new(&self.rules, levels, self.options.clone()).with_names(self.names.clone());
        let profile = Arc::new(profile);
        profiles.insert(key, Arc::clone(&profile));
        profile
    }

    /// The level of each rule for an absolute path, and who says so.
    #[must_use]
    pub fn levels_with_settings(&self, path: &Path) -> Vec<(Level, Setting)> {
        let active = self.active_overrides(path);
        self.rules.rules().iter().map(|rule| self.level(rule, &active)).collect()
    }

    /// Which overrides hold for a path, in the order of the files.
    fn active_overrides(&self, path: &Path) -> Vec<bool> {
        let overrides = self.layers.iter().flat_map(|layer| &layer.overrides);
        overrides.map(|other| any_matches(other.paths.iter(), path, false)).collect()
    }

    fn level(&self, rule: &Rule, active: &[bool]) -> (Level, Setting) {
        if !is_selected(rule.id, &self.select.0, &self.ignore) {
            return (None, self.select.1.clone());
        }
        let (mut level, mut setting) = (Some(rule.file.severity), Setting::Default);
        // A file further from the base says more than its base, whatever the closeness.
        for layer in &self.layers {
            apply(rule.id, &mut level, &mut setting, &layer.levels);
        }
        let overrides = self.layers.iter().flat_map(|layer| &layer.overrides);
        for (other, _) in overrides.zip(active).filter(|(_, active)| **active) {
            apply(rule.id, &mut level, &mut setting, &other.levels);
        }
        apply(rule.id, &mut level, &mut setting, &self.argument_levels);
        (level, setting)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a pattern matches. All are tried, so that each one knows whether it was of use.
fn any_matches<'p>(patterns: impl Iterator<Item = &'p PathPattern>, path: &Path, is_folder: bool) -> bool {
    patterns.fold(false, |found, pattern| pattern.matches(path, is_folder) | found)
}
