use std::fs;
use std::time::Duration;

use super::*;
use crate::lint::lint;
use crate::ruleset::RuleId;
use crate::ruleset::rule_file::RuleFile;
use crate::ruleset::{Rule, Source};

/// Findings with fixes, with related places, and none at all.
const TEXTS: [&str; 3] = [
    "The the minister left for Munich on Monday.\n\nSubscribe to unlock more articles\n",
    "A photo of the old harbour at night, seen from the hills above the town\n\nIt rained.\n\n\
     A photo of the old harbour at night, seen from the hills above the town\n",
    "The minister resigned.\n",
];

struct Bench {
    folder: tempfile::TempDir,
    rules: RuleSet,
    profile: Profile,
}

impl Bench {
    fn new() -> Bench {
        // A few rules only: some tests lint thousands of times.
        let families = ["duplicates", "paywall", "structure"];
        let built_in = RuleSet::built_in();
        let some = built_in.rules().iter().filter(|rule| families.contains(&rule.id.family()));
        let rules = RuleSet::of(some.cloned().collect());
        let profile = Profile::defaults(&rules);
        Bench { folder: tempfile::tempdir().unwrap(), rules, profile }
    }

    fn open(&self) -> Cache {
        Cache::open(self.folder.path().to_owned())
    }

    fn documents() -> Vec<Document> {
        TEXTS.iter().enumerate().map(|(at, text)| Document::new(format!("{at}.txt"), *text)).collect()
    }

    /// Findings and report of all documents.
    fn run(&self, cache: &Cache) -> Vec<(String, Vec<u8>)> {
        let documents = Bench::documents();
        let linted = cache.lint_all(&self.rules, &self.profile, &documents.iter().collect::<Vec<_>>());
        let run = |(document, linted): (&Document, Linted)| {
            let rendered = cache.render(Format::Text, document, &linted.findings, TextStyle::default());
            (format!("{linted:?}"), rendered)
        };
        documents.iter().zip(linted).map(run).collect()
    }

    fn without_cache(&self) -> Vec<(String, Vec<u8>)> {
        let run = |document: &Document| {
            let linted = lint(&self.rules, &self.profile, document);
            (format!("{linted:?}"), Format::Text.render(document, &linted.findings, TextStyle::default()))
        };
        Bench::documents().iter().map(run).collect()
    }

    /// The segments, and nothing else.
    fn files(&self) -> Vec<PathBuf> {
        folder::segments(self.folder.path(), build(), &mut Vec::new()).into_iter().map(|file| file.path).collect()
    }
}

#[test]
fn a_second_run_recalls_everything() {
    let bench = Bench::new();
    let fresh = bench.without_cache();
    assert!(fresh[0].0.contains("Fix") && fresh[1].0.contains("Related") && fresh[2].1.is_empty(), "{fresh:?}");
    let first = bench.open();
    assert_eq!(bench.run(&first), fresh);
    assert_eq!(first.finish(), Vec::<String>::new());
    assert_eq!(bench.files().len(), 1);
    let second = bench.open();
    assert_eq!(bench.run(&second), fresh);
    for document in Bench::documents() {
        let bytes = second.recall(lint_key(&bench.rules, &bench.profile, &document)).unwrap();
        assert!(stored::decode(&bytes, &bench.rules, &document).is_some());
    }
    assert!(second.addition().writer.is_none());
    let _ = second.finish();
    assert_eq!(bench.files().len(), 1);
}

/// Of documents linted together, some can be known.
#[test]
fn known_documents_and_others_go_together() {
    let bench = Bench::new();
    let fresh = bench.without_cache();
    let first = bench.open();
    let _ = first.lint_all(&bench.rules, &bench.profile, &[&Bench::documents()[1]]);
    let _ = first.finish();
    let second = bench.open();
    assert_eq!(bench.run(&second), fresh);
    let _ = second.finish();
    let third = bench.open();
    assert_eq!(bench.run(&third), fresh);
    assert!(third.addition().writer.is_none());
}

/// Nothing that is wrong with a file is believed, and nothing of it stops a run.
#[test]
fn damaged_files_are_never_believed() {
    let bench = Bench::new();
    let fresh = bench.without_cache();
    let cache = bench.open();
    let _ = bench.run(&cache);
    let _ = cache.finish();
    let path = &bench.files()[0];
    let whole = fs::read(path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(path, &bytes).unwrap();
        assert_eq!(bench.run(&bench.open()), fresh, "byte {at}");
        if at % 5 == 0 {
            fs::write(path, &whole[..at]).unwrap();
            assert_eq!(bench.run(&bench.open()), fresh, "cut at {at}");
            fs::write(path, [&whole[..], &whole[..at]].concat()).unwrap();
            assert_eq!(bench.run(&bench.open()), fresh, "{at} bytes more");
        }
    }
}

#[test]
fn findings_of_another_text_or_rule_are_void() {
    let bench = Bench::new();
    let document = Document::new("a.txt", TEXTS[0]);
    let findings = lint(&bench.rules, &bench.profile, &document).findings;
    let bytes = stored::encode(&findings);
    assert!(stored::decode(&bytes, &bench.rules, &document).is_some());
    let shorter = Document::new("a.txt", &TEXTS[0][..20]);
    assert!(stored::decode(&bytes, &bench.rules, &shorter).is_none());
    let wider = Document::new("a.txt", "é".repeat(200));
    let odd = findings.iter().any(|finding| finding.span.start % 2 == 1 || finding.span.end % 2 == 1);
    assert!(odd && stored::decode(&bytes, &bench.rules, &wider).is_none());
    assert!(stored::decode(&bytes, &RuleSet::of(Vec::new()), &document).is_none());
    assert!(stored::decode(&[&bytes[..], &[0]].concat(), &bench.rules, &document).is_none());
    assert!(stored::decode(&bytes[..bytes.len() - 1], &bench.rules, &document).is_none());
}

#[test]
fn another_build_is_no_answer() {
    let bench = Bench::new();
    let cache = bench.open();
    let _ = bench.run(&cache);
    let _ = cache.finish();
    let path = &bench.files()[0];
    assert!(Segment::open(path, build()).is_ok());
    assert!(Segment::open(path, build() ^ 1).is_err());
    assert!(folder::segments(bench.folder.path(), !build(), &mut Vec::new()).is_empty());
}

#[test]
fn what_a_broken_rule_leaves_is_not_kept() {
    let bench = Bench::new();
    let file = bench.rules.rules()[0].file.clone();
    let broken = RuleFile { id: "test/broken".to_owned(), matching: Vec::new(), ..file };
    let id = RuleId::new("test/broken");
    let check: crate::checks::Check = |_| panic!("a fault");
    let rules = RuleSet::of(vec![Rule { id, file: broken, check: Some(check), source: Source::BuiltIn }]);
    let cache = bench.open();
    let linted = cache.lint_all(&rules, &Profile::defaults(&rules), &[&Document::new("a.txt", TEXTS[0])]);
    assert_eq!(linted[0].panics.len(), 1);
    let _ = cache.finish();
    assert!(bench.files().is_empty());
}

#[test]
fn many_segments_become_one_and_the_oldest_go() {
    let bench = Bench::new();
    let folder = bench.folder.path();
    let texts: Vec<String> = (0..20).map(|number| format!("The the number is {number}.\n")).collect();
    for text in &texts {
        let cache = bench.open();
        let _ = cache.lint_all(&bench.rules, &bench.profile, &[&Document::new("a.txt", text.as_str())]);
        assert_eq!(cache.finish(), Vec::<String>::new());
    }
    assert!(bench.files().len() <= 9, "{:?}", bench.files());
    let cache = bench.open();
    for text in &texts {
        let document = Document::new("a.txt", text.as_str());
        assert!(cache.recall(lint_key(&bench.rules, &bench.profile, &document)).is_some(), "{text}");
    }
    drop(cache);

    // Only files of ours go, those first that nobody has used for long.
    let foreign = ["letters.cache", "newslint-0123-a.cache", "newslint-0123456789abcdef-abc.txt"];
    foreign.iter().for_each(|name| fs::write(folder.join(name), vec![0; 1000]).unwrap());
    let old = bench.files().pop().unwrap();
    let date = |age| fs::FileTimes::new().set_modified(std::time::SystemTime::now() - Duration::from_secs(age));
    let set_date =
        |path: &PathBuf, age| fs::File::options().append(true).open(path).unwrap().set_times(date(age)).unwrap();
    let killed = old.with_extension("part");
    fs::write(&killed, "half").unwrap();
    folder::tidy(folder, build(), MOST_CACHE_BYTES).unwrap();
    assert!(killed.exists());
    set_date(&killed, 60 * 60 * 2);
    set_date(&old, 60 * 60 * 24 * 31);
    folder::tidy(folder, build(), MOST_CACHE_BYTES).unwrap();
    assert!(!old.exists() && !killed.exists() && !bench.files().is_empty());
    let files = bench.files();
    files.iter().skip(1).for_each(|path| set_date(path, 60 * 60 * 24));
    let most = fs::metadata(&files[0]).unwrap().len() + 1;
    folder::tidy(folder, build(), most).unwrap();
    assert_eq!(bench.files(), files[..1]);
    assert!(foreign.iter().all(|name| folder.join(name).exists()));
}

#[test]
fn what_is_in_use_is_marked() {
    let bench = Bench::new();
    let cache = bench.open();
    let _ = bench.run(&cache);
    let _ = cache.finish();
    let path = &bench.files()[0];
    let days_ago = std::time::SystemTime::now() - Duration::from_secs(3 * 24 * 60 * 60);
    let times = fs::FileTimes::new().set_modified(days_ago);
    fs::File::options().append(true).open(path).unwrap().set_times(times).unwrap();
    let _ = bench.open().finish();
    assert_eq!(fs::metadata(path).unwrap().modified().unwrap(), days_ago);
    let cache = bench.open();
    let _ = bench.run(&cache);
    let _ = cache.finish();
    assert!(fs::metadata(path).unwrap().modified().unwrap() > days_ago);
}
