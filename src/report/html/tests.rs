//! What the page must hold and must not, without a browser; tests/integration/html.py has one.

use base64::Engine as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::document::{Origin, Record, Span};
use crate::finding::{Edit, Related, Safety};
use crate::report::{RuleInfo, Statistics};
use crate::ruleset::RuleId;

const HOSTILE: &str =
    "</script><!--<script>alert(1)</script> <img src=x onerror=alert(1)> & \u{2028}\u{202e}\u{1b}[2J'\"`";

fn finding(start: usize, end: usize) -> Finding {
    Finding {
        rule: RuleId::new("encoding/html-tag"),
        severity: Severity::Error,
        span: Span::new(start, end),
        message: format!("found `{HOSTILE}`").into(),
        fix: Some(Fix {
            safety: Safety::Safe,
            message: HOSTILE.into(),
            edits: Edit { span: Span::new(start, end), replacement: HOSTILE.to_owned() }.into(),
        }),
        related: vec![Related { span: Span::new(0, 1), message: HOSTILE.into() }],
        number: 0,
        cue: 0,
    }
}

fn hostile_record() -> Document {
    let record = Record {
        index: 7,
        id: Some(HOSTILE.to_owned()),
        url: Some(format!("javascript://x{HOSTILE}/")),
        title: Some(HOSTILE.to_owned()),
        ..Record::default()
    };
    Document::with_origin(format!("a\nb {HOSTILE}.parquet"), HOSTILE, Origin::Nowhere).with_record(record)
}

fn page(documents: &[(Document, Vec<Finding>)]) -> String {
    let mut statistics = Statistics::default();
    let mut out = head();
    for (index, (document, findings)) in documents.iter().enumerate() {
        statistics.add(findings, document.record().and_then(Record::host));
        if index > 0 {
            out.extend_from_slice(b",\n");
        }
        render(document, findings, &mut out);
    }
    let rules =
        [RuleInfo { id: RuleId::new("encoding/html-tag"), summary: HOSTILE, why: HOSTILE, severity: Severity::Error }];
    out.extend(tail(&RunSummary { rules: &rules, statistics: &statistics, is_complete: false }));
    String::from_utf8(out).unwrap()
}

fn island<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap();
    rest.split_once("</script>").unwrap().0
}

#[test]
fn the_policy_names_the_style_and_the_script() {
    for (name, text) in [("style", STYLE), ("script", SCRIPT)] {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
        let wanted = format!("{name}-src 'sha256-{hash}'");
        assert!(PAGE.contains(&wanted), "page.html has to say {wanted}, or browsers ignore the {name}");
        assert!(!text.contains("</") && !text.contains("<!--"), "the {name} would end its element");
    }
}

#[test]
fn an_empty_run_is_a_page() {
    let page = page(&[]);
    assert_eq!(serde_json::from_str::<Value>(island(&page, "findings-data")).unwrap(), json!([]));
    assert!(page.contains("no documents to lint") && page.contains("run is incomplete"));
    assert!(!page.contains("{{"));
}

#[test]
fn hostile_text_stays_data() {
    let document = hostile_record();
    let findings = vec![finding(2, 8), finding(9, HOSTILE.len())];
    let page = page(&[(document, findings)]);
    assert_eq!(page.matches("<script").count(), 3, "{page}");
    assert_eq!(page.matches("</script>").count(), 3);
    assert!(!page.contains("<img") && !page.chars().any(|c| c != '\n' && is_hostile(c)));
    let data: Value = serde_json::from_str(island(&page, "findings-data")).unwrap();
    assert_eq!(data.as_array().map(Vec::len), Some(3));
    assert_eq!(data[0]["url"], format!("javascript://x{HOSTILE}/"));
    assert_eq!(data[0]["in"], "text");
    assert_eq!(data[1]["message"], format!("found `{HOSTILE}`"));
    assert_eq!(data[1]["excerpt"], json!([&HOSTILE[..2], &HOSTILE[2..8], &HOSTILE[8..]]));
    assert_eq!(data[1]["fix"]["edits"], json!([[&HOSTILE[2..8], HOSTILE]]));
    assert_eq!((&data[1]["line"], &data[1]["column"]), (&json!(1), &json!(3)));
    let about: Value = serde_json::from_str(island(&page, "about-data")).unwrap();
    assert_eq!(about["rules"]["encoding/html-tag"]["summary"], HOSTILE);
    assert_eq!(about["findings"], 2);
}

#[test]
fn the_script_knows_what_is_hidden() {
    let ranges = hostile_ranges();
    assert!(ranges.starts_with("\\u{0}-\\u{8}\\u{a}-\\u{1f}\\u{7f}-\\u{a0}"), "{ranges}");
    assert!(ranges.contains("\\u{2028}-\\u{202f}") && ranges.ends_with("\\u{e0000}-\\u{e007f}"), "{ranges}");
}

#[test]
fn a_full_list_takes_whole_findings() {
    let mut piece = Vec::new();
    let document = || Document::new("a.txt", "some text\nand more");
    render(&document(), &[finding(0, 4), finding(5, 9)], &mut piece);
    piece.extend_from_slice(b",\n");
    render(&document(), &[finding(0, 4)], &mut piece);
    let taken = |listed| {
        let (end, taken) = within_limit(&piece, listed);
        let data: Value = serde_json::from_slice(&[b"[", &piece[..end], b"]"].concat()).unwrap();
        (data.as_array().map(Vec::len).unwrap_or_default(), taken)
    };
    assert_eq!(taken(0), (5, 3));
    assert_eq!(taken(MOST_LISTED - 3), (5, 3));
    // A document without a place for its finding is not begun.
    assert_eq!(taken(MOST_LISTED - 2), (3, 2));
    assert_eq!(taken(MOST_LISTED - 1), (2, 1));
    assert_eq!(taken(MOST_LISTED), (0, 0));
    assert_eq!(within_limit(b"", 0), (0, 0));
}

#[test]
fn much_of_anything_is_cut() {
    let text = "word ".repeat(10_000);
    let document = Document::new("a.txt", text.as_str());
    let mut long = finding(5, text.len());
    let related = || Related { span: Span::new(0, text.len()), message: "here".into() };
    long.related = (0..1_000).map(|_| related()).collect();
    long.fix = Some(Fix {
        safety: Safety::Unsafe,
        message: "rewrite".into(),
        edits: (0..1_000).map(|at| Edit { span: Span::new(at, at + 1), replacement: text.clone() }).collect(),
    });
    let mut piece = Vec::new();
    render(&document, &[long], &mut piece);
    assert!(piece.len() < 50_000, "{}", piece.len());
    let data: Value = serde_json::from_slice(&[b"[", &piece[..], b"]"].concat()).unwrap();
    assert_eq!((&data[1]["more-related"], &data[1]["fix"]["more-edits"]), (&json!(992), &json!(992)));
    assert_eq!(data[1]["fix"]["edits"][0][2], "cut");
}
