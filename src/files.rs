//! Files of a configuration as its readers see them: on the disk, or as they stand in an editor that
//! has not saved them yet.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The disk, with the texts of open buffers in place of what it holds.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// By the path without `.`, `..` and links, as far as that can be told.
    open: BTreeMap<PathBuf, String>,
}

impl Files {
    /// The files as they lie on the disk.
    #[must_use]
    pub fn on_disk() -> Files {
        Files::default()
    }

    /// The same files with this text at an absolute path, where there need not be a file.
    #[must_use]
    pub fn with(mut self, path: &Path, text: impl Into<String>) -> Files {
        self.open.insert(real(path), text.into());
        self
    }

    fn open(&self, path: &Path) -> Option<&String> {
        // Most runs have no buffers, and do not ask the disk for links.
        if self.open.is_empty() { None } else { self.open.get(&real(path)) }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is not UTF-8.
    pub fn read(&self, path: &Path) -> io::Result<String> {
        self.open(path).map_or_else(|| fs::read_to_string(path), |text| Ok(text.clone()))
    }

    /// Whether anything of that name stands there. What is no readable file, such as a dangling link,
    /// counts: it is an error of the configuration and not the lack of one.
    #[must_use]
    pub fn is_there(&self, path: &Path) -> bool {
        self.open(path).is_some() || path.symlink_metadata().is_ok()
    }

    /// Whether there is a folder.
    #[must_use]
    pub fn is_folder(&self, path: &Path) -> bool {
        path.is_dir() || !self.open.is_empty() && self.open.keys().any(|open| inside(open, &real(path)).is_some())
    }

    /// The paths directly in a folder, sorted.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths: Vec<PathBuf> = Vec::new();
        if !self.open.is_empty() {
            let real = real(folder);
            let names = self.open.keys().filter_map(|open| inside(open, &real)).map(|name| folder.join(name));
            paths.extend(names);
        }
        match fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries {
                    paths.push(entry?.path());
                }
            }
            Err(_) if !paths.is_empty() => {}
            Err(error) => return Err(error),
        }
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// The one path of a file that is there, without links.
    ///
    /// # Errors
    /// A file that is not there.
    pub fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize().or_else(|error| self.open(path).map(|_| real(path)).ok_or(error))
    }
}

/// The name by which the folder lists a path somewhere below it.
fn inside<'p>(path: &'p Path, folder: &Path) -> Option<Component<'p>> {
    path.strip_prefix(folder).ok()?.components().next()
}

/// An absolute path without links, `.` and `..`, also where there is no file yet.
fn real(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent(), path.components().next_back()) {
        (Some(folder), Some(Component::Normal(name))) => real(folder).join(name),
        (Some(folder), Some(Component::ParentDir)) => {
            let mut folder = real(folder);
            folder.pop();
            folder
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_buffers_go_before_the_disk() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir(root.join("rules")).unwrap();
        fs::write(root.join("rules/a.toml"), "old").unwrap();
        let files = Files::on_disk()
            .with(&root.join("rules/../rules/a.toml"), "new")
            .with(&root.join("rules/b.toml"), "b")
            .with(&root.join("rules/x/c.toml"), "c");
        assert_eq!(files.read(&root.join("./rules/a.toml")).unwrap(), "new");
        assert_eq!(files.read(&root.join("rules/x/../b.toml")).unwrap(), "b");
        assert!(files.is_there(&root.join("rules/b.toml")) && !files.is_there(&root.join("rules/z.toml")));
        let names = ["a.toml", "b.toml", "x"].map(|name| root.join("rules").join(name));
        assert_eq!(files.list(&root.join("rules")).unwrap(), names);
        assert!(files.is_folder(&root.join("rules/x")) && !files.is_folder(&root.join("rules/y")));
        assert!(files.list(&root.join("rules/y")).is_err());
        assert!(files.canonical(&root.join("rules/b.toml")).is_ok());
        let disk = Files::on_disk();
        assert_eq!(disk.read(&root.join("rules/a.toml")).unwrap(), "old");
        assert_eq!(disk.list(&root.join("rules")).unwrap().len(), 1);
        assert!(disk.read(&root.join("rules/b.toml")).is_err() && disk.canonical(&root.join("rules/b.toml")).is_err());
    }
}
