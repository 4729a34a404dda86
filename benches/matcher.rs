//! The shared matcher by the number of phrases, beside Aho-Corasick over the same phrases.
//!
//! `cargo bench --bench matcher`. The phrases are of three to five words, drawn evenly from the two
//! thousand most frequent words of the text: like those of real rules they are made of words that
//! occur everywhere, and seldom occur as a whole. Aho-Corasick runs over the text as it is: it knows neither runs of blanks nor curly
//! quotes nor borders, and so does less.

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod generated;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use divan::Bencher;
use divan::counter::BytesCount;
use generated::{Random, prose, vocabulary};
use newslint::document::Document;
use newslint::ruleset::matching::Matcher;
use newslint::ruleset::rule_file::{Literals, Matching, RuleFile, Scope, Substitutions};
use newslint::severity::{Safety, Severity};

const PHRASES: [usize; 3] = [100, 1_000, 10_000];
const TEXT_BYTES: usize = 1 << 20;

fn main() {
    divan::main();
}

fn phrases(count: usize) -> Vec<String> {
    let words = vocabulary(20_000);
    let mut random = Random::new(5);
    let phrase = |random: &mut Random| {
        let length = 3 + random.below(3);
        (0..length).map(|_| words[random.below(2_000)].as_str()).collect::<Vec<_>>().join(" ")
    };
    (0..count).map(|_| phrase(&mut random)).collect()
}

fn rule(phrases: Vec<String>) -> RuleFile {
    RuleFile {
        id: "bench/phrases".to_owned(),
        summary: "A phrase".into(),
        severity: Severity::Error,
        fix: None,
        replacement: None,
        safety: Safety::Unsafe,
        why: String::new(),
        measured: String::new(),
        evidence: Vec::new(),
        matching: vec![Matching {
            scope: Scope::Phrase,
            lines: Literals::default(),
            starts: Literals::default(),
            phrases: Literals::anywhere(phrases),
            substitutions: Substitutions::default(),
            vocabulary: Vec::new().into(),
            patterns: Vec::new(),
            unless: Vec::new(),
            max_words: None,
            near: None,
        }],
        options: Vec::new(),
        examples: Vec::new().into(),
    }
}

#[divan::bench(args = PHRASES)]
fn scan_newslint(bencher: Bencher<'_, '_>, count: usize) {
    let rule = rule(phrases(count));
    let matcher = Matcher::new([&rule].into_iter());
    let document = Document::new("bench", prose(TEXT_BYTES, 3));
    document.lines();
    bencher.counter(BytesCount::new(document.text().len())).bench(|| matcher.run(&document, |_| true).hits.len());
}

#[divan::bench(args = PHRASES)]
fn scan_aho_corasick(bencher: Bencher<'_, '_>, count: usize) {
    let automaton = automaton(count);
    let text = prose(TEXT_BYTES, 3);
    bencher.counter(BytesCount::new(text.len())).bench(|| automaton.find_iter(&text).count());
}

#[divan::bench(args = PHRASES)]
fn build_newslint(bencher: Bencher<'_, '_>, count: usize) {
    let rule = rule(phrases(count));
    bencher.bench(|| Matcher::new([&rule].into_iter()));
}

#[divan::bench(args = PHRASES)]
fn build_aho_corasick(bencher: Bencher<'_, '_>, count: usize) {
    bencher.bench(|| automaton(count));
}

fn automaton(count: usize) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(phrases(count))
        .expect("the phrases are few")
}
