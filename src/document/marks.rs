//! Where the punctuation marks and unusual characters of a text stand, by kind, and where its lines begin:
//! one pass that the rules on structure and damaged characters share.

use fearless_simd::{Level, Simd, dispatch};

use super::lines::Lines;
use super::unusual::{Unusual, is_unusual};
use crate::blocks::{BYTES, Block, Blocks, kinds_at};

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
    /// Signs that programs are full of and prose is not: `{`, `}`, `=` and the backslash.
    pub code: Vec<u32>,
    /// Latin letters outside ASCII.
    pub latin: Vec<u32>,
    /// Characters outside ASCII that are neither Latin letters nor the marks and signs of English
    /// text: other scripts, full-width forms, boxes and signs of mathematics.
    pub foreign: Vec<u32>,
    /// Control and format characters, blanks other than the space, U+FFFD and noncharacters.
    pub unusual: Vec<Unusual>,
}

/// Kinds of marks that a byte alone tells, in the order of [`Marks`]; what is none of them; and bytes that
/// take a second look.
const STOP: u8 = 0;
const COMMA: u8 = 1;
const OTHER: u8 = 2;
const QUOTE: u8 = 3;
const APOSTROPHE: u8 = 4;
const BRACKET: u8 = 5;
const TAG: u8 = 6;
const CODE: u8 = 7;
const KINDS: usize = 8;
const NONE: u8 = 8;
const LINE_END: u8 = 9;
const CONTROL: u8 = 10;
const WIDE: u8 = 11;

/// The kind of each byte. What comes next is hard to guess, so a list of marks is picked by its number,
/// without a branch.
static KIND_OF: [u8; 256] = {
    let mut kinds = [NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'.' => STOP,
            b',' | b';' => COMMA,
            b'!' | b'?' | b':' => OTHER,
            b'"' => QUOTE,
            b'\'' => APOSTROPHE,
            b'(' | b')' | b'[' | b']' => BRACKET,
            b'<' => TAG,
            b'{' | b'}' | b'=' | b'\\' => CODE,
            b'\t' => NONE,
            b'\n' | b'\r' => LINE_END,
            0..=0x1F | 0x7F => CONTROL,
            0xC0.. => WIDE,
            _ => NONE,
        };
        byte += 1;
    }
    kinds
};

/// Bytes of news for each mark of each kind where marks are frequent, and marks at most that room is made for
/// before they are known.
const BYTES_A_MARK: [usize; KINDS] = [48, 48, 128, 64, 96, 128, usize::MAX, usize::MAX];
const BYTES_A_LINE: usize = 48;
const MOST_RESERVED: usize = 512;

/// Finds the marks and lines of a text, and what kinds of bytes it is made of.
#[must_use]
pub fn scan(text: &str) -> (Marks, Lines, Blocks) {
    dispatch!(Level::new(), simd => scan_with(simd, text))
}

#[inline(always)]
fn scan_with<S: Simd>(simd: S, text: &str) -> (Marks, Lines, Blocks) {
    let bytes = text.as_bytes();
    let room = |a_mark: usize| Vec::with_capacity((bytes.len() / a_mark).min(MOST_RESERVED));
    let mut places: [Vec<u32>; KINDS] = BYTES_A_MARK.map(room);
    let mut marks = Marks::default();
    let (mut starts, mut has_crlf) = (room(BYTES_A_LINE), false);
    starts.push(0);
    let mut blocks = Blocks::with_room_for(bytes.len());
    for start in (0..bytes.len()).step_by(BYTES) {
        let (block, mut found) = kinds_at(simd, bytes, start);
        blocks.push(block);
        while found != 0 {
            let at = start + found.trailing_zeros() as usize;
            found &= found - 1;
            let Some(byte) = bytes.get(at) else { break };
            let kind = KIND_OF[usize::from(*byte)];
            if let Some(places) = places.get_mut(usize::from(kind)) {
                places.push(at as u32);
            } else if kind == LINE_END {
                // CRLF is one line end.
                if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                    has_crlf = true;
                } else {
                    starts.push(at as u32 + 1);
                }
            } else if kind == WIDE {
                let kind = match bytes[at..] {
                    [0xE2, 0x80, 0x99, ..] => APOSTROPHE,
                    [0xE2, 0x80, 0x98 | 0x9C..=0x9F, ..] | [0xC2, 0xAB | 0xBB, ..] => QUOTE,
                    [0xE2, 0x80, 0xA6, ..] => OTHER,
                    _ => NONE,
                };
                match places.get_mut(usize::from(kind)) {
                    Some(places) => places.push(at as u32),
                    None => marks.add_wide(text, at),
                }
            } else if kind == CONTROL {
                marks.unusual.push(Unusual { at: at as u32, character: char::from(*byte) });
            }
        }
    }
    let [stops, commas, others, quotes, apostrophes, brackets, tags, code] = places;
    let marks = Marks { stops, commas, others, quotes, apostrophes, brackets, tags, code, ..marks };
    // So that every block has one behind it.
    blocks.push(Block::default());
    (marks, Lines::new(starts, has_crlf), blocks)
}

impl Marks {
    /// Sorts a character outside ASCII in that is no mark.
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
        let (marks, ..) = scan(text);
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
    fn lines_are_those_of_the_index() {
        for text in ["", "a", "a\nb", "One line.\r\nAnother\rand\n\r\n\nthe last\r", "12345678\r\n2345678\r"] {
            let (found, expected) = (scan(text).1, Lines::of(text));
            let spans = |lines: &Lines| (0..lines.count()).map(|line| lines.span(text, line)).collect::<Vec<_>>();
            assert_eq!(spans(&found), spans(&expected), "{text:?}");
        }
    }

    #[test]
    fn finds_what_hides_among_prose() {
        let text = "\0A long sentence of plain words, “quoted” — é\u{A0}x\u{200B}\u{7}\u{FFFD}\tend\r\n\u{7F}";
        let found = scan(text).0.unusual;
        let characters: Vec<_> = found.iter().map(|unusual| unusual.character).collect();
        assert_eq!(characters, ['\0', '\u{A0}', '\u{200B}', '\u{7}', '\u{FFFD}', '\u{7F}']);
        for Unusual { at, character } in found {
            assert!(text[at as usize..].starts_with(character));
        }
    }
}
