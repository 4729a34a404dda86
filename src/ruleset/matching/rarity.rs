//! Which words of a literal or pattern to look it up by: the rarest.

use std::ops::Range;

/// Words so common in English news that they are poor anchors: the top of any frequency list of
/// written English; sorted.
const COMMON: [&str; 96] = [
    "a",
    "about",
    "all",
    "also",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "but",
    "by",
    "can",
    "different",
    "do",
    "even",
    "film",
    "for",
    "from",
    "get",
    "good",
    "had",
    "has",
    "have",
    "he",
    "her",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "like",
    "make",
    "many",
    "may",
    "more",
    "most",
    "need",
    "new",
    "no",
    "not",
    "of",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "people",
    "s",
    "said",
    "see",
    "she",
    "should",
    "so",
    "some",
    "such",
    "than",
    "that",
    "the",
    "their",
    "them",
    "there",
    "these",
    "they",
    "this",
    "through",
    "time",
    "to",
    "up",
    "use",
    "used",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "which",
    "who",
    "will",
    "with",
    "work",
    "would",
    "year",
    "you",
    "your",
];

/// How good an anchor a word makes: the longer, the rarer.
#[must_use]
pub fn weight(word: &str) -> usize {
    if COMMON.binary_search(&word).is_ok() { 1 } else { 4 + word.len().min(10) }
}

/// The best pair of neighbouring words, else the best word, as a range of the words; of equally
/// good ones the first. `None` among the words stands for a stretch of text that may hold anything.
#[must_use]
pub fn best(words: &[Option<&str>]) -> Option<Range<usize>> {
    let weights: Vec<Option<usize>> = words.iter().map(|word| word.map(weight)).collect();
    let sum = |range: &Range<usize>| weights[range.clone()].iter().try_fold(0, |sum, weight| Some(sum + (*weight)?));
    let of_length = |length: usize| (length..=words.len()).map(move |end| end - length..end);
    // `max_by_key` gives the last of equals, so the candidates come from the end.
    let best = |length: usize| {
        of_length(length).rev().filter_map(|range| Some((sum(&range)?, range))).max_by_key(|(weight, _)| *weight)
    };
    best(2).or_else(|| best(1)).map(|(_, range)| range)
}
