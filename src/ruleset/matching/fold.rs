//! Comparing text with literals: any case, any run of blanks, straight or curly marks.

use crate::swar::between;

/// What a character counts as when it is compared with a literal.
///
/// Blanks of every kind fold to a space, single and double quotation marks and dashes to their
/// ASCII forms, letters to lower case. Line ends fold to nothing: a literal never crosses them.
#[must_use]
pub fn fold(c: char) -> Option<char> {
    Some(match c {
        '\n' | '\r' => return None,
        ' ' | '\t' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        '’' | '‘' | '‛' | '´' | '`' | 'ʼ' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‐' | '‑' | '–' | '—' | '―' | '−' => '-',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    })
}

/// Whether the character is a blank for the purpose of literals.
#[must_use]
pub fn is_blank(c: char) -> bool {
    fold(c) == Some(' ')
}

/// Folds a literal as a rule file states it; blanks at its ends do not count.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.trim().chars().map(|c| fold(c).unwrap_or(' ')) {
        if !(c == ' ' && folded.ends_with(' ')) {
            folded.push(c);
        }
    }
    folded
}

/// A literal of a rule, folded so that texts are compared with it quickly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folded<'l>(pub &'l str);

impl Folded<'_> {
    /// Where the literal ends if it stands at `start` bytes of the text. A full stop, comma or
    /// colon in the literal may have blanks before it in the text.
    #[must_use]
    pub fn matches_at(self, text: &str, start: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        // Most literals stand there in the plainest way, or fail at a letter before they need a closer look.
        if let Some(found) = bytes.get(start..start + self.0.len()) {
            let wanted = self.0.as_bytes();
            match first_other(found, wanted) {
                None => return Some(start + self.0.len()),
                Some(place) if differs_for_good(found[place], &wanted[..=place]) => return None,
                Some(_) => {}
            }
        }
        let mut at = start;
        for (index, wanted) in self.0.bytes().enumerate() {
            if wanted == b' ' {
                let end = at + blanks_at(&text[at..]);
                if end == at {
                    return None;
                }
                at = end;
                continue;
            }
            let found = *bytes.get(at)?;
            if found.to_ascii_lowercase() == wanted && wanted.is_ascii() && found != b'`' {
                at += 1;
            } else if is_mark(wanted) && blanks_at(&text[at..]) > 0 {
                at += blanks_at(&text[at..]);
                if *bytes.get(at)? != wanted {
                    return None;
                }
                at += 1;
            } else if (found.is_ascii() && found != b'`') || !self.0.is_char_boundary(index) {
                // Within a wide character of the literal, whose first byte has dealt with it.
                if self.0.is_char_boundary(index) {
                    return None;
                }
            } else {
                let c = text[at..].chars().next()?;
                if fold(c)? != self.0[index..].chars().next()? {
                    return None;
                }
                at += c.len_utf8();
            }
        }
        Some(at)
    }

    /// Where the literal begins if its first `length` bytes, folded, end at `end` bytes of the
    /// text.
    #[must_use]
    pub fn begins_before(self, text: &str, end: usize, length: usize) -> Option<usize> {
        let wanted = &self.0.as_bytes()[..length];
        // Most anchors are the first words of their literals.
        let Some(first) = wanted.first() else { return Some(end) };
        // As in `matches_at`: from the end on, most stand there in the plainest way, or fail at a letter.
        if let Some(found) = text.as_bytes().get(end.wrapping_sub(length)..end) {
            let is_other = |(found, wanted): (&u8, &u8)| found.to_ascii_lowercase() != *wanted;
            match found.iter().zip(wanted).rposition(is_other) {
                // Before a mark there may be blanks.
                None if !is_mark(*first) => return Some(end - length),
                Some(place) if found[place].is_ascii_alphanumeric() => return None,
                _ => {}
            }
        }
        let mut start = end;
        for wanted in self.0[..length].chars().rev() {
            let before = &text[..start];
            if wanted == ' ' {
                let kept = before.trim_end_matches(is_blank).len();
                if kept == start {
                    return None;
                }
                start = kept;
                continue;
            }
            let c = before.chars().next_back()?;
            if fold(c)? != wanted {
                return None;
            }
            start -= c.len_utf8();
            if u8::try_from(wanted).is_ok_and(is_mark) {
                start = text[..start].trim_end_matches(is_blank).len();
            }
        }
        Some(start)
    }
}

/// The first place at which one text, in lower case, is not the other, which is as long.
fn first_other(found: &[u8], wanted: &[u8]) -> Option<usize> {
    let ((found_eights, found_rest), (eights, rest)) = (found.as_chunks::<8>(), wanted.as_chunks::<8>());
    for (number, (found, wanted)) in found_eights.iter().zip(eights).enumerate() {
        let found = u64::from_le_bytes(*found);
        let lower = found | between(found, b'A', b'Z') >> 2;
        let other = lower ^ u64::from_le_bytes(*wanted);
        if other != 0 {
            return Some(8 * number + other.trailing_zeros() as usize / 8);
        }
    }
    let is_other = |(found, wanted): (&u8, &u8)| found.to_ascii_lowercase() != *wanted;
    found_rest.iter().zip(rest).position(is_other).map(|place| 8 * eights.len() + place)
}

/// Whether a byte of a text settles that it is not the literal, of which all but the last byte stand before it: no
/// blank that may stand there, and no other form of a mark.
fn differs_for_good(found: u8, wanted: &[u8]) -> bool {
    match wanted {
        _ if !found.is_ascii() || found == b'`' => false,
        _ if !matches!(found, b' ' | b'\t') => true,
        [.., b' ', _] | [.., b' '] => false,
        [.., last] => !is_mark(*last),
        [] => false,
    }
}

/// Punctuation that may have blanks before it.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b':' | b'.' | b',' | b'!' | b'?')
}

/// Length in bytes of the run of blanks that the text begins with.
fn blanks_at(text: &str) -> usize {
    match text.as_bytes() {
        // The usual case: one space between two words.
        [b' ', next, ..] if next.is_ascii_alphanumeric() => 1,
        [first, ..] if first.is_ascii() && !matches!(first, b' ' | b'\t') => 0,
        _ => text.len() - text.trim_start_matches(is_blank).len(),
    }
}

/// Whether a hit from `start` to `end` stands alone: no letter or digit of any script directly
/// outside a border whose inner side is a letter or digit.
#[must_use]
pub fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let hit = &text[start..end];
    let before = word(text[..start].chars().next_back()) && word(hit.chars().next());
    let after = word(text[end..].chars().next()) && word(hit.chars().next_back());
    !before && !after
}

/// The line without the blanks, bullets and arrows that pages put before a line.
#[must_use]
pub fn without_leading_decoration(line: &str) -> &str {
    line.trim_start_matches(|c| is_blank(c) || "-*•·|>»›→▶►‣▪●–—#+~[(‹«×✕✓✔".contains(c) || is_ornament(c))
}

/// The line without the blanks, arrows and closing marks that pages put behind a line.
#[must_use]
pub fn without_trailing_decoration(line: &str) -> &str {
    line.trim_end_matches(|c| is_blank(c) || ":.!…»›→▶►|><*–—-+])‹«×✕".contains(c) || is_ornament(c))
}

/// Zero-width characters and emoji, which decorate buttons and headings.
fn is_ornament(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}' | '\u{AD}' | '\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_case_and_marks_are_folded() {
        let literal = folded("here's what you get:");
        let literal = Folded(&literal);
        let text = "¡Here’s\u{A0} WHAT you get : more";
        assert_eq!(literal.matches_at(text, 2).map(|end| &text[2..end]), Some("Here’s\u{A0} WHAT you get :"));
        assert_eq!(literal.matches_at(text, 0), None);
        assert_eq!(Folded(&folded("two words")).matches_at("two\nwords", 0), None);
        assert_eq!(Folded(&folded("café olé")).matches_at("CAFÉ  OLÉ!", 0), Some("CAFÉ  OLÉ".len()));
        assert_eq!(Folded(&folded("café olé")).matches_at("cafe olé", 0), None);
        assert_eq!(Folded(&folded("don't")).matches_at("don`t", 0), Some(5));
    }

    #[test]
    fn blanks_may_be_many_and_stand_before_marks() {
        let matches = |literal: &str, text: &str| Folded(literal).matches_at(text, 0).is_some();
        assert!(matches("two words: a", "two \t words : a") && matches("two words", "two\twords"));
        assert!(!matches("two words", "two, words") && !matches("two words", "tw o words"));
        assert!(!matches("two words", "two .words") && !matches("two 'words'", "two \"words\""));
    }

    #[test]
    fn texts_are_compared_eight_bytes_at_a_time() {
        let wanted = "abc {xyz} |@`_1} zz";
        assert_eq!(first_other(wanted.to_uppercase().as_bytes(), wanted.as_bytes()), None);
        for at in 0..wanted.len() {
            for other in [b'0', b'~', b'[', b'^', 0xE1, 0xC1, b'q', b'Q'] {
                let mut found = wanted.to_uppercase().into_bytes();
                found[at] = other;
                assert_eq!(first_other(&found, wanted.as_bytes()), Some(at), "{other}");
            }
        }
    }

    #[test]
    fn a_literal_is_found_from_its_middle() {
        let literal = folded("it's “great” news");
        let literal = Folded(&literal);
        let text = "x It’s  \"GREAT\" news";
        let middle = text.find("GREAT").unwrap();
        assert_eq!(literal.begins_before(text, middle, "it's \"".len()), Some(2));
    }

    #[test]
    fn borders_know_letters_of_any_script() {
        let alone = |text: &str, word: &str| {
            let start = text.find(word).unwrap();
            stands_alone(text, start, start + word.len())
        };
        assert!(alone("(share)", "share"));
        assert!(!alone("sharé", "shar"));
        assert!(!alone("пshare", "share"));
        assert!(alone("5% off", "%"));
    }
}
