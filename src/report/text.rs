//! `text`: findings with their source lines, for people, through codespan-reporting.
//!
//! codespan-reporting prints source lines as they are. A document's lines are hostile and can be
//! megabytes long, so each finding gets an excerpt of its own: the lines it touches, cut to a
//! window around the span, with hostile characters made visible.

use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::TextStyle;
use super::escape::{push_visible, visible};
use crate::document::{Document, Origin, Span};
use crate::finding::{Finding, Safety, Severity, fingerprint_text, fingerprints};

/// Characters of a line shown on either side of a span.
const CONTEXT: usize = 60;

/// Longest part of a span that is shown, in characters.
const LONGEST_SPAN: usize = 160;

/// Digits of a fingerprint that are shown: 48 bits are enough to tell the findings of a large corpus
/// apart, and short enough to be typed.
const FINGERPRINT_DIGITS: usize = 12;

/// Writes each finding with its lines.
pub fn render(document: &Document, findings: &[Finding], style: TextStyle, out: &mut Vec<u8>) {
    let mut buffer = if style.color { Buffer::ansi() } else { Buffer::no_color() };
    let styles = if style.color { Styles::default() } else { Styles::no_color() };
    let config = Config::default();
    let fingerprints = if style.fingerprints { fingerprints(document, findings) } else { Vec::new() };
    for (index, finding) in findings.iter().enumerate() {
        let (excerpt, mut diagnostic) = excerpt(document, finding);
        if let Some(fingerprint) = fingerprints.get(index) {
            let digits = &fingerprint_text(fingerprint)[..FINGERPRINT_DIGITS];
            diagnostic.notes.push(format!("fingerprint: {digits}"));
        }
        // Writing to memory cannot fail, and the excerpt holds every place that the labels name.
        let _ = term::emit_to_write_style(&mut StylesWriter::new(&mut buffer, &styles), &config, &excerpt, &diagnostic);
    }
    out.extend_from_slice(buffer.as_slice());
}

/// The lines of one finding, ready to be shown.
struct Excerpt {
    name: String,
    source: String,
    lines: Vec<ExcerptLine>,
}

struct ExcerptLine {
    range: Range<usize>,
    /// The line's number in the document; 0 for filling between lines.
    number: usize,
    /// The column in the document of the first label on this line, and where that label begins.
    column: (usize, usize),
}

fn excerpt(document: &Document, finding: &Finding) -> (Excerpt, Diagnostic<()>) {
    let mut marks = vec![(finding.span, LabelStyle::Primary, String::new())];
    let related = finding.related.iter();
    marks.extend(related.map(|place| (place.span, LabelStyle::Secondary, visible(&place.message).into_owned())));
    let mut excerpt = Excerpt { name: name(document, finding.span.start), source: String::new(), lines: Vec::new() };
    let mut labels = Vec::new();
    // One excerpt line for each line with marks on it, in the order of the document.
    let mut touched: Vec<usize> = marks.iter().map(|(span, ..)| document.lines().index_of(span.start)).collect();
    touched.sort_unstable();
    touched.dedup();
    for line in touched {
        let mut here: Vec<_> =
            marks.iter().filter(|(span, ..)| document.lines().index_of(span.start) == line).collect();
        here.sort_by_key(|(span, ..)| *span);
        // Marks far apart on a long line: the window is the first mark's, others show in notes.
        let shown = excerpt.push_line(document, line, here[0].0);
        for (span, style, message) in here {
            if let Some(range) = shown.range_of(document, *span) {
                labels.push(Label::new(*style, (), range).with_message(message));
            }
        }
    }
    let severity = match finding.severity {
        Severity::Error => codespan_reporting::diagnostic::Severity::Error,
        Severity::Warning => codespan_reporting::diagnostic::Severity::Warning,
        Severity::Info => codespan_reporting::diagnostic::Severity::Note,
    };
    let notes = finding.fix.iter().map(|fix| {
        let how = match fix.safety {
            Safety::Safe => "fix",
            Safety::Unsafe => "fix, to be looked at",
            Safety::Display => "advice",
        };
        format!("{how}: {}", visible(&fix.message))
    });
    let diagnostic = Diagnostic::new(severity)
        .with_code(finding.rule.as_str())
        .with_message(visible(&finding.message))
        .with_labels(labels)
        .with_notes(notes.collect());
    (excerpt, diagnostic)
}

/// The document's name. codespan-reporting puts line and column in the text behind it; for a record
/// with a place in the raw file that place comes first: `corpus.jsonl:17:301 {doc-17}`.
fn name(document: &Document, offset: u32) -> String {
    match (document.record(), document.origin(), document.place(offset)) {
        (Some(record), Origin::Record(_), Some(place)) => {
            let (name, label) = (visible(document.name()), record.label());
            format!("{name}:{}:{} {{{}}}", place.line, place.column, visible(&label))
        }
        _ => super::concise::name(document).into_owned(),
    }
}

/// The part of a line that an excerpt shows, and where in the excerpt each of its characters is.
struct Shown {
    /// Bytes of the document that are shown.
    span: Range<usize>,
    /// Byte offset in the excerpt of each character shown, and of the end.
    places: Vec<usize>,
}

impl Shown {
    /// The excerpt's bytes for a span of the document, if any of it is shown.
    fn range_of(&self, document: &Document, span: Span) -> Option<Range<usize>> {
        let start = (span.start as usize).clamp(self.span.start, self.span.end);
        let end = (span.end as usize).clamp(start, self.span.end);
        let outside = span.start as usize > self.span.end || (span.end as usize) < self.span.start;
        let place = |offset: usize| self.places[document.text()[self.span.start..offset].chars().count()];
        (!outside).then(|| place(start)..place(end))
    }
}

impl Excerpt {
    /// Appends a line, cut to a window around a span.
    fn push_line(&mut self, document: &Document, line: usize, around: Span) -> Shown {
        let text = document.text();
        let whole = document.line(line).range();
        let start = around.start as usize;
        let end = (around.end as usize).min(whole.end).max(start);
        let long_span = text[start..end].char_indices().nth(LONGEST_SPAN).map(|(at, _)| start + at);
        let from = text[whole.start..start]
            .char_indices()
            .rev()
            .nth(CONTEXT - 1)
            .map_or(whole.start, |(at, _)| whole.start + at);
        let to = long_span
            .unwrap_or_else(|| text[end..whole.end].char_indices().nth(CONTEXT).map_or(whole.end, |(at, _)| end + at));
        if let Some(last) = self.lines.last() {
            // Two filling lines make codespan-reporting draw a break between distant lines.
            if line + 1 > last.number + 1 {
                for _ in 0..2 {
                    let at = self.source.len();
                    self.lines.push(ExcerptLine { range: at..at + 1, number: 0, column: (1, at) });
                    self.source.push('\n');
                }
            }
        }
        let line_start = self.source.len();
        if from > whole.start {
            self.source.push('…');
        }
        let mut places = Vec::with_capacity(to - from + 1);
        for c in text[from..to].chars() {
            places.push(self.source.len());
            push_visible(&mut self.source, c);
        }
        places.push(self.source.len());
        if to < whole.end {
            self.source.push('…');
        }
        self.source.push('\n');
        let shown = Shown { span: from..to, places };
        let label_start = shown.range_of(document, around).map_or(line_start, |range| range.start);
        self.lines.push(ExcerptLine {
            range: line_start..self.source.len(),
            number: line + 1,
            column: (document.position(around.start).column as usize, label_start),
        });
        shown
    }
}

impl<'a> Files<'a> for Excerpt {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.name)
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.source)
    }

    fn line_index(&'a self, (): (), byte: usize) -> Result<usize, Error> {
        Ok(self.lines.partition_point(|line| line.range.start <= byte).saturating_sub(1))
    }

    fn line_number(&'a self, (): (), line: usize) -> Result<usize, Error> {
        self.lines.get(line).map(|line| line.number).ok_or(Error::LineTooLarge { given: line, max: self.lines.len() })
    }

    fn column_number(&'a self, (): (), line: usize, byte: usize) -> Result<usize, Error> {
        let line = self.lines.get(line).ok_or(Error::LineTooLarge { given: line, max: self.lines.len() })?;
        let (column, at) = line.column;
        let between = &self.source[at.min(byte)..at.max(byte)];
        Ok(if byte >= at { column + between.chars().count() } else { column.saturating_sub(between.chars().count()) })
    }

    fn line_range(&'a self, (): (), line: usize) -> Result<Range<usize>, Error> {
        self.lines
            .get(line)
            .map(|line| line.range.clone())
            .ok_or(Error::LineTooLarge { given: line, max: self.lines.len() })
    }
}
