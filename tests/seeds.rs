//! All findings on the sample documents in seeds/, so that a change of a rule shows in the difference.
//!
//! `SNAPSHOTS=overwrite cargo test --test seeds` writes the snapshot anew.

use std::process::Command;

use snapbox::{assert_data_eq, file};

/// The report on `seeds/` with the built-in rules at their default, notes included.
fn findings(folder: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
    command.args([
        "check",
        "--isolated",
        "--no-cache",
        "--quiet",
        "--format",
        "concise",
        "--min-severity",
        "info",
        "--color",
        "never",
    ]);
    let output = command.arg(folder).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1), "the seeds have defects");
    String::from_utf8(output.stdout).expect("the report is UTF-8")
}

#[test]
fn findings_on_the_seeds() {
    assert_data_eq!(findings("seeds"), file!["snapshots/seeds.txt"].raw());
}
