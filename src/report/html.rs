//! `html`: one page that needs nothing but a browser, for people who get it from a CI run.
//!
//! HTML as the WHATWG HTML Living Standard has it (<https://html.spec.whatwg.org/>), guarded by
//! Content Security Policy Level 3 (<https://www.w3.org/TR/CSP3/>): the page may run its own script
//! and style, told by their hashes, and load nothing.
//!
//! The findings stand in the page as JSON, a document or a finding a line, and the script draws
//! from that. The totals come behind them as plain HTML, because only then are they known; they are
//! there without the script, too. No text of an article becomes markup: in JSON `<`, `>` and `&` are
//! escaped, in HTML they are entities, and the script only writes text nodes.

mod excerpt;
mod totals;

use serde_json::json;

use self::excerpt::{Excerpt, shortened};
use super::RunSummary;
use super::escape::is_hostile;
use super::json::{number, string};
use crate::document::Document;
use crate::finding::{Finding, Fix, Severity};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Findings that the page lists; with more, browsers on small machines get slow. The totals count all.
const MOST_LISTED: u64 = 20_000;

/// Characters of the line shown on either side of a span, and of a related one.
const CONTEXT: usize = 100;
const RELATED_CONTEXT: usize = 40;

/// Longest span that is shown whole, in characters.
const LONGEST_SPAN: usize = 400;
const LONGEST_RELATED: usize = 160;

/// Longest replacement that the page holds whole, in characters, so that it can be copied.
const LONGEST_REPLACEMENT: usize = 4_000;

/// Edits of a fix, and related places, that are shown.
const MOST_EDITS: usize = 8;
const MOST_RELATED: usize = 8;

/// The page up to the list of findings.
pub fn head() -> Vec<u8> {
    let (before, _) = halves(PAGE, "{{findings}}");
    let (start, rest) = halves(before, "{{style}}");
    [start, STYLE, rest, "[\n"].concat().into_bytes()
}

/// The page behind the list of findings.
pub fn tail(run: &RunSummary<'_>) -> Vec<u8> {
    let (_, behind) = halves(PAGE, "{{findings}}");
    let (before_rules, rest) = halves(behind, "{{rules}}");
    let (before_totals, rest) = halves(rest, "{{totals}}");
    let (before_script, end) = halves(rest, "{{script}}");
    let mut out = b"\n]".to_vec();
    out.extend_from_slice(before_rules.as_bytes());
    push_island(&about(run).to_string(), &mut out);
    out.extend_from_slice(before_totals.as_bytes());
    out.extend_from_slice(totals::render(run).as_bytes());
    out.extend_from_slice([before_script, SCRIPT, end].concat().as_bytes());
    out
}

/// What stands before a mark of the template and behind it.
fn halves<'a>(template: &'a str, mark: &str) -> (&'a str, &'a str) {
    template.split_once(mark).unwrap_or((template, ""))
}

/// What the script has to know beside the findings.
fn about(run: &RunSummary<'_>) -> serde_json::Value {
    let found = run.statistics.rules();
    let rules = run.rules.iter().filter(|rule| found.iter().any(|(id, _)| *id == rule.id));
    let rules: serde_json::Map<_, _> = rules
        .map(|rule| (rule.id.as_str().to_owned(), json!({"summary": rule.summary, "why": rule.why.trim()})))
        .collect();
    let findings: u64 = Severity::ALL.iter().map(|severity| run.statistics.of_severity(*severity)).sum();
    json!({"findings": findings, "hidden": hostile_ranges(), "rules": rules})
}

/// The characters that have to be made visible, as the inside of a character class of JavaScript.
fn hostile_ranges() -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| is_hostile(*c)).map(u32::from) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == c => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    ranges.iter().map(|(first, last)| format!("\\u{{{first:x}}}-\\u{{{last:x}}}")).collect()
}

/// Writes a document and its findings, a line each: elements of the page's array.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    let mut json = Vec::new();
    write_document(document, &mut json);
    for finding in findings {
        json.extend_from_slice(b",\n");
        write_finding(document, finding, &mut json);
    }
    // The writer of strings keeps to UTF-8.
    push_island(&String::from_utf8_lossy(&json), out);
}

/// How much of a rendered piece has a place in a list that holds so many findings: its bytes from the
/// start, and the findings in them.
pub fn within_limit(piece: &[u8], listed: u64) -> (usize, u64) {
    let (mut end, mut at, mut taken) = (0, 0, 0);
    while at < piece.len() && listed + taken < MOST_LISTED {
        let line_end = memchr::memchr(b'\n', &piece[at..]).map_or(piece.len(), |length| at + length);
        if piece[at..].starts_with(FINDING) {
            taken += 1;
            // Without the comma that the next element needs.
            end = if line_end == piece.len() { line_end } else { line_end - 1 };
        }
        at = line_end + 1;
    }
    (end, taken)
}

/// How the line of a finding begins.
const FINDING: &[u8] = b"{\"rule\":";

fn write_document(document: &Document, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"path\":");
    string(document.name(), out);
    if let Some(record) = document.record() {
        out.extend_from_slice(b",\"record\":");
        string(&record.label(), out);
        out.extend_from_slice(b",\"index\":");
        number(record.index, out);
        let known = [(&b",\"url\":"[..], &record.url), (b",\"title\":", &record.title), (b",\"date\":", &record.date)];
        for (key, value) in known {
            if let Some(value) = value {
                out.extend_from_slice(key);
                string(value, out);
            }
        }
        if let Some(host) = record.host() {
            out.extend_from_slice(b",\"host\":");
            string(&host, out);
        }
        if document.place(0).is_none() {
            out.extend_from_slice(b",\"in\":\"text\"");
        }
    }
    out.push(b'}');
}

fn write_finding(document: &Document, finding: &Finding, out: &mut Vec<u8>) {
    out.extend_from_slice(FINDING);
    string(finding.rule.as_str(), out);
    out.extend_from_slice(b",\"severity\":\"");
    out.extend_from_slice(finding.severity.name().as_bytes());
    out.extend_from_slice(b"\",\"message\":");
    string(&finding.message, out);
    let excerpt = Excerpt::new(document, finding.span, CONTEXT, LONGEST_SPAN);
    write_excerpt(document, finding.span.start, &excerpt, out);
    if let Some(fix) = &finding.fix {
        write_fix(document, fix, out);
    }
    if !finding.related.is_empty() {
        out.extend_from_slice(b",\"related\":[");
        for (index, related) in finding.related.iter().take(MOST_RELATED).enumerate() {
            out.extend_from_slice(if index > 0 { b",{\"message\":" } else { b"{\"message\":" });
            string(&related.message, out);
            let excerpt = Excerpt::new(document, related.span, RELATED_CONTEXT, LONGEST_RELATED);
            write_excerpt(document, related.span.start, &excerpt, out);
            out.push(b'}');
        }
        out.push(b']');
        write_more(b",\"more-related\":", finding.related.len(), MOST_RELATED, out);
    }
    out.push(b'}');
}

/// `,"line":…,"column":…,"excerpt":[before, span, behind]`: the place in the raw file or, where it has
/// none, in the text.
fn write_excerpt(document: &Document, start: u32, excerpt: &Excerpt<'_>, out: &mut Vec<u8>) {
    let (line, column) = match document.place(start) {
        Some(place) => (place.line, place.column),
        None => {
            let position = document.position(start);
            (position.line.into(), position.column.into())
        }
    };
    out.extend_from_slice(b",\"line\":");
    number(line, out);
    out.extend_from_slice(b",\"column\":");
    number(column, out);
    out.extend_from_slice(b",\"excerpt\":[");
    string(&excerpt.before, out);
    out.push(b',');
    string(&excerpt.span, out);
    out.push(b',');
    string(&excerpt.behind, out);
    out.push(b']');
}

/// `,"fix":{…}`; an edit is what stands there and what comes in its place.
fn write_fix(document: &Document, fix: &Fix, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"fix\":{\"safety\":\"");
    out.extend_from_slice(fix.safety.name().as_bytes());
    out.extend_from_slice(b"\",\"message\":");
    string(&fix.message, out);
    out.extend_from_slice(b",\"edits\":[");
    for (index, edit) in fix.edits.iter().take(MOST_EDITS).enumerate() {
        out.extend_from_slice(if index > 0 { b",[" } else { b"[" });
        string(&shortened(document.slice(edit.span), LONGEST_SPAN), out);
        out.push(b',');
        let replacement = shortened(&edit.replacement, LONGEST_REPLACEMENT);
        string(&replacement, out);
        if replacement.len() != edit.replacement.len() {
            // Only what is there whole can be copied.
            out.extend_from_slice(b",\"cut\"");
        }
        out.push(b']');
    }
    out.push(b']');
    write_more(b",\"more-edits\":", fix.edits.len(), MOST_EDITS, out);
    out.push(b'}');
}

fn write_more(key: &[u8], all: usize, shown: usize, out: &mut Vec<u8>) {
    if all > shown {
        out.extend_from_slice(key);
        number((all - shown) as u64, out);
    }
}

/// Writes JSON so that it can stand in a `<script>` element and harms nobody who looks at the source.
/// Outside of strings JSON has none of these characters.
fn push_island(json: &str, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut written = 0;
    for (at, c) in json.char_indices() {
        if matches!(c, '<' | '>' | '&') || (c != '\n' && is_hostile(c)) {
            out.extend_from_slice(&bytes[written..at]);
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
            written = at + c.len_utf8();
        }
    }
    out.extend_from_slice(&bytes[written..]);
}

#[cfg(test)]
mod tests;
