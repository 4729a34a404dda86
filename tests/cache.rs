//! The cache as users meet it: with it, a run says the same as without, whatever lies in its folder.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Paragraphs of the sample documents, mixed, some with damage; the same ones on every run.
fn write_corpus(folder: &Path, files: usize) {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut seeds: Vec<_> = fs::read_dir("seeds").expect("seeds").flatten().map(|entry| entry.path()).collect();
    seeds.sort();
    for path in &seeds {
        let text = String::from_utf8_lossy(&fs::read(path).expect("a sample")).into_owned();
        paragraphs.extend(text.split("\n\n").map(str::to_owned));
    }
    let mut state: u64 = 7;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for number in 0..files {
        let chosen: Vec<&str> = (0..1 + random(8)).map(|_| paragraphs[random(paragraphs.len())].as_str()).collect();
        let mut bytes = chosen.join("\n\n").into_bytes();
        match number % 10 {
            // A byte order mark, UTF-16, broken UTF-8, control characters, CRLF, the same text twice.
            1 => bytes.splice(0..0, *b"\xEF\xBB\xBF").for_each(drop),
            2 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
            }
            3 => (0..3).for_each(|_| {
                let at = random(bytes.len() + 1);
                bytes.insert(at, 0x80 + random(0x80) as u8);
            }),
            4 => (0..3).for_each(|_| {
                let at = random(bytes.len() + 1);
                bytes.insert(at, [0x07, 0x1B, 0x00][random(3)]);
            }),
            5 => bytes = String::from_utf8_lossy(&bytes).replace('\n', "\r\n").into_bytes(),
            6 => bytes = b"The the same text in many files.\n\nSubscribe to unlock more articles\n".to_vec(),
            _ => {}
        }
        let below = folder.join(["desk", "wire"][number % 2]);
        fs::create_dir_all(&below).expect("a folder");
        fs::write(below.join(format!("{number:04}.txt")), bytes).expect("a file");
    }
}

fn newslint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_newslint"))
        .current_dir(folder)
        .args(["check", "--color", "never"])
        .args(arguments)
        .envs([("HOME", "/nonexistent"), ("XDG_CACHE_HOME", ""), ("NEWSLINT_CACHE_DIR", "")])
        .output()
        .expect("the program starts")
}

/// What a run says with the cache in `cache`, which has to be what it says without.
fn same_as_without(folder: &Path, cache: &str, arguments: &[&str]) -> Output {
    let without = newslint(folder, &[arguments, &["--no-cache"]].concat());
    let with = newslint(folder, &[arguments, &["--cache-dir", cache]].concat());
    assert_eq!(with.status, without.status, "{arguments:?}");
    assert!(with.stdout == without.stdout, "{arguments:?}: the output differs");
    assert_eq!(String::from_utf8_lossy(&with.stderr), String::from_utf8_lossy(&without.stderr), "{arguments:?}");
    with
}

fn segments(cache: &Path) -> usize {
    let entries = fs::read_dir(cache).map(|entries| entries.flatten().collect()).unwrap_or_else(|_| Vec::new());
    entries.iter().filter(|entry| entry.path().extension().is_some_and(|ending| ending == "cache")).count()
}

fn corpus(files: usize) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    write_corpus(&folder.path().join("articles"), files);
    let cache = folder.path().join("cache").display().to_string();
    (folder, cache)
}

#[test]
fn each_option_and_configuration_has_its_own_answers() {
    let (folder, cache) = corpus(60);
    let folder = folder.path();
    fs::create_dir_all(folder.join("house/house")).expect("a folder");
    let rule = |phrase: &str| {
        let text = format!(
            "summary = \"House rule\"\nseverity = \"error\"\nwhy = \"Because.\"\n[match]\nscope = \"phrase\"\nphrases = [\"{phrase}\"]\n"
        );
        fs::write(folder.join("house/house/word.toml"), text).expect("a rule");
    };
    rule("minister");
    fs::write(folder.join("people.toml"), "people = [{ name = \"Ji Chaoqun\", wrong = [\"Ji Chaoqan\"] }]\n")
        .expect("people");
    let configurations = [
        "",
        "ignore = [\"structure\"]\n",
        "[severity]\nnames = \"info\"\nstructure = \"error\"\n",
        "[rule.\"duplicates/line\"]\nmin-length = 5\n",
        "[names]\naccept = [\"Blingen\", \"Jingping\"]\n",
        "[names]\npeople = \"people.toml\"\n",
        "rules = [\"house\"]\n",
        "[[override]]\npaths = [\"articles/wire/**\"]\nseverity = { structure = \"off\" }\n",
        "[[ignore-text]]\npath = \"articles/**\"\nrule = \"structure/repeated-word\"\ntext = \"The the\"\nreason = \"so\"\n",
        "[gate]\nfail-on = \"error\"\nmax-per-1000-documents = { structure = 3 }\n",
    ];
    let options: [&[&str]; 9] = [
        &[],
        &["--verbose"],
        &["--quiet", "--min-severity", "info"],
        &["--format", "jsonl"],
        &["--format", "sarif", "--select", "structure,encoding"],
        &["--statistics"],
        &["--color", "always"],
        &["--severity", "structure=info"],
        &["--fail-on", "never", "--threads", "1"],
    ];
    let mut cases = Vec::new();
    for (number, configuration) in configurations.iter().enumerate() {
        let some = if number == 0 { &options[..] } else { &options[1..3] };
        cases.extend(some.iter().map(|options| (*configuration, [&["articles"], *options].concat())));
    }
    let configure = |text: &str| fs::write(folder.join("lint.toml"), text).expect("lint.toml");
    let mut first = Vec::new();
    for (configuration, arguments) in &cases {
        configure(configuration);
        first.push(same_as_without(folder, &cache, arguments));
    }
    // Each case has had its turn to leave something wrong for the others.
    for ((configuration, arguments), first) in cases.iter().zip(first) {
        configure(configuration);
        let again = newslint(folder, &[arguments.as_slice(), &["--cache-dir", &cache]].concat());
        assert!(again == first, "{configuration} {arguments:?}");
    }
    // A rule of one's own that changes is another rule.
    configure("rules = [\"house\"]\nselect = [\"house\"]\n");
    let before = same_as_without(folder, &cache, &["articles"]);
    rule("president");
    let after = same_as_without(folder, &cache, &["articles"]);
    assert_ne!(before.stdout, after.stdout);
    assert!(segments(Path::new(&cache)) > 0);
}

#[test]
fn moved_and_edited_files() {
    let (folder, cache) = corpus(40);
    let folder = folder.path();
    same_as_without(folder, &cache, &["articles", "--format", "concise"]);
    assert_eq!(segments(Path::new(&cache)), 1);
    // Neither a second run nor a clone elsewhere has anything to add.
    same_as_without(folder, &cache, &["articles", "--format", "concise"]);
    fs::rename(folder.join("articles"), folder.join("moved")).expect("a new name");
    same_as_without(folder, &cache, &["moved", "--format", "jsonl"]);
    assert_eq!(segments(Path::new(&cache)), 1);
    fs::write(folder.join("moved/desk/0000.txt"), "The the minister left.\n").expect("a file");
    let output = same_as_without(folder, &cache, &["moved/desk/0000.txt", "--format", "concise"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("structure/repeated-word"));
    assert_eq!(segments(Path::new(&cache)), 2);
}

#[test]
fn runs_at_the_same_time() {
    let (folder, cache) = corpus(120);
    let folder = folder.path();
    let without = newslint(folder, &["articles", "--no-cache"]);
    for _ in 0..3 {
        let runs: Vec<_> = (0..6)
            .map(|_| {
                let (folder, cache) = (folder.to_owned(), cache.clone());
                std::thread::spawn(move || newslint(&folder, &["articles", "--cache-dir", &cache]))
            })
            .collect();
        for run in runs {
            let output = run.join().expect("a run");
            assert!(output.stdout == without.stdout && output.stderr == without.stderr);
        }
    }
    // No unfinished file is left, and the many segments become few again.
    fs::write(folder.join("articles/new.txt"), "The the last one.\n").expect("a file");
    same_as_without(folder, &cache, &["articles"]);
    assert!(segments(Path::new(&cache)) <= 9);
    let names = fs::read_dir(&cache).expect("the cache").flatten().map(|entry| entry.file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
}

#[test]
fn a_folder_that_is_none() {
    let (folder, _) = corpus(10);
    let folder = folder.path();
    fs::write(folder.join("file"), "no folder").expect("a file");
    for cache in ["file", "file/below"] {
        same_as_without(folder, cache, &["articles"]);
    }
    let verbose = newslint(folder, &["articles", "--verbose", "--cache-dir", "file"]);
    assert!(String::from_utf8_lossy(&verbose.stderr).contains("cannot write to the cache file"));
    // Root may write everywhere, and then this shows less.
    let closed = folder.join("closed");
    fs::create_dir(&closed).expect("a folder");
    let mut permissions = fs::metadata(&closed).expect("a folder").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&closed, permissions).expect("permissions");
    same_as_without(folder, "closed", &["articles"]);
}

#[test]
fn a_folder_of_other_things() {
    let (folder, _) = corpus(10);
    let folder = folder.path();
    fs::create_dir(folder.join("own")).expect("a folder");
    fs::write(folder.join("own/notes.cache"), "mine").expect("a file");
    same_as_without(folder, "own", &["articles"]);
    same_as_without(folder, "own", &["articles"]);
    assert_eq!(fs::read(folder.join("own/notes.cache")).expect("the file"), b"mine");
    // Only a folder of our own making is hidden from git.
    assert!(!folder.join("own/.gitignore").exists());
    same_as_without(folder, "made/for/it", &["articles"]);
    assert!(folder.join("made/for/it/.gitignore").exists() && folder.join("made/for/it/CACHEDIR.TAG").exists());
}

#[test]
fn where_it_is() {
    let (folder, _) = corpus(10);
    let folder = folder.path();
    let run = |name: &str, value: &Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
        command.current_dir(folder).args(["check", "articles"]).args(arguments);
        command.envs([("HOME", "/nonexistent"), ("XDG_CACHE_HOME", ""), ("NEWSLINT_CACHE_DIR", "")]);
        command.env(name, value).output().expect("the program starts");
    };
    run("NEWSLINT_CACHE_DIR", &folder.join("a"), &[]);
    assert_eq!(segments(&folder.join("a")), 1);
    run("NEWSLINT_CACHE_DIR", &folder.join("b"), &["--no-cache"]);
    assert!(!folder.join("b").exists());
    run("XDG_CACHE_HOME", &folder.join("c"), &[]);
    assert_eq!(segments(&folder.join("c/newslint")), 1);
    run("HOME", &folder.join("no-home"), &[]);
    assert!(!folder.join("no-home").exists() && !Path::new("/nonexistent").exists());
}

/// Records are linted once and give as much as they hold; only text files are kept.
#[test]
fn records_are_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.jsonl"), "{\"text\": \"The the minister left.\"}\n".repeat(20)).expect("a file");
    for _ in 0..2 {
        same_as_without(folder.path(), "cache", &["a.jsonl"]);
        assert_eq!(segments(&folder.path().join("cache")), 0);
    }
}
