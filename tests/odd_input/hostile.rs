//! Scraped text and file names that try to act on the terminal: no report lets them through.

use super::{check, findings, folder, messages};

/// What must not reach a terminal: controls, direction marks, characters that end lines or cannot be seen.
fn is_hostile(c: char) -> bool {
    let direction =
        matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let ends_line = matches!(c, '\u{2028}' | '\u{2029}');
    let invisible = matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}');
    (c.is_control() && c != '\n') || direction || ends_line || invisible
}

fn assert_harmless(output: &std::process::Output, context: &str) {
    for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{context}: {stream}: {error}"));
        if let Some(c) = text.chars().find(|c| is_hostile(*c)) {
            panic!("{context}: {stream} holds U+{:04X}: {text:?}", c as u32);
        }
    }
}

/// Lines that rules flag, with hostile characters in the flagged text, its message, its line and its fix.
const ARTICLE: &str = "Leave a Reply \u{1B}]0;owned\u{7}\u{1B}[2J\u{1B}[31m\n\
    \n\
    He said the the \u{202E}desrever\u{202C} end &amp; left\u{2028}for \u{9B}31m good\u{85}.\n\
    \n\
    Zero\u{200B}width and \u{2066}isolated\u{2069} and \u{E0041}tagged and b\u{8}ack.\n\
    \n\
    See &#27;[31m &#x202E; &#8232; &#x1b; &rlm; &nbsp; here.\n\
    \n\
    Subscribe to our newsletter \u{1B}[5m\u{FEFF}now\n\
    \n\
    He was was\u{2029}gone \u{7F}.\n";

#[test]
fn text_never_acts_on_the_terminal() {
    let folder = folder(&[("a.txt", ARTICLE.as_bytes())]);
    for format in ["text", "concise", "json", "jsonl"] {
        let output = check(folder.path(), &["--format", format, "--min-severity", "info", "--verbose", "a.txt"]);
        assert_eq!(output.status.code(), Some(1), "{}", messages(&output));
        assert_harmless(&output, format);
    }
    assert_harmless(&check(folder.path(), &["--statistics", "a.txt"]), "statistics");
}

/// Escaped, not lost: programs get the very characters of the file.
#[test]
fn json_carries_the_characters_themselves() {
    let folder = folder(&[("a.txt", ARTICLE.as_bytes())]);
    let found = findings(&check(folder.path(), &["--format", "jsonl", "--min-severity", "info", "a.txt"]));
    assert!(found.len() > 8, "{} findings", found.len());
    let mut hostile = 0;
    for finding in &found {
        let offset = |place: &str| usize::try_from(finding[place]["byte"].as_u64().expect("a byte")).expect("a byte");
        let text = &ARTICLE[offset("start")..offset("end")];
        assert_eq!(finding["text"], text);
        hostile += usize::from(text.chars().any(is_hostile));
    }
    assert!(hostile > 5, "{hostile} findings over hostile characters");
}

/// Colour brings escape sequences of our own and none of the text.
#[test]
fn colour_lets_only_its_own_sequences_through() {
    let folder = folder(&[("a.txt", ARTICLE.as_bytes())]);
    let output = check(folder.path(), &["--color", "always", "a.txt"]);
    let report = String::from_utf8(output.stdout).expect("the report is UTF-8");
    assert!(report.contains("\u{1B}[0m"));
    for piece in report.split('\u{1B}').skip(1) {
        let sequence: String = piece.chars().take_while(|c| *c != 'm').collect();
        assert!(
            sequence.starts_with('[') && sequence[1..].chars().all(|c| c.is_ascii_digit() || c == ';'),
            "{sequence:?}"
        );
    }
    for forbidden in ["\u{1B}[2J", "\u{1B}[5m", "\u{1B}]"] {
        assert!(!report.contains(forbidden), "{forbidden:?}");
    }
    assert!(!report.chars().any(|c| is_hostile(c) && c != '\u{1B}'));
}

#[cfg(unix)]
#[test]
fn names_never_act_on_the_terminal() {
    let names = [
        "new\nline.txt",
        "with space.txt",
        "red\u{1B}[31m.txt",
        "\u{202E}txt.exe.txt",
        "quote\"and\\slash.txt",
        "tab\tbed.txt",
    ];
    let files: Vec<_> = names.iter().map(|name| (*name, &b"Leave a Reply\n"[..])).collect();
    let folder = folder(&files);
    for format in ["text", "concise", "json", "jsonl"] {
        let output = check(folder.path(), &["--format", format, "."]);
        assert_eq!(output.status.code(), Some(1));
        let without_tabs = std::process::Output {
            stdout: output.stdout.iter().copied().filter(|byte| *byte != b'\t').collect(),
            ..output
        };
        assert_harmless(&without_tabs, format);
        if format == "concise" {
            let lines = String::from_utf8_lossy(&without_tabs.stdout).lines().count();
            assert_eq!(lines, names.len(), "one line a finding");
        }
    }
    let mut paths: Vec<_> = findings(&check(folder.path(), &["--format", "jsonl", "."]))
        .iter()
        .map(|finding| finding["path"].as_str().expect("a path").to_owned())
        .collect();
    let mut expected = names.map(str::to_owned).to_vec();
    paths.sort();
    expected.sort();
    assert_eq!(paths, expected);
    // Names in errors and notes, too.
    let missing = ["--verbose", "gone\u{1B}[2J\n.txt", "gone\u{202E}.txt"];
    let output = check(folder.path(), &missing);
    assert_eq!(output.status.code(), Some(2));
    assert_harmless(&output, "errors");
    assert_eq!(messages(&output).lines().filter(|line| line.starts_with("error: ")).count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_utf8_is_read() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xE9.txt");
    std::fs::write(folder.path().join(name), "Leave a Reply\n").expect("a file");
    let output = check(folder.path(), &["--format", "concise", "."]);
    assert_eq!((output.status.code(), messages(&output).as_str()), (Some(1), ""));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("caf\u{FFFD}.txt:1:1: error["));
}

/// A configuration is not hostile, but its mistakes are shown, and it may be copied from anywhere.
#[test]
fn mistakes_in_a_configuration_are_shown_harmlessly() {
    let folder = folder(&[
        ("a.txt", b"text\n"),
        ("lint.toml", "select = [\"\u{202E}paywall\"] # \u{202E}\nexclude = [1] # \u{9B}31m\n".as_bytes()),
    ]);
    let output = super::newslint(folder.path(), &["check", "--quiet", "a.txt"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert_harmless(&output, "configuration");
}
