//! The command line as users type it: each page in tests/cmd is a session, run in a copy of its `.in` folder.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what the program does now into the pages; read
//! the difference before you keep it: a page may fail because the program is wrong, not the page.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Neither the caller's terminal nor the caller's home may change what a case sees.
const ENVIRONMENT: [(&str, &str); 10] = [
    ("NO_COLOR", ""),
    ("CLICOLOR", "0"),
    ("CLICOLOR_FORCE", ""),
    ("RUST_BACKTRACE", "0"),
    ("HOME", "/nonexistent"),
    ("XDG_CONFIG_HOME", "/nonexistent"),
    ("XDG_CACHE_HOME", ""),
    ("NEWSLINT_CACHE_DIR", ""),
    ("TERM", "dumb"),
    ("COLUMNS", "100"),
];

#[test]
fn sessions() {
    let cases = trycmd::TestCases::new();
    for (name, value) in ENVIRONMENT {
        cases.env(name, value);
    }
    cases.register_bin("newslint", std::path::Path::new(env!("CARGO_BIN_EXE_newslint")));
    cases.case("tests/cmd/*.md").case("tests/cmd/*.toml");
}

/// What `newslint rules --format json` promises to programs; the rules themselves may change.
#[test]
fn rules_as_json() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_newslint")).args(arguments).envs(ENVIRONMENT).output();
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("the output is JSON")
    };
    let list = run(&["rules", "--isolated", "--format", "json"]);
    let list = list.as_array().expect("one array");
    let ids: Vec<&str> = list.iter().filter_map(|rule| rule["rule"].as_str()).collect();
    assert_eq!(ids.len(), list.len());
    assert!(ids.is_sorted() && ids.iter().collect::<BTreeSet<_>>().len() == ids.len(), "{ids:?}");
    for rule in list {
        let id = rule["rule"].as_str().unwrap_or_default();
        let (family, name) = id.split_once('/').expect(id);
        assert!(!name.is_empty() && rule["family"] == family, "{id}");
        assert!(["info", "warning", "error"].map(Value::from).contains(&rule["severity"]), "{id}");
        assert!(["delete-line", "delete", "replace"].map(Value::from).contains(&rule["fix"]) || rule["fix"].is_null());
        assert_eq!(rule["fix"].is_null(), rule["safety"].is_null(), "{id}");
        for key in ["summary", "why"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{id}: {key}");
        }
        for example in rule["examples"].as_array().expect(id) {
            assert!(example["text"].is_string() && example["flags"].is_array(), "{id}");
        }
        for option in rule["options"].as_array().expect(id) {
            let kind = option["type"].as_str();
            let fits = match kind {
                Some("integer") => option["default"].is_u64(),
                Some("boolean") => option["default"].is_boolean(),
                Some("strings") => option["default"].is_array(),
                _ => false,
            };
            assert!(fits && option["description"].is_string(), "{id}: {option}");
        }
        assert_eq!(&run(&["explain", "--isolated", id, "--format", "json"]), rule);
    }
}

/// Who decides on colour, the strongest first: `--color`, NO_COLOR, CLICOLOR_FORCE, and that the output is no terminal.
#[test]
fn colour() {
    let is_coloured = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
        command
            .args(["check", "--isolated", "tests/cmd/check.in/articles/port.txt", "no-such-file.txt"])
            .args(arguments);
        let output = command.envs(ENVIRONMENT).envs(environment.iter().copied()).output().expect("the program starts");
        assert!(!output.stdout.is_empty() && !output.stderr.is_empty());
        let (report, messages) = (output.stdout.contains(&0x1B), output.stderr.contains(&0x1B));
        assert_eq!(report, messages, "{arguments:?} {environment:?}: the report and the messages agree");
        report
    };
    assert!(!is_coloured(&[], &[]));
    assert!(is_coloured(&["--color", "always"], &[]));
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

/// The findings of a large text are rendered some at a time; the report is one all the same, and equal findings
/// in different pieces are told apart.
#[test]
fn large_texts_give_one_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corpus.txt");
    let line =
        |number| format!("In {} they said that the the result of the vote was known in the whole town.\n", number % 9);
    std::fs::write(&path, (0..60_000).map(line).collect::<String>()).expect("a file");
    let arguments = ["check", "--isolated", "--no-cache", "--select", "structure/repeated-word", "--format", "json"];
    let output = Command::new(env!("CARGO_BIN_EXE_newslint")).args(arguments).arg(&path).envs(ENVIRONMENT).output();
    let findings: Value = serde_json::from_slice(&output.expect("the program starts").stdout).expect("one array");
    let findings = findings.as_array().expect("one array");
    assert_eq!(findings.len(), 60_000);
    assert!(findings.iter().zip(1..).all(|(finding, line)| finding["start"]["line"] == line));
    let fingerprints: BTreeSet<_> = findings.iter().filter_map(|finding| finding["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), 60_000);
}
