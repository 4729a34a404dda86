//! How far a match can reach: a long line need not be searched far from the words that a pattern was looked up by.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Most bytes that a match of an expression has, a run of blanks counted as one; `None` when there is no bound.
#[must_use]
pub fn longest(expression: &Hir) -> Option<u32> {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => u32::try_from(literal.0.len()).ok(),
        HirKind::Class(class) => Some(class.maximum_len().map_or(0, |length| length as u32)),
        HirKind::Repetition(repetition) if is_of_blanks(&repetition.sub) => Some(1),
        HirKind::Repetition(repetition) => longest(&repetition.sub)?.checked_mul(repetition.max?),
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().try_fold(0, |sum: u32, part| sum.checked_add(longest(part)?)),
        HirKind::Alternation(parts) => parts.iter().try_fold(0, |most: u32, part| Some(most.max(longest(part)?))),
    }
}

/// The place so many bytes before another, but not before `least`; a run of blanks counts as one.
#[must_use]
pub fn back(bytes: &[u8], mut at: usize, length: u32, least: usize) -> usize {
    for _ in 0..length {
        if at <= least {
            break;
        }
        at -= 1;
        if is_of_blank(bytes[at]) {
            while at > least && is_of_blank(bytes[at - 1]) {
                at -= 1;
            }
        }
    }
    at
}

/// Whether all that an expression matches is made of bytes of blanks.
fn is_of_blanks(expression: &Hir) -> bool {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| is_of_blank(*byte)),
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().all(|range| (range.start()..=range.end()).all(is_of_blank))
        }
        HirKind::Class(Class::Unicode(_)) => false,
        HirKind::Repetition(repetition) => is_of_blanks(&repetition.sub),
        HirKind::Capture(capture) => is_of_blanks(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_of_blanks),
    }
}

/// Whether a blank can hold this byte: those of ASCII, and U+00A0, U+2009 and U+202F.
fn is_of_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r' | 0xC2 | 0xA0 | 0xE2 | 0x80 | 0x89 | 0xAF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_blanks_counts_as_one() {
        let bytes = "ab  \u{A0} cd".as_bytes();
        assert_eq!(back(bytes, bytes.len(), 2, 0), bytes.len() - 2);
        assert_eq!((back(bytes, bytes.len(), 3, 0), back(bytes, bytes.len(), 4, 0)), (2, 1));
        assert_eq!((back(bytes, bytes.len(), 9, 0), back(bytes, bytes.len(), 9, 3)), (0, 3));
    }
}
