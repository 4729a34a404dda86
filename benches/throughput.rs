//! Whole documents through all rules, and the hostile shapes that must stay linear.
//!
//! `cargo bench --bench throughput`; the text is generated, so the figures compare with each other
//! and not with those on real text.

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod generated;

use divan::Bencher;
use divan::counter::BytesCount;
use generated::{page, prose};
use newslint::document::Document;
use newslint::lint::{Profile, lint};
use newslint::report::{Format, TextStyle};
use newslint::ruleset::RuleSet;

fn main() {
    divan::main();
}

const MEGABYTE: usize = 1 << 20;

fn bench(bencher: Bencher<'_, '_>, text: &str) {
    let rules = RuleSet::built_in();
    let profile = Profile::defaults(&rules);
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        // The analyses of a document are part of the price, so each round begins anew.
        let document = Document::new("bench", text);
        let linted = lint(&rules, &profile, &document);
        Format::Jsonl.render(&document, &linted.findings, TextStyle::default()).len()
    });
}

#[divan::bench]
fn articles(bencher: Bencher<'_, '_>) {
    bench(bencher, &prose(MEGABYTE, 7));
}

#[divan::bench]
fn full_pages(bencher: Bencher<'_, '_>) {
    bench(bencher, &page(MEGABYTE, 7));
}

#[divan::bench]
fn one_line(bencher: Bencher<'_, '_>) {
    bench(bencher, &prose(MEGABYTE, 7).replace('\n', " "));
}

#[divan::bench]
fn equal_lines(bencher: Bencher<'_, '_>) {
    bench(bencher, &"The same line of a few words stands here again.\n".repeat(MEGABYTE / 48));
}

#[divan::bench]
fn quotation_marks(bencher: Bencher<'_, '_>) {
    bench(bencher, &"\"“".repeat(MEGABYTE / 4));
}

#[divan::bench]
fn one_phrase_repeated(bencher: Bencher<'_, '_>) {
    bench(bencher, &"subscribe now to unlock , ".repeat(MEGABYTE / 26));
}

#[divan::bench]
fn start_up(bencher: Bencher<'_, '_>) {
    bencher.bench(RuleSet::built_in);
}
