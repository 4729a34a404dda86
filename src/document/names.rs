//! The capitalised words of a document: what the rules of the family `names` share.

use std::ops::Range;

use fearless_simd::{Level, dispatch};
use xxhash_rust::xxh3::xxh3_64;

use super::lines::Lines;
use super::shapes::LineShape;
use super::span::Span;
use crate::blocks::{BYTES, Block, Blocks, below};

/// A capitalised word, possessive endings left off.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// The word.
    pub span: Span,
    /// Its form: the place among [`Names::forms`].
    pub form: u32,
    /// Whether only a blank parts it from the capitalised word before.
    pub joined: bool,
    /// The next place of the same form, or `u32::MAX`.
    next_same: u32,
}

/// A word as it is written, with all its places.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Where it stands first: the place among [`Names::all`].
    pub first: u32,
    /// How often it stands in the document.
    pub count: u32,
    /// XXH3 of its text.
    pub hash: u64,
    /// Where it stands last.
    last: u32,
}

/// What is kept of a document's names.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    all: Vec<Name>,
    forms: Vec<Form>,
    by_hash: FormIndex,
    /// Capitals behind a letter or digit of the same word, that a lower-case letter follows.
    pub(crate) inner_capitals: Vec<u32>,
}

/// The capitalised words of a document.
#[derive(Clone, Copy, Debug)]
pub struct Names<'d> {
    table: &'d NameTable,
    text: &'d str,
}

/// Bytes of a word at most; longer ones are no names.
const LONGEST: usize = 48;

/// Words of a line at least. Lines of one or two are labels of the page, and tell nothing of the names in them.
const SHORTEST_LINE: u8 = 3;

/// Bytes of news for each capitalised word where they are frequent, and words at most that room is made for before
/// they are known.
const BYTES_A_NAME: usize = 20;
const MOST_RESERVED: usize = 2048;

impl<'d> Names<'d> {
    /// The names of the table that was made of this text.
    pub(crate) fn new(table: &'d NameTable, text: &'d str) -> Names<'d> {
        Names { table, text }
    }

    /// All of them, in order.
    #[must_use]
    pub fn all(self) -> &'d [Name] {
        &self.table.all
    }

    /// The forms, in the order in which they come up.
    #[must_use]
    pub fn forms(self) -> &'d [Form] {
        &self.table.forms
    }

    /// The form with this text.
    #[must_use]
    pub fn form(self, text: &str) -> Option<&'d Form> {
        let form = self.table.by_hash.find(xxh3_64(text.as_bytes()), &self.table.forms).ok()?;
        let form = &self.table.forms[form as usize];
        (self.text_of(form.first as usize) == text).then_some(form)
    }

    /// How often a form stands in the document.
    #[must_use]
    pub fn count(self, text: &str) -> u32 {
        self.form(text).map_or(0, |form| form.count)
    }

    /// The text of a name.
    #[must_use]
    pub fn text_of(self, index: usize) -> &'d str {
        &self.text[self.table.all[index].span.range()]
    }

    /// The places of a form, in order.
    pub fn places(self, form: &Form) -> impl Iterator<Item = usize> + 'd {
        std::iter::successors(Some(form.first as usize), move |place| {
            let next = self.table.all[*place].next_same;
            (next != u32::MAX).then_some(next as usize)
        })
    }

    /// The form of a name.
    #[must_use]
    pub fn form_of(self, index: usize) -> &'d Form {
        &self.table.forms[self.table.all[index].form as usize]
    }

    /// The name before, where only a blank parts the two.
    #[must_use]
    pub fn before(self, index: usize) -> Option<usize> {
        index.checked_sub(1).filter(|_| self.table.all[index].joined)
    }

    /// The name behind, where only a blank parts the two.
    #[must_use]
    pub fn behind(self, index: usize) -> Option<usize> {
        self.table.all.get(index + 1).filter(|next| next.joined).map(|_| index + 1)
    }

    /// Whether a name begins a sentence, so that its capital says nothing. Few are asked for that.
    #[must_use]
    pub fn opens_sentence(self, index: usize) -> bool {
        let name = &self.table.all[index];
        !name.joined && follows_mark(&self.text[..name.span.start as usize])
    }

    /// The text behind a name.
    #[must_use]
    pub fn rest(self, index: usize) -> &'d str {
        &self.text[self.table.all[index].span.end as usize..]
    }

    /// The word behind a name when only a blank parts the two.
    #[must_use]
    pub fn next_word(self, index: usize) -> Option<&'d str> {
        let rest = self.rest(index).strip_prefix(' ')?;
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        Some(&rest[..end]).filter(|word| !word.is_empty())
    }
}

impl NameTable {
    /// Looks through a text. Lines in capitals and lines that are not English are passed over, as are
    /// handles, hashtags, addresses and words with digits.
    pub(super) fn new(text: &str, lines: &Lines, blocks: &Blocks, shapes: &[LineShape]) -> NameTable {
        // Newer processors find the next bit in one step, which this does all the time.
        dispatch!(Level::new(), _simd => NameTable::new_with(text, lines, blocks, shapes))
    }

    #[inline(always)]
    fn new_with(text: &str, lines: &Lines, blocks: &Blocks, shapes: &[LineShape]) -> NameTable {
        let room = (text.len() / BYTES_A_NAME).min(MOST_RESERVED);
        let mut table = NameTable {
            all: Vec::with_capacity(room),
            forms: Vec::with_capacity(room / 2),
            by_hash: FormIndex::with_room_for(room / 2),
            inner_capitals: Vec::new(),
        };
        for shape in shapes.iter().filter(|shape| shape.words >= SHORTEST_LINE) {
            let line = lines.span(text, shape.line as usize).range();
            table.add_line(text, blocks, line, can_be_trusted(shape));
        }
        table
    }

    /// Looks through a line: for names where it can be trusted, and for capitals inside words in any case.
    #[inline(always)]
    fn add_line(&mut self, text: &str, blocks: &Blocks, line: Range<usize>, is_trusted: bool) {
        let bytes = text.as_bytes();
        let (mut behind_word, mut joins) = (line.start, usize::MAX);
        let (mut letter_before, mut lower_before) = (0, 0);
        for (first, block, within) in blocks.within(line.clone()) {
            let lower = block.letters & !block.upper;
            let inner = block.upper & (lower << 1 | lower_before) & within;
            if inner != 0 {
                self.add_inner_capitals(bytes, first, inner);
            }
            // Symbols come up with the characters beyond ASCII, and begin nothing. Nor does a capital inside a word.
            let mut starts = (block.upper | block.symbols) & !(block.letters << 1 | letter_before) & within;
            if !is_trusted {
                starts = 0;
            }
            (letter_before, lower_before) = (block.letters >> (BYTES - 1), lower >> (BYTES - 1));
            while starts != 0 {
                let place = starts.trailing_zeros() as usize;
                let at = first + place;
                starts &= starts - 1;
                let is_ascii = block.upper >> place & 1 != 0;
                // Curly marks and dashes (U+2000 to U+203F) are most of what is not ASCII.
                if at < behind_word || !is_ascii && matches!(bytes[at..], [0xE2, 0x80, ..]) {
                    continue;
                }
                let extent = Extent::new(text, blocks, block, at, line.end);
                let end = extent.end;
                if end == at {
                    continue;
                }
                behind_word = end;
                let is_upper = is_ascii || text[at..].starts_with(char::is_uppercase);
                if !extent.has_digit && is_upper && is_word(text, at, end) {
                    let core_end = if extent.has_marks { at + without_possessive(&text[at..end]).len() } else { end };
                    self.add(bytes, at..core_end, joins == at);
                    // A blank behind the bare word joins it to the next; a possessive does not.
                    if core_end == end && bytes.get(end) == Some(&b' ') {
                        joins = end + 1;
                    }
                }
            }
        }
    }

    /// Keeps the capitals behind lower-case letters and digits that begin a word, given as bits.
    #[inline(never)]
    fn add_inner_capitals(&mut self, text: &[u8], first: usize, mut inner: u64) {
        while inner != 0 {
            let at = first + inner.trailing_zeros() as usize;
            inner &= inner - 1;
            if text.get(at + 1).is_some_and(u8::is_ascii_lowercase) {
                self.inner_capitals.push(at as u32);
            }
        }
    }

    #[inline(always)]
    fn add(&mut self, text: &[u8], word: Range<usize>, joined: bool) {
        if word.len() > LONGEST || word.is_empty() {
            return;
        }
        let span = Span { start: word.start as u32, end: word.end as u32 };
        let hash = xxh3_64(&text[word]);
        let place = self.all.len() as u32;
        let form = self.by_hash.find(hash, &self.forms).unwrap_or_else(|slot| {
            self.forms.push(Form { first: place, count: 0, hash, last: place });
            self.by_hash.insert(slot, &self.forms)
        });
        let entry = &mut self.forms[form as usize];
        entry.count += 1;
        let before = std::mem::replace(&mut entry.last, place);
        if before != place {
            self.all[before as usize].next_same = place;
        }
        self.all.push(Name { span, form, joined, next_same: u32::MAX });
    }
}

/// Finds forms by their hashes. Simpler than a map, as nothing is ever taken out and the keys are hashes that the
/// forms hold.
#[derive(Debug, Default)]
struct FormIndex {
    /// Places among the forms; `u32::MAX` where none is. A power of two, at most half of them filled.
    slots: Vec<u32>,
}

impl FormIndex {
    const EMPTY: u32 = u32::MAX;

    fn with_room_for(forms: usize) -> FormIndex {
        FormIndex { slots: vec![Self::EMPTY; (2 * forms + 2).next_power_of_two()] }
    }

    /// The form of this hash, or else the slot that it would stand in.
    #[inline(always)]
    fn find(&self, hash: u64, forms: &[Form]) -> Result<u32, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash as usize & mask;
        loop {
            match self.slots.get(slot) {
                Some(form) if *form != Self::EMPTY => {
                    if forms[*form as usize].hash == hash {
                        return Ok(*form);
                    }
                }
                _ => return Err(slot),
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Puts the last form into the slot where it was not found, and gives its place.
    #[inline(always)]
    fn insert(&mut self, slot: usize, forms: &[Form]) -> u32 {
        if 2 * forms.len() <= self.slots.len() {
            self.slots[slot] = forms.len() as u32 - 1;
        } else {
            self.grow(forms);
        }
        forms.len() as u32 - 1
    }

    /// Makes room for twice as many forms, and puts all into their slots.
    #[cold]
    fn grow(&mut self, forms: &[Form]) {
        *self = FormIndex::with_room_for(2 * forms.len());
        for (form, place) in forms.iter().zip(0..) {
            if let Err(slot) = self.find(form.hash, forms) {
                self.slots[slot] = place;
            }
        }
    }
}

/// Whether capitals mean something on a line: not when most words are in capitals, and not when no
/// function word says that it is English.
fn can_be_trusted(shape: &LineShape) -> bool {
    let shouts = u32::from(shape.upper) * 10 >= u32::from(shape.words) * 6;
    let is_foreign = shape.words >= 10 && shape.stop_words == 0;
    !shouts && !is_foreign
}

/// How far a word reaches: letters and digits, with hyphens and apostrophes inside.
struct Extent {
    /// Behind its last byte; where it was looked for, when nothing begins there.
    end: usize,
    /// Whether an ASCII digit stands in it.
    has_digit: bool,
    /// Whether it may hold hyphens or apostrophes.
    has_marks: bool,
}

impl Extent {
    /// The extent of the word that begins at `at`, in this block, before the end of its line.
    #[inline(always)]
    fn new(text: &str, blocks: &Blocks, block: &Block, at: usize, end: usize) -> Extent {
        let place = at % BYTES;
        let length = (block.letters >> place).trailing_ones() as usize;
        // Nearly all words are ASCII without marks, and lie in one block. The line end is no letter.
        let is_whole = length > 0 && place + length < BYTES;
        if is_whole && !matches!(text.as_bytes().get(at + length), Some(b'-' | b'\'' | 0x80..)) {
            let has_digit = block.digits >> place & below(length) != 0;
            return Extent { end: at + length, has_digit, has_marks: false };
        }
        let around = blocks.around(at);
        let Some(length) = row_with_marks(&text.as_bytes()[at..], around.bits(|block| block.letters)) else {
            let end = word_end(text, at, end);
            let has_digit = text.as_bytes()[at..end].iter().any(u8::is_ascii_digit);
            return Extent { end, has_digit, has_marks: true };
        };
        let has_digit = around.bits(|block| block.digits) & below(length) != 0;
        Extent { end: at + length, has_digit, has_marks: true }
    }
}

/// The length of a word of ASCII letters and digits with hyphens and apostrophes inside, and a mark of English
/// behind it perhaps; `None` where characters have to be looked at, or the word is longer than the bits of its
/// letters.
#[inline(never)]
fn row_with_marks(bytes: &[u8], letters: u64) -> Option<usize> {
    let mut length = letters.trailing_ones() as usize;
    while (1..BYTES).contains(&length) {
        length += match bytes[length..] {
            [b'-' | b'\'', b'a'..=b'z' | b'A'..=b'Z', ..] => 1,
            [0xE2, 0x80, 0x99, b'a'..=b'z' | b'A'..=b'Z', ..] => 3,
            [b'-' | b'\'', 0x80..=0xFF, ..] | [0xE2, 0x80, 0x99, 0x80..=0xFF, ..] => return None,
            // No mark of U+2000 to U+203F is a letter or digit.
            [0xE2, 0x80, ..] | [0..=0x7F, ..] | [] => return Some(length),
            _ => return None,
        };
        length += letters.checked_shr(length as u32)?.trailing_ones() as usize;
    }
    None
}

/// The end of the word that begins at `at`, looked at character by character.
fn word_end(text: &str, at: usize, end: usize) -> usize {
    let mut reached = at;
    let mut rest = text[at..end].chars().peekable();
    let mut next = at;
    while let Some(c) = rest.next() {
        next += c.len_utf8();
        if c.is_alphanumeric() {
            reached = next;
        } else if !(matches!(c, '-' | '\'' | '’') && reached > at && rest.peek().is_some_and(|c| c.is_alphabetic())) {
            break;
        }
    }
    reached
}

/// What a byte says of the word beside it: that no word of the text begins or ends there; that more has to be looked
/// at.
const BARS_BEFORE: u8 = 1;
const BARS_BEHIND: u8 = 2;
const ASKS_BEFORE: u8 = 4;
const ASKS_BEHIND: u8 = 8;

static BESIDE: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'@' | b'/' | b'_' | b'&' | b'+' => BARS_BEFORE | BARS_BEHIND,
            b'#' | b'$' => BARS_BEFORE,
            b'.' => BARS_BEFORE | ASKS_BEHIND,
            b'"' | b'\'' | 0x80.. => ASKS_BEFORE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// What the byte at this place says; nothing behind the end.
fn beside(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).map_or(0, |byte| BESIDE[usize::from(*byte)])
}

/// Whether a word is one of the text and no part of an address, a handle or a credit.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).map_or(0, |at| beside(bytes, at));
    let behind = beside(bytes, end);
    if before & (BARS_BEFORE | ASKS_BEFORE) == 0 && behind & (BARS_BEHIND | ASKS_BEHIND) == 0 {
        return true;
    }
    let goes_on = behind & ASKS_BEHIND != 0 && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    let is_quoted = before & ASKS_BEFORE != 0 && is_quoted_alone(text, start, end);
    before & BARS_BEFORE == 0 && behind & BARS_BEHIND == 0 && !goes_on && !is_quoted
}

/// Whether a stretch stands in quotation marks by itself: then the text speaks of the word, and an odd
/// spelling is meant.
#[must_use]
pub fn is_quoted_alone(text: &str, start: usize, end: usize) -> bool {
    text[..start].ends_with(['“', '"', '‘', '\'', '«']) && text[end..].starts_with(['”', '"', '’', '\'', '»'])
}

fn without_possessive(word: &str) -> &str {
    if !word.ends_with(['s', 'S']) {
        return word;
    }
    ["'s", "’s", "'S", "’S"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word)
}

/// Whether a word behind this part of the text begins a sentence.
fn follows_mark(before: &str) -> bool {
    let marks = ['.', '!', '?', ':', ';', '“', '”', '"', '‘', '(', '[', '—', '–', '-', '•', '*', '|', '…', '>'];
    let is_line_end = |c: char| matches!(c, '\n' | '\r');
    let core = before.trim_end_matches(|c: char| c.is_whitespace() && !is_line_end(c));
    core.chars().next_back().is_none_or(|c| is_line_end(c) || marks.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::{Extent, Names, word_end};
    use crate::blocks::BYTES;
    use crate::document::Document;

    #[test]
    fn words_reach_as_far_by_bits_as_by_characters() {
        let words = "Kim Jong-un’s Élan O'Neill, Anglo-Éire D’Été “We”, N4-x Rock-’n’-Roll F-16 ² Łódź Café—Bar U²";
        let long = format!("{} {}-{} {words}", "Ab".repeat(40), "C".repeat(40), "d".repeat(40));
        for text in (0..70).map(|blanks| " ".repeat(blanks) + &long) {
            let blocks = Document::new("t", text.as_str()).blocks();
            for (at, _) in text.char_indices() {
                let found = Extent::new(&text, &blocks, &blocks.all()[at / BYTES], at, text.len()).end;
                assert_eq!(found, word_end(&text, at, text.len()), "{}", &text[at..]);
            }
        }
    }

    #[test]
    fn names_are_found_with_their_neighbours() {
        let text = "Later Antony Blinken’s plane landed. Kim Jong-un met @Blinken, Jane/AP and N4 at www.Ab.com. “We,” he said.";
        let table = Document::new("t", text).find_names();
        let names = Names::new(&table, text);
        let found: Vec<_> = (0..names.all().len()).map(|index| names.text_of(index)).collect();
        assert_eq!(found, ["Later", "Antony", "Blinken", "Kim", "Jong-un", "We"]);
        assert_eq!(names.before(2), Some(1));
        assert_eq!(names.behind(2), None);
        assert!(names.opens_sentence(0) && !names.opens_sentence(1) && names.opens_sentence(5));
        assert_eq!((names.count("Blinken"), names.next_word(4)), (1, Some("met")));
    }

    #[test]
    fn sentences_open_behind_marks_and_line_ends() {
        let text = "Later Kyiv fell. \u{a0}Then (In Bonn\u{85}Maria: Yes\r  Perhaps he and Paris\r\nBut we did not";
        let table = Document::new("t", text).find_names();
        let names = Names::new(&table, text);
        let found: Vec<_> = (0..names.all().len()).filter(|index| names.opens_sentence(*index)).collect();
        let openers: Vec<_> = found.into_iter().map(|index| names.text_of(index)).collect();
        assert_eq!(openers, ["Later", "Then", "In", "Yes", "Perhaps", "But"]);
    }

    #[test]
    fn capitals_inside_words_are_found_wherever_they_stand() {
        let line = "The iPhone and the EBay, 5Km fromParis: MacDonald’sHouse Jean-LucPicard ÉliseAb NATOs éB aB X-Y";
        for is_trusted in [true, false] {
            let line = if is_trusted { line.to_owned() } else { format!("{line} {}", "NATO EU ".repeat(40)) };
            for text in (0..70).map(|blanks| format!("{}{line}\nOneTwo threeFour\n", " ".repeat(blanks))) {
                let bytes = text.as_bytes();
                let is_inner = |at: &usize| {
                    bytes[*at].is_ascii_uppercase()
                        && (bytes[at - 1].is_ascii_lowercase() || bytes[at - 1].is_ascii_digit())
                        && bytes[at + 1].is_ascii_lowercase()
                };
                let end = text.find('\n').unwrap_or_default();
                let expected: Vec<u32> = (1..end - 1).filter(is_inner).map(|at| at as u32).collect();
                assert!(expected.len() >= 6);
                assert_eq!(Document::new("t", text.as_str()).find_names().inner_capitals, expected, "{text}");
            }
        }
    }

    #[test]
    fn forms_are_told_apart_however_many() {
        let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
        let names: Vec<_> = (0..6000)
            .map(|number| format!("N{}{}{}", letter(number), letter(number / 26), letter(number / 676)))
            .collect();
        let text: String = names.iter().map(|name| format!("He met {name} and {name}.\n")).collect();
        let table = Document::new("t", text.as_str()).find_names();
        let found = Names::new(&table, &text);
        assert!(names.iter().all(|name| found.count(name) == 2));
        assert_eq!((found.count("Naaz"), found.forms().len()), (0, 6001));
    }

    #[test]
    fn lines_in_capitals_are_passed_over() {
        let table = Document::new("t", "XI MEETS BLINKEN IN BEIJING\nHe met Xi.").find_names();
        assert_eq!(table.all.len(), 2);
    }
}
