//! What the literals, patterns and vocabularies of rules are found by, laid out as the scan reads it.
//!
//! There are tens of thousands of targets, and sorting them by their anchors takes longer than linting many a
//! file. So the build script does it for the built-in rules, and a run borrows what lies in the program. With
//! rules of the user's own the same is done at the start.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::anchors::{self, Beside, OfLiteral};
use super::fold;
use super::words::Words;
use crate::ruleset::rule_file::{MAX_WORDS, Matching, RuleFile, Scope};

/// Longest word, in bytes, that the length limit of a line allows for on average: a line without
/// blanks, or with blanks other than ASCII, counts as one word for each so many bytes. That bounds
/// the work on documents that are one long line.
const WORD_BYTES: usize = 24;

/// Words of nothing but decoration that a line may have beside a literal that is all of it.
const DECORATION_WORDS: u32 = 4;

/// What of a clause matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A literal.
    Literal,
    /// The pattern of this place among those of all rules.
    Pattern(u32),
    /// The literal of this place in the substitutions of the clause's table.
    Substitution(u32),
}

/// Where in its line a literal has to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// At its start.
    Start,
    /// It is all of the line.
    Whole,
}

/// What an anchor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The `[match]` table it belongs to, counted over all rules.
    pub clause: u32,
    /// Most words on the line, so that long lines are passed over before anything else is read.
    pub max_words: u32,
    /// What it is.
    pub kind: TargetKind,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A literal.
    Literal {
        /// Where its text lies among [`Targets::text`].
        folded: (u32, u32),
        /// Where it has to stand.
        place: Place,
        /// Bytes of it before the anchor.
        before: u16,
        /// What stands beside the anchor.
        beside: Beside,
        /// [`By::Literal`] or [`By::Substitution`].
        by: By,
    },
    /// The pattern of this place among those of all rules.
    Pattern(u32),
    /// The vocabulary of the clause.
    Vocabulary,
}

/// A target as it is stored: half a cache line.
type Record = [u8; 32];

/// The number of a literal that is none of `substitutions`.
const NO_SUBSTITUTION: u32 = u32::MAX;

impl Target {
    /// How it is stored; `is_last` says whether no other target has the same key.
    fn to_bytes(self, is_last: bool) -> Record {
        let (tag, before, beside, numbers) = match self.kind {
            TargetKind::Literal { folded, place, before, beside, by } => {
                let by = if let By::Substitution(number) = by { number } else { NO_SUBSTITUTION };
                (place as u8, before, beside.to_bytes(), [folded.0, folded.1, by])
            }
            TargetKind::Pattern(pattern) => (3, 0, [0; 2], [pattern, 0, 0]),
            TargetKind::Vocabulary => (4, 0, [0; 2], [0; 3]),
        };
        let mut record = [0; 32];
        let numbers = [self.clause, self.max_words].into_iter().chain(numbers);
        for (bytes, number) in record.as_chunks_mut::<4>().0.iter_mut().zip(numbers) {
            *bytes = number.to_le_bytes();
        }
        record[20..22].copy_from_slice(&before.to_le_bytes());
        record[22..24].copy_from_slice(&beside);
        record[24] = tag;
        record[25] = u8::from(is_last);
        record
    }
}

/// A target as the scan meets it; what is not asked for is not read.
#[derive(Clone, Copy, Debug)]
pub struct Found<'t>(&'t Record);

impl Found<'_> {
    /// As [`Target::clause`].
    #[inline(always)]
    pub fn clause(self) -> usize {
        number(self.0, 0) as usize
    }

    /// As [`Target::max_words`].
    #[inline(always)]
    pub fn max_words(self) -> u32 {
        number(self.0, 4)
    }

    /// Whether it is a literal that cannot be where the anchor stands, by what is `beside` that.
    #[inline(always)]
    pub fn is_other(self, beside: impl FnOnce() -> Beside) -> bool {
        self.0[24] <= Place::Whole as u8 && !self.beside().may_be(beside())
    }

    #[inline(always)]
    fn beside(self) -> Beside {
        Beside::from_bytes([self.0[22], self.0[23]])
    }

    /// As [`Target::kind`].
    #[inline(always)]
    pub fn kind(self) -> TargetKind {
        let number = |place: usize| number(self.0, place);
        let literal = |place: Place| TargetKind::Literal {
            folded: (number(8), number(12)),
            place,
            before: u16::from_le_bytes([self.0[20], self.0[21]]),
            beside: self.beside(),
            by: if number(16) == NO_SUBSTITUTION { By::Literal } else { By::Substitution(number(16)) },
        };
        match self.0[24] {
            0 => literal(Place::Anywhere),
            1 => literal(Place::Start),
            2 => literal(Place::Whole),
            3 => TargetKind::Pattern(number(8)),
            _ => TargetKind::Vocabulary,
        }
    }

    #[inline(always)]
    fn is_last(self) -> bool {
        self.0[25] != 0
    }
}

#[inline(always)]
fn number(bytes: &[u8], place: usize) -> u32 {
    u32::from_le_bytes([bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]])
}

/// From keys to targets, those of a key one behind the other, the highest limit first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// A power of two of [`Slot`]s, at most half of them filled. A key has the slot of its highest bits, or
    /// the next that was empty.
    #[serde(borrow)]
    slots: Cow<'static, [u8]>,
    /// The [`Record`]s.
    #[serde(borrow)]
    records: Cow<'static, [u8]>,
}

/// A key, the highest limit of its targets, and the place of the first of them or [`EMPTY`]; little-endian. The
/// limit lies beside the key, so that most long lines are passed over without reading the targets.
type Slot = [u8; 16];

/// The place in a slot without a key.
const EMPTY: u32 = u32::MAX;

impl Table {
    /// Lays the targets of these keys out.
    fn new(entries: &[(u64, Target)]) -> Table {
        // Numbers are sorted sooner than targets are moved; of equal limits the first clause comes first.
        let number_of = |(place, (key, target)): (u32, &(u64, Target))| (*key, !target.max_words, place);
        let mut order: Vec<(u64, u32, u32)> = (0..).zip(entries).map(number_of).collect();
        order.sort_unstable();
        let groups = || order.chunk_by(|a, b| a.0 == b.0);
        let count = (groups().count() * 2 + 1).next_power_of_two();
        let empty: Slot = [[0; 4], [0; 4], [0; 4], EMPTY.to_le_bytes()].as_flattened().try_into().expect("16 bytes");
        let mut slots = vec![empty; count];
        let mut records: Vec<Record> = Vec::with_capacity(entries.len());
        for group in groups() {
            let (key, limit, _) = group[0];
            let mut at = slot_of(key, count);
            while number(&slots[at], 12) != EMPTY {
                at = (at + 1) & (count - 1);
            }
            slots[at][..8].copy_from_slice(&key.to_le_bytes());
            slots[at][8..12].copy_from_slice(&(!limit).to_le_bytes());
            slots[at][12..].copy_from_slice(&(records.len() as u32).to_le_bytes());
            let last = group.len() - 1;
            let record =
                |(place, entry): (usize, &(u64, u32, u32))| entries[entry.2 as usize].1.to_bytes(place == last);
            records.extend(group.iter().enumerate().map(record));
        }
        Table { slots: slots.into_flattened().into(), records: records.into_flattened().into() }
    }

    /// The table as the scan looks into it.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { slots: self.slots.as_chunks().0, records: self.records.as_chunks().0 }
    }
}

/// A [`Table`], wherever its bytes lie.
#[derive(Clone, Copy, Debug)]
pub struct View<'t> {
    slots: &'t [Slot],
    records: &'t [Record],
}

impl<'t> View<'t> {
    /// Every key with its targets, the highest limit first.
    pub fn iter(self) -> impl Iterator<Item = (u64, impl Iterator<Item = Found<'t>>)> {
        let filled = self.slots.iter().filter(|slot| number(*slot, 12) != EMPTY);
        filled.map(move |slot| (key_of(slot), self.from(number(slot, 12))))
    }

    /// The targets of a key, the highest limit first; none when all limits are below `least`.
    #[inline(always)]
    pub fn get(self, key: u64, least: u32) -> impl Iterator<Item = Found<'t>> {
        let mut at = slot_of(key, self.slots.len());
        let mut first = EMPTY;
        while let Some(slot) = self.slots.get(at) {
            if key_of(slot) == key || number(slot, 12) == EMPTY {
                first = if number(slot, 8) >= least { number(slot, 12) } else { EMPTY };
                break;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.from(first)
    }

    /// The targets from a place to the last of the same key.
    #[inline(always)]
    fn from(self, first: u32) -> impl Iterator<Item = Found<'t>> {
        let mut rest = self.records.get(first as usize..).unwrap_or_default().iter();
        std::iter::from_fn(move || {
            let found = Found(rest.next()?);
            if found.is_last() {
                rest = [].iter();
            }
            Some(found)
        })
    }
}

/// The slot that a key has, if it is free.
#[inline(always)]
fn slot_of(key: u64, count: usize) -> usize {
    // One slot alone has no bits to go by, and no slot is where there are none at all.
    (key >> 1 >> ((u64::BITS - 1).wrapping_sub(count.trailing_zeros()) % u64::BITS)) as usize
}

#[inline(always)]
fn key_of(slot: &Slot) -> u64 {
    u64::from_le_bytes([slot[0], slot[1], slot[2], slot[3], slot[4], slot[5], slot[6], slot[7]])
}

/// The targets of a rule set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// What the literals are, one after the other.
    #[serde(borrow)]
    texts: Cow<'static, str>,
    /// What a line can begin with.
    pub at_start: Table,
    /// What can stand anywhere.
    pub anywhere: Table,
}

/// Targets on the way into tables.
#[derive(Default)]
struct Draft {
    texts: String,
    at_start: Vec<(u64, Target)>,
    anywhere: Vec<(u64, Target)>,
    clauses: u32,
    patterns: u32,
}

impl Targets {
    /// The targets of these rules, which are sorted by id.
    #[must_use]
    pub fn new<'r>(rules: impl Iterator<Item = &'r RuleFile> + Clone) -> Targets {
        let tables = || rules.clone().flat_map(|file| &file.matching);
        let mut draft = Draft::with_room_for(tables());
        tables().for_each(|table| draft.add(table));
        Targets {
            texts: draft.texts.into(),
            at_start: Table::new(&draft.at_start),
            anywhere: Table::new(&draft.anywhere),
        }
    }

    /// The text of a literal.
    #[inline(always)]
    #[must_use]
    pub fn text(&self, (start, end): (u32, u32)) -> &str {
        &self.texts[start as usize..end as usize]
    }
}

impl Draft {
    /// Lists that grow on the way touch several times the memory.
    fn with_room_for<'r>(tables: impl Iterator<Item = &'r Matching>) -> Draft {
        let (mut at_start, mut anywhere, mut texts) = (0, 0, 0);
        for table in tables {
            let (starts, lines) = (table.starts.size(), table.lines.size());
            let (phrases, substitutions) = (table.phrases.size(), table.substitutions.literals.size());
            at_start += starts.0 + lines.0 + table.vocabulary.len();
            // Most patterns stand anywhere and have some words to be found by.
            anywhere += phrases.0 + substitutions.0 + 4 * table.patterns.len();
            texts += starts.1 + lines.1 + phrases.1 + substitutions.1;
        }
        Draft {
            texts: String::with_capacity(texts),
            at_start: Vec::with_capacity(at_start),
            anywhere: Vec::with_capacity(anywhere),
            ..Draft::default()
        }
    }

    /// Adds the targets of the next table.
    fn add(&mut self, matching: &Matching) {
        let Draft { texts, at_start, anywhere, .. } = self;
        let (clause, max_words) = (self.clauses, max_words(matching));
        let target = |kind| Target { clause, max_words, kind };
        let mut add_text = |text: &str| {
            let start = texts.len() as u32;
            texts.push_str(text);
            (start, texts.len() as u32)
        };
        let phrases = matching.phrases.iter().map(|literal| (literal, By::Literal));
        let numbered = (0..).map(By::Substitution);
        for (literal, by) in phrases.chain(matching.substitutions.literals.iter().zip(numbered)) {
            let OfLiteral { key, before, beside } = literal.anchor;
            let folded = add_text(literal.folded);
            anywhere.push((key, target(TargetKind::Literal { folded, place: Place::Anywhere, before, beside, by })));
        }
        let starts = matching.starts.iter().map(|literal| (Place::Start, literal));
        let lines = matching.lines.iter().map(|literal| (Place::Whole, literal));
        for (place, literal) in starts.chain(lines) {
            let OfLiteral { key, before, beside } = literal.anchor;
            let folded = add_text(literal.folded);
            let mut target = target(TargetKind::Literal { folded, place, before, beside, by: By::Literal });
            if place == Place::Whole {
                target.max_words = target.max_words.min(words_of_literal(literal.folded) + DECORATION_WORDS);
            }
            at_start.push((key, target));
        }
        for expression in &matching.patterns {
            let target = target(TargetKind::Pattern(self.patterns));
            for anchor in &expression.anchors {
                let entries = if anchor.at_start { &mut *at_start } else { &mut *anywhere };
                entries.extend(anchors::of_words(&anchor.words).map(|key| (key, target)));
            }
            self.patterns += 1;
        }
        for literal in matching.vocabulary.iter() {
            let first = Words::new(&fold::folded(literal)).next();
            at_start.extend(first.map(|word| (word.hash, target(TargetKind::Vocabulary))));
        }
        self.clauses += 1;
    }
}

/// Most words on a line that a table looks at.
#[must_use]
pub fn max_words(matching: &Matching) -> u32 {
    matching.max_words.unwrap_or(if matching.scope == Scope::Line { MAX_WORDS } else { u32::MAX })
}

/// Words of a literal, counted as those of a line.
#[must_use]
pub fn words_of_literal(literal: &str) -> u32 {
    at_least(literal.split_ascii_whitespace().count() as u32, literal.len())
}

/// A number of words, at least one for each [`WORD_BYTES`] bytes.
#[must_use]
pub fn at_least(words: u32, bytes: usize) -> u32 {
    words.max((bytes / WORD_BYTES) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::RuleSet;

    fn target(clause: u32, max_words: u32) -> Target {
        Target { clause, max_words, kind: TargetKind::Vocabulary }
    }

    #[test]
    fn targets_of_a_key_come_in_their_order() {
        let table = Table::new(&[(7, target(1, 20)), (9, target(0, 40)), (7, target(2, 90)), (7, target(3, 20))]);
        let clauses = |key: u64, least: u32| table.view().get(key, least).map(Found::clause).collect::<Vec<_>>();
        assert_eq!(clauses(7, 20), [2, 1, 3]);
        assert_eq!(clauses(9, 40), [0]);
        assert!(clauses(7, 91).is_empty() && clauses(8, 1).is_empty());
        let empty = [Table::default(), Table::new(&[])];
        assert!(empty.iter().all(|table| table.view().get(7, 0).next().is_none()));
    }

    #[test]
    fn every_kind_of_target_reads_as_it_was_written() {
        let literal = |place, by| TargetKind::Literal {
            folded: (70_000, 70_009),
            place,
            before: 300,
            beside: Beside::new(b"an e b", 3..4),
            by,
        };
        let kinds = [
            literal(Place::Anywhere, By::Literal),
            literal(Place::Start, By::Literal),
            literal(Place::Whole, By::Literal),
            literal(Place::Anywhere, By::Substitution(4)),
            TargetKind::Pattern(70_000),
            TargetKind::Vocabulary,
        ];
        for kind in kinds {
            let target = Target { clause: 80_000, max_words: u32::MAX, kind };
            let record = target.to_bytes(true);
            let found = Found(&record);
            let read = Target { clause: found.clause() as u32, max_words: found.max_words(), kind: found.kind() };
            assert_eq!(read, target);
        }
    }

    #[test]
    fn the_build_script_lays_out_what_a_run_would() {
        let rules = RuleSet::built_in();
        let made = Targets::new(rules.rules().iter().map(|rule| &rule.file));
        // No message: there are megabytes on either side.
        assert!(*rules.matcher().targets() == made);
    }
}
