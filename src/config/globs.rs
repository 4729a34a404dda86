//! Path patterns of a configuration, with the meaning they have in a .gitignore.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// One pattern: `raw/` (a folder anywhere), `*.tmp`, `/2019/**` (from the configuration's folder).
#[derive(Debug)]
pub struct PathPattern {
    /// As it is written.
    pub text: String,
    /// Where it is written: `file:line`.
    pub place: String,
    root: PathBuf,
    matcher: Gitignore,
    matched: AtomicBool,
}

impl PathPattern {
    /// Compiles a pattern that is relative to `root`, an absolute folder.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn new(text: &str, place: String, root: &Path) -> Result<PathPattern, String> {
        let mut builder = GitignoreBuilder::new(root);
        builder.add_line(None, text).map_err(|error| error.to_string())?;
        let matcher = builder.build().map_err(|error| error.to_string())?;
        let matched = AtomicBool::new(false);
        Ok(PathPattern { text: text.to_owned(), place, root: root.to_owned(), matcher, matched })
    }

    /// Whether an absolute path, or one of the folders above it, matches.
    pub fn matches(&self, path: &Path, is_folder: bool) -> bool {
        // The matcher panics on paths outside its root.
        if !path.starts_with(&self.root) {
            return false;
        }
        let found = self.matcher.matched_path_or_any_parents(path, is_folder).is_ignore();
        if found {
            self.matched.store(true, Ordering::Relaxed);
        }
        found
    }

    /// Counts the pattern as used, where nobody can tell.
    pub fn count_as_used(&self) {
        self.matched.store(true, Ordering::Relaxed);
    }

    /// Whether any path of the run matched.
    pub fn was_used(&self) -> bool {
        self.matched.load(Ordering::Relaxed)
    }

    /// The one path that the pattern stands for, where it holds no wildcards and is bound to its place.
    #[must_use]
    pub fn only_path(&self) -> Option<PathBuf> {
        let path = self.text.strip_prefix('/').unwrap_or(&self.text);
        if !self.text.contains('/') || path.ends_with('/') || self.text.starts_with(['!', '#']) {
            return None;
        }
        let mut plain = String::with_capacity(path.len());
        let mut rest = path.chars();
        while let Some(c) = rest.next() {
            match c {
                '*' | '?' | '[' | '{' => return None,
                '\\' => plain.extend(rest.next()),
                c => plain.push(c),
            }
        }
        Some(self.root.join(plain))
    }

    /// The folder that the pattern is relative to.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}
