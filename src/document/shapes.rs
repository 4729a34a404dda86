//! The shape of each line: what a line looks like when nobody reads it.

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::lines::Lines;
use super::marks::Marks;
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
pub fn shapes(text: &str, lines: &Lines, marks: &Marks, blocks: &Blocks) -> Vec<LineShape> {
    // Newer processors count bits in one step, which this does all the time.
    dispatch!(Level::new(), _simd => shapes_with(text, lines, marks, blocks))
}

#[inline(always)]
fn shapes_with(text: &str, lines: &Lines, marks: &Marks, blocks: &Blocks) -> Vec<LineShape> {
    let addresses = addresses(text, marks);
    let mut addresses = addresses.iter().map(|at| *at as usize).peekable();
    let mut shapes = Vec::with_capacity(lines.count().min(MOST_RESERVED));
    for index in 0..lines.count() {
        let span = lines.span(text, index);
        let body = text.as_bytes()[span.range()].trim_ascii_start();
        let line = body.trim_ascii_end();
        if line.is_empty() {
            continue;
        }
        let start = span.end as usize - body.len();
        let line = start..start + line.len();
        let mut shape = shape(index as u32, text, line.clone(), blocks);
        while addresses.next_if(|at| *at < line.start).is_some() {}
        shape.has_link |= addresses.peek().is_some_and(|at| *at < line.end);
        if shape.words > 0 {
            shapes.push(shape);
        }
    }
    shapes
}

/// Where the text holds `://` or `www.`, by the places of the colon and the stop: few are to be looked at.
fn addresses(text: &str, marks: &Marks) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // The neighbour first: few marks have these.
    for at in &marks.others {
        if bytes.get(*at as usize + 1) == Some(&b'/') && bytes[*at as usize..].starts_with(b"://") {
            found.push(*at);
        }
    }
    for at in &marks.stops {
        let before = &bytes[..*at as usize];
        if before.last() == Some(&b'w') && before.ends_with(b"www") {
            found.push(*at);
        }
    }
    found.sort_unstable();
    found
}

/// Shapes that room is made for before they are known.
const MOST_RESERVED: usize = 256;

/// Letters of a stop word at most, so that one is part of a number of eight bytes.
const LONGEST: usize = 7;

/// English function words: common in prose, scarce in menus and headlines.
const STOP_WORDS: [&str; 77] = [
    "a", "about", "after", "all", "also", "an", "and", "are", "as", "at", "be", "because", "been", "but", "by", "can",
    "could", "did", "do", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "into", "is", "it",
    "its", "more", "not", "of", "on", "or", "our", "out", "over", "said", "she", "so", "some", "than", "that", "the",
    "their", "them", "then", "there", "they", "this", "to", "up", "was", "we", "were", "what", "when", "where",
    "which", "who", "will", "with", "would", "you", "your", "before", "during", "him", "how", "me", "my", "no",
];

/// A word of up to seven bytes as a number.
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

/// The stop words by slot, and in the other slots what no word is.
static TABLE: [u64; SLOTS] = {
    let mut table = [u64::MAX; SLOTS];
    let mut index = 0;
    while index < STOP_WORDS.len() {
        let word = packed(STOP_WORDS[index].as_bytes());
        assert!(STOP_WORDS[index].len() <= LONGEST, "a stop word is too long");
        assert!(table[slot(word)] == u64::MAX, "two stop words share a slot: another multiplier is needed");
        table[slot(word)] = word;
        index += 1;
    }
    table
};

/// Whether a word, given in lower case as a number, is a function word; 0 is none.
#[inline(always)]
fn is_stop_word(value: u64) -> bool {
    TABLE[slot(value)] == value
}

/// The shape of a line without the blanks at both ends; nothing or a blank follows.
#[inline(always)]
fn shape(index: u32, text: &str, line: Range<usize>, blocks: &Blocks) -> LineShape {
    let bytes = text.as_bytes();
    let most = line.start + LOOKED_AT;
    let end = if line.end <= most { line.end } else { text.floor_char_boundary(most) };
    let mut shape = LineShape { line: index, bytes: line.len().min(LOOKED_AT) as u16, ..LineShape::default() };
    let mut ended = false;
    let mut at = line.start;
    while at < end {
        let here = blocks.around(at);
        let mut filled = here.bits(|block| block.filled) & below(end - at);
        // A word that may go on belongs to the next piece.
        let cut = filled.leading_ones() as usize;
        if cut == BYTES {
            let word = &bytes[at..blocks.next(at, end, |block| !block.filled)];
            shape.add_word(word, ended);
            ended = ends_sentence(word);
            at += word.len();
            continue;
        }
        filled &= u64::MAX >> cut;
        let padded;
        let bytes = match bytes[at..].first_chunk() {
            Some(bytes) => bytes,
            None => {
                padded = padded_rest(&bytes[at..]);
                &padded
            }
        };
        let (letters, upper) = (here.bits(|block| block.letters) & filled, here.bits(|block| block.upper) & filled);
        let digits = here.bits(|block| block.digits) & filled;
        let mut piece = Piece { bytes, filled, letters, upper, digits, wide: 0, sentence_ends: 0 };
        shape.add_marks(&mut piece);
        ended = shape.add_words(&piece, ended);
        at += BYTES - cut;
    }
    shape.opening = opening(text, line.clone());
    shape.ending = ending(text, line);
    shape
}

/// Bytes of a piece, and as many more as make every word in it one read.
const READ: usize = BYTES + 8;

/// The last bytes of a text, with zeros behind.
#[cold]
fn padded_rest(rest: &[u8]) -> [u8; READ] {
    let mut bytes = [0; READ];
    bytes[..rest.len()].copy_from_slice(rest);
    bytes
}

/// A stretch of a line that holds whole words, at most 63 bytes of them: their kinds as bits, as in a
/// [`Block`](crate::blocks::Block).
struct Piece<'t> {
    bytes: &'t [u8; READ],
    filled: u64,
    /// ASCII letters and digits, and the first bytes of `À` to `ÿ`.
    letters: u64,
    /// Upper-case letters of the same.
    upper: u64,
    digits: u64,
    /// First bytes of letters beyond ASCII and of other characters that no function word holds.
    wide: u64,
    /// The blanks behind words that end a sentence.
    sentence_ends: u64,
}

impl Piece<'_> {
    /// The blank behind the word that has a mark at the end of a sentence at this place; no bit where the word
    /// goes on, but for closing marks, or is too short.
    #[inline(always)]
    fn sentence_end(&self, at: usize) -> u64 {
        if at < 2 || self.filled >> (at - 2) & 0b11 != 0b11 {
            return 0;
        }
        let mut behind = at + 1;
        while self.filled >> behind & 1 != 0 {
            behind += match self.bytes[behind..] {
                [b'"' | b'\'' | b')' | b']', ..] => 1,
                [0xE2, 0x80, 0x99 | 0x9D, ..] => 3,
                _ => return 0,
            };
        }
        1 << behind
    }

    /// The word that the byte at this place stands in.
    #[inline(always)]
    fn word_around(&self, at: usize) -> Range<usize> {
        let before = !self.filled & below(at);
        let start = BYTES - before.leading_zeros() as usize;
        start..at + (!self.filled >> at).trailing_zeros() as usize
    }

    /// From where words begin, on over the marks at their begin: where their first letters or digits stand.
    #[inline(always)]
    fn first_letters(&self, starts: u64) -> u64 {
        let marks = self.filled & !self.letters;
        // An addition carries over the bits that follow each other.
        ((starts & marks).wrapping_add(marks) & !marks | starts) & self.letters
    }

    /// Words of two letters or more that are all upper case.
    #[inline(always)]
    fn shouted(&self, starts: u64) -> u8 {
        let lower = self.letters & !self.upper & !self.digits;
        let others = self.filled & !lower;
        // Carries over all of a word without lower-case letters, to the blank behind it.
        let mut ends = (starts & others).wrapping_add(others) & !self.filled;
        let mut count = 0;
        while ends != 0 {
            let word = self.word_around(ends.trailing_zeros() as usize - 1);
            let capitals = self.upper & below(word.end) & !below(word.start);
            count += u8::from(capitals & capitals.wrapping_sub(1) != 0);
            ends &= ends - 1;
        }
        count
    }

    /// Words that are function words, by the places of their first letters.
    #[inline(always)]
    fn stop_words(&self, firsts: u64) -> u8 {
        let (mut words, mut count) = (firsts, 0);
        // Words whose letters do not stand in one row.
        let mut odd = self.letters & !(self.letters << 1) & !firsts | self.wide;
        while odd != 0 {
            let word = self.word_around(odd.trailing_zeros() as usize);
            let others = !(below(word.end) & !below(word.start));
            (odd, words) = (odd & others, words & others);
            count += u8::from(is_stop_word(folded_letters(&self.bytes[word])));
        }
        // Words of eight letters or more are none.
        let two = self.letters & self.letters >> 1;
        let four = two & two >> 2;
        words &= !(four & four >> 4);
        while words != 0 {
            let at = words.trailing_zeros() as usize;
            words &= words - 1;
            let letters = (!(self.letters >> at)).trailing_zeros() as usize;
            count += u8::from(is_stop_word((eight_at(self.bytes, at) | LOWER) & FIRST_BYTES[letters % 8]));
        }
        count
    }
}

/// The first bytes of a number, by how many.
const FIRST_BYTES: [u64; 8] = {
    let mut masks = [0; 8];
    let mut bytes = 1;
    while bytes < 8 {
        masks[bytes] = (1 << (8 * bytes)) - 1;
        bytes += 1;
    }
    masks
};

/// The letters of a word in lower case as a number; 0 where there are more than seven, or others than ASCII
/// letters among them.
fn folded_letters(word: &[u8]) -> u64 {
    let (mut value, mut letters) = (0, 0);
    for byte in word {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' if letters < LONGEST => {
                value |= u64::from(byte | 0x20) << (8 * letters);
                letters += 1;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0xC3..=0xE1 | 0xE3.. => return 0,
            _ => {}
        }
    }
    value
}

impl LineShape {
    /// Counts the marks in a piece, and puts into its bits what takes more than a byte to tell.
    #[inline(always)]
    fn add_marks(&mut self, piece: &mut Piece<'_>) {
        let mut marks = piece.filled & !piece.letters;
        while marks != 0 {
            let at = marks.trailing_zeros() as usize;
            let place = 1 << at;
            marks ^= place;
            match piece.bytes[at] {
                b',' => self.commas = self.commas.saturating_add(1),
                b'.' | b'!' | b'?' => piece.sentence_ends |= piece.sentence_end(at),
                b'"' => self.quotes = self.quotes.saturating_add(1),
                b'|' | b'/' => self.separators = self.separators.saturating_add(1),
                b'@' => self.has_link = true,
                0xE2 => {
                    marks &= !(0b110 << at);
                    match piece.bytes[at + 1..at + 3] {
                        [0x80, 0x9C..=0x9F] => self.quotes = self.quotes.saturating_add(1),
                        [0x80, 0xA2 | 0xBA] => self.separators = self.separators.saturating_add(1),
                        _ => {}
                    }
                }
                0xC2 if matches!(piece.bytes[at + 1], 0xBB | 0xB7) => {
                    self.separators = self.separators.saturating_add(1);
                }
                0xC3 => {
                    // À to Þ, the accented capitals of western Europe; other scripts count as no letters.
                    piece.upper |= if matches!(piece.bytes[at + 1], 0x80..=0x9E) { place } else { 0 };
                    piece.letters |= place;
                    piece.wide |= place;
                }
                0xC4.. => piece.wide |= place,
                _ => {}
            }
        }
    }

    /// Counts the words in a piece. Takes and gives whether a sentence has ended before.
    #[inline(always)]
    fn add_words(&mut self, piece: &Piece<'_>, ended: bool) -> bool {
        let starts = piece.filled & !(piece.filled << 1);
        let firsts = piece.first_letters(starts);
        self.words += starts.count_ones() as u8;
        self.capitalised += (firsts & piece.upper).count_ones() as u8;
        self.upper += piece.shouted(starts);
        self.stop_words += piece.stop_words(firsts);
        if piece.digits != 0 {
            self.digits = self.digits.saturating_add(piece.digits.count_ones() as u8);
        }
        if !ended && piece.sentence_ends == 0 {
            return false;
        }
        // Carries over the blanks behind a sentence, to the next word, or to the next piece.
        let (behind, goes_on) = piece.sentence_ends.carrying_add(!piece.filled, ended);
        let openings = piece.first_letters(behind & starts) & piece.upper;
        self.breaks += openings.count_ones() as u8;
        goes_on
    }

    /// Counts a word of any kind and length.
    #[inline(never)]
    fn add_word(&mut self, word: &[u8], after_sentence: bool) {
        self.words += 1;
        let (mut letters, mut uppers) = (0, 0);
        let mut first = None;
        let mut at = 0;
        while at < word.len() {
            let byte = word[at];
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    first = first.or(Some(byte.is_ascii_uppercase()));
                    uppers += usize::from(byte.is_ascii_uppercase());
                    letters += 1;
                }
                b'0'..=b'9' => {
                    first = first.or(Some(false));
                    self.digits = self.digits.saturating_add(1);
                }
                b'"' => self.quotes = self.quotes.saturating_add(1),
                b',' => self.commas = self.commas.saturating_add(1),
                b'|' | b'/' => self.separators = self.separators.saturating_add(1),
                b'@' => self.has_link = true,
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
                    let is_upper = matches!(word[at..], [0xC3, 0x80..=0x9E, ..]);
                    first = first.or(Some(is_upper));
                    uppers += usize::from(is_upper);
                    letters += 1;
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        if first == Some(true) {
            self.capitalised += 1;
            self.breaks += u8::from(after_sentence);
        }
        self.upper += u8::from(letters >= 2 && uppers == letters);
        self.stop_words += u8::from(is_stop_word(folded_letters(word)));
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

#[inline(always)]
fn opening(text: &str, line: Range<usize>) -> Opening {
    // Most lines begin with an ASCII letter or digit.
    match text.as_bytes()[line.clone()] {
        [b'A'..=b'Z', ..] => Opening::Upper,
        [b'a'..=b'z', ..] => Opening::Lower,
        [b'0'..=b'9', ..] => Opening::Digit,
        _ => odd_opening(&text[line]),
    }
}

#[inline(never)]
fn odd_opening(line: &str) -> Opening {
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

#[inline(always)]
fn ending(text: &str, line: Range<usize>) -> Ending {
    // Most lines end with one, or with a full stop behind one.
    match text.as_bytes()[line.clone()] {
        [.., b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9'] => Ending::Open,
        [.., b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9', b'.'] => Ending::Stop,
        _ => odd_ending(&text[line]),
    }
}

#[inline(never)]
fn odd_ending(line: &str) -> Ending {
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
            "it\u{2019}s",
            "(the",
            "So.",
            "\u{2014}",
            "The\u{201d}",
            "end.\u{201d}",
            "the\u{141}",
            "\u{141}The",
            "no-1",
            "yes!')",
            "[It",
            "\u{c9}\u{c8}",
            "3.5.",
            "W-E",
            "what?x",
            "\u{a3}I",
            "\u{c9}",
            "1999",
            "https://a.example/with/more/bytes/than/a/block/holds/whatever/is/in/it.",
            "He",
            "me@x",
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
        let (marks, lines, blocks) = super::super::marks::scan(&text);
        let found = shapes(&text, &lines, &marks, &blocks);
        assert_eq!(found.iter().map(|shape| shape.line).collect::<Vec<_>>(), [0, 3]);
        assert!(found[1].words < 60 && found[1].bytes == 256);
    }
}
