//! Getting rules: the built-in ones out of the binary, the user's own out of folders.

use std::path::{Path, PathBuf};

use super::matching::{Targets, pattern};
use super::rule_file::{self, RuleFile, Syntax};
use super::{Rule, RuleId, Source, code_of};
use crate::files::Files;
use crate::toml_source::{FileError, Problem};

/// The rule files as the build script read them, sorted by id.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.postcard"));

/// What they are found by.
static TARGETS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/targets.postcard"));

/// The rules that are part of newslint, sorted by id, and what they are found by.
///
/// # Panics
/// When the embedded rules cannot be read, which the build script and every test would have shown.
pub(super) fn built_in() -> (Vec<Rule>, Targets) {
    let files: Vec<RuleFile> = postcard::from_bytes(EMBEDDED).expect("the build script wrote these bytes");
    let targets = postcard::from_bytes(TARGETS).expect("the build script wrote these bytes");
    let rule =
        |file: RuleFile| Rule { id: RuleId::new(&file.id), check: code_of(&file.id), file, source: Source::BuiltIn };
    (files.into_iter().map(rule).collect(), targets)
}

/// Reads every `<family>/<rule>.toml` below a folder. A folder given as `rules/paywall` itself,
/// with rule files directly in it, counts as one family.
///
/// Rules from folders match by wording; only built-in rules can have code.
///
/// # Errors
/// Everything that is wrong with the folder's files. Rules that are right are returned all the same.
pub fn read_folder(folder: &Path, files: &Files) -> (Vec<Rule>, Vec<FileError>) {
    let (mut rules, mut errors) = (Vec::new(), Vec::new());
    for path in toml_files(folder, files, &mut errors) {
        let is_too_deep = path.strip_prefix(folder).is_ok_and(|below| below.components().count() > 2);
        match files.read(&path) {
            Ok(text) if is_too_deep => {
                let problems = vec![Problem {
                    span: 0..0,
                    message: "a rule file this deep in its folder would not be read".to_owned(),
                    help: Some("put it at FAMILY/RULE.toml in the folder that `rules` names".to_owned()),
                }];
                errors.push(FileError::Invalid { path, text, problems });
            }
            Ok(text) => match read_rule(&path, &text) {
                Ok(rule) => rules.push(rule),
                Err(problems) => errors.push(FileError::Invalid { path, text, problems }),
            },
            Err(error) => errors.push(FileError::Unreadable { path, error }),
        }
    }
    (rules, errors)
}

/// The TOML files below a folder, down to those that stand one folder too deep for a rule.
fn toml_files(folder: &Path, files: &Files, errors: &mut Vec<FileError>) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut entries = |folder: &Path| -> Vec<PathBuf> {
        files.list(folder).unwrap_or_else(|error| {
            errors.push(FileError::Unreadable { path: folder.to_owned(), error });
            Vec::new()
        })
    };
    for path in entries(folder) {
        if files.is_folder(&path) && path.file_name().is_some_and(|name| name != "lexicons") {
            let (deeper, of_family): (Vec<_>, Vec<_>) = entries(&path).into_iter().partition(|at| files.is_folder(at));
            paths.extend(of_family);
            // Those deeper still are no rules; they are looked for so that nobody takes them for such.
            paths.extend(deeper.iter().flat_map(|folder| entries(folder)));
        } else {
            paths.push(path);
        }
    }
    let is_rule = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    paths.retain(|path| is_rule(path) && !path.ends_with("lint.toml"));
    paths
}

/// Whether a word can name a family or a rule: names stand in reports, selectors and addresses.
fn is_name(word: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    word.split('-').all(is_part)
}

/// Reads a rule file of the user's own; its folder and its name say what the rule is called.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_rule(path: &Path, text: &str) -> Result<Rule, Vec<Problem>> {
    let family = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let at_the_start = |message, help: &str| vec![Problem { span: 0..0, message, help: Some(help.to_owned()) }];
    if !is_name(&family) || !is_name(&name) || family == "all" {
        let help = "family and rule are named in lower-case letters, digits and hyphens; `all` is no family";
        return Err(at_the_start(format!("`{family}/{name}` is no name for a rule"), help));
    }
    let id = format!("{family}/{name}");
    let syntax = Syntax { pattern: &pattern::check, guard: &pattern::check_guard };
    let file = rule_file::parse(&id, text, &syntax)?;
    if file.matching.is_empty() {
        let message = "the rule has no [match] table; only built-in rules can do without one".to_owned();
        let help = "add [match] with `phrases`, `lines`, `starts`, `vocabulary` or `patterns`";
        return Err(at_the_start(message, help));
    }
    Ok(Rule { id: RuleId::new(&id), check: None, file, source: Source::File(path.to_owned()) })
}
