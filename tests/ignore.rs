//! `newslint ignore` beyond what its sessions in tests/cmd show.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const STORY: &str = "The bridge reopened on Monday.\n\nLeave a Reply\n";

fn newslint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
    command.args(arguments).env("NO_COLOR", "1").current_dir(folder).output().expect("the program starts")
}

fn ignore(folder: &Path, arguments: &[&str]) -> Output {
    newslint(folder, &[&["ignore", "--reason", "why"], arguments].concat())
}

/// The fingerprints of all findings in a folder.
fn fingerprints(folder: &Path) -> Vec<String> {
    let output = newslint(folder, &["check", "--format", "jsonl", "--min-severity", "info"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let value = |line: &str| serde_json::from_str::<Value>(line).expect("an object")["fingerprint"].clone();
    text.lines().map(|line| value(line).as_str().expect("a string").to_owned()).collect()
}

fn error(output: &Output) -> String {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn digits_of_several_findings() {
    // Among so many findings some share their first six digits.
    let text: String = (0..12_000).map(|number| format!("They saw the the {number} ships.\n\n")).collect();
    let folder = folder(&[("a.txt", &text)]);
    let mut seen = HashMap::new();
    let all = fingerprints(folder.path());
    let pair = all.iter().find_map(|digits| seen.insert(&digits[..6], digits).map(|other| (other, digits)));
    let (first, second) = pair.expect("two findings that begin alike");
    let message = error(&ignore(folder.path(), &[&first[..6]]));
    assert!(message.starts_with("error: several findings have a fingerprint that begins with"), "{message}");
    assert!(message.contains(first) && message.contains(second) && message.contains("a.txt:"), "{message}");
    assert!(!folder.path().join("lint.toml").exists());
    assert_eq!(ignore(folder.path(), &[&first.to_uppercase()]).status.code(), Some(0));
}

#[test]
fn each_file_goes_to_the_configuration_that_holds_for_it() {
    let crlf = "[gate]\r\n# why\r\nfail-on = 'error'\r\n";
    let folder = folder(&[("a/x [1].txt", STORY), ("a/b/y.txt", STORY), ("a/b/lint.toml", crlf), ("a/lint.toml", "")]);
    let digits = &fingerprints(folder.path())[0];
    fs::create_dir(folder.path().join(&digits[..8])).expect("a folder");
    // A folder named like a fingerprint is a folder, behind a fingerprint.
    let message = error(&ignore(folder.path(), &[digits, &digits[..8]]));
    assert!(message.contains("no finding has the fingerprint"), "{message}");
    let output = ignore(folder.path(), &[digits]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert!(read("a/lint.toml").starts_with("[[ignore-text]]\npath = '/x \\[1\\].txt'\n"));
    let inner = read("a/b/lint.toml");
    assert!(inner.starts_with(&format!("{crlf}\r\n[[ignore-text]]\r\npath = \"/y.txt\"\r\n")), "{inner:?}");
    assert!(!folder.path().join("lint.toml").exists());
    assert_eq!(newslint(folder.path(), &["check"]).status.code(), Some(0));
}

#[test]
fn files_that_no_configuration_can_name() {
    let folder = folder(&[("a/x.txt", STORY), ("b/lint.toml", "")]);
    let digits = &fingerprints(folder.path())[0];
    let message = error(&ignore(&folder.path().join("b"), &[digits, "../a"]));
    assert!(message.contains("x.txt has no name in a lint.toml in"), "{message}");
    let message = error(&ignore(folder.path(), &[digits, "--config", "b/lint.toml"]));
    assert!(message.contains("x.txt has no name in a lint.toml in"), "{message}");
    assert_eq!(fs::read_to_string(folder.path().join("b/lint.toml")).expect("it is there"), "");
}

#[test]
fn records_share_an_entry_and_read_only_files_stay() {
    let line = "{\"text\": \"The bridge reopened.\\n\\nLeave a Reply\"}\n";
    let folder = folder(&[("a.jsonl", &line.repeat(3)), ("lint.toml", "")]);
    let path = folder.path().join("lint.toml");
    let digits = &fingerprints(folder.path())[0];
    let mut permissions = path.metadata().expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("its owner may");
    assert!(error(&ignore(folder.path(), &[digits])).contains("read-only"));
    fs::remove_file(&path).expect("the folder is writable");
    assert_eq!(ignore(folder.path(), &[digits]).status.code(), Some(0));
    let text = fs::read_to_string(&path).expect("it is there");
    assert_eq!(text.matches("[[ignore-text]]").count(), 1, "{text}");
    assert!(newslint(folder.path(), &["check", "--quiet"]).stdout.is_empty());
}

/// A fingerprint in lint.toml stands for one of several equal findings, and the others keep theirs.
#[test]
fn one_of_equal_findings() {
    let text = "They saw the the ships.\n\nMore of the story.\n\nThey saw the the ships.\n";
    let folder = folder(&[("a.txt", text), ("lint.toml", "ignore = ['duplicates']\n")]);
    let all = fingerprints(folder.path());
    assert_eq!(all.len(), 2, "{all:?}");
    for (dropped, kept) in [(0, 1), (1, 0)] {
        let entry = "[[ignore-text]]\npath = 'a.txt'\nrule = 'structure'\n";
        let text = format!("ignore = ['duplicates']\n{entry}fingerprint = '{}'\n", all[dropped]);
        fs::write(folder.path().join("lint.toml"), text).expect("a file");
        assert_eq!(fingerprints(folder.path()), [all[kept].as_str()]);
    }
}
