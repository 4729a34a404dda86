//! Guards: expressions that speak against a finding.

use std::cell::OnceCell;

use super::expression::{ByteSet, Expression};
use super::pattern::Pattern;
use super::words::{Word, Words, pair};

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
pub enum Guard {
    /// A list of words and pairs of words, as their keys, sorted; and a filter of 64 bits by the
    /// highest bits of the keys, which most words fail.
    Words { keys: Vec<u64>, filter: u64 },
    /// Any other expression.
    Pattern(Box<Pattern>),
}

impl Guard {
    /// Takes an expression of `unless`.
    #[must_use]
    pub fn new(expression: &Expression) -> Guard {
        if expression.words.is_empty() {
            return Guard::Pattern(Box::new(Pattern::new(expression)));
        }
        let mut keys: Vec<u64> = expression.words.iter().filter_map(|words| super::anchors::of_words(words)).collect();
        keys.sort_unstable();
        let filter = keys.iter().fold(0, |filter, key| filter | 1 << (key >> 58));
        Guard::Words { keys, filter }
    }

    /// Whether the guard matches anywhere in a line, of which this was seen.
    #[must_use]
    pub fn is_match(&self, line: &str, seen: &Seen) -> bool {
        match self {
            Guard::Words { keys, filter } => {
                let holds = |key: u64| filter & 1 << (key >> 58) != 0 && keys.binary_search(&key).is_ok();
                let words = seen.words.get_or_init(|| hashes(line));
                words.iter().any(|word| holds(*word)) || words.windows(2).any(|two| holds(pair(two[0], two[1])))
            }
            Guard::Pattern(pattern) => pattern.could_match(line, &seen.present) && pattern.is_match(line),
        }
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
