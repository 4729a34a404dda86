//! What changed since a revision of git: the files, and which of their lines.
//!
//! The walk leaves out the files that did not change, and the judge the findings on other lines.

mod git;
mod patch;

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use self::git::Repository;
use crate::document::{Document, Origin, Span};
use crate::finding::{Finding, number_equals};

/// Lines of a file, as git counts them: an LF ends a line, and nothing else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedLines {
    /// Every line: the file is new, or git compares no lines of it.
    All,
    /// These lines, from 1, in order and apart.
    Some(Vec<Range<u64>>),
}

impl ChangedLines {
    /// Whether a line from `first` to `last` changed.
    #[must_use]
    pub fn any_of(&self, first: u64, last: u64) -> bool {
        match self {
            ChangedLines::All => true,
            ChangedLines::Some(ranges) => {
                let next = ranges.partition_point(|range| range.end <= first);
                ranges.get(next).is_some_and(|range| range.start <= last)
            }
        }
    }

    /// Whether any line of a document changed.
    #[must_use]
    pub fn touch(&self, document: &Document) -> bool {
        let whole = Span::new(0, document.text().len());
        *self == ChangedLines::All || self.touch_span(&GitLines::new(document), whole)
    }

    /// Drops the findings that touch no changed line. Those left keep their fingerprints.
    pub fn retain(&self, document: &Document, findings: &mut Vec<Finding>) {
        if *self == ChangedLines::All || findings.is_empty() {
            return;
        }
        number_equals(document, findings);
        let lines = GitLines::new(document);
        findings.retain(|finding| self.touch_span(&lines, finding.span));
    }

    fn touch_span(&self, lines: &GitLines<'_>, span: Span) -> bool {
        let text = lines.document.text();
        // A text without a line has none that changed; that it is empty now is a change all the same.
        if text.is_empty() {
            return true;
        }
        let last = text.floor_char_boundary((span.end as usize).saturating_sub(1)) as u32;
        self.any_of(lines.of(span.start), lines.of(last.max(span.start)))
    }
}

/// The lines of a document's file as git counts them. For newslint a lone CR ends a line, too.
struct GitLines<'d> {
    document: &'d Document,
    /// Where the text has an LF, if it is a file of its own with a CR in it.
    line_feeds: Option<Vec<u32>>,
}

impl<'d> GitLines<'d> {
    fn new(document: &'d Document) -> GitLines<'d> {
        let text = document.text().as_bytes();
        let is_odd = document.record().is_none() && memchr::memchr(b'\r', text).is_some();
        let line_feeds = is_odd.then(|| memchr::memchr_iter(b'\n', text).map(|at| at as u32).collect());
        GitLines { document, line_feeds }
    }

    /// The line, from 1, of an offset in the text.
    fn of(&self, offset: u32) -> u64 {
        match (&self.line_feeds, self.document.origin()) {
            (Some(line_feeds), _) => line_feeds.partition_point(|at| *at < offset) as u64 + 1,
            (None, Origin::Record(record)) => record.place(offset).line,
            (None, _) => self.document.lines().index_of(offset) as u64 + 1,
        }
    }
}

/// Why it cannot be told what changed.
#[derive(Debug)]
pub enum ChangesError {
    /// The program git cannot be started.
    NoGit(std::io::Error),
    /// A folder that lies in no repository.
    NoRepository(PathBuf),
    /// A revision that the repository does not have.
    NoRevision(String),
    /// Two revisions without a common ancestor.
    NoMergeBase(String),
    /// What git said.
    Git(String),
}

impl fmt::Display for ChangesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangesError::NoGit(error) => write!(f, "cannot run git: {error} (--since asks it what changed)"),
            ChangesError::NoRepository(folder) => {
                write!(f, "{} lies in no git repository (--since needs one)", folder.display())
            }
            ChangesError::NoRevision(revision) => write!(
                f,
                "there is no revision `{revision}` in this git repository (a shallow clone has few: `git fetch` gets more)"
            ),
            ChangesError::NoMergeBase(revision) => write!(
                f,
                "`{revision}` and HEAD have no common ancestor (a shallow clone may lack it: `git fetch --unshallow`)"
            ),
            ChangesError::Git(message) => write!(f, "git failed: {message}"),
        }
    }
}

impl std::error::Error for ChangesError {}

/// What changed since a revision.
#[derive(Debug)]
pub struct Changes {
    /// By path, with all links resolved.
    files: HashMap<PathBuf, ChangedLines>,
    /// The names of these files, for a quick look.
    names: HashSet<OsString>,
}

impl Changes {
    /// What changed in the work trees that hold these paths since a revision: committed, staged, not
    /// staged, and new files that git does not ignore. `REV...` stands for the merge base of REV and
    /// HEAD. `working_folder` is where relative paths begin.
    ///
    /// # Errors
    /// Without git, without a repository, or without such a revision.
    pub fn since(revision: &str, paths: &[PathBuf], working_folder: &Path) -> Result<Changes, ChangesError> {
        let mut files = HashMap::new();
        for repository in Repository::of_paths(paths, working_folder) {
            files.extend(repository.changes(revision)?);
        }
        let names = files.keys().filter_map(|path| path.file_name()).map(ToOwned::to_owned).collect();
        Ok(Changes { files, names })
    }

    /// The changed lines of a file; `None` when nothing of it changed.
    #[must_use]
    pub fn of(&self, path: &Path) -> Option<&ChangedLines> {
        // Resolving links costs calls to the system, and few files have the name of a changed one.
        let is_link = || path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        if !self.names.contains(path.file_name()?) && !is_link() {
            return None;
        }
        self.files.get(&path.canonicalize().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_changed() {
        let lines = ChangedLines::Some(vec![3..4, 7..10]);
        let is_changed = |first, last| lines.any_of(first, last);
        assert!(!is_changed(1, 2) && is_changed(1, 3) && is_changed(3, 3) && !is_changed(4, 6));
        assert!(is_changed(4, 7) && is_changed(9, 9) && !is_changed(10, 99) && is_changed(1, 99));
        assert!(!ChangedLines::Some(Vec::new()).any_of(1, 99) && ChangedLines::All.any_of(5, 5));
    }

    #[test]
    fn lines_are_those_of_git() {
        let document = Document::new("a.txt", "one\rstill one\r\ntwo\n\nfour\n");
        let touches = |lines: Range<u64>, text: &str| {
            let start = document.text().find(text).unwrap();
            let lines = ChangedLines::Some(vec![lines]);
            lines.touch_span(&GitLines::new(&document), Span::new(start, start + text.len()))
        };
        assert!(touches(1..2, "still") && !touches(2..3, "still"));
        assert!(touches(2..3, "two\n") && !touches(3..4, "two\n") && touches(4..5, "four\n"));
        assert!(ChangedLines::Some(Vec::new()).touch(&Document::new("a.txt", "")));
    }
}
