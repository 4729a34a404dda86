//! Reading a configuration file with everything that it draws in: files that it extends, folders of
//! rules, a list of people. All that is wrong with any of them is found in one go.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::layer::{self, Known, Layer};
use crate::files::Files;
use crate::lexicon::file::{PeopleFile, Person};
use crate::ruleset::{Rule, RuleSet, Source, read_folder};
use crate::suggest::nearest;
use crate::toml_source::{FileError, Problem, Word};

/// What the files say.
pub struct Read {
    /// The built-in rules and those of the files' own.
    pub rules: RuleSet,
    /// What each file says, the most basic first.
    pub layers: Vec<Layer>,
    /// The people of the files' own lists.
    pub people: Vec<Person>,
}

/// Something wrong with one of the files.
pub struct Fault {
    /// What it is.
    pub error: FileError,
    /// Which words of the first file draw in the file that it is in; `None` for the first file itself.
    pub drawn_by: Option<Range<usize>>,
}

/// Reads a configuration file from `files`. `shown` is how messages name it.
///
/// # Errors
/// Everything that is wrong with the file, with what it extends, and with its rule folders.
pub fn read(path: &Path, shown: &str, files: &Files) -> Result<Read, Vec<Fault>> {
    let mut collector = Collector { files, above: Vec::new(), sources: Vec::new(), faults: Vec::new() };
    collector.collect(path, shown, None);
    let Collector { sources, mut faults, .. } = collector;
    let mut own = Vec::new();
    for source in &sources {
        own_rules(source, files, &mut own, &mut faults);
    }
    // Names of rules that could not be read would look unknown.
    let known = if faults.is_empty() { Known::All } else { Known::Some };
    let rules = RuleSet::with(own.iter().map(|own| own.rule.clone()).collect());
    if known == Known::All {
        let is_used =
            |own: &&OwnRule| rules.get(own.rule.id.as_str()).is_some_and(|used| used.source == own.rule.source);
        faults.extend(own.iter().filter(is_used).filter_map(|own| own.unknown_evidence(&rules, files)));
    }
    let (mut layers, mut people) = (Vec::new(), Vec::new());
    for source in sources {
        match layer::read(&source.path, &source.shown, &source.text, &rules, known) {
            Ok(layer) => {
                own_people(&layer, &source, files, &mut people, &mut faults);
                layers.push(layer);
            }
            Err(problems) => faults.push(source.fault(problems)),
        }
    }
    if faults.is_empty() { Ok(Read { rules, layers, people }) } else { Err(faults) }
}

const RELATIVE: &str = "paths in a configuration are relative to its own folder";

/// A configuration file.
struct ConfigFile {
    path: PathBuf,
    /// How messages name it.
    shown: String,
    text: String,
    /// As in [`Fault`].
    drawn_by: Option<Range<usize>>,
}

impl ConfigFile {
    fn fault(&self, problems: Vec<Problem>) -> Fault {
        let (path, text) = (PathBuf::from(&self.shown), self.text.clone());
        Fault { error: FileError::Invalid { path, text, problems }, drawn_by: self.drawn_by.clone() }
    }

    fn fault_at(&self, word: &Word, message: String, help: Option<&str>) -> Fault {
        self.fault(vec![Problem { span: word.span(), message, help: help.map(str::to_owned) }])
    }

    /// What a word of the file draws in is drawn in by it, or by what draws in the file.
    fn drawing(&self, word: &Word) -> Option<Range<usize>> {
        Some(self.drawn_by.clone().unwrap_or(word.span()))
    }

    /// The path that a word of the file names, and how messages name that.
    fn target(&self, word: &Word) -> (PathBuf, PathBuf) {
        let path = self.path.parent().unwrap_or(Path::new("/")).join(word.get_ref());
        (path, Path::new(&self.shown).parent().unwrap_or(Path::new("")).join(word.get_ref()))
    }
}

struct Collector<'f> {
    files: &'f Files,
    /// The files that extend the one being read.
    above: Vec<PathBuf>,
    sources: Vec<ConfigFile>,
    faults: Vec<Fault>,
}

impl Collector<'_> {
    /// Reads a file and everything it extends, the most basic first.
    fn collect(&mut self, path: &Path, shown: &str, drawn_by: Option<Range<usize>>) {
        let text = match self.files.read(path) {
            Ok(text) => text,
            Err(error) => {
                let error = FileError::Unreadable { path: PathBuf::from(shown), error };
                self.faults.push(Fault { error, drawn_by });
                return;
            }
        };
        let source = ConfigFile { path: path.to_owned(), shown: shown.to_owned(), text, drawn_by };
        self.above.push(path.to_owned());
        for base in layer::preamble(&source.text).extends {
            let (target, target_shown) = source.target(&base);
            match self.files.canonical(&target) {
                Err(error) => {
                    let message = format!("cannot extend `{}`: {error}", base.get_ref());
                    self.faults.push(source.fault_at(&base, message, Some(RELATIVE)));
                }
                Ok(target) if self.above.contains(&target) => {
                    let message = format!("`{}` extends itself in a circle", base.get_ref());
                    self.faults.push(source.fault_at(&base, message, None));
                }
                Ok(target) if self.sources.iter().any(|source| source.path == target) => {}
                Ok(target) => {
                    self.collect(&target, &target_shown.display().to_string(), source.drawing(&base));
                }
            }
        }
        self.above.pop();
        self.sources.push(source);
    }
}

/// A rule of the user's own.
struct OwnRule {
    rule: Rule,
    path: PathBuf,
    /// How messages name its file: as they name the configuration, relative where that is.
    shown: PathBuf,
    drawn_by: Option<Range<usize>>,
}

impl OwnRule {
    fn unknown_evidence(&self, rules: &RuleSet, files: &Files) -> Option<Fault> {
        let problems = unknown_evidence(&self.rule, rules);
        if problems.is_empty() {
            return None;
        }
        let text = files.read(&self.path).unwrap_or_default();
        let error = FileError::Invalid { path: self.shown.clone(), text, problems };
        Some(Fault { error, drawn_by: self.drawn_by.clone() })
    }
}

/// Reads the rule folders that a file names.
fn own_rules(source: &ConfigFile, files: &Files, rules: &mut Vec<OwnRule>, faults: &mut Vec<Fault>) {
    for word in layer::preamble(&source.text).rules {
        let (folder, shown) = source.target(&word);
        if !files.is_folder(&folder) {
            let message = format!("there is no folder `{}`", word.get_ref());
            faults.push(source.fault_at(&word, message, Some(RELATIVE)));
            continue;
        }
        let (found, broken) = read_folder(&folder, files);
        for rule in found {
            let Source::File(path) = &rule.source else { continue };
            let shown = path.strip_prefix(&folder).map_or_else(|_| path.clone(), |rest| shown.join(rest));
            rules.push(OwnRule { path: path.clone(), shown, drawn_by: source.drawing(&word), rule });
        }
        let error = |error: FileError| error.shown_below(&folder, &shown);
        faults.extend(broken.into_iter().map(|broken| Fault { error: error(broken), drawn_by: source.drawing(&word) }));
    }
}

/// Reads the list of people that a file names.
fn own_people(layer: &Layer, source: &ConfigFile, files: &Files, people: &mut Vec<Person>, faults: &mut Vec<Fault>) {
    let Some((path, word)) = &layer.names.people else { return };
    let text = match files.read(path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read `{}`: {error}", word.get_ref());
            faults.push(source.fault_at(word, message, Some(RELATIVE)));
            return;
        }
    };
    match toml::from_str::<PeopleFile>(&text) {
        Ok(found) => people.extend(found.people),
        Err(error) => {
            let (span, message) = (error.span().unwrap_or(0..0), error.message().to_owned());
            let problems = vec![Problem { span, message, help: None }];
            let error = FileError::Invalid { path: source.target(word).1, text, problems };
            faults.push(Fault { error, drawn_by: source.drawing(word) });
        }
    }
}

/// The families that a rule of the user's own builds on and that do not exist: it would find nothing.
#[must_use]
pub fn unknown_evidence(rule: &Rule, rules: &RuleSet) -> Vec<Problem> {
    let families = rules.families();
    let near = rule.file.matching.iter().filter_map(|matching| matching.near.as_ref());
    near.filter(|near| !families.contains(&near.family.as_str()))
        .map(|near| Problem {
            span: near.place.0 as usize..near.place.1 as usize,
            message: format!("there is no family `{}`", near.family),
            help: nearest(&near.family, families.iter().copied()).map(|name| format!("did you mean `{name}`?")),
        })
        .collect()
}
