//! Getting rules: the built-in ones out of the binary, the user's own out of folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::matching::pattern;
use super::rule_file::{self, RuleFile, Syntax};
use super::{Rule, RuleId, Source, code_of};
use crate::toml_source::{FileError, Problem};

/// The rule files as the build script read them.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.postcard"));

/// The rules that are part of newslint.
///
/// # Panics
/// When the embedded rules cannot be read, which the build script and every test would have shown.
pub(super) fn built_in() -> Vec<Rule> {
    let files: Vec<RuleFile> = postcard::from_bytes(EMBEDDED).expect("the build script wrote these bytes");
    files
        .into_iter()
        .map(|file| Rule { id: RuleId::new(&file.id), check: code_of(&file.id), file, source: Source::BuiltIn })
        .collect()
}

/// Reads every `<family>/<rule>.toml` below a folder. A folder given as `rules/paywall` itself,
/// with rule files directly in it, counts as one family.
///
/// Rules from folders match by wording; only built-in rules can have code.
///
/// # Errors
/// Everything that is wrong with the folder's files. Rules that are right are returned all the same.
pub fn read_folder(folder: &Path) -> (Vec<Rule>, Vec<FileError>) {
    let (mut rules, mut errors) = (Vec::new(), Vec::new());
    for path in toml_files(folder, &mut errors) {
        let family = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if !is_name(&family) || !is_name(&name) || family == "all" {
            let message = format!("`{family}/{name}` is no name for a rule");
            let help = "family and rule are named in lower-case letters, digits and hyphens; `all` is no family";
            let problems = vec![Problem { span: 0..0, message, help: Some(help.to_owned()) }];
            errors.push(FileError::Invalid { path, text: String::new(), problems });
            continue;
        }
        match read_file(&format!("{family}/{name}"), &path) {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(error),
        }
    }
    (rules, errors)
}

fn toml_files(folder: &Path, errors: &mut Vec<FileError>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries = |folder: &Path| -> Vec<PathBuf> {
        let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
        let mut paths: Vec<PathBuf> = listed.unwrap_or_else(|error| {
            errors.push(FileError::Unreadable { path: folder.to_owned(), error });
            Vec::new()
        });
        paths.sort();
        paths
    };
    for path in entries(folder) {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "lexicons") {
            files.extend(entries(&path));
        } else {
            files.push(path);
        }
    }
    let is_rule = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    files.retain(|path| is_rule(path) && !path.ends_with("lint.toml"));
    files
}

/// Whether a word can name a family or a rule: names stand in reports, selectors and addresses.
fn is_name(word: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    word.split('-').all(is_part)
}

fn read_file(id: &str, path: &Path) -> Result<Rule, FileError> {
    let text = fs::read_to_string(path).map_err(|error| FileError::Unreadable { path: path.to_owned(), error })?;
    let syntax = Syntax { pattern: &pattern::check, guard: &pattern::check_guard };
    let invalid = |text, problems| FileError::Invalid { path: path.to_owned(), text, problems };
    match rule_file::parse(id, &text, &syntax) {
        Ok(file) => {
            if file.matching.is_empty() {
                let message = "the rule has no [match] table; only built-in rules can do without one".to_owned();
                let help = Some("add [match] with `phrases`, `lines`, `starts`, `vocabulary` or `patterns`".to_owned());
                return Err(invalid(text, vec![Problem { span: 0..0, message, help }]));
            }
            Ok(Rule { id: RuleId::new(id), check: None, file, source: Source::File(path.to_owned()) })
        }
        Err(problems) => Err(invalid(text, problems)),
    }
}
