//! Asking git. It runs in the work tree, without network, and writes nothing.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::io::{self, BufReader, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use super::{ChangedLines, ChangesError, patch};

/// What tells git of another repository than the one around a folder; hooks run with these.
const LOCAL_VARIABLES: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"];

/// Settings of the user that would change what `git diff` prints are taken back.
const DIFF: [&str; 14] = [
    "diff",
    "--unified=0",
    "--inter-hunk-context=0",
    "--patch",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--find-renames",
    "--no-relative",
    "--ignore-submodules=all",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--diff-filter=d",
];

/// A work tree.
pub struct Repository {
    /// A folder in it.
    folder: PathBuf,
    /// Whether it is the one that newslint was started in, where the environment of a hook holds.
    is_current: bool,
}

impl Repository {
    /// The work trees that hold these paths, each once.
    pub fn of_paths(paths: &[PathBuf], working_folder: &Path) -> Vec<Repository> {
        let current = marker(working_folder);
        let mut repositories = BTreeMap::new();
        for path in paths {
            // The walk reports what is not there.
            let Ok(path) = working_folder.join(path).canonicalize() else { continue };
            let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
            let marker = marker(folder);
            let is_current = marker == current;
            let folder = if is_current && marker.is_some() { working_folder } else { folder };
            repositories.entry(marker).or_insert_with(|| Repository { folder: folder.to_owned(), is_current });
        }
        repositories.into_values().collect()
    }

    /// The files that changed since a revision, with all links resolved.
    pub fn changes(&self, revision: &str) -> Result<HashMap<PathBuf, ChangedLines>, ChangesError> {
        let top = self.top()?;
        let commit = self.commit(revision)?;
        let mut files: HashMap<Vec<u8>, ChangedLines> = HashMap::new();
        for (name, lines) in self.diff(&commit)? {
            // A link that became a file stands there twice.
            let known = files.entry(name).or_insert_with(|| lines.clone());
            if lines == ChangedLines::All {
                *known = lines;
            }
        }
        self.widen_filtered(&top, &mut files)?;
        let new = self.output(&["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/"])?;
        // A repository inside this one is listed as a folder.
        let new = new.split(|byte| *byte == 0).filter(|name| !name.is_empty() && !name.ends_with(b"/"));
        files.extend(new.map(|name| (name.to_vec(), ChangedLines::All)));
        Ok(files.into_iter().map(|(name, lines)| (top.join(to_path(&name)), lines)).collect())
    }

    /// The top folder of the work tree.
    fn top(&self) -> Result<PathBuf, ChangesError> {
        let output = self.output(&["rev-parse", "--show-toplevel"]).map_err(|error| match error {
            ChangesError::Git(message) if message.contains("not a git repository") => {
                ChangesError::NoRepository(self.folder.clone())
            }
            other => other,
        })?;
        let top = to_path(output.strip_suffix(b"\n").unwrap_or(&output));
        top.canonicalize().map_err(|error| ChangesError::Git(format!("{}: {error}", top.display())))
    }

    /// The hash of the commit that a revision stands for.
    fn commit(&self, revision: &str) -> Result<String, ChangesError> {
        let (name, wants_base) = match revision.strip_suffix("...") {
            Some(name) => (name, true),
            None => (revision, false),
        };
        // What looks like an option would be taken for one.
        if name.is_empty() || name.starts_with('-') {
            return Err(ChangesError::NoRevision(name.to_owned()));
        }
        let verify = ["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")];
        let commit = self.hash(&verify, || ChangesError::NoRevision(name.to_owned()))?;
        if !wants_base {
            return Ok(commit);
        }
        self.hash(&["merge-base", &commit, "HEAD"], || ChangesError::NoMergeBase(name.to_owned()))
    }

    fn hash(&self, arguments: &[&str], missing: impl Fn() -> ChangesError) -> Result<String, ChangesError> {
        let output = self.output(arguments).map_err(|error| match error {
            ChangesError::Git(_) => missing(),
            other => other,
        })?;
        let hash = String::from_utf8_lossy(&output).trim().to_owned();
        let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash { Ok(hash) } else { Err(missing()) }
    }

    /// The changed lines of the files that git knows.
    fn diff(&self, commit: &str) -> Result<Vec<(Vec<u8>, ChangedLines)>, ChangesError> {
        let mut command = self.git();
        command.args(DIFF).args([commit, "--"]);
        // The patch holds the changed text, so it is read as a stream.
        run(command, |stdout| patch::read(BufReader::new(stdout)))
    }

    /// Lines that git sees behind a filter, such as those of Git LFS, are not the lines of the file.
    fn widen_filtered(&self, top: &Path, files: &mut HashMap<Vec<u8>, ChangedLines>) -> Result<(), ChangesError> {
        if files.is_empty() {
            return Ok(());
        }
        let names: Vec<u8> = files.keys().flat_map(|name| [name.as_slice(), b"\0"].concat()).collect();
        let mut command = self.git();
        // Names are relative to the folder.
        command.current_dir(top).args(["check-attr", "--stdin", "-z", "filter"]).stdin(Stdio::piped());
        let output = run_with_input(command, &names)?;
        let mut fields = output.split(|byte| *byte == 0);
        while let (Some(name), Some(_), Some(value)) = (fields.next(), fields.next(), fields.next()) {
            if value != b"unspecified"
                && value != b"unset"
                && let Some(lines) = files.get_mut(name)
            {
                *lines = ChangedLines::All;
            }
        }
        Ok(())
    }

    fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).stdin(Stdio::null());
        // Messages are looked at, paths are meant as they stand, and the index stays as it is.
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env_remove("GIT_LITERAL_PATHSPECS");
        if !self.is_current {
            LOCAL_VARIABLES.iter().for_each(|name| {
                command.env_remove(name);
            });
        }
        command
    }

    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, ChangesError> {
        let mut command = self.git();
        command.args(arguments);
        run(command, |mut stdout| {
            let mut output = Vec::new();
            stdout.read_to_end(&mut output)?;
            Ok(output)
        })
    }
}

/// Runs a command whose output `read` takes.
fn run<T>(
    mut command: Command,
    read: impl FnOnce(std::process::ChildStdout) -> io::Result<T>,
) -> Result<T, ChangesError> {
    // A file takes any amount, where a pipe would have to be emptied side by side with the other.
    let mut stderr = tempfile::tempfile().map_err(broken)?;
    command.stdout(Stdio::piped()).stderr(stderr.try_clone().map_err(broken)?);
    let mut child = command.spawn().map_err(ChangesError::NoGit)?;
    let result = match child.stdout.take() {
        Some(stdout) => read(stdout).map_err(broken),
        None => Err(broken(io::ErrorKind::BrokenPipe.into())),
    };
    let status = child.wait().map_err(broken)?;
    if !status.success() {
        let mut said = Vec::new();
        let _ = stderr.rewind().and_then(|()| stderr.read_to_end(&mut said));
        return Err(ChangesError::Git(words(status, &said)));
    }
    result
}

/// Runs a command that reads a list.
fn run_with_input(mut command: Command, input: &[u8]) -> Result<Vec<u8>, ChangesError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(ChangesError::NoGit)?;
    let stdin = child.stdin.take();
    thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let output = child.wait_with_output().map_err(broken)?;
        let is_good = output.status.success();
        if is_good { Ok(output.stdout) } else { Err(ChangesError::Git(words(output.status, &output.stderr))) }
    })
}

fn broken(error: io::Error) -> ChangesError {
    ChangesError::Git(error.to_string())
}

/// What git said, in one line.
fn words(status: ExitStatus, stderr: &[u8]) -> String {
    let said = String::from_utf8_lossy(stderr);
    let is_telling = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
    let line = said.lines().find(is_telling).or_else(|| said.lines().find(|line| !line.trim().is_empty()));
    match line {
        Some(line) => line.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned(),
        None => status.to_string(),
    }
}

/// The nearest folder from here upward that holds `.git`: paths with the same one share a work tree.
fn marker(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

#[cfg(unix)]
fn to_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(bytes)))
}
