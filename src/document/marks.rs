//! Where the punctuation marks and unusual characters of a text stand, by kind: one pass that the rules on
//! structure and damaged characters share.

use super::unusual::{Unusual, is_unusual};
use crate::swar::{controls, eight_at, filled, letters};

/// Byte offsets of the marks of a text, each kind in order.
#[derive(Debug, Default)]
pub struct Marks {
    /// Full stops.
    pub stops: Vec<u32>,
    /// Commas and semicolons.
    pub commas: Vec<u32>,
    /// Exclamation and question marks, colons and the ellipsis character.
    pub others: Vec<u32>,
    /// Quotation marks that are no apostrophes: `"`, curly double marks, guillemets, `‘`.
    pub quotes: Vec<u32>,
    /// Straight and curly apostrophes: `'`, `’`.
    pub apostrophes: Vec<u32>,
    /// Round and square brackets.
    pub brackets: Vec<u32>,
    /// The less-than sign, with which tags begin.
    pub tags: Vec<u32>,
    /// Latin letters outside ASCII.
    pub latin: Vec<u32>,
    /// Characters outside ASCII that are neither Latin letters nor the marks and signs of English
    /// text: other scripts, full-width forms, boxes and signs of mathematics.
    pub foreign: Vec<u32>,
    /// Control and format characters, blanks other than the space, U+FFFD and noncharacters.
    pub unusual: Vec<Unusual>,
}

/// Finds the marks of a text.
#[must_use]
pub fn marks(text: &str) -> Marks {
    let bytes = text.as_bytes();
    let mut marks = Marks::default();
    for at in (0..bytes.len()).step_by(8) {
        // Most chunks hold nothing but letters, digits and blanks.
        let eight = eight_at(bytes, at);
        let mut found = filled(eight) & !letters(eight) | controls(eight);
        while found != 0 {
            marks.add(text, at + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
    }
    marks
}

impl Marks {
    /// Sorts the byte at `at` in; bytes inside characters and those of no kind are passed over, as is what
    /// lies behind the end.
    fn add(&mut self, text: &str, at: usize) {
        let place = at as u32;
        let Some(byte) = text.as_bytes().get(at) else { return };
        match *byte {
            b'.' => self.stops.push(place),
            b',' | b';' => self.commas.push(place),
            b'!' | b'?' | b':' => self.others.push(place),
            b'"' => self.quotes.push(place),
            b'\'' => self.apostrophes.push(place),
            b'(' | b')' | b'[' | b']' => self.brackets.push(place),
            b'<' => self.tags.push(place),
            b'\n' | b'\r' | b'\t' => {}
            0..=0x1F | 0x7F => self.unusual.push(Unusual { at: place, character: char::from(*byte) }),
            0xC0.. => self.add_wide(text, at),
            _ => {}
        }
    }

    fn add_wide(&mut self, text: &str, at: usize) {
        let place = at as u32;
        let rest = &text.as_bytes()[at..];
        // The marks and letters that news is full of, U+2010 to U+2027 and U+00C0 to U+024F, are usual.
        if !matches!(rest, [0xE2, 0x80, 0x90..=0xA7, ..] | [0xC3..=0xC8, ..])
            && let Some(character) = text[at..].chars().next().filter(|c| is_unusual(*c))
        {
            self.unusual.push(Unusual { at: place, character });
        }
        match *rest {
            [0xE2, 0x80, 0x99, ..] => self.apostrophes.push(place),
            [0xE2, 0x80, 0x98 | 0x9C..=0x9F, ..] | [0xC2, 0xAB | 0xBB, ..] => self.quotes.push(place),
            [0xE2, 0x80, 0xA6, ..] => self.others.push(place),
            // Dashes, bullets and blanks; currencies and letterlike signs, arrows, shapes, emoji.
            [0xE2, 0x80..=0x87 | 0x96..=0xAF, ..] | [0xF0, 0x9F, ..] => {}
            // Latin letters up to U+024F, and Latin Extended Additional (Vietnamese).
            [0xC3..=0xC9, ..] | [0xE1, 0xB8..=0xBB, ..] => self.latin.push(place),
            // What is left of a letter that was read as Latin-1.
            [0xC2, 0x80..=0x9F, ..] => self.latin.push(place),
            // No-break space, soft hyphen and signs such as £, §, ©, °.
            [0xC2, 0xA0..=0xBF, ..] => {}
            // Variation selectors and the byte order mark.
            [0xEF, 0xB8, 0x80..=0x8F, ..] | [0xEF, 0xBB, 0xBF, ..] => {}
            _ => self.foreign.push(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_once() {
        let text = "He said: “It’s 'so', no?” (AFP) \"x\"; 3.5… <b>é£ Київ «oui» end.";
        let marks = marks(text);
        let at = |places: &[u32]| -> String {
            places.iter().filter_map(|place| text[*place as usize..].chars().next()).collect()
        };
        assert_eq!(at(&marks.stops), "..");
        assert_eq!(at(&marks.commas), ",;");
        assert_eq!(at(&marks.others), ":?…");
        assert_eq!(at(&marks.quotes), "“”\"\"«»");
        assert_eq!(at(&marks.apostrophes), "’''");
        assert_eq!(at(&marks.brackets), "()");
        assert_eq!(at(&marks.tags), "<");
        assert_eq!(at(&marks.latin), "é");
        assert_eq!(at(&marks.foreign), "Київ");
    }

    #[test]
    fn finds_what_hides_among_prose() {
        let text = "\0A long sentence of plain words, “quoted” — é\u{A0}x\u{200B}\u{7}\u{FFFD}\tend\r\n\u{7F}";
        let found = marks(text).unusual;
        let characters: Vec<_> = found.iter().map(|unusual| unusual.character).collect();
        assert_eq!(characters, ['\0', '\u{A0}', '\u{200B}', '\u{7}', '\u{FFFD}', '\u{7F}']);
        for Unusual { at, character } in found {
            assert!(text[at as usize..].starts_with(character));
        }
    }
}
