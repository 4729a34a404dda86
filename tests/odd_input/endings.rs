//! Runs that end early: a reader that has seen enough, and Ctrl-C.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc;
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

/// Whether Ctrl-C is not handled by what these tests start: a shell starts its background jobs with SIGINT ignored
/// and `nohup` its job with SIGHUP, children inherit that, and newslint then leaves both alone. Says so if it is.
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bits are those of signal 1, SIGHUP, and signal 2, SIGINT.
    let is_ignored = ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0) & 0b11 != 0;
    if is_ignored {
        println!("skipped: these tests were started with SIGINT or SIGHUP ignored, as by `nohup` or in the background");
    }
    is_ignored
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

/// A run on a big folder and then on standard input, which stays open: it cannot end before it is interrupted.
fn endless(work: &Path, articles: &Path, arguments: &[&str]) -> Child {
    let mut command = newslint(work, &["check", "--isolated", "--threads", "1"]);
    command.args(arguments).arg(articles).arg("-");
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    streams.spawn().expect("the program starts")
}

/// Interrupts a run; gives its status and what it wrote to standard error.
fn interrupted(mut child: Child) -> (Option<i32>, String) {
    interrupt(&child);
    drop(child.stdin.take());
    let mut report = child.stdout.take().expect("a pipe");
    let drain = std::thread::spawn(move || std::io::copy(&mut report, &mut std::io::sink()));
    let status = end_of(&mut child).and_then(|status| status.code());
    drain.join().expect("the thread ends").expect("the report is read");
    let mut messages = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut messages).expect("messages");
    (status, messages)
}

/// Files are linted in groups, and none of these waits for standard input.
#[test]
fn what_was_found_does_not_wait_for_standard_input() {
    let names: Vec<String> = (100..170).map(|number| format!("{number}.txt")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), JUNK.as_bytes())).collect();
    let (articles, work) = (folder(&files), folder(&[]));
    for name in [&[][..], &["--stdin-filename", "more.jsonl"]] {
        let mut child = endless(work.path(), articles.path(), &[&["--format", "concise"], name].concat());
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let (sender, receiver) = mpsc::channel();
        let reader = std::thread::spawn(move || lines.map_while(Result::ok).all(|line| sender.send(line).is_ok()));
        while !receiver.recv_timeout(HANG).expect("the findings of all files").contains("169.txt") {}
        drop(child.stdin.take());
        assert!(end_of(&mut child).is_some(), "goes on behind the end of standard input");
        drop(receiver);
        reader.join().expect("the thread ends");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Waits until a folder holds more than so many names. The temporary file of a report is the sign
/// that a run is under way and Ctrl-C is handled.
fn wait_for_more_than(count: usize, folder: &Path) {
    let started = Instant::now();
    while names(folder).len() <= count {
        assert!(started.elapsed() < HANG, "no report was begun");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn an_interrupted_run_leaves_no_report_and_no_temporary_file() {
    if interrupts_are_ignored() {
        return;
    }
    let (articles, work) = (big_folder(), folder(&[]));
    let child = endless(work.path(), articles.path(), &["--format", "jsonl", "--output", "report.jsonl"]);
    wait_for_more_than(0, work.path());
    assert_eq!(interrupted(child), (Some(130), String::new()));
    assert_eq!(names(work.path()), [""; 0]);
}

#[test]
fn an_interrupted_run_keeps_the_older_report() {
    if interrupts_are_ignored() {
        return;
    }
    let (articles, work) = (big_folder(), folder(&[("report.jsonl", b"older")]));
    let child = endless(work.path(), articles.path(), &["--format", "jsonl", "--output", "report.jsonl"]);
    wait_for_more_than(1, work.path());
    assert_eq!(interrupted(child), (Some(130), String::new()));
    assert_eq!(names(work.path()), ["report.jsonl"]);
    assert_eq!(std::fs::read(work.path().join("report.jsonl")).expect("the report"), b"older");
}

#[test]
fn an_interrupted_run_to_standard_output_ends_quietly() {
    if interrupts_are_ignored() {
        return;
    }
    let (articles, work) = (big_folder(), folder(&[]));
    let mut child = endless(work.path(), articles.path(), &["--format", "concise"]);
    let mut first = [0; 1];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("a finding");
    assert_eq!(interrupted(child), (Some(130), String::new()));
}

/// Waiting for standard input, a run ends at the first Ctrl-C, as every filter does.
#[test]
fn an_interrupt_ends_the_wait_for_standard_input() {
    if interrupts_are_ignored() {
        return;
    }
    /// Long enough to come to reading, and to end it: nobody types in between.
    const AMPLE: Duration = Duration::from_secs(10);
    let work = folder(&[]);
    let mut command = newslint(work.path(), &["check", "--isolated", "--output", "report.txt", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    wait_for_more_than(0, work.path());
    std::thread::sleep(Duration::from_millis(200));
    interrupt(&child);
    let started = Instant::now();
    while child.try_wait().expect("the process is ours").is_none() && started.elapsed() < AMPLE {
        std::thread::sleep(Duration::from_millis(5));
    }
    let status = child.try_wait().expect("the process is ours");
    if status.is_none() {
        child.kill().expect("the process is ours");
        child.wait().expect("the process is ours");
    }
    assert_eq!(status.and_then(|status| status.code()), Some(130), "one Ctrl-C is enough");
}
