//! Finding rules by the words they need, in one pass whatever their number.
//!
//! Each literal and each alternative of a pattern is represented by one anchor: the least common
//! pair of neighbouring words in it, or its least common word. The text is cut into words once;
//! each word and each pair is looked up in a bit filter that fits the first-level cache, and the
//! few that pass in a hash table. So the price hardly depends on how many rules there are, and
//! nothing has to be built at start-up but the table (an Aho-Corasick automaton over the same
//! phrases takes longer to build than a small run takes; `cargo bench --bench matcher` compares).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::words::{Word, Words, pair};

/// Words so common in English news that they are poor anchors: the most frequent words of written
/// English, in the order of any frequency list.
const COMMON: [&str; 96] = [
    "the",
    "of",
    "and",
    "to",
    "a",
    "in",
    "is",
    "you",
    "are",
    "for",
    "that",
    "or",
    "it",
    "as",
    "be",
    "on",
    "your",
    "with",
    "can",
    "have",
    "this",
    "an",
    "by",
    "not",
    "but",
    "at",
    "from",
    "i",
    "they",
    "more",
    "will",
    "if",
    "some",
    "there",
    "what",
    "about",
    "which",
    "when",
    "one",
    "their",
    "all",
    "also",
    "how",
    "many",
    "do",
    "has",
    "most",
    "people",
    "other",
    "time",
    "so",
    "was",
    "we",
    "these",
    "may",
    "like",
    "use",
    "into",
    "than",
    "up",
    "out",
    "who",
    "them",
    "make",
    "because",
    "such",
    "through",
    "get",
    "work",
    "even",
    "different",
    "its",
    "no",
    "our",
    "new",
    "film",
    "just",
    "only",
    "see",
    "used",
    "good",
    "been",
    "need",
    "should",
    "very",
    "any",
    "s",
    "his",
    "her",
    "he",
    "she",
    "said",
    "were",
    "had",
    "year",
    "would",
];

/// How good an anchor a word makes.
fn weight(word: &str) -> usize {
    if COMMON.contains(&word) { 1 } else { 4 + word.chars().count().min(10) }
}

/// The best pair of neighbouring words, else the best word. `None` among the words stands for a
/// stretch of text that may hold anything.
pub(super) fn best(words: &[Option<String>]) -> Option<String> {
    let pairs = words.windows(2).filter_map(|two| match two {
        [Some(first), Some(second)] => Some((weight(first) + weight(second), format!("{first} {second}"))),
        _ => None,
    });
    // Reversed, so that the first of equals wins.
    if let Some((_, pair)) = pairs.collect::<Vec<_>>().into_iter().rev().max_by_key(|(weight, _)| *weight) {
        return Some(pair);
    }
    let single = words.iter().flatten().rev().max_by_key(|word| weight(word));
    single.cloned()
}

/// An anchor of a literal: its key and how many characters of the folded literal come before it.
#[must_use]
pub fn of_literal(folded: &str) -> Option<(u64, usize)> {
    let words: Vec<_> = Words::new(folded).collect();
    let texts: Vec<_> = words.iter().map(|word| Some(folded[word.start..word.end].to_owned())).collect();
    let chosen = best(&texts)?;
    let length = Words::new(&chosen).count();
    let at = (0..words.len()).find(|index| {
        let hashes = words[*index..].iter().take(length).map(|word| word.hash);
        hashes.eq(Words::new(&chosen).map(|word| word.hash))
    })?;
    Some((of_words(&chosen)?, folded[..words[at].start].chars().count()))
}

/// The key of an anchor of one or two words.
#[must_use]
pub fn of_words(anchor: &str) -> Option<u64> {
    let mut words = Words::new(anchor);
    let first = words.next()?.hash;
    Some(words.next().map_or(first, |second| pair(first, second.hash)))
}

/// From anchors to what they stand for.
#[derive(Debug)]
pub struct AnchorIndex<T> {
    filter: Box<[u64]>,
    shift: u32,
    table: HashMap<u64, Vec<T>, BuildHasherDefault<KeyHasher>>,
}

impl<T> AnchorIndex<T> {
    /// Builds the index.
    #[must_use]
    pub fn new(entries: Vec<(u64, T)>) -> AnchorIndex<T> {
        // Thirty-two bits an entry keep false passes near three in a hundred. From 2^12 bits
        // (512 bytes) to 2^20 (128 KiB, still second-level cache).
        let bits = (entries.len().max(1) * 32).next_power_of_two().clamp(1 << 12, 1 << 20);
        let shift = 64 - bits.trailing_zeros();
        let mut filter = vec![0_u64; bits / 64].into_boxed_slice();
        let mut table: HashMap<u64, Vec<T>, _> =
            HashMap::with_capacity_and_hasher(entries.len(), BuildHasherDefault::default());
        for (key, entry) in entries {
            let bit = (key >> shift) as usize;
            filter[bit / 64] |= 1 << (bit % 64);
            table.entry(key).or_default().push(entry);
        }
        AnchorIndex { filter, shift, table }
    }

    /// Whether the key may be in the table.
    #[inline(always)]
    fn may_hold(&self, key: u64) -> bool {
        let bit = (key >> self.shift) as usize;
        self.filter[bit / 64] & (1 << (bit % 64)) != 0
    }

    #[inline(never)]
    fn get(&self, key: u64) -> &[T] {
        self.table.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Calls `visit` with the byte offset of every anchor in the text and what it stands for, in
    /// the order of the anchors' last words; and `repeated` with each two equal words in a row.
    pub fn scan<'i>(&'i self, text: &str, mut visit: impl FnMut(usize, &'i [T]), mut repeated: impl FnMut(Word, Word)) {
        let mut before = Word { start: 0, end: 0, hash: 0 };
        for word in Words::new(text) {
            let both = pair(before.hash, word.hash);
            if self.may_hold(both) {
                visit(before.start, self.get(both));
            }
            if self.may_hold(word.hash) {
                visit(word.start, self.get(word.hash));
            }
            if before.hash == word.hash {
                repeated(before, word);
            }
            before = word;
        }
    }
}

/// The keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_anchors_where_they_stand() {
        let (key, before) = of_literal("you can sign up for free").unwrap();
        assert_eq!(before, "you can sign up for ".chars().count());
        let index = AnchorIndex::new(vec![(key, "signup")]);
        let mut found = Vec::new();
        let mut repeats = Vec::new();
        let text = "Read on. You can  SIGN UP for\u{A0}free the The end";
        index.scan(
            text,
            |at, entries| entries.iter().for_each(|entry| found.push((at, *entry))),
            |first, second| repeats.push(&text[first.start..second.end]),
        );
        assert_eq!(found, [(26, "signup")]);
        assert_eq!(repeats, ["the The"]);
    }
}
