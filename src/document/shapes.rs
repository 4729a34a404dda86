//! The shape of each line: what a line looks like when nobody reads it.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::lines::Lines;
use crate::blocks::{BYTES, Blocks, below};
use crate::swar::{LOWER, eight_at};

/// Bytes of a line that are looked at. A line as long as that is a paragraph, whatever follows. As each
/// word has a blank behind it, the numbers of words fit into a byte.
const LOOKED_AT: usize = 256;

/// What a line looks like. Counts stop at 255 and are made over the first 256 bytes of the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineShape {
    /// The line, counted from 0.
    pub line: u32,
    /// Bytes looked at.
    pub bytes: u16,
    /// Words, parted by blanks.
    pub words: u8,
    /// Words that are function words of English.
    pub stop_words: u8,
    /// Words that begin with an upper-case letter.
    pub capitalised: u8,
    /// Words of two or more letters that are all upper case.
    pub upper: u8,
    /// ASCII digits.
    pub digits: u8,
    /// Double quotation marks.
    pub quotes: u8,
    /// Sentences that end before the line does.
    pub breaks: u8,
    /// Commas.
    pub commas: u8,
    /// Characters that part the entries of menus: `|`, `/`, `»`, `›`, `·`, `•`.
    pub separators: u8,
    /// Whether the line holds `@`, `://` or `www.`.
    pub has_link: bool,
    /// How the line begins.
    pub opening: Opening,
    /// How the line ends.
    pub ending: Ending,
}

/// What a line begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opening {
    /// An upper-case letter, or a letter of a script without case.
    #[default]
    Upper,
    /// A lower-case letter.
    Lower,
    /// A digit.
    Digit,
    /// A quotation mark.
    Quote,
    /// A bullet.
    Bullet,
    /// Anything else.
    Other,
}

/// What a line ends with, closing quotation marks and brackets left aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// A letter or digit.
    #[default]
    Open,
    /// A full stop.
    Stop,
    /// An exclamation mark.
    Exclamation,
    /// A question mark.
    Question,
    /// An ellipsis, of one character or three.
    Ellipsis,
    /// A colon.
    Colon,
    /// A comma or semicolon.
    Comma,
    /// Anything else.
    Other,
}

impl Ending {
    /// Whether sentences end so.
    #[must_use]
    pub fn ends_sentence(self) -> bool {
        matches!(self, Ending::Stop | Ending::Exclamation | Ending::Question)
    }
}

impl LineShape {
    /// Whether the line reads like English text, if only a sentence of it: six words or more, one in
    /// eight a function word, and not all in capitals.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.words >= 6 && self.stop_words > self.words / 8 && self.upper <= self.words / 2
    }

    /// Whether the line reads like a paragraph of prose: twelve words or more, a quarter of them
    /// function words, and a sentence's end. Headlines, teasers, menus and captions without a
    /// sentence fail in one or another.
    #[must_use]
    pub fn is_prose(&self) -> bool {
        self.words >= 12
            && self.stop_words >= self.words / 4
            && (self.ending.ends_sentence() || self.ending == Ending::Ellipsis || usize::from(self.bytes) == LOOKED_AT)
    }
}

/// The shapes of all lines that hold more than blanks.
#[must_use]
pub fn shapes(text: &str, lines: &Lines, blocks: &Blocks) -> Vec<LineShape> {
    // Few documents hold an address, which a search through all of the text tells faster than one a line.
    let bytes = text.as_bytes();
    let has_at = memchr(b'@', bytes).is_some();
    let has_address = memmem::find(bytes, b"://").is_some() || memmem::find(bytes, b"www.").is_some();
    let mut shapes = Vec::with_capacity(lines.count().min(MOST_RESERVED));
    for index in 0..lines.count() {
        let span = lines.span(text, index);
        let body = text[span.range()].trim_ascii_start();
        let line = body.trim_ascii_end();
        if line.is_empty() {
            continue;
        }
        let start = span.end as usize - body.len();
        let mut shape = shape(index as u32, text, start..start + line.len(), blocks);
        shape.has_link = has_at && line.as_bytes()[..line.len().min(LOOKED_AT)].contains(&b'@')
            || has_address && (line.contains("://") || line.contains("www."));
        if shape.words > 0 {
            shapes.push(shape);
        }
    }
    shapes
}

/// Shapes that room is made for before they are known.
const MOST_RESERVED: usize = 256;

/// English function words of up to eight letters: common in prose, scarce in menus and headlines.
const STOP_WORDS: [&str; 77] = [
    "a", "about", "after", "all", "also", "an", "and", "are", "as", "at", "be", "because", "been", "but", "by", "can",
    "could", "did", "do", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "into", "is", "it",
    "its", "more", "not", "of", "on", "or", "our", "out", "over", "said", "she", "so", "some", "than", "that", "the",
    "their", "them", "then", "there", "they", "this", "to", "up", "was", "we", "were", "what", "when", "where",
    "which", "who", "will", "with", "would", "you", "your", "before", "during", "him", "how", "me", "my", "no",
];

/// A word of up to eight bytes as a number.
const fn packed(word: &[u8]) -> u64 {
    let (mut value, mut at) = (0, 0);
    while at < word.len() {
        value |= (word[at] as u64) << (8 * at);
        at += 1;
    }
    value
}

/// Slots of the table of stop words.
const SLOTS: usize = 512;

/// Where a word stands in the table, if it is there.
const fn slot(value: u64) -> usize {
    (value.wrapping_mul(MULTIPLIER) >> 55) as usize
}

/// A multiplier that gives each stop word a slot of its own, found by trying random ones. So one comparison
/// tells a stop word, without a branch: every other word of prose is one, and a branch would be guessed wrong
/// as often.
const MULTIPLIER: u64 = 0x3D20_CF00_816D_EA71;

/// The stop words by slot.
static TABLE: [u64; SLOTS] = {
    let mut table = [0; SLOTS];
    let mut index = 0;
    while index < STOP_WORDS.len() {
        let word = packed(STOP_WORDS[index].as_bytes());
        assert!(table[slot(word)] == 0, "two stop words share a slot: another multiplier is needed");
        table[slot(word)] = word;
        index += 1;
    }
    table
};

/// Whether a word, given in lower case as a number, is a function word.
fn is_stop_word(value: u64) -> bool {
    TABLE[slot(value)] == value
}

/// The shape of a line without the blanks at both ends; nothing or a blank follows.
fn shape(index: u32, text: &str, line: Range<usize>, blocks: &Blocks) -> LineShape {
    let bytes = text.as_bytes();
    let end = text.floor_char_boundary(line.end.min(line.start + LOOKED_AT));
    let mut shape = LineShape { line: index, bytes: line.len().min(LOOKED_AT) as u16, ..LineShape::default() };
    // Most words are ASCII letters, and then perhaps a comma or full stop; they are counted here.
    let (mut words, mut stop_words, mut capitalised, mut commas) = (0_u8, 0_u8, 0_u8, 0_u8);
    // Where the next word begins, whether it has other bytes in an earlier piece of the line, and whether a
    // sentence ends before it.
    let (mut start, mut has_others, mut ended) = (line.start, false, false);
    let mut base = line.start;
    while base <= end {
        let here = blocks.around(base);
        let filled = here.bits(|block| block.filled) & below(end - base);
        let mut others = filled & !here.bits(|block| block.letters & !block.digits);
        // Words end at blanks, and at the end.
        let mut blanks = !filled & below(end + 1 - base);
        while blanks != 0 {
            let before_blank = blanks ^ (blanks - 1);
            let at = base + blanks.trailing_zeros() as usize;
            blanks &= blanks - 1;
            let (first, mut letters, mut ends) = (start, at - start, false);
            start = at + 1;
            if letters == 0 {
                // Another blank.
                continue;
            }
            let others_here = others & before_blank;
            if has_others || others_here != 0 {
                let last = bytes[at - 1];
                let is_last_alone = others_here == (before_blank ^ before_blank >> 1) >> 1 && !has_others;
                (has_others, others) = (false, others & !before_blank);
                if !is_last_alone || letters == 1 || !matches!(last, b',' | b'.') {
                    shape.add_word(&bytes[first..at], ended);
                    ended = ends_sentence(&bytes[first..at]);
                    continue;
                }
                letters -= 1;
                commas += u8::from(last == b',');
                ends = last == b'.' && letters > 1;
            }
            let eight = eight_at(bytes, first);
            // Shifting by 64 bits less than those of a word of eight letters at most leaves these.
            let value = (eight | LOWER) & u64::MAX.wrapping_shr((8 * letters as u32).wrapping_neg());
            words += 1;
            stop_words += u8::from((letters <= 8) & is_stop_word(value));
            // A capital lacks the bit of lower case.
            let is_capitalised = eight & 0x20 == 0;
            capitalised += u8::from(is_capitalised);
            if is_capitalised && (ended || eight & 0x2000 == 0) {
                shape.breaks += u8::from(ended);
                shape.upper +=
                    u8::from(letters >= 2 && bytes[first..first + letters].iter().all(u8::is_ascii_uppercase));
            }
            ended = ends;
        }
        has_others |= others != 0;
        base += BYTES;
    }
    shape.words += words;
    shape.stop_words += stop_words;
    shape.capitalised += capitalised;
    shape.commas = shape.commas.saturating_add(commas);
    let line = &text[line];
    shape.opening = opening(line);
    shape.ending = ending(line);
    shape
}

impl LineShape {
    /// Counts a word of any kind.
    #[inline(never)]
    fn add_word(&mut self, word: &[u8], after_sentence: bool) {
        self.words += 1;
        let mut letters = 0;
        let mut uppers = 0_u8;
        let mut first = None;
        let mut lower = 0_u64;
        let mut wide = false;
        let mut at = 0;
        while at < word.len() {
            let byte = word[at];
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    first = first.or(Some(byte.is_ascii_uppercase()));
                    uppers = uppers.saturating_add(u8::from(byte.is_ascii_uppercase()));
                    if letters < 8 {
                        lower |= u64::from(byte | 0x20) << (8 * letters);
                    }
                    letters += 1;
                }
                b'0'..=b'9' => {
                    first = first.or(Some(false));
                    self.digits = self.digits.saturating_add(1);
                    wide = true;
                }
                b'"' => self.quotes = self.quotes.saturating_add(1),
                b',' => self.commas = self.commas.saturating_add(1),
                b'|' | b'/' => self.separators = self.separators.saturating_add(1),
                0xE2 => {
                    match word[at..] {
                        [0xE2, 0x80, 0x9C..=0x9F, ..] => self.quotes = self.quotes.saturating_add(1),
                        [0xE2, 0x80, 0xA2 | 0xBA, ..] => self.separators = self.separators.saturating_add(1),
                        _ => {}
                    }
                    at += 2;
                }
                0xC2 => {
                    if let [0xC2, 0xBB | 0xB7, ..] = word[at..] {
                        self.separators = self.separators.saturating_add(1);
                    }
                    at += 1;
                }
                0xC3 => {
                    // À to Þ, the accented capitals of western Europe; other scripts count as lower.
                    let is_upper = matches!(word[at..], [0xC3, 0x80..=0x9E, ..]);
                    first = first.or(Some(is_upper));
                    uppers = uppers.saturating_add(u8::from(is_upper));
                    letters += 1;
                    wide = true;
                    at += 1;
                }
                0x80.. => wide = true,
                _ => {}
            }
            at += 1;
        }
        if first == Some(true) {
            self.capitalised += 1;
            self.breaks += u8::from(after_sentence);
        }
        if letters >= 2 && usize::from(uppers) == letters {
            self.upper += 1;
        }
        if (1..=8).contains(&letters) && !wide && is_stop_word(lower) {
            self.stop_words += 1;
        }
    }
}

/// Whether a word ends with the end of a sentence, closing marks left aside.
#[inline(never)]
fn ends_sentence(word: &[u8]) -> bool {
    let mut rest = word;
    loop {
        rest = match rest {
            [before @ .., 0xE2, 0x80, 0x99 | 0x9D] => before,
            [before @ .., b'"' | b'\'' | b')' | b']'] => before,
            [.., b'.' | b'!' | b'?'] => return rest.len() > 2,
            _ => return false,
        };
    }
}

fn opening(line: &str) -> Opening {
    // Most lines begin with an ASCII letter or digit.
    match line.as_bytes() {
        [b'A'..=b'Z', ..] => return Opening::Upper,
        [b'a'..=b'z', ..] => return Opening::Lower,
        [b'0'..=b'9', ..] => return Opening::Digit,
        _ => {}
    }
    match line.chars().next() {
        Some('“' | '‘' | '"' | '\'' | '«' | '„') => Opening::Quote,
        Some('•' | '*' | '-' | '–' | '—' | '·' | '►' | '▪' | '>' | '#' | '|' | '»' | '›') => {
            Opening::Bullet
        }
        Some(c) if c.is_numeric() => Opening::Digit,
        Some(c) if c.is_lowercase() => Opening::Lower,
        Some(c) if c.is_alphabetic() => Opening::Upper,
        _ => Opening::Other,
    }
}

fn ending(line: &str) -> Ending {
    // Most lines end with one, or with a full stop behind one.
    match line.as_bytes() {
        [.., b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9'] => return Ending::Open,
        [.., b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9', b'.'] => return Ending::Stop,
        _ => {}
    }
    let core = line.trim_end_matches(['”', '’', '"', '\'', ')', ']', '»']);
    match core.chars().next_back() {
        Some('.') if core.ends_with("...") || core.ends_with(". .") => Ending::Ellipsis,
        Some('.') => Ending::Stop,
        Some('!') => Ending::Exclamation,
        Some('?') => Ending::Question,
        Some('…') => Ending::Ellipsis,
        Some(':') => Ending::Colon,
        Some(',' | ';') => Ending::Comma,
        Some(c) if c.is_alphanumeric() => Ending::Open,
        _ => Ending::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_told() {
        assert!(STOP_WORDS.iter().all(|word| is_stop_word(packed(word.as_bytes()))));
        assert!(["th", "thee", "news", "o", "becaus"].iter().all(|word| !is_stop_word(packed(word.as_bytes()))));
    }

    fn blocks(text: &str) -> Blocks {
        super::super::marks::scan(text).2
    }

    fn one(line: &str) -> LineShape {
        shape(0, line, 0..line.len(), &blocks(line))
    }

    #[test]
    fn words_count_alike_wherever_they_stand() {
        let words = [
            "The",
            "I",
            "an",
            "internationally",
            "WASHINGTON",
            "X",
            "end.",
            "U.S.",
            "don't",
            "caf\u{e9}",
            "\u{201c}We",
            "12,",
            "We",
            "EU,",
            "an.",
            "A.",
            "The",
            "a.",
            "B",
            "e,",
            "Friday,",
            ".",
            "Q",
            ",",
            "\u{c9}t\u{e9}",
            "BeatlesX",
            "Washington,",
            "Because",
            "BECAUSE.",
            "So",
            "McDonalds",
            "Children.",
            "Mid-week",
            "Internationally.",
        ];
        // Blanks before and between move the words over the borders of blocks.
        for (blanks, words) in (1..70).flat_map(|blanks| words.chunks(17).map(move |words| (blanks, words))) {
            let text = " ".repeat(blanks) + &words.join(&" ".repeat(blanks % 5 + 1));
            let found = shape(0, &text, blanks..text.len(), &blocks(&text));
            let mut expected = LineShape { bytes: found.bytes, ..LineShape::default() };
            let mut ended = false;
            for word in words {
                expected.add_word(word.as_bytes(), ended);
                ended = ends_sentence(word.as_bytes());
            }
            assert_eq!(LineShape { opening: expected.opening, ending: expected.ending, ..found }, expected);
        }
    }

    #[test]
    fn as_many_words_as_a_line_can_hold() {
        assert_eq!(one(&"A ".repeat(400)).capitalised, 128);
    }

    #[test]
    fn words_are_counted_by_kind() {
        let shape = one("“The EU said on Friday, 12 May, it was Élan’s turn.” He left | done");
        assert_eq!((shape.words, shape.stop_words), (15, 6));
        assert_eq!((shape.capitalised, shape.upper, shape.digits), (6, 1, 2));
        assert_eq!((shape.quotes, shape.commas, shape.separators, shape.breaks), (2, 2, 1, 1));
        assert_eq!((shape.opening, shape.ending), (Opening::Quote, Ending::Open));
    }

    #[test]
    fn closing_marks_do_not_hide_the_ending() {
        assert_eq!(one("He said “no.”").ending, Ending::Stop);
        assert_eq!(one("(Read on …)").ending, Ending::Ellipsis);
        assert_eq!(one("Share:").ending, Ending::Colon);
        assert_eq!(one("• Home").opening, Opening::Bullet);
    }

    #[test]
    fn blank_lines_have_no_shape_and_long_ones_a_short_one() {
        let text = format!("a\n\n \t\n{}\n", "word ".repeat(400));
        let found = shapes(&text, &Lines::of(&text), &blocks(&text));
        assert_eq!(found.iter().map(|shape| shape.line).collect::<Vec<_>>(), [0, 3]);
        assert!(found[1].words < 60 && found[1].bytes == 256);
    }
}
