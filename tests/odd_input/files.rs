//! Single files: missing, unreadable, empty, binary, huge, and files that are none.

use super::{CLEAN, JUNK, check, findings, folder, messages, newslint};
use std::fmt::Write as _;

#[test]
fn a_missing_path_is_named_and_the_rest_goes_on() {
    let folder = folder(&[("a.txt", JUNK.as_bytes())]);
    let output = check(folder.path(), &["--format", "concise", "missing.txt", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(messages(&output).starts_with("error: cannot read missing.txt: "), "{}", messages(&output));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("a.txt:1:1: error["));
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_an_error_by_name_and_no_text_below_a_folder() {
    let folder = folder(&[("a.txt", JUNK.as_bytes())]);
    std::os::unix::fs::symlink("nowhere.txt", folder.path().join("link.txt")).expect("a link");
    let output = check(folder.path(), &["--quiet", "link.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(messages(&output).contains("link.txt"), "{}", messages(&output));
    let output = check(folder.path(), &["--format", "concise", "."]);
    assert_eq!((output.status.code(), messages(&output).as_str()), (Some(1), ""));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named_and_the_rest_goes_on() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("a.txt", JUNK.as_bytes()), ("closed.txt", JUNK.as_bytes())]);
    let closed = folder.path().join("closed.txt");
    std::fs::set_permissions(&closed, Permissions::from_mode(0o000)).expect("permissions");
    if std::fs::read(&closed).is_ok() {
        // The superuser reads everything; the missing path and the dangling link stand for this case.
        return;
    }
    let output = check(folder.path(), &["--format", "concise", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert!(messages(&output).starts_with("error: cannot read closed.txt: "), "{}", messages(&output));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("a.txt:1:1: error["));
}

#[test]
fn an_empty_file_is_found_and_nothing_else_in_it() {
    let folder = folder(&[("a.txt", b""), ("mark.txt", b"\xEF\xBB\xBF"), ("end.txt", b"\n")]);
    let output = check(folder.path(), &["--format", "concise", "a.txt", "mark.txt", "end.txt"]);
    assert_eq!((output.status.code(), messages(&output).as_str()), (Some(1), ""));
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), 3, "{found}");
    assert!(lines.iter().all(|line| line.contains("error[structure/empty-document]")), "{found}");
}

#[test]
fn a_binary_file_is_skipped_with_a_note_on_request() {
    let picture: Vec<u8> =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".iter().copied().chain((0..=255).cycle().take(4000)).collect();
    let folder = folder(&[("a.txt", CLEAN.as_bytes()), ("picture.txt", &picture)]);
    let output = check(folder.path(), &["--format", "concise", "."]);
    assert_eq!((output.status.code(), messages(&output).as_str(), output.stdout.len()), (Some(0), "", 0));
    let output = check(folder.path(), &["--format", "concise", "--verbose", "."]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    assert_eq!(messages(&output), "note: skipped picture.txt: not text\n");
}

#[test]
fn a_line_of_twenty_megabytes() {
    const SIZE: usize = 20_000_000;
    let mut text = String::from("It said &amp; meant it. ");
    for number in 0.. {
        if text.len() >= SIZE {
            break;
        }
        let _ = write!(text, "Bridge {number} reopened on Monday after eight months of repairs, the port said. ");
    }
    text.push_str("It cost £4m &amp; more.");
    let folder = folder(&[("a.txt", text.as_bytes())]);
    let output = check(folder.path(), &["--format", "jsonl", "a.txt"]);
    let found = findings(&output);
    let [first, last] = &found[..] else { panic!("{} findings", found.len()) };
    assert_eq!((first["start"]["line"].as_u64(), first["start"]["column"].as_u64()), (Some(1), Some(9)));
    let at = text.rfind("&amp;").expect("the entity");
    assert_eq!((last["start"]["line"].as_u64(), last["start"]["byte"].as_u64()), (Some(1), Some(at as u64)));
    assert_eq!(last["start"]["column"].as_u64(), Some(text[..at].chars().count() as u64 + 1));
    // People see a window of the line.
    let output = check(folder.path(), &["a.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.len() < 4000, "{} bytes for two findings", output.stdout.len());
}

#[test]
fn the_ending_counts_below_folders_only() {
    let folder = folder(&[("a.html", JUNK.as_bytes()), ("UPPER.TXT", JUNK.as_bytes()), ("txt", JUNK.as_bytes())]);
    let output = check(folder.path(), &["--format", "concise", "."]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("UPPER.TXT:1:1: "));
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert_eq!(check(folder.path(), &["--quiet", "a.html"]).status.code(), Some(1));
}

/// `--output /dev/null`, `--output >(gzip > report.gz)`: what is no ordinary file is written to, not replaced.
#[cfg(unix)]
#[test]
fn output_to_a_pipe_is_written_to_it() {
    use std::io::Read as _;
    use std::os::unix::fs::FileTypeExt as _;
    let folder = folder(&[("a.txt", JUNK.as_bytes())]);
    let pipe = folder.path().join("report");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    // Open for both, so that neither end waits for the other.
    let mut reader = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("the pipe");
    let output = check(folder.path(), &["--format", "concise", "--output", "report", "a.txt"]);
    assert_eq!((output.status.code(), messages(&output).as_str()), (Some(1), ""));
    assert!(
        std::fs::symlink_metadata(&pipe).expect("the pipe").file_type().is_fifo(),
        "the pipe was replaced by a file"
    );
    let mut start = [0; 8];
    reader.read_exact(&mut start).expect("the report");
    assert_eq!(&start, b"a.txt:1:");
}

#[cfg(unix)]
#[test]
fn output_through_a_link_keeps_the_link() {
    let folder = folder(&[("a.txt", JUNK.as_bytes()), ("reports/old", b"old")]);
    let link = folder.path().join("report");
    std::os::unix::fs::symlink("reports/old", &link).expect("a link");
    let output = check(folder.path(), &["--format", "concise", "--output", "report", "a.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(std::fs::symlink_metadata(&link).expect("the link").is_symlink(), "the link was replaced by a file");
    assert!(std::fs::read_to_string(folder.path().join("reports/old")).expect("the report").starts_with("a.txt:1:1: "));
}

/// Without a document nobody asks for the baseline that the configuration names.
#[test]
fn a_file_without_documents_needs_no_baseline() {
    let request = b"WARC/1.1\r\nWARC-Type: request\r\nContent-Length: 4\r\n\r\nGET \r\n\r\n";
    let folder = folder(&[("pages.warc", request), ("lint.toml", b"baseline = 'gone.json'\n")]);
    let output = newslint(folder.path(), &["check", "pages.warc"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", messages(&output));
    let article =
        [&request[..], b"WARC/1.1\r\nWARC-Type: conversion\r\nContent-Length: 4\r\n\r\nText\r\n\r\n"].concat();
    std::fs::write(folder.path().join("pages.warc"), article).expect("a file");
    let output = newslint(folder.path(), &["check", "pages.warc"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2), "{}", messages(&output));
    assert!(messages(&output).contains("gone.json"), "{}", messages(&output));
}
