//! How long an editor waits for diagnostics after a keystroke, with the real server behind pipes.
//!
//! `cargo bench --bench keystroke`; the text is generated, so the figures compare with each other and not
//! with those on real text.

#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "../tests/editor/mod.rs"]
mod editor;
#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod generated;

use std::env::temp_dir;

use divan::Bencher;
use editor::{Editor, address};
use generated::{page, prose};
use serde_json::json;

fn main() {
    divan::main();
}

/// Types a letter in the middle of a text, again and again.
fn type_in(bencher: Bencher<'_, '_>, name: &str, language: &str, text: &str) {
    let folder = temp_dir();
    let uri = address(&folder.join(name));
    let mut editor = Editor::start(&folder, json!({}));
    editor.open(&uri, language, text);
    editor.diagnostics(&uri, 1);
    let (line, mut version) = (text.lines().count() as u64 / 2, 1);
    bencher.bench_local(|| {
        version += 1;
        editor.change(&uri, version, (line, 0), (line, 0), "x");
        editor.diagnostics(&uri, version).len()
    });
    editor.end();
}

#[divan::bench]
fn article_of_10_kb(bencher: Bencher<'_, '_>) {
    type_in(bencher, "keystroke.txt", "plaintext", &prose(10_000, 7));
}

#[divan::bench]
fn full_page_of_10_kb(bencher: Bencher<'_, '_>) {
    type_in(bencher, "keystroke.txt", "plaintext", &page(10_000, 7));
}

#[divan::bench]
fn article_of_200_kb(bencher: Bencher<'_, '_>) {
    type_in(bencher, "keystroke.txt", "plaintext", &prose(200_000, 7));
}

#[divan::bench(sample_count = 20)]
fn text_of_20_mb(bencher: Bencher<'_, '_>) {
    type_in(bencher, "keystroke.txt", "plaintext", &prose(20_000_000, 7));
}

#[divan::bench(sample_count = 20)]
fn json_lines_of_20_mb(bencher: Bencher<'_, '_>) {
    let line = |seed| json!({"id": seed, "text": prose(10_000, seed)}).to_string();
    let text: String = (0..2_000).map(|seed| line(seed) + "\n").collect();
    type_in(bencher, "keystroke.jsonl", "jsonl", &text);
}
