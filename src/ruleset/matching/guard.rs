//! Guards: expressions that speak against a finding.

use std::cell::OnceCell;
use std::sync::OnceLock;

use super::expression::{ByteSet, Expression};
use super::pattern::Pattern;
use super::words::{Word, Words, pair};
use crate::unread::Unread;

/// What was looked for on a line, kept for the guards and patterns that ask next.
#[derive(Debug, Default)]
pub struct Seen {
    /// The bytes that stand on the line.
    pub present: OnceCell<ByteSet>,
    /// The hashes of its words.
    words: OnceCell<Vec<u64>>,
}

/// A guard of a clause.
#[derive(Debug)]
pub struct Guard {
    pattern: Pattern,
    /// Made when the guard is first asked; none unless the expression is no more than a list of words.
    words: OnceLock<Option<WordList>>,
}

/// Words and pairs of words.
#[derive(Debug)]
struct WordList {
    /// Their keys, sorted.
    keys: Vec<u64>,
    /// 64 bits by the highest bits of the keys, which most words fail.
    filter: u64,
}

impl Guard {
    /// Takes an expression of `unless`.
    #[must_use]
    pub fn new(expression: &Unread<Expression>) -> Guard {
        Guard { pattern: Pattern::new(expression), words: OnceLock::new() }
    }

    /// Whether the guard matches anywhere in a line, of which this was seen.
    #[must_use]
    pub fn is_match(&self, line: &str, seen: &Seen) -> bool {
        match self.words.get_or_init(|| WordList::of(self.pattern.words())) {
            Some(list) => {
                let words = seen.words.get_or_init(|| hashes(line));
                words.iter().any(|word| list.holds(*word))
                    || words.windows(2).any(|two| list.holds(pair(two[0], two[1])))
            }
            None => self.pattern.could_match(line, &seen.present) && self.pattern.is_match(line),
        }
    }
}

impl WordList {
    fn of(words: &[String]) -> Option<WordList> {
        if words.is_empty() {
            return None;
        }
        let mut keys: Vec<u64> = words.iter().filter_map(|words| super::anchors::of_words(words)).collect();
        keys.sort_unstable();
        let filter = keys.iter().fold(0, |filter, key| filter | 1 << (key >> 58));
        Some(WordList { keys, filter })
    }

    fn holds(&self, key: u64) -> bool {
        self.filter & 1 << (key >> 58) != 0 && self.keys.binary_search(&key).is_ok()
    }
}

/// The hashes of a line's words.
fn hashes(line: &str) -> Vec<u64> {
    // A piece at a time: one by one would take twice as long.
    let (mut words, mut piece) = (Words::new(line), [Word::default(); 32]);
    let mut hashes = Vec::with_capacity(line.len() / 4);
    loop {
        let count = words.fill(&mut piece);
        hashes.extend(piece[..count].iter().map(|word| word.hash));
        if count < piece.len() {
            return hashes;
        }
    }
}
