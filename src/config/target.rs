//! The lint.toml that takes a change for a file: the one that holds for the file, or a new one.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::edit::{Entry, pattern_for, with_accepted, with_entries};
use super::layer::Ignored;
use super::{FILE_NAME, Settings};
use crate::files::Files;
use crate::finding::Fingerprint;
use crate::output::replace::{Replacement, Seen, create};
use crate::report::escape::is_hostile;
use crate::ruleset::RuleId;

/// A longer text, in characters, makes a lint.toml hard to read.
const LONGEST_TEXT: usize = 80;

/// A finding as `[[ignore-text]]` knows it.
#[derive(Clone, Copy, Debug)]
pub struct Flagged<'a> {
    /// The absolute path of the file.
    pub path: &'a Path,
    /// The rule.
    pub rule: RuleId,
    /// The flagged text.
    pub text: &'a str,
    /// The fingerprint.
    pub fingerprint: &'a Fingerprint,
}

/// A lint.toml that is to be changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Its absolute path.
    pub path: PathBuf,
    /// Whether it is still to be made.
    pub is_new: bool,
}

impl Target {
    /// The lint.toml of these settings, or a new one in a folder where they come from none.
    #[must_use]
    pub fn of(settings: &Settings, folder: &Path) -> Target {
        match settings.layers().last() {
            Some(layer) => Target { path: layer.path.clone(), is_new: false },
            None => Target { path: folder.join(FILE_NAME), is_new: true },
        }
    }

    /// The entry that ignores a finding: by its text where a person can read that in lint.toml, or else
    /// by the fingerprint.
    ///
    /// # Errors
    /// A file outside the folder of this lint.toml, which has no name in it.
    pub fn entry(&self, flagged: &Flagged<'_>, reason: &str) -> Result<Entry, String> {
        let root = self.path.parent().unwrap_or(Path::new("/"));
        let path = pattern_for(flagged.path, root).ok_or_else(|| {
            let (file, root) = (flagged.path.display(), root.display());
            format!("{file} has no name in a lint.toml in {root} (`newslint init FOLDER` makes one beside it)")
        })?;
        let text = flagged.text.trim();
        let is_readable = !text.is_empty() && text.chars().count() <= LONGEST_TEXT && !text.chars().any(is_hostile);
        let what =
            if is_readable { Ignored::Text(text.to_owned()) } else { Ignored::Fingerprint(*flagged.fingerprint) };
        Ok(Entry { path, rule: flagged.rule.as_str().to_owned(), what, reason: reason.trim().to_owned() })
    }

    /// Its text; a new one has none yet.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn text(&self, files: &Files) -> io::Result<String> {
        match files.read(&self.path) {
            Err(error) if self.is_new && error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read,
        }
    }

    /// Its text once it ignores a finding.
    ///
    /// # Errors
    /// What [`Target::entry`] and [`with_entries`] say, and a file that cannot be read.
    pub fn ignoring(&self, flagged: &Flagged<'_>, reason: &str, files: &Files) -> Result<String, String> {
        with_entries(&self.text(files).map_err(|error| error.to_string())?, &[self.entry(flagged, reason)?])
    }

    /// Its text once it accepts a name.
    ///
    /// # Errors
    /// What [`with_accepted`] says, and a file that cannot be read.
    pub fn accepting(&self, name: &str, files: &Files) -> Result<String, String> {
        with_accepted(&self.text(files).map_err(|error| error.to_string())?, name)
    }

    /// Changes it on the disk; at every moment it is the old one or the new one. `shown` is how messages
    /// name it.
    ///
    /// # Errors
    /// A file that cannot be read or written, that somebody else changed or made meanwhile, or what
    /// `change` says.
    pub fn rewrite(&self, shown: &str, change: impl FnOnce(&str) -> Result<String, String>) -> Result<(), String> {
        let failed = |error: io::Error| format!("cannot write {shown}: {error}");
        let changed = |text: &str| change(text).map_err(|error| format!("cannot write {shown}: {error}"));
        if self.is_new {
            return create(&self.path, changed("")?.as_bytes()).map_err(failed);
        }
        let seen = Seen::look(&self.path).map_err(failed)?;
        let text = self.text(&Files::on_disk()).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let text = changed(&text)?;
        let mut file = Replacement::begin(&self.path, seen).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.finish()).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Arguments;

    fn flagged<'a>(path: &'a Path, text: &'a str) -> Flagged<'a> {
        Flagged { path, rule: RuleId::new("names/misspelled"), text, fingerprint: &[b'0'; 32] }
    }

    #[test]
    fn where_the_change_goes() {
        let root = tempfile::tempdir().unwrap();
        let (root, story) = (root.path(), root.path().join("2024/a.txt"));
        let files = Files::on_disk();
        let target = Target::of(&Settings::isolated(&Arguments::default()).unwrap(), root);
        assert_eq!(target, Target { path: root.join(FILE_NAME), is_new: true });
        let text = target.ignoring(&flagged(&story, " Xi "), " why ", &files).unwrap();
        assert_eq!(
            text,
            "[[ignore-text]]\npath = \"2024/a.txt\"\nrule = \"names/misspelled\"\ntext = \"Xi\"\nreason = \"why\"\n"
        );
        target.rewrite(FILE_NAME, |_| Ok(text.clone())).unwrap();
        // Somebody may have made it meanwhile.
        assert!(target.rewrite(FILE_NAME, |_| Ok(String::new())).is_err());
        let settings = Settings::read(&target.path, FILE_NAME, &Arguments::default(), &files).unwrap();
        let target = Target::of(&settings, Path::new("/elsewhere"));
        assert_eq!(target, Target { path: root.join(FILE_NAME), is_new: false });
        let accepting = target.accepting("Xi", &files).unwrap();
        assert_eq!(accepting, format!("{text}\n[names]\naccept = [\"Xi\"]\n"));
        let open = files.with(&target.path, "# open\n");
        assert!(target.accepting("Xi", &open).unwrap().starts_with("# open\n"));
        assert!(target.entry(&flagged(Path::new("/elsewhere/a.txt"), "Xi"), "why").is_err());
        let long = "x".repeat(LONGEST_TEXT + 1);
        for text in [long.as_str(), "a\u{202e}b", " "] {
            assert!(matches!(target.entry(&flagged(&story, text), "why").unwrap().what, Ignored::Fingerprint(_)));
        }
    }
}
