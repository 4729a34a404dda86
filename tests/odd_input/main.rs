//! Input that nobody plans for: damaged files, foreign encodings, hostile text and names, broken pipes.

mod encodings;
mod endings;
mod files;
mod folders;
mod hostile;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// An article's line that is flagged as a whole.
const JUNK: &str = "Leave a Reply";

/// An article's line that is not flagged.
const CLEAN: &str = "The bridge reopened on Monday after eight months of repairs.";

/// `newslint` with these arguments in this folder, free of the caller's terminal, home and configuration.
fn newslint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
    command.args(arguments).current_dir(folder);
    command.envs([("NO_COLOR", ""), ("CLICOLOR_FORCE", ""), ("HOME", "/nonexistent")]);
    command.envs([("XDG_CONFIG_HOME", "/nonexistent"), ("XDG_CACHE_HOME", ""), ("NEWSLINT_CACHE_DIR", "")]);
    command
}

/// `newslint check --isolated` with these arguments, run to its end.
fn check(folder: &Path, arguments: &[&str]) -> Output {
    newslint(folder, &["check", "--isolated"]).args(arguments).output().expect("the program starts")
}

/// The findings of a run with `--format jsonl`.
fn findings(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("the report is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect()
}

/// What a run wrote to standard error.
fn messages(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

/// The paths of the findings, each once, in their order.
fn flagged_paths(output: &Output) -> Vec<String> {
    let mut paths: Vec<String> =
        findings(output).iter().map(|finding| finding["path"].as_str().unwrap_or_default().to_owned()).collect();
    paths.dedup();
    paths
}
