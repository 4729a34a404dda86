//! The surroundings of an edit in a large text, linted by themselves.

use std::ops::Range;

use ropey::Rope;

use super::{Analysis, Scope, text};
use crate::ruleset::RuleId;

/// Bytes on either side of an edit that are linted with it: some pages, so that what rules look at around
/// a line is there. Linting them takes some milliseconds.
const AROUND: usize = 32 << 10;

/// Of these, bytes at either end that are only looked at for the sake of the others.
const MARGIN: usize = 8 << 10;

/// Bytes more to the next line end, at most: a text of megabytes can be one line.
const LONGEST_LINE: usize = 16 << 10;

/// Rules, and families of them, that compare with the whole text, count in it, or ask where in it a line
/// stands; a part of the text tells nothing of these. The others look at a spot and what stands around it.
const OF_THE_WHOLE: [&str; 11] = [
    "boilerplate/page-furniture",
    "duplicates",
    "encoding/mixed-quotes",
    "encoding/not-utf-8",
    "names",
    "structure/empty-document",
    "structure/missing-final-punctuation",
    "structure/not-english",
    "structure/orphan-fragment",
    "structure/truncated",
    "structure/unbalanced-quote",
];

/// Whether a finding of this rule can be told from its surroundings.
fn is_near(rule: RuleId) -> bool {
    !OF_THE_WHOLE.contains(&rule.as_str()) && !OF_THE_WHOLE.contains(&rule.family())
}

impl Analysis {
    /// What was found in a stretch, by rules that look at no more.
    #[must_use]
    pub fn inside(mut self, stretch: &Range<usize>) -> Analysis {
        let is_inside = |span: &Range<usize>| span.start >= stretch.start && span.end <= stretch.end;
        self.found.retain(|found| is_near(found.rule) && is_inside(&found.span));
        self
    }

    /// Puts in what was found near an edit, in the place of what was known of that stretch.
    pub fn merge_near(&mut self, near: Analysis, stretch: &Range<usize>) {
        let is_inside = |span: &Range<usize>| span.start >= stretch.start && span.end <= stretch.end;
        self.found.retain(|found| !is_near(found.rule) || !is_inside(&found.span));
        self.found.extend(near.found);
        self.found.sort_by(|a, b| (a.span.start, b.span.end).cmp(&(b.span.start, a.span.end)));
        self.panics.extend(near.panics);
    }
}

/// What stands near an edit, and the stretch that this is told of, in bytes.
#[must_use]
pub fn near(scope: &Scope, all: &Rope, edited: &Range<usize>) -> (Analysis, Range<usize>) {
    let length = all.len_bytes();
    let from = edited.start.min(length).saturating_sub(AROUND);
    // After a paste of megabytes only its beginning is near.
    let to = (edited.start + edited.len().min(AROUND) + AROUND).min(length);
    let (start, end) = (line_start(all, from), line_end(all, to));
    let part = all.byte_slice(start..end).to_string();
    let mut analysis = text(scope, &part);
    let inner_start = if start == 0 { 0 } else { start + MARGIN };
    let inner_end = if end == length { end } else { end.saturating_sub(MARGIN) };
    let stretch = inner_start..inner_end.max(inner_start);
    analysis.found = analysis
        .found
        .into_iter()
        .map(|found| found.moved(start))
        .filter(|found| {
            let is_inside = found.span.start >= stretch.start && found.span.end <= stretch.end;
            is_inside && is_near(found.rule)
        })
        .collect();
    (analysis, stretch)
}

/// The start of the line of a byte, or of its character, where the line is long.
fn line_start(text: &Rope, byte: usize) -> usize {
    let start = text.line_to_byte(text.byte_to_line(byte));
    if byte - start <= LONGEST_LINE { start } else { text.char_to_byte(text.byte_to_char(byte)) }
}

/// The end of the line of a byte, or of its character, where the line is long.
fn line_end(text: &Rope, byte: usize) -> usize {
    let line = text.byte_to_line(byte);
    let end = if line + 1 < text.len_lines() { text.line_to_byte(line + 1) } else { text.len_bytes() };
    if end - byte <= LONGEST_LINE { end } else { text.char_to_byte(text.byte_to_char(byte)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::RuleSet;

    #[test]
    fn the_rules_of_the_whole_are_there() {
        let rules = RuleSet::built_in();
        let is_there = |name: &&str| rules.get(name).is_some() || rules.families().contains(name);
        assert!(OF_THE_WHOLE.iter().all(is_there));
    }
}
