//! Guards: expressions that speak against a finding.

use std::cell::OnceCell;

use super::expression::{ByteSet, Expression};
use super::pattern::Pattern;
use super::words::{Words, pair};

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

    /// Whether the guard matches anywhere in a line. `present` are the bytes of the line, once somebody
    /// has looked for them.
    #[must_use]
    pub fn is_match(&self, line: &str, present: &OnceCell<ByteSet>) -> bool {
        match self {
            Guard::Words { keys, filter } => {
                let holds = |key: u64| filter & 1 << (key >> 58) != 0 && keys.binary_search(&key).is_ok();
                let mut before = 0;
                Words::new(line).any(|word| {
                    let both = pair(before, word.hash);
                    before = word.hash;
                    holds(word.hash) || holds(both)
                })
            }
            Guard::Pattern(pattern) => pattern.could_match(line, present) && pattern.is_match(line),
        }
    }
}
