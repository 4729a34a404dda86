//! The folder of the cache: where it is, which files in it are ours, and how it stays small.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use super::segment::{Segment, SegmentWriter};

/// Segments of one build from which on they are put together: each costs a run the opening of a file.
const MOST_SEGMENTS: usize = 8;

/// Bytes of segments that are put together: of larger ones, copying costs more than the file that it saves,
/// and what is dropped should not be all or nothing.
const MOST_MERGED_BYTES: u64 = 64 << 20;

/// What nobody has used for so long is dropped: most of it belongs to older versions.
const MOST_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// An unfinished file that nothing was added to for so long belongs to a run that was killed. Were it not,
/// that run would only lose what it wanted to keep.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// How exactly the last use is known.
const USE_STEP: Duration = Duration::from_secs(60 * 60);

const PREFIX: &str = "newslint-";
const FINISHED: &str = "cache";
const UNFINISHED: &str = "part";

/// The user's own cache folder for newslint: `$XDG_CACHE_HOME/newslint` or `~/.cache/newslint`, on macOS
/// `~/Library/Caches/newslint`, on Windows `%LOCALAPPDATA%\newslint\cache`. `None` where there is no
/// such home.
#[must_use]
pub fn of_user() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = absolute("XDG_CACHE_HOME") {
        return Some(folder.join("newslint"));
    }
    if cfg!(windows) {
        return absolute("LOCALAPPDATA").filter(|folder| folder.is_dir()).map(|folder| folder.join(r"newslint\cache"));
    }
    // Services and containers are often given a home that does not exist; it is not ours to make.
    let home = env::home_dir().filter(|home| home.is_absolute() && home.is_dir())?;
    Some(home.join(if cfg!(target_os = "macos") { "Library/Caches/newslint" } else { ".cache/newslint" }))
}

/// A segment in the folder.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The file.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    modified: SystemTime,
}

/// The segments of a build, those used last first. A folder that is not there has none; one that cannot
/// be read adds a note.
pub fn segments(folder: &Path, build: u128, notes: &mut Vec<String>) -> Vec<Listed> {
    match own_files(folder, FINISHED) {
        Ok(mut files) => {
            files.retain(|file| is_of_build(&file.path, build));
            files.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| a.path.cmp(&b.path)));
            files
        }
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                notes.push(format!("cannot read the cache {}: {error}", folder.display()));
            }
            Vec::new()
        }
    }
}

/// Makes the folder. A new one is marked as something that neither backups nor git want.
///
/// # Errors
/// A folder that cannot be made.
pub fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    // <https://bford.info/cachedir/>
    let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of newslint.\n";
    fs::write(folder.join("CACHEDIR.TAG"), tag)?;
    fs::write(folder.join(".gitignore"), "*\n")
}

/// A new unfinished segment; it is deleted when it is dropped.
pub fn temporary_file(folder: &Path, build: u128) -> io::Result<NamedTempFile> {
    let (prefix, suffix) = (format!("{}-", prefix_of(build)), format!(".{UNFINISHED}"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(&suffix);
    // Whoever shares a folder shares what is in it: permissions are up to the user's umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let failed = |error: io::Error| if error.raw_os_error().is_some() { error } else { error.kind().into() };
    builder.tempfile_in(folder).map_err(failed)
}

/// The name of a segment when it is finished.
pub fn final_name(unfinished: &Path) -> PathBuf {
    unfinished.with_extension(FINISHED)
}

/// Notes that a segment was of use; a folder that cannot be written to keeps its dates.
pub fn mark_as_used(path: &Path) {
    let now = SystemTime::now();
    let used = path.metadata().and_then(|metadata| metadata.modified());
    if used.is_ok_and(|used| now.duration_since(used).is_ok_and(|age| age > USE_STEP)) {
        let _ =
            File::options().append(true).open(path).and_then(|file| file.set_times(FileTimes::new().set_modified(now)));
    }
}

/// Puts small segments together, drops what is old, and then what was used longest ago until the rest
/// takes at most `most_bytes`. Other runs may do the same at the same time: what one of them deletes, it
/// has copied before, or nobody wants.
///
/// # Errors
/// A folder that cannot be read or written.
pub fn tidy(folder: &Path, build: u128, most_bytes: u64) -> io::Result<()> {
    let mut small = own_files(folder, FINISHED)?;
    small.retain(|file| is_of_build(&file.path, build));
    if small.len() > MOST_SEGMENTS {
        small.sort_by_key(|file| file.bytes);
        let mut bytes = 0;
        small.retain(|file| {
            bytes += file.bytes;
            bytes <= MOST_MERGED_BYTES
        });
        if small.len() > 1 {
            merge(folder, build, &small)?;
        }
    }
    let now = SystemTime::now();
    let is_older = |file: &Listed, than| now.duration_since(file.modified).is_ok_and(|age| age > than);
    for file in own_files(folder, UNFINISHED)?.iter().filter(|file| is_older(file, LONGEST_PAUSE)) {
        let _ = fs::remove_file(&file.path);
    }
    let mut files = own_files(folder, FINISHED)?;
    files.sort_by_key(|file| std::cmp::Reverse(file.modified));
    let mut bytes = 0;
    for file in files {
        bytes += file.bytes;
        if bytes > most_bytes || is_older(&file, MOST_AGE) {
            let _ = fs::remove_file(&file.path);
        }
    }
    Ok(())
}

fn merge(folder: &Path, build: u128, files: &[Listed]) -> io::Result<()> {
    let mut writer = SegmentWriter::begin(folder, build)?;
    for file in files {
        // A damaged one has nothing to give; one that is gone was merged by another run.
        let Ok(segment) = Segment::open(&file.path, build) else { continue };
        for key in segment.keys() {
            if let Some(entry) = segment.get(key) {
                writer.add(key, &entry)?;
            }
        }
    }
    writer.finish()?;
    files.iter().for_each(|file| drop(fs::remove_file(&file.path)));
    Ok(())
}

/// The files in the folder that newslint wrote, by their name: `newslint-<16 digits>-<6 letters>`.
fn own_files(folder: &Path, ending: &str) -> io::Result<Vec<Listed>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if !is_own_name(&path, ending) {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            let modified = metadata.modified().unwrap_or_else(|_| SystemTime::now());
            files.push(Listed { path, bytes: metadata.len(), modified });
        }
    }
    Ok(files)
}

fn is_own_name(path: &Path, ending: &str) -> bool {
    let stem = path.file_stem().and_then(OsStr::to_str).and_then(|stem| stem.strip_prefix(PREFIX));
    let is_own = stem.and_then(|stem| stem.split_once('-')).is_some_and(|(build, name)| {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        build.len() == 16 && build.bytes().all(is_digit) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    is_own && path.extension() == Some(OsStr::new(ending))
}

fn is_of_build(path: &Path, build: u128) -> bool {
    let name = path.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| name.starts_with(&prefix_of(build)))
}

/// Half of the build's hash tells builds apart in names; the header has all of it.
fn prefix_of(build: u128) -> String {
    format!("{PREFIX}{:016x}", (build >> 64) as u64)
}
