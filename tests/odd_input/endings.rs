//! Runs that end early: a reader that has seen enough, and Ctrl-C.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{JUNK, folder, newslint};

/// Longest wait for a process that should be ending: only a hang takes so long.
const HANG: Duration = Duration::from_secs(60);

/// Waits for the end of a process; one that hangs is killed and gives `None`.
fn end_of(child: &mut Child) -> Option<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < HANG {
        if let Some(status) = child.try_wait().expect("the process is ours") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("the process is ours");
    child.wait().expect("the process is ours");
    None
}

fn interrupt(child: &Child) {
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.expect("kill").success());
}

/// A folder that takes any machine a while: many files with many findings.
fn big_folder() -> tempfile::TempDir {
    let text = format!("{JUNK}\n\nHe said the the end &amp; left.\n\n").repeat(400);
    let names: Vec<String> = (0..600).map(|number| format!("{number}.txt")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), text.as_bytes())).collect();
    folder(&files)
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let folder = big_folder();
    for format in ["text", "concise", "json", "jsonl"] {
        let mut command = newslint(folder.path(), &["check", "--isolated", "--format", format, "."]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut first = String::new();
        let mut reader = BufReader::new(child.stdout.take().expect("a pipe"));
        reader.read_line(&mut first).expect("a line");
        drop(reader);
        assert!(!first.is_empty());
        let status = end_of(&mut child).unwrap_or_else(|| panic!("{format}: goes on without a reader"));
        let mut messages = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut messages).expect("messages");
        assert_eq!(messages, "", "{format}");
        assert!(matches!(status.code(), Some(0 | 1)), "{format}: {status}");
    }
}

#[test]
fn listings_into_a_closed_pipe_end_quietly() {
    for arguments in [
        &["rules"][..],
        &["explain", "duplicates/line"],
        &["config", "--schema"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let folder = folder(&[]);
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = newslint(folder.path(), arguments);
        let output =
            command.stdout(writer).stderr(Stdio::piped()).spawn().expect("the program starts").wait_with_output();
        let output = output.expect("the program ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_ne!(output.status.code(), Some(101), "{arguments:?}");
    }
}

/// Interrupts a run on a big folder as soon as `is_under_way`; gives the status, standard error and the folder's names
/// that were not there before.
fn interrupted(
    arguments: &[&str],
    is_under_way: impl Fn(&std::path::Path) -> bool,
) -> (Option<ExitStatus>, String, Vec<String>) {
    let articles = big_folder();
    let work = folder(&[]);
    let path = articles.path().to_str().expect("a plain path").to_owned();
    let mut command = newslint(work.path(), &["check", "--isolated", "--threads", "1"]);
    let mut child = command
        .args(arguments)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let started = Instant::now();
    while !is_under_way(work.path()) && started.elapsed() < HANG {
        std::thread::sleep(Duration::from_millis(1));
    }
    interrupt(&child);
    let status = end_of(&mut child);
    let mut messages = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut messages).expect("messages");
    let left = std::fs::read_dir(work.path()).expect("the folder");
    let left = left.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    (status, messages, left)
}

#[test]
fn an_interrupted_run_leaves_no_report_and_no_temporary_file() {
    // The temporary file is the sign that the handler for Ctrl-C stands.
    let is_under_way =
        |work: &std::path::Path| std::fs::read_dir(work).is_ok_and(|mut entries| entries.next().is_some());
    let (status, messages, left) = interrupted(&["--format", "jsonl", "--output", "report.jsonl"], is_under_way);
    assert_eq!(status.and_then(|status| status.code()), Some(130), "{messages}");
    assert_eq!((messages.as_str(), left), ("", Vec::new()));
}

/// An older report stays whole when the run that would replace it is broken off.
#[test]
fn an_interrupted_run_keeps_the_older_report() {
    let articles = big_folder();
    let work = folder(&[("report.jsonl", b"older")]);
    let path = articles.path().to_str().expect("a plain path").to_owned();
    let arguments = ["check", "--isolated", "--threads", "1", "--format", "jsonl", "--output", "report.jsonl", &path];
    let mut command = newslint(work.path(), &arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let started = Instant::now();
    let names = || std::fs::read_dir(work.path()).expect("the folder").count();
    while names() < 2 && started.elapsed() < HANG {
        std::thread::sleep(Duration::from_millis(1));
    }
    interrupt(&child);
    let status = end_of(&mut child).expect("the run ends");
    assert_eq!((status.code(), names()), (Some(130), 1));
    assert_eq!(std::fs::read(work.path().join("report.jsonl")).expect("the report"), b"older");
}

/// Waiting for standard input, a run ends at the first Ctrl-C, as every filter does.
#[test]
fn an_interrupt_ends_the_wait_for_standard_input() {
    let work = folder(&[]);
    // A report file shows when the run is under way.
    let mut command = newslint(work.path(), &["check", "--isolated", "--output", "report.txt", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let names = || std::fs::read_dir(work.path()).expect("the folder").count();
    let started = Instant::now();
    while names() == 0 && started.elapsed() < HANG {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(200));
    interrupt(&child);
    let waited = Instant::now();
    while child.try_wait().expect("the process is ours").is_none() && waited.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let status = child.try_wait().expect("the process is ours");
    if status.is_none() {
        child.kill().expect("the process is ours");
        child.wait().expect("the process is ours");
    }
    assert_eq!(status.and_then(|status| status.code()), Some(130), "one Ctrl-C is enough");
}
