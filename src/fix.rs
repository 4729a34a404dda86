//! Applying fixes to a document, and writing the result back into its raw bytes.
//!
//! Fixes are applied in passes, because one can make room for another: a document is linted again
//! until no fix is left. Only the bytes under an edit change.

use std::collections::{BTreeMap, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use crate::document::{Document, Span};
use crate::finding::{Edit, Finding, Safety};
use crate::ruleset::RuleId;

/// Passes after which fixing is given up. Each pass applies all fixes that do not touch each other, so
/// two or three do in practice.
pub const MOST_PASSES: usize = 10;

/// How fixing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No fix is left to apply.
    Done,
    /// The fixes undo each other: a text came again that was there before. A fault of the rules.
    Repeating,
    /// There were still fixes after [`MOST_PASSES`]. A fault of the rules.
    Unending,
}

/// What came of fixing a document.
#[derive(Debug)]
pub struct Fixed {
    /// How it ended. Unless it is done, the document is left as it was.
    pub outcome: Outcome,
    /// The new text, where it differs.
    pub text: Option<String>,
    /// The fixes applied, by rule.
    pub applied: BTreeMap<RuleId, u64>,
    /// What is left to find in the new text.
    pub left: Vec<Finding>,
    pieces: Vec<Piece>,
}

/// A part of the new text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Bytes of the document as it was.
    Old(usize, usize),
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Piece::Old(start, end) => end - start,
            Piece::New(text) => text.len(),
        }
    }

    /// The part from byte `start` to byte `end` of the piece.
    fn part(&self, start: usize, end: usize) -> Piece {
        match self {
            Piece::Old(from, _) => Piece::Old(from + start, from + end),
            Piece::New(text) => Piece::New(text[start..end].to_owned()),
        }
    }
}

/// Fixes a document: all safe fixes, and with [`Safety::Unsafe`] those that are to be looked at, too.
///
/// `lint` gives the findings of a text, in order. `can_write` tells whether the document's encoding can
/// hold a replacement; fixes that it cannot hold are left.
pub fn fix(
    document: &Document,
    allowed: Safety,
    can_write: impl Fn(&str) -> bool,
    mut lint: impl FnMut(&Document) -> Vec<Finding>,
) -> Fixed {
    let mut applied = BTreeMap::new();
    let mut pieces = vec![Piece::Old(0, document.text().len())];
    let mut seen = HashSet::from([xxh3_128(document.text().as_bytes())]);
    let mut current: Option<Document> = None;
    for _ in 0..=MOST_PASSES {
        let text = current.as_ref().unwrap_or(document);
        let findings = lint(text);
        let (edits, rules) = choose(&findings, allowed, &can_write);
        if edits.is_empty() {
            let text = current.map(|document| document.text().to_owned());
            return Fixed { outcome: Outcome::Done, text, applied, left: findings, pieces };
        }
        pieces = replaced(&pieces, &edits);
        for rule in rules {
            *applied.entry(rule).or_default() += 1;
        }
        let new = text_of(&pieces, document.text());
        if !seen.insert(xxh3_128(new.as_bytes())) {
            return given_up(document, Outcome::Repeating, lint(document));
        }
        let mut next = Document::new(document.name(), new).with_encoding(document.encoding());
        if let Some(record) = document.record() {
            next = next.with_record(record.clone());
        }
        current = Some(next);
    }
    given_up(document, Outcome::Unending, lint(document))
}

fn given_up(document: &Document, outcome: Outcome, left: Vec<Finding>) -> Fixed {
    let pieces = vec![Piece::Old(0, document.text().len())];
    Fixed { outcome, text: None, applied: BTreeMap::new(), left, pieces }
}

/// The edits of one pass, in order, and the rules whose fixes they are. A fix is applied as a whole; one
/// that touches an earlier one waits for the next pass. Two deletions may touch: whatever their order,
/// the same is gone.
fn choose<'f>(
    findings: &'f [Finding],
    allowed: Safety,
    can_write: &impl Fn(&str) -> bool,
) -> (Vec<&'f Edit>, Vec<RuleId>) {
    let mut chosen: BTreeMap<u32, &Edit> = BTreeMap::new();
    let mut rules = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| is_allowed(fix.safety, allowed)) else { continue };
        let is_free = |edit: &Edit| {
            let clashes = |other: &Edit| {
                let touch = edit.span.start <= other.span.end && other.span.start <= edit.span.end;
                let overlap = edit.span.start < other.span.end && other.span.start < edit.span.end;
                let delete = edit.replacement.is_empty() && other.replacement.is_empty();
                if delete { overlap } else { touch }
            };
            let before = chosen.range(..=edit.span.start).next_back();
            let behind = chosen.range(edit.span.start..).next();
            before.into_iter().chain(behind).all(|(_, other)| !clashes(other))
        };
        let changes = |edit: &Edit| !(edit.span.is_empty() && edit.replacement.is_empty());
        if fix.edits.iter().all(|edit| is_free(edit) && can_write(&edit.replacement))
            && fix.edits.iter().any(changes)
            && !overlap_each_other(&fix.edits)
        {
            chosen.extend(fix.edits.iter().map(|edit| (edit.span.start, edit)));
            rules.push(finding.rule);
        }
    }
    (chosen.into_values().collect(), rules)
}

/// Whether fixes of this safety are applied when `allowed` are.
#[must_use]
pub fn is_allowed(safety: Safety, allowed: Safety) -> bool {
    match safety {
        Safety::Safe => true,
        Safety::Unsafe => allowed == Safety::Unsafe,
        Safety::Display => false,
    }
}

/// Edits of one fix stand in order and apart; a rule that breaks that is at fault, and its fix is left.
fn overlap_each_other(edits: &[Edit]) -> bool {
    edits.windows(2).any(|pair| pair[1].span.start < pair[0].span.end || pair[1].span.start == pair[0].span.start)
}

/// The pieces with edits applied, which are in order and apart.
fn replaced(pieces: &[Piece], edits: &[&Edit]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len() + 2 * edits.len());
    let mut edits = edits.iter().peekable();
    // Where the piece at work begins in the text, and up to where the text is done with.
    let (mut begin, mut done) = (0, 0);
    for piece in pieces {
        let end = begin + piece.len();
        while let Some(edit) = edits.peek().filter(|edit| (edit.span.start as usize) < end) {
            let (from, to) = (edit.span.start as usize, edit.span.end as usize);
            if from > done {
                out.push(piece.part(done - begin, from - begin));
            }
            if from >= done && !edit.replacement.is_empty() {
                out.push(Piece::New(edit.replacement.clone()));
            }
            done = done.max(to.min(end)).max(from);
            if to > end {
                // The rest of the deletion lies in the next pieces.
                break;
            }
            edits.next();
        }
        if done < end {
            out.push(piece.part(done.saturating_sub(begin), end - begin));
            done = end;
        }
        begin = end;
    }
    // Insertions at the very end.
    out.extend(edits.filter(|edit| edit.span.start as usize >= begin).map(|edit| Piece::New(edit.replacement.clone())));
    out.retain(|piece| piece.len() > 0);
    out
}

fn text_of(pieces: &[Piece], old: &str) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Old(start, end) => &old[*start..*end],
            Piece::New(text) => text,
        })
        .collect()
}

impl Fixed {
    /// What changes, as edits of the document as it was: in order, and apart.
    #[must_use]
    pub fn edits(&self, document: &Document) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let (mut done, mut new) = (0, String::new());
        let end = Piece::Old(document.text().len(), document.text().len());
        for piece in self.pieces.iter().chain([&end]) {
            match piece {
                Piece::New(text) => new.push_str(text),
                Piece::Old(start, end) => {
                    if *start > done || !new.is_empty() {
                        edits.push(Edit { span: Span::new(done, *start), replacement: std::mem::take(&mut new) });
                    }
                    done = *end;
                }
            }
        }
        edits
    }

    /// The raw bytes with the fixes in them. `raw` are those that the document was read from (of its file,
    /// or of its record), and `encode` writes a text as they have it.
    #[must_use]
    pub fn raw(&self, document: &Document, raw: &[u8], encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
        let origin = document.origin();
        let place = |offset: usize| (origin.raw(offset as u32) as usize).min(raw.len());
        let mut out = raw[..place(0)].to_vec();
        for piece in &self.pieces {
            match piece {
                Piece::Old(start, end) => out.extend_from_slice(&raw[place(*start)..place(*end)]),
                Piece::New(text) => out.extend(encode(text)),
            }
        }
        out.extend_from_slice(&raw[place(document.text().len())..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit { span: Span::new(start, end), replacement: replacement.to_owned() }
    }

    #[test]
    fn edits_on_edited_text() {
        let old = "0123456789";
        let first = replaced(&[Piece::Old(0, 10)], &[&edit(2, 4, "ab"), &edit(6, 6, "x"), &edit(10, 10, "!")]);
        assert_eq!(text_of(&first, old), "01ab45x6789!");
        // Over the border of old and new text.
        let second = replaced(&first, &[&edit(1, 3, ""), &edit(5, 8, "Y"), &edit(12, 12, "?")]);
        assert_eq!(text_of(&second, old), "0b4Y789!?");
    }

    proptest! {
        #[test]
        fn pieces_read_as_plain_replacing_does(
            rounds in prop::collection::vec(prop::collection::vec((0_usize..12, 0_usize..4, "[a-c]{0,3}"), 0..5), 1..4)
        ) {
            let old = "0123456789abcdefghij";
            let mut pieces = vec![Piece::Old(0, old.len())];
            let mut text = old.to_owned();
            for round in rounds {
                let (mut edits, mut at) = (Vec::new(), 0);
                for (gap, length, replacement) in round {
                    let start = at + gap;
                    if start + length > text.len() {
                        break;
                    }
                    edits.push(edit(start, start + length, &replacement));
                    at = start + length + 1;
                }
                pieces = replaced(&pieces, &edits.iter().collect::<Vec<_>>());
                for edit in edits.iter().rev() {
                    text.replace_range(edit.span.range(), &edit.replacement);
                }
                prop_assert_eq!(text_of(&pieces, old), text.as_str());
            }
        }
    }
}
