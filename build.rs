//! Embeds the rule files of `rules/` and wires the code rules of `src/checks/`.
//!
//! Every `rules/<family>/<rule>.toml` is read and checked here, so a broken rule file breaks the
//! build, with its place. A file without a `[match]` table needs `src/checks/<family>/<rule>.rs`
//! (dashes as underscores), a file with one must not have it, and code without a file is an
//! error: nobody registers anything by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/blocks.rs"]
mod blocks;
#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/ruleset"]
mod ruleset {
    pub mod rule_file;
    #[path = "matching"]
    pub mod matching {
        pub mod anchors;
        pub mod expression;
        pub mod fold;
        pub mod program;
        pub mod rarity;
        pub mod reach;
        pub mod targets;
        pub mod words;
    }
}
#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/lexicon"]
mod lexicon {
    pub mod compile;
    pub mod file;
    pub mod known;
}
#[path = "src/line_model/file.rs"]
mod line_model;
#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/severity.rs"]
mod severity;
#[path = "src/suggest.rs"]
mod suggest;
#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/swar.rs"]
mod swar;
#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/toml_source.rs"]
mod toml_source;
#[allow(dead_code, reason = "the build script uses a part of these modules")]
#[path = "src/unread.rs"]
mod unread;

use line_model::ModelFile;
use ruleset::matching::expression::{read_guard, read_pattern};
use ruleset::matching::targets::Targets;
use ruleset::rule_file;
use xxhash_rust::xxh3::Xxh3;

/// Folders of `rules/` that hold no rules but what rules read.
const DATA_FOLDERS: [&str; 2] = ["lexicons", "models"];

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut errors = Vec::new();
    println!("cargo::rustc-env=NEWSLINT_BUILD={:032x}", build_hash(&root));

    let mut rules = Vec::new();
    for (family, path) in files(&root.join("rules"), "toml") {
        if DATA_FOLDERS.contains(&family.as_str()) {
            continue;
        }
        let id = format!("{family}/{}", stem(&path));
        let text = fs::read_to_string(&path).unwrap_or_default();
        let syntax = rule_file::Syntax { pattern: &read_pattern, guard: &read_guard };
        match rule_file::parse(&id, &text, &syntax) {
            Ok(rule) => rules.push(rule),
            Err(problems) => {
                for problem in problems {
                    let line = text[..problem.span.start.min(text.len())].matches('\n').count() + 1;
                    let help = problem.help.map(|help| format!(" ({help})")).unwrap_or_default();
                    errors.push(format!("{}:{line}: {}{help}", path.display(), problem.message));
                }
            }
        }
    }

    let mut families: BTreeMap<String, Vec<(String, PathBuf)>> = BTreeMap::new();
    for (family, path) in files(&root.join("src/checks"), "rs") {
        let rule = stem(&path).replace('_', "-");
        let id = format!("{family}/{rule}");
        match rules.iter().find(|known| known.id == id) {
            None => errors.push(format!("{}: there is no rules/{id}.toml", path.display())),
            Some(known) if !known.matching.is_empty() => {
                errors.push(format!("rules/{id}.toml: a rule with code in {} has no [match]", path.display()));
            }
            Some(_) => families.entry(family).or_default().push((rule, path)),
        }
    }
    for rule in rules.iter().filter(|rule| rule.matching.is_empty()) {
        let code = families
            .iter()
            .any(|(family, checks)| checks.iter().any(|(name, _)| rule.id == format!("{family}/{name}")));
        if !code {
            errors.push(format!(
                "rules/{}.toml: has neither a [match] table nor code in src/checks/{}.rs",
                rule.id,
                rule.id.replace('-', "_")
            ));
        }
    }
    if !errors.is_empty() {
        for error in errors {
            println!("cargo::error={error}");
        }
        process::exit(1);
    }

    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let targets = Targets::new(rules.iter());
    write(&out.join("rules.postcard"), &postcard::to_stdvec(&rules).unwrap_or_default());
    write(&out.join("targets.postcard"), &postcard::to_stdvec(&targets).unwrap_or_default());
    write(&out.join("checks.rs"), registry(&families).as_bytes());
    embed_line_model(&root, &out);
    match lexicon::compile::compile(&root.join("rules/lexicons")) {
        Ok(compiled) => {
            write(&out.join("known.bin"), &compiled.known);
            write(&out.join("notable.bin"), &compiled.notable);
            write(&out.join("lists.postcard"), &compiled.lists);
        }
        Err(error) => {
            println!("cargo::error={error}");
            process::exit(1);
        }
    }
}

/// A hash of all that decides what newslint finds and how it shows it. A cache of one build does not
/// answer for another, be the difference a version or an edit.
fn build_hash(root: &Path) -> u128 {
    // The command line decides what is asked for, which is in a cache's keys.
    let others = ["cli", "main.rs"].map(|name| root.join("src").join(name));
    let mut pending = vec![root.join("src"), root.join("rules"), root.join("Cargo.toml"), root.join("Cargo.lock")];
    let mut hash = Xxh3::new();
    while let Some(path) = pending.pop() {
        if others.contains(&path) {
            continue;
        }
        if path.is_dir() {
            // Not of `src` itself, which changes with the command line; a new module there is named in lib.rs.
            if path != root.join("src") {
                println!("cargo::rerun-if-changed={}", path.display());
            }
            let mut entries: Vec<_> = fs::read_dir(&path).into_iter().flatten().flatten().collect();
            entries.sort_by_key(fs::DirEntry::path);
            pending.extend(entries.iter().map(fs::DirEntry::path));
        } else if let Ok(bytes) = fs::read(&path) {
            println!("cargo::rerun-if-changed={}", path.display());
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            for part in [name.as_bytes(), &bytes] {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
    }
    hash.digest128()
}

/// The weights of the line model, read here so that a broken file breaks the build.
fn embed_line_model(root: &Path, out: &Path) {
    let path = root.join("rules/models/page-furniture.toml");
    let text = fs::read_to_string(&path).unwrap_or_default();
    match toml::from_str::<ModelFile>(&text) {
        Ok(model) => write(&out.join("page-furniture.postcard"), &postcard::to_stdvec(&model).unwrap_or_default()),
        Err(error) => {
            println!("cargo::error={}: {error}", path.display());
            process::exit(1);
        }
    }
}

/// The modules of all code rules and the table that finds one by its id.
fn registry(families: &BTreeMap<String, Vec<(String, PathBuf)>>) -> String {
    let mut code = String::new();
    let mut table = String::new();
    for (family, checks) in families {
        let _ = writeln!(code, "pub mod {family} {{\n    //! Rules of the family `{family}`.");
        for (rule, path) in checks {
            let module = rule.replace('-', "_");
            let _ = writeln!(code, "    #[path = {:?}]\n    pub mod {module};", path.display().to_string());
            let _ = writeln!(table, "    (\"{family}/{rule}\", {family}::{module}::check),");
        }
        code.push_str("}\n");
    }
    let count = families.values().map(Vec::len).sum::<usize>();
    let _ = writeln!(
        code,
        "/// Every rule with code, sorted by id.\npub static CHECKS: [(&str, Check); {count}] = [\n{table}];"
    );
    code
}

/// The files with this ending in the folders directly under `root`, with the folder's name; sorted.
fn files(root: &Path, ending: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for family in fs::read_dir(root).into_iter().flatten().flatten() {
        for file in fs::read_dir(family.path()).into_iter().flatten().flatten() {
            if file.path().extension().is_some_and(|found| found == ending) {
                found.push((family.file_name().to_string_lossy().into_owned(), file.path()));
            }
        }
    }
    found.sort();
    found
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn write(path: &Path, bytes: &[u8]) {
    if let Err(error) = fs::write(path, bytes) {
        println!("cargo::error=cannot write {}: {error}", path.display());
        process::exit(1);
    }
}
