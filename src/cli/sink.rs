//! Where output goes: standard output, or a file that appears only when it is whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where output goes.
pub enum Sink {
    StandardOutput(io::Stdout),
    Device(fs::File),
    File { file: io::BufWriter<tempfile::NamedTempFile>, path: PathBuf },
}

impl Sink {
    /// Opens a file, or standard output for `None`.
    pub fn open(path: Option<&Path>) -> Result<Sink, String> {
        let Some(path) = path.filter(|path| *path != Path::new("/dev/stdout")) else {
            return Ok(Sink::StandardOutput(io::stdout()));
        };
        // The system's own words, without the name of a temporary file.
        let failed = |error: io::Error| {
            // An error that wraps another names the temporary file; its kind does not.
            let reason = if error.raw_os_error().is_some() { error } else { error.kind().into() };
            format!("cannot write {}: {reason}", path.display())
        };
        // A pipe or device is written to as it stands, and a link is written through.
        let is_open_already = path.starts_with("/dev/fd") || path == Path::new("/dev/stderr");
        if is_open_already || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let file = fs::OpenOptions::new().append(is_open_already).write(true).open(path).map_err(failed)?;
            return Ok(Sink::Device(file));
        }
        // Renaming would replace a file that is not to be written.
        if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly()) {
            return Err(failed(io::ErrorKind::PermissionDenied.into()));
        }
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::metadata(folder).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        // A report is an ordinary file: its permissions are up to the user's umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Sink::File { file: io::BufWriter::new(file), path })
    }

    /// Ends the output; a file takes its place.
    pub fn finish(self) -> Result<(), String> {
        match self {
            Sink::StandardOutput(mut stdout) => match stdout.flush() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    Err(format!("cannot write to standard output: {error}"))
                }
                _ => Ok(()),
            },
            Sink::Device(mut file) => file.flush().map_err(|error| format!("cannot write: {error}")),
            Sink::File { file, path } => {
                let failed = |error: &dyn std::fmt::Display| format!("cannot write {}: {error}", path.display());
                let file = file.into_inner().map_err(|error| failed(&error))?;
                file.persist(&path).map(|_| ()).map_err(|error| failed(&error.error))
            }
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::StandardOutput(stdout) => stdout.write(bytes),
            Sink::Device(file) => file.write(bytes),
            Sink::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::StandardOutput(stdout) => stdout.flush(),
            Sink::Device(file) => file.flush(),
            Sink::File { file, .. } => file.flush(),
        }
    }
}
