//! The baseline: findings that were there when it was written, so that a gate sees only new ones.
//!
//! A baseline is a text file with one entry a line, sorted by path, rule and fingerprint, so that two
//! branches that touch different files merge without a conflict:
//!
//! ```text
//! # newslint baseline 1
//! 3f6c0a…  names/misspelled  2024/story.txt
//! ```
//!
//! An entry stands for a finding with this fingerprint in this file. Fingerprints do not depend on line
//! numbers, so lines that move stay known. Paths are relative to the folder of the baseline and have
//! slashes; control characters and `%` are written as `%0A`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::document::Document;
use crate::finding::{Finding, Fingerprint, fingerprints};

/// The first line of every baseline.
const HEAD: &str = "# newslint baseline 1";

/// One finding of a baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The file, as the baseline names it.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// The finding's fingerprint.
    pub fingerprint: String,
}

/// A baseline, ready to be asked.
#[derive(Debug, Default)]
pub struct Baseline {
    /// Where it lies.
    path: PathBuf,
    folder: PathBuf,
    files: HashMap<String, FileEntries>,
}

/// The entries of one file, sorted by fingerprint.
#[derive(Debug, Default)]
struct FileEntries {
    entries: Vec<Entry>,
    matched: Vec<AtomicBool>,
    /// Whether the file was linted in this run.
    seen: AtomicBool,
}

impl Baseline {
    /// Reads a baseline. `path` is absolute.
    ///
    /// # Errors
    /// The file system's refusal, or the line that is no entry.
    pub fn read(path: &Path) -> Result<Baseline, String> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let is_missing = error.kind() == std::io::ErrorKind::NotFound;
            let help = if is_missing { " (`newslint baseline` writes one)" } else { "" };
            format!("cannot read the baseline {}: {error}{help}", path.display())
        })?;
        let mut files: HashMap<String, FileEntries> = HashMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty()) {
            let entry = parse(line).ok_or_else(|| {
                let conflict = ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
                let why = if conflict { "a merge that was not finished" } else { "no entry: FINGERPRINT RULE PATH" };
                format!("{}:{}: {why}", path.display(), number + 1)
            })?;
            files.entry(entry.path.clone()).or_default().entries.push(entry);
        }
        for file in files.values_mut() {
            file.entries.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
            file.entries.dedup();
            file.matched = file.entries.iter().map(|_| AtomicBool::new(false)).collect();
        }
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Baseline { path: path.to_owned(), folder, files })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Drops the findings that the baseline knows. `path` is the absolute path of the document's file.
    pub fn drop_known(&self, path: &Path, document: &Document, findings: &mut Vec<Finding>) {
        let Some(file) = self.files.get(&name(&self.folder, path)) else { return };
        file.seen.store(true, Ordering::Relaxed);
        let known: Vec<bool> = fingerprints(document, findings).iter().map(|finding| file.knows(finding)).collect();
        let mut known = known.into_iter();
        findings.retain(|_| !known.next().unwrap_or(false));
    }

    /// The entries of files that were linted in this run whose finding is gone.
    #[must_use]
    pub fn stale(&self) -> Vec<&Entry> {
        let seen = self.files.values().filter(|file| file.seen.load(Ordering::Relaxed));
        let mut stale: Vec<&Entry> = seen
            .flat_map(|file| file.entries.iter().zip(&file.matched))
            .filter(|(_, matched)| !matched.load(Ordering::Relaxed))
            .map(|(entry, _)| entry)
            .collect();
        stale.sort();
        stale
    }

    /// The text of the baseline without its stale entries.
    #[must_use]
    pub fn pruned(&self) -> String {
        let stale = self.stale();
        let all = self.files.values().flat_map(|file| &file.entries);
        write(all.filter(|entry| stale.binary_search(entry).is_err()).cloned().collect())
    }
}

impl FileEntries {
    fn knows(&self, fingerprint: &Fingerprint) -> bool {
        let found = self.entries.binary_search_by(|entry| entry.fingerprint.as_bytes().cmp(fingerprint));
        found.inspect(|index| self.matched[*index].store(true, Ordering::Relaxed)).is_ok()
    }
}

/// The entries for the findings of a document. `folder` is the one of the baseline, `path` the absolute
/// path of the document's file.
#[must_use]
pub fn entries(folder: &Path, path: &Path, document: &Document, findings: &[Finding]) -> Vec<Entry> {
    let path = name(folder, path);
    let entry = |(finding, fingerprint): (&Finding, &Fingerprint)| Entry {
        path: path.clone(),
        rule: finding.rule.as_str().to_owned(),
        fingerprint: String::from_utf8_lossy(fingerprint).into_owned(),
    };
    findings.iter().zip(&fingerprints(document, findings)).map(entry).collect()
}

/// The text of a baseline with these entries, in any order.
#[must_use]
pub fn write(mut entries: Vec<Entry>) -> String {
    entries.sort();
    entries.dedup();
    let mut out = format!("{HEAD}\n");
    for Entry { path, rule, fingerprint } in entries {
        let _ = writeln!(out, "{fingerprint} {rule} {path}");
    }
    out
}

fn parse(line: &str) -> Option<Entry> {
    let mut parts = line.splitn(3, ' ');
    let (fingerprint, rule, path) = (parts.next()?, parts.next()?, parts.next()?);
    let is_fingerprint =
        fingerprint.len() == size_of::<Fingerprint>() && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
    let sound = is_fingerprint && rule.contains('/') && !path.is_empty();
    sound.then(|| Entry { path: path.to_owned(), rule: rule.to_owned(), fingerprint: fingerprint.to_owned() })
}

/// A path as the baseline names it: relative to its folder where that is above it or beside it.
fn name(folder: &Path, path: &Path) -> String {
    let mut up = 0;
    let below = folder.ancestors().find_map(|ancestor| {
        let below = path.strip_prefix(ancestor).ok();
        up += usize::from(below.is_none());
        below
    });
    let parts = below.unwrap_or(path).components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = std::iter::repeat_n("..".to_owned(), up).chain(parts).collect();
    let mut out = String::new();
    for c in parts.join("/").chars() {
        if c.is_control() || c == '%' {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Profile, lint};
    use crate::ruleset::RuleSet;

    fn findings(rules: &RuleSet, document: &Document) -> Vec<Finding> {
        lint(rules, &Profile::defaults(rules), document).findings
    }

    #[test]
    fn known_findings_stay_known_when_lines_move() {
        let rules = RuleSet::built_in();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("texts/a b%.txt");
        let old = Document::new("a", "He said the the bridge was safe.\n\nLeave a Reply\n");
        let known = entries(folder.path(), &path, &old, &findings(&rules, &old));
        assert!(known.len() >= 2 && known[0].path == "texts/a b%25.txt");
        let file = folder.path().join("baseline.txt");
        std::fs::write(&file, write(known)).unwrap();

        let baseline = Baseline::read(&file).unwrap();
        let text = "A new headline\n\nHe said the the bridge was safe.\n\nShe agreed to to it.\n";
        let new = Document::new("a", text);
        let mut found = findings(&rules, &new);
        baseline.drop_known(&path, &new, &mut found);
        let texts: Vec<&str> = found.iter().map(|finding| new.slice(finding.span)).collect();
        assert_eq!(texts, ["to"]);
        // The comment form is gone.
        assert_eq!(
            baseline.stale().iter().map(|entry| entry.rule.as_str()).collect::<Vec<_>>(),
            ["boilerplate/comment-form"]
        );
        let pruned = baseline.pruned();
        assert!(pruned.contains("structure/repeated-word") && !pruned.contains("comment-form"), "{pruned}");
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b");
        let error = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Baseline::read(&file).unwrap_err()
        };
        assert!(error("# x\n\nabc names/a b\n").contains(":3: no entry"));
        assert!(error("<<<<<<< HEAD\n").contains(":1: a merge"));
        assert!(Baseline::read(&folder.path().join("none")).unwrap_err().contains("cannot read the baseline"));
    }

    #[test]
    fn paths_are_named_from_the_baselines_folder() {
        let of = |path: &str| name(Path::new("/a/b"), Path::new(path));
        assert_eq!(of("/a/b/c/d.txt"), "c/d.txt");
        assert_eq!(of("/a/x/d\n.txt"), "../x/d%0A.txt");
        assert_eq!(of("/z.txt"), "../../z.txt");
    }
}
