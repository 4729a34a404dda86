//! Finding the files to lint.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, Walk, WalkBuilder};

use super::InputError;
use super::changes::Changes;
use super::format::by_ending;
use crate::config::Resolver;

/// What the walk gives.
#[derive(Debug)]
pub enum Found {
    /// A file to read.
    File {
        /// Where it lies.
        path: PathBuf,
        /// Whether it was given by name, and not found in a folder.
        by_name: bool,
    },
    /// Standard input, named by `-`.
    StandardInput,
    /// A file or folder that could not be entered.
    Failed(InputError),
    /// A path given by name that the configuration excludes.
    Excluded(PathBuf),
}

/// How to walk.
#[derive(Clone)]
pub struct WalkOptions {
    /// Whether excludes of the configuration hold for paths given by name, too.
    pub force_exclude: bool,
    /// Whether .gitignore, .ignore and hidden files are heeded.
    pub ignore_files: bool,
    /// Files that did not change are left out, where it is known what did.
    pub changes: Option<Arc<Changes>>,
}

/// The files of the given paths, each folder in the order of its names.
///
/// .gitignore and .ignore files are heeded below folders, and so are the excludes of the
/// configuration that holds for each folder. A path given twice is read once. Symbolic links
/// below a folder are not followed, so a walk always ends.
pub fn walk(
    paths: &[PathBuf],
    options: &WalkOptions,
    resolver: &Arc<Resolver>,
) -> impl Iterator<Item = Found> + Send + use<> {
    let mut given = HashSet::new();
    let roots: Vec<PathBuf> = paths.iter().filter(|path| given.insert(resolver.absolute(path))).cloned().collect();
    let options = options.clone();
    let resolver = Arc::clone(resolver);
    let changes = options.changes.clone();
    let found = roots.into_iter().flat_map(move |root| Root::new(root, &options, &resolver));
    found.filter(move |found| match (found, &changes) {
        (Found::File { path, .. }, Some(changes)) => changes.of(path).is_some(),
        _ => true,
    })
}

/// One of the given paths.
enum Root {
    /// A single answer, given once.
    One(Option<Found>),
    /// A folder being walked. `given` is the path as it was typed.
    Folder { walk: Box<Walk>, given: PathBuf },
}

impl Root {
    fn new(path: PathBuf, options: &WalkOptions, resolver: &Arc<Resolver>) -> Root {
        if path == Path::new("-") {
            return Root::One(Some(Found::StandardInput));
        }
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => return Root::One(Some(Found::Failed(InputError::unreadable(&path, error)))),
        };
        let absolute = resolver.absolute(&path);
        // A folder to begin with heeds its own configuration; the folders below it, that of the
        // folder they stand in.
        let settings = if metadata.is_dir() { resolver.for_folder(&absolute) } else { resolver.for_file(&absolute) };
        if options.force_exclude && settings.is_ok_and(|settings| settings.is_excluded(&absolute, metadata.is_dir())) {
            return Root::One(Some(Found::Excluded(path)));
        }
        if !metadata.is_dir() {
            return Root::One(Some(Found::File { path, by_name: true }));
        }
        let resolver = Arc::clone(resolver);
        let walk = WalkBuilder::new(&path)
            .standard_filters(options.ignore_files)
            .require_git(false)
            // In one folder paths are in the order of the names, which would have to be cut out of them each time.
            .sort_by_file_path(|a, b| a.as_os_str().cmp(b.as_os_str()))
            .filter_entry(move |entry| {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                let relevant = is_folder || has_known_ending(entry.path());
                relevant && (entry.depth() == 0 || !is_excluded(&resolver, &resolver.absolute(entry.path()), is_folder))
            })
            .build();
        Root::Folder { walk: Box::new(walk), given: path }
    }
}

impl Iterator for Root {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        match self {
            Root::One(found) => found.take(),
            Root::Folder { walk, given } => loop {
                match walk.next()? {
                    // Files without a known ending do not pass the walk's filter.
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                        return Some(Found::File { path: shown(&entry, given), by_name: false });
                    }
                    Ok(_) => {}
                    Err(error) => return Some(Found::Failed(InputError::walk(given, &error))),
                }
            },
        }
    }
}

/// A configuration with mistakes excludes nothing; the mistakes are reported with the first file.
fn is_excluded(resolver: &Resolver, absolute: &Path, is_folder: bool) -> bool {
    resolver.for_file(absolute).is_ok_and(|settings| settings.is_excluded(absolute, is_folder))
}

/// Folders are searched for files with the endings of a known format. Files given by name are read
/// whatever their ending.
fn has_known_ending(path: &Path) -> bool {
    by_ending(path).0.is_some()
}

/// The path as reports print it: `.` given, or not given at all, adds nothing to the names.
fn shown(entry: &DirEntry, given: &Path) -> PathBuf {
    if given == Path::new(".") {
        entry.path().strip_prefix(".").unwrap_or(entry.path()).to_owned()
    } else {
        entry.path().to_owned()
    }
}
