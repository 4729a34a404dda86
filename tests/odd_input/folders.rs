//! Folders: loops, ignore files, hidden files, and the order of what is found.

use super::{JUNK, check, flagged_paths, folder, messages};

/// The paths flagged below a folder where every file is junk.
fn seen(folder: &tempfile::TempDir, arguments: &[&str]) -> Vec<String> {
    let output = check(folder.path(), &[&["--format", "jsonl"], arguments].concat());
    assert_eq!(messages(&output), "");
    flagged_paths(&output)
}

fn junk(names: &[&str]) -> tempfile::TempDir {
    let files: Vec<_> = names.iter().map(|name| (*name, JUNK.as_bytes())).collect();
    folder(&files)
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_ends() {
    let folder = junk(&["a.txt", "deep/b.txt"]);
    std::os::unix::fs::symlink("..", folder.path().join("deep/up")).expect("a link");
    std::os::unix::fs::symlink("self", folder.path().join("self")).expect("a link");
    std::os::unix::fs::symlink("self.txt", folder.path().join("self.txt")).expect("a link");
    assert_eq!(seen(&folder, &["."]), ["a.txt", "deep/b.txt"]);
}

#[cfg(unix)]
#[test]
fn links_given_by_name_are_followed() {
    let folder = junk(&["deep/b.txt"]);
    std::os::unix::fs::symlink("deep", folder.path().join("way")).expect("a link");
    std::os::unix::fs::symlink("deep/b.txt", folder.path().join("b.txt")).expect("a link");
    assert_eq!(seen(&folder, &["way", "b.txt"]), ["way/b.txt", "b.txt"]);
}

#[test]
fn ignore_files_are_heeded_below_folders() {
    let folder = junk(&["a.txt", "raw/b.txt", "draft-1.txt", "deep/c.txt", "deep/keep/raw/d.txt", "old.txt"]);
    std::fs::write(folder.path().join(".gitignore"), "raw/\n!deep/keep/raw/\n").expect("a file");
    std::fs::write(folder.path().join(".ignore"), "draft-*\n").expect("a file");
    std::fs::write(folder.path().join("deep/.gitignore"), "c.txt\n").expect("a file");
    assert_eq!(seen(&folder, &["."]), ["a.txt", "deep/keep/raw/d.txt", "old.txt"]);
    assert_eq!(seen(&folder, &["deep"]), ["deep/keep/raw/d.txt"]);
    assert_eq!(seen(&folder, &["--no-ignore", "deep"]), ["deep/c.txt", "deep/keep/raw/d.txt"]);
    // What is named is meant.
    assert_eq!(seen(&folder, &["draft-1.txt", "raw/b.txt"]), ["draft-1.txt", "raw/b.txt"]);
}

#[test]
fn hidden_files_are_seen_on_request() {
    let folder = junk(&["a.txt", ".hidden.txt", ".cache/b.txt"]);
    assert_eq!(seen(&folder, &["."]), ["a.txt"]);
    assert_eq!(seen(&folder, &["--no-ignore", "."]), [".cache/b.txt", ".hidden.txt", "a.txt"]);
    assert_eq!(seen(&folder, &[".hidden.txt", ".cache"]), [".hidden.txt", ".cache/b.txt"]);
}

#[test]
fn paths_come_in_the_order_given_and_names_in_theirs() {
    let folder = junk(&["b/2.txt", "b/10.txt", "b/1.txt", "a/x.txt", "c.txt"]);
    assert_eq!(seen(&folder, &["c.txt", "b", "a"]), ["c.txt", "b/1.txt", "b/10.txt", "b/2.txt", "a/x.txt"]);
    assert_eq!(seen(&folder, &[]), ["a/x.txt", "b/1.txt", "b/10.txt", "b/2.txt", "c.txt"]);
}

#[test]
fn a_folder_named_like_a_text_is_a_folder() {
    let folder = junk(&["archive.txt/a.txt"]);
    assert_eq!(seen(&folder, &["."]), ["archive.txt/a.txt"]);
}
