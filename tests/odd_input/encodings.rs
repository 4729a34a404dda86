//! Files that are not plain UTF-8: places in reports point into the bytes as they lie on the disk.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde_json::Value;

use super::{CLEAN, check, findings, folder, messages};

/// An article with defects behind characters of one, two, three and four bytes of UTF-8.
const ARTICLE: &str = "Café “Zürich” 😀 reopens\n\nHe said the the café was full &amp; loud.\n\n\
    Leave a Reply\n\n“Naïve” readers read on.\n";

/// The rules that flag [`ARTICLE`], and the texts that they flag.
const FLAGGED: [(&str, &str); 3] = [
    ("structure/repeated-word", "the"),
    ("encoding/html-entity", "&amp;"),
    ("boilerplate/comment-form", "Leave a Reply"),
];

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

/// The raw bytes between two places of a finding, decoded.
fn raw_text(bytes: &[u8], encoding: &'static Encoding, start: &Value, end: &Value) -> String {
    let offset = |place: &Value| usize::try_from(place.as_u64().expect("an offset")).expect("an offset");
    let raw = bytes.get(offset(start)..offset(end)).expect("offsets lie in the file");
    let (text, damaged) = encoding.decode_without_bom_handling(raw);
    assert!(!damaged, "the offsets cut a character: {raw:?}");
    text.into_owned()
}

/// Line and column of an offset in the raw file, counted anew; `text_start` is the length of the byte order mark.
fn place(bytes: &[u8], encoding: &'static Encoding, text_start: usize, offset: &Value) -> (u64, u64) {
    let raw = &bytes[text_start..usize::try_from(offset.as_u64().expect("an offset")).expect("an offset")];
    let text = encoding.decode_without_bom_handling(raw).0.replace("\r\n", "\n").replace('\r', "\n");
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line as u64, column as u64)
}

/// The rules of [`FLAGGED`], whatever their level is and whatever others may come.
const RULES: [&str; 4] =
    ["--select", "structure/repeated-word,encoding/html-entity,boilerplate/comment-form", "--min-severity", "info"];

/// Lints a file with these bytes, and holds every place of the findings against the bytes.
fn assert_found(bytes: &[u8], encoding: &'static Encoding, text_start: usize, expected: &[(&str, &str)]) {
    let folder = folder(&[("a.txt", bytes)]);
    let output = check(folder.path(), &[&RULES[..], &["--format", "jsonl", "a.txt"]].concat());
    assert_eq!(messages(&output), "");
    let found = findings(&output);
    let flagged: Vec<_> = found
        .iter()
        .map(|finding| (finding["rule"].as_str().expect("rule"), finding["text"].as_str().expect("text")))
        .collect();
    assert_eq!(flagged, expected, "in {}", encoding.name());
    for finding in &found {
        let (start, end) = (&finding["start"], &finding["end"]);
        assert_eq!(raw_text(bytes, encoding, &start["byte"], &end["byte"]), finding["text"].as_str().expect("text"));
        assert_eq!((&finding["span"]["start"], &finding["span"]["end"]), (&start["byte"], &end["byte"]));
        for edge in [start, end] {
            let stated = (edge["line"].as_u64().expect("line"), edge["column"].as_u64().expect("column"));
            assert_eq!(stated, place(bytes, encoding, text_start, &edge["byte"]), "{finding}");
        }
        for related in finding["related"].as_array().expect("related") {
            raw_text(bytes, encoding, &related["start"]["byte"], &related["end"]["byte"]);
        }
        for edit in finding["fix"]["edits"].as_array().expect("edits") {
            raw_text(bytes, encoding, &edit["start"], &edit["end"]);
        }
    }
}

#[test]
fn utf8_with_and_without_byte_order_mark() {
    assert_found(ARTICLE.as_bytes(), UTF_8, 0, &FLAGGED);
    assert_found(&[b"\xEF\xBB\xBF", ARTICLE.as_bytes()].concat(), UTF_8, 3, &FLAGGED);
}

#[test]
fn utf16_with_byte_order_mark() {
    assert_found(&[&[0xFF, 0xFE][..], &utf16(ARTICLE, true)].concat(), UTF_16LE, 2, &FLAGGED);
    assert_found(&[&[0xFE, 0xFF][..], &utf16(ARTICLE, false)].concat(), UTF_16BE, 2, &FLAGGED);
}

#[test]
fn utf16_with_half_a_character_at_the_end() {
    let mut bytes = [&[0xFF, 0xFE][..], &utf16(ARTICLE, true)].concat();
    bytes.push(b'x');
    let folder = folder(&[("a.txt", &bytes)]);
    let output = check(folder.path(), &["--format", "jsonl", "--verbose", "a.txt"]);
    assert!(messages(&output).contains("made no sense"), "{}", messages(&output));
    let flagged: Vec<_> =
        findings(&output).iter().map(|finding| finding["rule"].as_str().expect("rule").to_owned()).collect();
    assert!(flagged.iter().any(|rule| rule == "boilerplate/comment-form"), "{flagged:?}");
}

#[test]
fn windows_1252() {
    let article = ARTICLE.replace('😀', "–");
    let (bytes, _, unmappable) = WINDOWS_1252.encode(&article);
    assert!(!unmappable);
    assert_found(&bytes, WINDOWS_1252, 0, &FLAGGED);
}

#[test]
fn a_broken_byte_is_a_finding_and_the_rest_stays_utf8() {
    let article = format!("“Zürich”, café, naïve\n\nThe caf\u{7F} closed.\n\n{CLEAN}\n");
    let mut bytes = article.into_bytes();
    let at = bytes.iter().position(|byte| *byte == 0x7F).expect("the mark");
    bytes[at] = 0xE9;
    let folder = folder(&[("a.txt", &bytes)]);
    let found = findings(&check(folder.path(), &["--format", "jsonl", "a.txt"]));
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!(finding["rule"], "encoding/replacement-character");
    assert_eq!((&finding["start"]["byte"], &finding["end"]["byte"]), (&Value::from(at), &Value::from(at + 1)));
}

#[test]
fn carriage_returns() {
    assert_found(ARTICLE.replace('\n', "\r\n").as_bytes(), UTF_8, 0, &FLAGGED);
    assert_found(ARTICLE.replace('\n', "\r").as_bytes(), UTF_8, 0, &FLAGGED);
    let mixed = ARTICLE.replacen('\n', "\r\n", 1).replacen("\n\n", "\n\r", 1);
    assert_found(mixed.as_bytes(), UTF_8, 0, &FLAGGED);
}

/// Deleting a line takes its line end along, whatever it is, and leaves its neighbours whole.
#[test]
fn deleted_lines_keep_the_line_ends_of_others() {
    for (end, mark) in [("\n", ""), ("\r\n", ""), ("\r", ""), ("\r\n", "\u{FEFF}")] {
        let before = format!("{mark}{CLEAN}{end}{end}");
        let after = format!("Traffic was light.{end}");
        let bytes = format!("{before}Leave a Reply{end}{end}{after}").into_bytes();
        let folder = folder(&[("a.txt", &bytes)]);
        let found = findings(&check(folder.path(), &["--format", "jsonl", "a.txt"]));
        let edits = found.iter().flat_map(|finding| finding["fix"]["edits"].as_array().expect("edits"));
        let edits: Vec<_> = edits.map(|edit| (edit["start"].as_u64(), edit["end"].as_u64())).collect();
        let [(Some(from), Some(to))] = edits[..] else { panic!("{edits:?}") };
        let rest = [&bytes[..from as usize], &bytes[to as usize..]].concat();
        assert_eq!(String::from_utf8_lossy(&rest), format!("{before}{after}"));
    }
}
