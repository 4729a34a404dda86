//! `newslint check --since` against real repositories of git.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Two texts with junk lines; the lines between them are clean.
const STORY: &str = "The bridge reopened on Monday.\n\nLeave a Reply\n\nTraffic was light.\n\nSubscribe to unlock\n";

/// A repository in a temporary folder.
struct Repository(TempDir);

impl Repository {
    /// A repository whose first commit holds these files.
    fn new(files: &[(&str, &str)]) -> Repository {
        let repository = Repository(tempfile::tempdir().expect("a temporary folder"));
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        files.iter().for_each(|(name, text)| repository.write(name, text));
        repository.commit();
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Runs git with an identity of its own, whatever the user's settings.
    fn git_with(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.path());
        for name in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{name}_NAME"), "newslint").env(format!("GIT_{name}_EMAIL"), "newslint@localhost");
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"].iter().for_each(|name| {
            command.env_remove(name);
        });
        command.output().expect("git starts")
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.git_with(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
    }

    /// `newslint check --since` in a folder of the repository.
    fn since(&self, folder: &str, arguments: &[&str]) -> Output {
        self.command(folder, arguments).output().expect("the program starts")
    }

    fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
        command.args(["check", "--format", "jsonl", "--quiet", "--color", "never", "--since"]).args(arguments);
        command.current_dir(self.path().join(folder));
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    /// What a run finds: `path:line`.
    fn found(&self, folder: &str, arguments: &[&str]) -> Vec<String> {
        places(&self.since(folder, arguments))
    }
}

fn places(output: &Output) -> Vec<String> {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::str::from_utf8(&output.stdout).expect("the report is UTF-8");
    let findings: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(output.status.code(), Some(i32::from(!findings.is_empty())));
    let place = |finding: &Value| format!("{}:{}", finding["path"].as_str().unwrap_or("?"), finding["start"]["line"]);
    findings.iter().map(place).collect()
}

fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn committed_staged_changed_and_new_lines() {
    let files = ["committed.txt", "staged.txt", "changed.txt", "same.txt", "cut.txt", "gone.txt", "mode.txt"];
    let repository = Repository::new(&files.map(|name| (name, STORY)));
    assert_eq!(repository.found("", &["HEAD"]), [""; 0]);
    repository.write("committed.txt", STORY.replace("light.", "light.\nLeave a Reply"));
    repository.commit();
    repository.write("staged.txt", STORY.replace("Subscribe to", "Please subscribe to"));
    repository.git(&["add", "staged.txt"]);
    repository.write("changed.txt", STORY.replace("Leave a Reply", "Leave a Reply Cancel"));
    repository.write("cut.txt", STORY.replace("Traffic was light.\n", ""));
    repository.write("new.txt", "Leave a Reply\n");
    repository.write(".gitignore", "hidden.txt\n");
    repository.write("hidden.txt", "Leave a Reply\n");
    fs::remove_file(repository.path().join("gone.txt")).expect("it was there");
    repository.git(&["update-index", "--chmod=+x", "mode.txt"]);
    let all = ["changed.txt:3", "committed.txt:6", "new.txt:1", "staged.txt:7"];
    assert_eq!(repository.found("", &["HEAD~"]), all);
    assert_eq!(repository.found("", &["HEAD"]), ["changed.txt:3", "new.txt:1", "staged.txt:7"]);
    // Given by name, files that did not change, or that git ignores, are left out as well.
    assert_eq!(repository.found("", &["HEAD", "changed.txt", "same.txt", "hidden.txt"]), ["changed.txt:3"]);
}

#[test]
fn folders_configurations_and_other_repositories() {
    let repository =
        Repository::new(&[("a.txt", "Fine.\n"), ("desk/wire/b.txt", "Fine.\n"), ("desk/c.txt", "Fine.\n")]);
    for name in ["a.txt", "desk/wire/b.txt", "desk/c.txt", "desk/raw/d.txt"] {
        repository.write(name, "Fine.\nLeave a Reply\n");
    }
    repository.write("desk/lint.toml", "exclude = [\"raw/\", \"none/\"]\n");
    assert_eq!(repository.found("desk", &["HEAD"]), ["c.txt:2", "wire/b.txt:2"]);
    assert_eq!(repository.found("desk/wire", &["HEAD", "../c.txt", ".."]).len(), 3);
    assert_eq!(repository.found("", &["HEAD", "desk/wire"]), ["desk/wire/b.txt:2"]);
    // From another repository, and as a hook of that one.
    let other = Repository::new(&[]);
    let path = repository.path().join("desk");
    let mut command = other.command("", &["HEAD", path.to_str().expect("UTF-8")]);
    command.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/index");
    assert_eq!(places(&command.output().expect("the program starts")).len(), 2);
    let mut command = repository.command("", &["HEAD", "desk/wire"]);
    command.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/index");
    assert_eq!(places(&command.output().expect("the program starts")), ["desk/wire/b.txt:2"]);
}

#[cfg(unix)]
#[test]
fn names_of_all_kinds_and_links() {
    let names =
        ["a b.txt", "caf\u{E9}.txt", "\"quoted\".txt", "tab\t.txt", "new\nline.txt", "back\\slash.txt", "b/a b/x.txt"];
    let repository = Repository::new(&names.map(|name| (name, "Fine.\n\nFine, too.\n")));
    for name in names {
        repository.write(name, "Fine.\n\nLeave a Reply\n");
        repository.write(&format!("new/{name}"), "Leave a Reply\n");
    }
    assert_eq!(repository.found("", &["HEAD"]).len(), 2 * names.len());
    std::os::unix::fs::symlink(repository.path().join("a b.txt"), repository.path().join("link.txt")).expect("a link");
    assert_eq!(repository.found("", &["HEAD", "link.txt"]), ["link.txt:3"]);
    let outside = tempfile::tempdir().expect("a temporary folder");
    let link = outside.path().join("tree");
    std::os::unix::fs::symlink(repository.path(), &link).expect("a link");
    let mut command = repository.command("", &["HEAD", "b"]);
    assert_eq!(places(&command.current_dir(&link).output().expect("the program starts")), ["b/a b/x.txt:3"]);
}

#[test]
fn renamed_files_count_where_they_differ() {
    let body = "Words that stay as they are.\n".repeat(20);
    let repository =
        Repository::new(&[("old.txt", &format!("{STORY}{body}")), ("same.txt", &format!("x\n{STORY}{body}"))]);
    repository.git(&["mv", "old.txt", "new name.txt"]);
    repository.git(&["mv", "same.txt", "moved.txt"]);
    repository.write("new name.txt", format!("{}{body}", STORY.replace("Leave a Reply", "Leave a Reply Cancel")));
    assert_eq!(repository.found("", &["HEAD"]), ["new name.txt:3"]);
}

#[test]
fn records() {
    let line = |text: &str| format!("{{\"text\": \"{text}\"}}\n");
    let old = line("Fine.\\nLeave a Reply") + &line("Good.\\nLeave a Reply");
    let repository = Repository::new(&[("a.jsonl", &old), ("t.csv", "id,text\n1,\"Fine.\nLeave a Reply\"\n")]);
    repository.write("a.jsonl", old.replace("Good", "Better"));
    repository.write("t.csv", "id,text\n1,\"Fine.\nLeave a Reply\"\n2,\"Fine.\n\nLeave a Reply\"\n");
    repository.write("new.jsonl", &old);
    assert_eq!(repository.found("", &["HEAD"]), ["a.jsonl:2", "new.jsonl:1", "new.jsonl:2", "t.csv:6"]);
    // Only records on changed lines are documents of the run.
    let output = repository.command("", &["HEAD", "--statistics", "a.jsonl"]).output().expect("the program starts");
    let statistics: Value = serde_json::from_slice(&output.stdout).expect("an object");
    assert_eq!(statistics["documents"], 1, "{statistics}");
}

/// Findings that are equal but for their line keep their fingerprints when the others are left out.
#[test]
fn fingerprints_do_not_depend_on_what_changed() {
    let fingerprints = |output: &Output| -> Vec<String> {
        let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
        let value = |line: &str| serde_json::from_str::<Value>(line).expect("an object")["fingerprint"].to_string();
        text.lines().map(value).collect()
    };
    let text = "Fine.\n\nLeave a Reply\n\nWords of the story.\n";
    let repository = Repository::new(&[("a.txt", text)]);
    repository.write("a.txt", format!("{text}\nLeave a Reply\n"));
    repository.write("lint.toml", "ignore = [\"duplicates\"]\n");
    let part = fingerprints(&repository.since("", &["HEAD", "a.txt"]));
    repository.git(&["rm", "--quiet", "--cached", "a.txt"]);
    let all = fingerprints(&repository.since("", &["HEAD", "a.txt"]));
    assert_eq!((part.len(), all.len()), (1, 2));
    assert_eq!(part[0], all[1]);
    assert_ne!(all[0], all[1]);
    // Nor on what is ignored.
    repository.git(&["add", "a.txt"]);
    repository.git(&["commit", "--quiet", "--message=y"]);
    repository.write("a.txt", format!("{text}\nLeave a Reply\n\nMore.\n\nLeave a Reply\n"));
    let entry = format!("[[ignore-text]]\npath = \"a.txt\"\nrule = \"all\"\nfingerprint = {}\n", all[0]);
    repository.write("lint.toml", format!("ignore = [\"duplicates\"]\n{entry}"));
    let third = fingerprints(&repository.since("", &["HEAD", "a.txt"]));
    assert!(third.len() == 1 && !all.contains(&third[0]), "{third:?}");
}

#[test]
fn files_without_lines_of_their_own() {
    let mut old = STORY.to_owned();
    let repository = Repository::new(&[("utf16.txt", ""), ("big.txt", STORY), ("cr.txt", "")]);
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().chain([10]).flat_map(u16::to_le_bytes).collect() };
    repository.write("utf16.txt", [&b"\xFF\xFE"[..], &utf16(&old)].concat());
    repository.write("cr.txt", "Fine.\rLeave a Reply\rFine.\nLeave a Reply\nFine.\n");
    repository.write(".gitattributes", "big.txt filter=count\n");
    repository.git(&["config", "filter.count.clean", "wc -c"]);
    repository.commit();
    // Git sees a binary file, and a filtered one.
    old.push_str("More.\n");
    repository.write("utf16.txt", [&b"\xFF\xFE"[..], &utf16(&old)].concat());
    repository.write("big.txt", &old);
    repository.write("cr.txt", "Fine.\rLeave a Reply\rFine.\nLeave a Reply\nFine!\n");
    // Line 1 of the last is where its encoding is told.
    let places = ["big.txt:3", "big.txt:7", "utf16.txt:1", "utf16.txt:3", "utf16.txt:7"];
    assert_eq!(repository.found("", &["HEAD"]), places);
    repository.write("cr.txt", "Fine.\rLeave a Reply\rFine!\nLeave a Reply\nFine.\n");
    assert_eq!(repository.found("", &["HEAD", "cr.txt"]), ["cr.txt:2"]);
}

#[test]
fn settings_of_the_user_change_nothing() {
    let repository = Repository::new(&[("desk/a.txt", STORY)]);
    repository.write("desk/a.txt", STORY.replace("light.", "heavy.").replace("Leave a Reply", "Leave a Reply Cancel"));
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.relative", "true"),
        ("diff.interHunkContext", "9"),
        ("diff.context", "9"),
        ("diff.external", "/nonexistent"),
        ("diff.renames", "copies"),
        ("color.ui", "always"),
        ("core.quotePath", "false"),
        ("core.pager", "/nonexistent"),
    ] {
        repository.git(&["config", key, value]);
        assert_eq!(repository.found("desk", &["HEAD"]), ["a.txt:3"], "{key}");
    }
}

#[test]
fn merge_bases_conflicts_and_submodules() {
    let repository = Repository::new(&[("a.txt", STORY), ("b.txt", STORY)]);
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write("a.txt", STORY.replace("Leave a Reply", "Leave a Reply Cancel"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("b.txt", STORY.replace("Subscribe to unlock", "Fine."));
    repository.commit();
    repository.git(&["checkout", "--quiet", "topic"]);
    assert_eq!(repository.found("", &["main..."]), ["a.txt:3"]);
    assert_eq!(repository.found("", &["main"]), ["a.txt:3", "b.txt:7"]);
    // A merge that stopped half-way: the lines that both sides changed are new.
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("a.txt", STORY.replace("Leave a Reply", "Post a comment"));
    repository.commit();
    assert!(!repository.git_with(&["merge", "--quiet", "topic"]).status.success());
    assert!(repository.found("", &["HEAD", "a.txt"]).iter().all(|place| place.starts_with("a.txt:")));
    assert!(repository.found("", &["HEAD", "a.txt"]).contains(&"a.txt:6".to_owned()));
    // The files of another repository inside this one are none of its own.
    let outer = Repository::new(&[]);
    outer.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        repository.path().to_str().expect("UTF-8"),
        "inner",
    ]);
    outer.write("inner/a.txt", "Leave a Reply\n");
    assert_eq!(outer.found("", &["HEAD"]), [""; 0]);
}

#[test]
fn what_cannot_be_told() {
    let repository = Repository::new(&[("a.txt", STORY)]);
    for revision in ["none", "none...", "-x", "--output=stolen", "", "...", "HEAD~9", "HEAD:a.txt"] {
        let argument = format!("--since={revision}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
        let output = command.args(["check", &argument]).current_dir(repository.path()).output();
        let message = error(&output.expect("the program starts"));
        assert!(message.starts_with("error: there is no revision `"), "{revision}: {message}");
        assert!(!repository.path().join("stolen").exists());
    }
    assert!(error(&repository.since("", &["HEAD", "-"])).contains("standard input"));
    assert!(error(&repository.since("", &["HEAD", "none.txt"])).contains("none.txt"));
    let message = error(&repository.command("", &["HEAD"]).env("PATH", "/nonexistent").output().expect("it starts"));
    assert!(message.starts_with("error: cannot run git: "), "{message}");
    let outside = tempfile::tempdir().expect("a temporary folder");
    let mut command = repository.command("", &["HEAD"]);
    command.current_dir(outside.path()).env("GIT_CEILING_DIRECTORIES", outside.path().parent().expect("a folder"));
    let message = error(&command.output().expect("the program starts"));
    assert!(message.contains("lies in no git repository"), "{message}");
}
