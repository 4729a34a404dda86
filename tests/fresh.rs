//! Files made by the program itself are those of this very version: docs/rules.md, docs/lint.schema.json, and
//! the template of `newslint init`; and the example in the README is real.
//!
//! `SNAPSHOTS=overwrite cargo test --test fresh` writes the two files in docs/ anew.

use std::process::Command;

use newslint::config::template::TEMPLATE;
use newslint::config::{Arguments, Settings};
use newslint::files::Files;
use serde_json::Value;
use snapbox::{assert_data_eq, file};

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_newslint")).args(arguments).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

#[test]
fn page_of_the_rules() {
    assert_data_eq!(printed(&["rules", "--isolated", "--format", "markdown"]), file!["../docs/rules.md"].raw());
}

#[test]
fn schema_of_the_configuration() {
    let schema = printed(&["config", "--schema"]);
    let value: Value = serde_json::from_str(&schema).expect("the schema is JSON");
    assert_eq!(value["type"], "object");
    assert_data_eq!(schema, file!["../docs/lint.schema.json": Text].raw());
}

/// The lines of the template that are TOML behind their comment sign; its prose begins with a
/// capital or a command in backquotes.
fn uncommented(template: &str) -> String {
    let is_prose =
        |line: &str| line.starts_with(|c: char| c.is_uppercase() || c == '`') || line.starts_with("lint.toml:");
    let lines = template.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
    lines.filter(|line| !is_prose(line)).fold(String::new(), |text, line| text + line + "\n")
}

/// Writes a configuration with what the template's relative paths name, and reads it.
fn read(text: &str) -> Result<Settings, String> {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join("articles");
    std::fs::create_dir_all(folder.join("house-rules")).expect("a folder");
    std::fs::write(root.path().join("lint.toml"), "").expect("a file");
    std::fs::write(folder.join("people.toml"), "people = []").expect("a file");
    let path = folder.join("lint.toml");
    std::fs::write(&path, text).expect("a file");
    let errors = |errors: Vec<newslint::config::ConfigError>| errors.iter().map(ToString::to_string).collect();
    Settings::read(&path, "lint.toml", &Arguments::default(), &Files::on_disk()).map_err(errors)
}

#[test]
fn template_as_it_is_changes_nothing() {
    let settings = read(TEMPLATE).expect("the template is valid");
    let plain = Settings::isolated(&Arguments::default()).expect("there are no arguments to be wrong");
    assert_eq!(settings.select(), plain.select());
    assert_eq!((settings.ignore(), settings.options()), (plain.ignore(), plain.options()));
    assert_eq!((settings.fail_on(), settings.budgets()), (None, Vec::new()));
    assert_eq!(settings.patterns().count(), 0);
}

#[test]
fn template_with_all_comment_signs_off_is_valid() {
    let text = uncommented(TEMPLATE);
    if let Err(errors) = read(&text) {
        panic!("{errors}\nin\n{text}");
    }
}

/// What the schema knows, the template shows, and the other way round.
#[test]
fn template_shows_every_key() {
    let value: toml::Table = uncommented(TEMPLATE).parse().expect("the template is TOML");
    let shown: Vec<&str> = value.keys().map(String::as_str).collect();
    let schema: Value = serde_json::from_str(&printed(&["config", "--schema"])).expect("the schema is JSON");
    let mut known: Vec<&str> = schema["properties"].as_object().expect("keys").keys().map(String::as_str).collect();
    known.sort_unstable();
    assert_eq!(shown, known);
}

#[test]
fn example_in_the_readme() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).expect("the README is there");
    let example = readme.split("$ newslint check seeds\n").nth(1).and_then(|rest| rest.split("```").next());
    let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
    command.args(["check", "--no-cache", "--color", "never", "seeds"]).current_dir(root);
    let output = command.output().expect("the program starts");
    let output = String::from_utf8(output.stdout).expect("the output is UTF-8");
    // What the example shows stands in the output, in this order.
    let mut from = 0;
    for part in example.expect("the README has an example").split("\n\n").flat_map(|part| part.split("…\n")) {
        let part = part.trim_matches('\n');
        let at = output[from..].find(part);
        from += at.unwrap_or_else(|| panic!("not in the output of `newslint check seeds`:\n{part}"));
    }
}
