//! What holds for every text, checked on generated ones: no panic, places inside the text, fixes that touch
//! nothing else, and a line index that agrees with plain counting.

use std::process::Command;
use std::sync::{Arc, LazyLock};

use newslint::document::{Document, Origin, Span};
use newslint::finding::{Finding, Safety};
use newslint::fix::{Outcome, fix};
use newslint::input::format::by_ending;
use newslint::input::records::{self, Content, FormatOptions, Outcome as RecordOutcome, RecordFile};
use newslint::input::{Content as FileContent, decode};
use newslint::lint::{Profile, lint};
use newslint::output::rewrite;
use newslint::ruleset::RuleSet;
use newslint::ruleset::rule_file::FixKind;
use proptest::prelude::*;
use proptest::sample::select;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::built_in);
static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::defaults(&RULES));

/// Pieces that rules look at, beside the examples of the rules themselves.
const PIECES: [&str; 48] = [
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\u{2028}",
    "\u{85}",
    "\t",
    " ",
    "  ",
    "\u{A0}",
    "\u{202F}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{202E}",
    "\u{AD}",
    "\u{FFFD}",
    "\u{1}",
    "\u{7F}",
    "\u{E000}",
    "é",
    "“",
    "”",
    "’",
    "😀",
    "عرب",
    "&amp;",
    "&amp;nbsp;",
    "&#x",
    " ,",
    " .",
    "the the ",
    "• ",
    "\"",
    "‘",
    "„",
    "«",
    " »",
    "(",
    ")",
    " s ",
    "Ã¢â‚¬â„¢",
    "Â£",
    "а",
    "，",
    "a ",
    "word.The ",
    "of the year of the year of the year ",
    "<b>",
];

/// A file with these texts and an id each: JSON Lines, JSON Lines in ASCII, a JSON array, CSV.
fn records_file(texts: &[String], form: usize) -> (String, Vec<String>) {
    let ids: Vec<String> = (0..texts.len()).map(|index| format!("n°{index}")).collect();
    let object = |(text, id): (&String, &String)| {
        let value = serde_json::json!({ "id": id, "text": text, "more": ["}", 1] }).to_string();
        let escape = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
        match form {
            1 => value.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect(),
            _ => value,
        }
    };
    let objects: Vec<String> = texts.iter().zip(&ids).map(object).collect();
    let file = match form {
        2 => format!("[\n  {}\n]", objects.join(",\n  ")),
        3 => {
            let row = |(text, id): (&String, &String)| format!("{id},\"{}\"\r\n", text.replace('"', "\"\""));
            "id,text\r\n".to_owned() + &texts.iter().zip(&ids).map(row).collect::<String>()
        }
        _ => objects.iter().map(|object| format!("{object}\n")).collect(),
    };
    (file, ids)
}

/// Line and column of every byte of a file and of its end, counted by hand.
fn lines_and_columns(file: &str) -> Vec<(u64, u64)> {
    let (mut line, mut column) = (1, 1);
    let mut places = Vec::with_capacity(file.len() + 1);
    let mut characters = file.chars().peekable();
    while let Some(c) = characters.next() {
        places.extend(std::iter::repeat_n((line, column), c.len_utf8()));
        let ends = c == '\n' || (c == '\r' && characters.peek() != Some(&'\n'));
        (line, column) = if ends { (line + 1, 1) } else { (line, column + 1) };
    }
    places.push((line, column));
    places
}

/// So many cases; `PROPTEST_CASES` goes before it.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Texts with much to find in them.
fn article() -> impl Strategy<Value = String> {
    let examples = RULES.rules().iter().flat_map(|rule| rule.file.examples.iter());
    let examples: Vec<String> = examples.map(|example| example.text.clone()).collect();
    let piece = prop_oneof![
        4 => select(examples),
        3 => select(PIECES.map(str::to_owned).to_vec()),
        2 => Just("\n\n".to_owned()),
        1 => "[a-zA-Z ,.&;:]{0,12}",
        1 => any::<char>().prop_map(String::from),
        1 => Just("word and ".repeat(600)),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A text as a file of some encoding has it, or no text at all.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let marked = |mark: &'static [u8], encode: fn(&str) -> Vec<u8>| {
        article().prop_map(move |text| [mark, &encode(&text)].concat())
    };
    prop_oneof![
        article().prop_map(String::into_bytes),
        marked(b"\xEF\xBB\xBF", |text| text.as_bytes().to_vec()),
        marked(b"\xFF\xFE", |text| utf16(text, true)),
        marked(b"\xFE\xFF", |text| utf16(text, false)),
        article().prop_map(|text| utf16(&text, true)),
        article().prop_map(|text| encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()),
        article().prop_map(|text| encoding_rs::ISO_2022_JP.encode(&text).0.into_owned()),
        (article(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)).prop_map(
            |(text, damage)| {
                let mut bytes = text.into_bytes();
                for (at, byte) in damage {
                    if !bytes.is_empty() {
                        let at = at.index(bytes.len());
                        bytes[at] = byte;
                    }
                }
                bytes
            }
        ),
        prop::collection::vec(any::<u8>(), 0..300),
    ]
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

/// The text of a file and the way back to its bytes; `None` for binary data.
fn decoded(bytes: &[u8]) -> Option<(String, Origin)> {
    match decode(bytes.to_vec()) {
        FileContent::Binary => None,
        FileContent::Text { text, origin, .. } => Some((text, origin)),
    }
}

fn findings(document: &Document) -> Vec<Finding> {
    let linted = lint(&RULES, &PROFILE, document);
    assert!(linted.panics.is_empty(), "{:?}", linted.panics);
    linted.findings
}

/// Whether a span lies inside the text and cuts no character.
fn fits(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.range()).is_some()
}

fn applied(text: &str, finding: &Finding) -> Option<String> {
    let mut text = text.to_owned();
    for edit in finding.fix.as_ref()?.edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    Some(text)
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn every_place_lies_in_the_text(bytes in file()) {
        let Some((text, origin)) = decoded(&bytes) else { return Ok(()) };
        let document = Document::with_origin("generated", text.as_str(), origin);
        for finding in findings(&document) {
            // An empty document is a finding of nothing.
            let has_span = !finding.span.is_empty() || text.is_empty();
            prop_assert!(fits(&text, finding.span) && has_span, "{finding:?}");
            prop_assert!(!finding.message.is_empty());
            for related in &finding.related {
                prop_assert!(fits(&text, related.span), "{finding:?}");
            }
            let Some(fix) = &finding.fix else { continue };
            prop_assert!(!fix.edits.is_empty() && fix.edits.iter().all(|edit| fits(&text, edit.span)), "{finding:?}");
            prop_assert!(fix.edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{finding:?}");
            let changes = fix.edits.iter().all(|edit| text[edit.span.range()] != edit.replacement);
            prop_assert!(changes, "{finding:?} changes nothing");
        }
    }

    #[test]
    fn findings_stand_in_the_order_of_the_text(text in article()) {
        let document = Document::new("generated", text);
        let order = |finding: &Finding| (finding.span.start, std::cmp::Reverse(finding.span.end), finding.rule.as_str());
        let found = findings(&document);
        prop_assert!(found.windows(2).all(|pair| order(&pair[0]) < order(&pair[1])), "{found:#?}");
    }

    #[test]
    fn the_way_back_to_the_file_is_monotonic(bytes in file()) {
        let Some((text, origin)) = decoded(&bytes) else { return Ok(()) };
        let boundaries = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let raw: Vec<u32> = boundaries.map(|at| origin.raw(at as u32)).collect();
        prop_assert!(raw.is_sorted(), "{raw:?}");
        prop_assert_eq!(raw.last().map(|end| *end as usize), Some(bytes.len()), "the text ends where the file ends");
    }

    #[test]
    fn deleting_a_line_leaves_the_others_whole(text in article()) {
        let document = Document::new("generated", text.as_str());
        for finding in findings(&document) {
            let kind = RULES.get(finding.rule.as_str()).and_then(|rule| rule.file.fix);
            let (Some(FixKind::DeleteLine), Some(fix)) = (kind, &finding.fix) else { continue };
            let line = document.line(document.lines().index_of(finding.span.start));
            // A headline glued to a paragraph is cut off, and the paragraph stays.
            if finding.span != line {
                continue;
            }
            for edit in &fix.edits {
                let covers = edit.span.start <= line.start && line.end <= edit.span.end;
                prop_assert!(covers, "{finding:?} leaves a part of its line");
                let around = [Span { end: line.start, ..edit.span }, Span { start: line.end, ..edit.span }];
                let takes_only_blanks = around.iter().all(|span| document.slice(*span).trim().is_empty());
                prop_assert!(takes_only_blanks, "{finding:?} takes text of other lines");
            }
        }
    }

    /// A fix applied to the raw file gives what it gives applied to the text, so nothing outside its edits moves.
    #[test]
    fn a_fix_touches_only_its_edits(text in article(), wide: bool) {
        let mark: &[u8] = if wide { b"\xFF\xFE" } else { b"\xEF\xBB\xBF" };
        let encode = |text: &str| if wide { utf16(text, true) } else { text.as_bytes().to_vec() };
        let bytes = [mark, &encode(&text)].concat();
        let (decoded, origin) = decoded(&bytes).expect("a byte order mark says that it is text");
        prop_assert_eq!(&decoded, &text);
        let document = Document::with_origin("generated", decoded, origin);
        for finding in findings(&document) {
            let Some(expected) = applied(&text, &finding) else { continue };
            let mut raw = bytes.clone();
            for edit in finding.fix.iter().flat_map(|fix| &fix.edits).rev() {
                raw.splice(document.origin().raw_span(edit.span).range(), encode(&edit.replacement));
            }
            prop_assert_eq!(raw, [mark, &encode(&expected)].concat(), "{:?}", finding);
        }
    }

    /// Fixing comes to an end, a second time changes nothing, and no problem is there that was not before.
    #[test]
    fn fixing_twice_changes_nothing_more(text in article(), take_unsafe: bool) {
        let allowed = if take_unsafe { Safety::Unsafe } else { Safety::Safe };
        let document = Document::new("generated", text.as_str());
        let fixed = fix(&document, allowed, |_| true, findings);
        prop_assert_eq!(fixed.outcome, Outcome::Done);
        let new = fixed.text.clone().unwrap_or_else(|| text.clone());
        prop_assert_eq!(fixed.raw(&document, text.as_bytes(), |text| text.into()), new.as_bytes());
        let again = fix(&Document::new("generated", new.as_str()), allowed, |_| true, findings);
        prop_assert_eq!(again.text, None);
    }

    /// The text of a JSON or CSV record is found at its bytes, and fixed in them; all else stays.
    #[test]
    fn records_are_fixed_in_their_raw_bytes(texts in prop::collection::vec(article(), 1..4), form in 0_usize..4) {
        let (file, values) = records_file(&texts, form);
        let places = lines_and_columns(&file);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(["a.jsonl", "a.jsonl", "a.json", "a.csv"][form]);
        std::fs::write(&path, &file).expect("a file");
        let format = by_ending(&path).0.expect("a known ending");
        let record_file = RecordFile::new(path, "generated".to_owned(), format, &FormatOptions::default());
        let mut source = records::open(record_file, Arc::default()).expect("a file of records");
        let file_of_batches = Arc::clone(source.file());
        let mut seen = 0;
        while let Some(batch) = source.next_batch() {
            let Content::Raw(raw) = &batch.content else { panic!("bytes") };
            batch.for_each(|item| {
                let RecordOutcome::Document(document) = item.outcome else { panic!("{:?} of {file}", item.outcome) };
                assert_eq!(document.text(), texts[seen]);
                assert_eq!(document.record().and_then(|record| record.id.clone()), Some(values[seen].clone()));
                // Every character leads to the bytes that stand for it.
                for (at, c) in document.text().char_indices() {
                    let place = |at: usize| document.place(at as u32).expect("JSON and CSV have places");
                    let (from, to) = (place(at), place(at + c.len_utf8()));
                    let bytes = &file[from.byte as usize..to.byte as usize];
                    let read = match form {
                        3 => bytes.replace("\"\"", "\""),
                        _ => serde_json::from_str(&format!("\"{bytes}\"")).expect("a piece of a JSON string"),
                    };
                    assert_eq!(read, c.to_string());
                    assert_eq!((from.line, from.column), places[from.byte as usize]);
                }
                let fixed = fix(&document, Safety::Unsafe, |_| true, findings);
                let record = std::str::from_utf8(raw.bytes(raw.pieces()[item.number].range.clone())).expect("UTF-8");
                if let Some(text) = &fixed.text {
                    let new = rewrite::record(&file_of_batches, record, &document, &fixed).expect("it can be written");
                    // The document before its text and behind it stays as it was.
                    let (start, end) = (document.origin().raw(0) as usize, document.origin().raw(document.text().len() as u32) as usize);
                    if form < 3 {
                        assert!(new.starts_with(&record[..start]) && new.ends_with(&record[end..]), "{new}");
                        assert!(!record.is_ascii() || new.is_ascii());
                    }
                    assert_ne!(text, document.text());
                }
                seen += 1;
            });
        }
        prop_assert_eq!(seen, texts.len());
    }

    #[test]
    fn the_line_index_counts_as_one_counts_by_hand(text in article()) {
        let document = Document::new("generated", text.as_str());
        let (mut line, mut column, mut utf16_column) = (1, 1, 1);
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let position = document.position(at as u32);
            let counted = (position.line, position.column, position.utf16_column);
            prop_assert_eq!(counted, (line, column, utf16_column), "byte {}", at);
            prop_assert_eq!(document.lines().index_of(at as u32) as u32 + 1, line);
            let ends = c == '\n' || (c == '\r' && characters.peek().is_none_or(|(_, next)| *next != '\n'));
            if ends {
                (line, column, utf16_column) = (line + 1, 1, 1);
            } else {
                (column, utf16_column) = (column + 1, utf16_column + c.len_utf16() as u32);
            }
        }
        let end = document.position(text.len() as u32);
        prop_assert_eq!((end.line, end.column), (line, column));
        prop_assert_eq!(document.lines().count() as u32, line);
        let lines = document.lines();
        let whole: String = (0..lines.count()).map(|index| document.slice(lines.full_span(&text, index))).collect();
        prop_assert_eq!(&whole, &text);
        for index in 0..document.lines().count() {
            prop_assert!(!document.slice(document.line(index)).contains(['\n', '\r']));
        }
    }

    /// What ends the lines does not matter.
    #[test]
    fn line_ends_change_no_finding(text in article()) {
        let text = text.replace('\r', "");
        let found = |end: &str| -> Vec<(String, u32, u32, String)> {
            let document = Document::new("generated", text.replace('\n', end));
            let place = |finding: &Finding| document.position(finding.span.start);
            findings(&document)
                .iter()
                .map(|finding| {
                    let text = document.slice(finding.span).replace(end, "\n");
                    (finding.rule.to_string(), place(finding).line, place(finding).column, text)
                })
                .collect()
        };
        let plain = found("\n");
        prop_assert_eq!(&plain, &found("\r\n"));
        prop_assert_eq!(&plain, &found("\r"));
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn any_number_of_threads_gives_the_same_bytes(files in prop::collection::vec(file(), 1..60)) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (number, bytes) in files.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number}.txt")), bytes).expect("a file");
        }
        for format in ["text", "concise", "json", "jsonl"] {
            let run = |threads: &str| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
                command.args(["check", "--isolated", "--no-cache", "--verbose", "--min-severity", "info"]);
                command.args(["--format", format, "--threads", threads, "."]).current_dir(folder.path());
                let output = command.output().expect("the program starts");
                (output.status.code(), output.stdout, output.stderr)
            };
            let alone = run("1");
            prop_assert!(matches!(alone.0, Some(0 | 1)), "{}", String::from_utf8_lossy(&alone.2));
            prop_assert_eq!(&alone, &run("2"));
            prop_assert_eq!(&alone, &run("7"));
        }
    }
}
