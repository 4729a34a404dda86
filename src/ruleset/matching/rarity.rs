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

/// The next most frequent words of English news, counted over articles of many outlets; sorted. However
/// long they are (`according`), they are no good anchors.
#[rustfmt::skip]
const FREQUENT: [&str; 560] = [
    "able", "access", "according", "accounts", "across", "action", "actually", "added", "ads", "after", "again",
    "against", "agency", "ago", "ahead", "air", "almost", "along", "already", "although", "always", "amazon",
    "american", "among", "announced", "another", "approach", "area", "areas", "around", "asked", "attention",
    "authorities", "available", "away", "back", "bank", "banks", "based", "become", "before", "began", "behind",
    "being", "believe", "best", "better", "between", "beyond", "big", "billion", "binge", "bit", "black", "blue",
    "body", "border", "both", "build", "building", "business", "businesses", "buy", "california", "call", "called",
    "came", "campaign", "canada", "car", "care", "case", "cases", "cell", "cells", "cent", "center", "central", "ceo",
    "certain", "change", "charging", "chief", "child", "children", "chinese", "city", "clear", "climate", "close",
    "com", "come", "comes", "coming", "commercial", "community", "companies", "company", "concerns", "condition",
    "content", "continue", "contract", "control", "cost", "could", "countries", "country", "course", "court",
    "current", "customers", "cut", "data", "day", "days", "deal", "death", "decision", "demand", "democratic",
    "democrats", "department", "design", "despite", "details", "did", "didn", "digital", "does", "doesn", "doing",
    "don", "donald", "done", "down", "due", "during", "each", "earlier", "early", "easy", "eating", "economic",
    "economy", "effort", "efforts", "election", "employees", "end", "energy", "enough", "especially", "event", "ever",
    "every", "evidence", "expected", "experience", "fact", "family", "far", "features", "federal", "feel", "feeling",
    "few", "fight", "final", "financial", "find", "fire", "first", "five", "focus", "following", "food", "force",
    "forces", "foreign", "form", "former", "forward", "found", "four", "free", "friday", "friends", "front", "full",
    "further", "future", "game", "games", "general", "getting", "give", "given", "global", "goal", "going", "got",
    "government", "great", "group", "grow", "growth", "half", "hard", "harris", "having", "health", "held", "help",
    "here", "high", "higher", "him", "himself", "history", "hit", "home", "hong", "hours", "house", "however",
    "human", "idea", "immune", "impeachment", "important", "include", "including", "increase", "india", "indian",
    "industry", "information", "inside", "instagram", "instead", "international", "investment", "isn", "issue",
    "issues", "jam", "job", "john", "july", "june", "justice", "keep", "key", "killed", "know", "known", "kong",
    "lander", "large", "last", "later", "latest", "launch", "launched", "law", "lead", "least", "leave", "led",
    "left", "less", "let", "level", "life", "light", "likely", "line", "little", "live", "local", "long", "look",
    "looking", "lost", "lot", "low", "lower", "lunar", "lung", "machine", "made", "major", "making", "man",
    "management", "market", "matter", "means", "media", "meeting", "members", "might", "military", "million",
    "minister", "mission", "model", "monday", "money", "month", "months", "moon", "morning", "move", "much",
    "multiple", "music", "must", "name", "nation", "national", "native", "near", "nearly", "needed", "never", "news",
    "next", "night", "north", "november", "now", "number", "oct", "off", "offer", "office", "officers", "official",
    "officials", "often", "old", "once", "online", "open", "order", "others", "over", "own", "paid", "pakistan",
    "part", "party", "past", "patient", "pay", "per", "percent", "performance", "person", "phone", "place", "plan",
    "plans", "play", "point", "points", "police", "policy", "political", "possible", "post", "potential", "power",
    "president", "prime", "prison", "private", "problem", "program", "provide", "public", "published", "put", "rate",
    "reach", "ready", "real", "really", "reason", "recent", "recently", "receptors", "record", "records", "region",
    "release", "released", "remain", "report", "reported", "reports", "republican", "research", "response", "results",
    "retirement", "return", "revealed", "revenue", "right", "risk", "role", "run", "running", "same", "saturday",
    "saw", "say", "saying", "says", "school", "science", "season", "second", "secretary", "security", "seen", "self",
    "sense", "september", "series", "service", "services", "set", "several", "share", "short", "show", "showed",
    "side", "similar", "since", "single", "six", "small", "smaller", "social", "solution", "someone", "something",
    "soon", "south", "space", "special", "spending", "staff", "stage", "star", "start", "started", "state",
    "statement", "states", "step", "still", "story", "strategy", "street", "strong", "students", "studies", "study",
    "success", "suicide", "sunday", "support", "surface", "system", "systems", "take", "taking", "talks", "tariffs",
    "taste", "tax", "team", "tech", "technology", "term", "then", "thing", "things", "think", "third", "thomas",
    "those", "though", "three", "times", "today", "together", "told", "too", "took", "top", "total", "trade", "try",
    "trying", "tuesday", "tuft", "twitter", "two", "type", "under", "union", "united", "units", "university", "until",
    "usb", "users", "using", "vice", "video", "want", "war", "washington", "wasn", "watch", "water", "way",
    "wednesday", "week", "weeks", "weight", "well", "wework", "where", "whether", "while", "white", "whole", "why",
    "win", "within", "without", "won", "workers", "working", "world", "worth", "wrong", "wrote", "years", "yet",
    "york", "young",
];

/// How good an anchor a word makes: of words that are not frequent, the longer, the rarer.
#[must_use]
pub fn weight(word: &str) -> usize {
    if COMMON.binary_search(&word).is_ok() {
        1
    } else if FREQUENT.binary_search(&word).is_ok() {
        3
    } else {
        4 + word.len().min(10)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_the_rare_pair_is_chosen() {
        assert!(COMMON.is_sorted() && FREQUENT.is_sorted());
        let words = ["according", "to", "a", "lecture", "by"].map(Some);
        assert_eq!(best(&words), Some(2..4));
    }
}
