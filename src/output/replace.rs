//! Replacing a file as a whole: at every moment it is the old one or the new one.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

/// A new content for a file, written beside it.
#[derive(Debug)]
pub struct Replacement {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
    seen: Seen,
}

/// What a file looked like when it was read: whoever changes it meanwhile must not lose that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    length: u64,
    modified: Option<SystemTime>,
}

impl Seen {
    /// Looks at a file, before it is read.
    ///
    /// # Errors
    /// A file that is not there, or is no regular one.
    pub fn look(path: &Path) -> io::Result<Seen> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        Ok(Seen { length: metadata.len(), modified: metadata.modified().ok() })
    }
}

impl Replacement {
    /// Begins the new content of a file, which keeps its permissions and, where the system allows, its
    /// owner. A link is written through; other names of the file (hard links) keep the old content.
    ///
    /// # Errors
    /// A file that must not be written or is no regular one, or a folder that takes no file.
    pub fn begin(path: &Path, seen: Seen) -> io::Result<Replacement> {
        let path = path.canonicalize()?;
        let metadata = fs::metadata(&path)?;
        let permissions = metadata.permissions();
        // Renaming would replace a file that is not to be written.
        if permissions.readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".newslint-").tempfile_in(folder).map_err(bare)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, fchown};
            // Only root can give files away, so this is tried and no more.
            let _ = fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()));
        }
        file.as_file().set_permissions(permissions)?;
        Ok(Replacement { file: BufWriter::new(file), path, seen })
    }

    /// Puts the new content in the file's place.
    ///
    /// # Errors
    /// When not all could be written; the old content stays.
    pub fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error).map_err(bare)?;
        if Seen::look(&self.path).ok() != Some(self.seen) {
            return Err(io::Error::other("it was changed meanwhile, and is left as it is"));
        }
        file.persist(&self.path).map_err(|error| bare(error.error))?;
        Ok(())
    }
}

/// Makes a file, whole or not at all.
///
/// # Errors
/// A file that is there already, or a folder that takes none.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".newslint-");
    // An ordinary file: its permissions are up to the user's umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(bare)?;
    file.write_all(bytes).map_err(bare)?;
    file.persist_noclobber(path).map_err(|error| bare(error.error))?;
    Ok(())
}

/// An error without the name of the temporary file, which says nothing to anybody.
fn bare(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() { error } else { error.kind().into() }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_until_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let begin = |path: &Path| Replacement::begin(path, Seen::look(path)?);
        let mut new = begin(&path).unwrap();
        new.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(new);
        assert_eq!((fs::read(&path).unwrap(), fs::read_dir(folder.path()).unwrap().count()), (b"old".to_vec(), 1));
        let mut new = begin(&path).unwrap();
        new.write_all(b"new").unwrap();
        new.finish().unwrap();
        assert_eq!((fs::read(&path).unwrap(), fs::read_dir(folder.path()).unwrap().count()), (b"new".to_vec(), 1));
        // Somebody else's change is not lost.
        let new = begin(&path).unwrap();
        fs::write(&path, "theirs").unwrap();
        assert!(new.finish().is_err());
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert!(begin(folder.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link.txt"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut new = Replacement::begin(&link, Seen::look(&link).unwrap()).unwrap();
        new.write_all(b"new").unwrap();
        new.finish().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(Replacement::begin(&path, Seen::look(&path).unwrap()).is_err());
    }
}
