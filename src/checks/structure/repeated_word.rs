//! `structure/repeated-word`: the same word twice in a row.

use std::collections::BTreeMap;

use crate::checks::{Context, word_at};
use crate::document::Span;
use crate::finding::Edit;

/// Words that English repeats on purpose (`had had`, `very very`, `gave her her coat`) and sounds;
/// sorted.
const REPEATABLE: [&str; 101] = [
    "again", "ah", "aye", "bad", "bang", "beep", "big", "blah", "boda", "boom", "bora", "bye", "can", "cha", "chap",
    "choo", "chop", "come", "comments", "day", "do", "does", "down", "ever", "far", "go", "gula", "ha", "had", "hah",
    "happened", "he", "hear", "her", "here", "hey", "hip", "ho", "in", "is", "knock", "kura", "left", "little", "long",
    "mad", "mahi", "many", "maybe", "more", "much", "never", "night", "no", "nom", "now", "oh", "old", "oleh", "over",
    "please", "poi", "pom", "pretty", "quite", "rah", "rama", "really", "round", "run", "said", "same", "slowly", "so",
    "such", "super", "th", "that", "there", "tick", "too", "tsk", "tuk", "tut", "up", "very", "wait", "way", "well",
    "what", "who", "wiki", "win", "wow", "x", "xx", "yada", "yes", "ylang", "yo", "you",
];

/// Reports the second of two equal words that only blanks part. The shared scan has noticed where
/// two equal words follow one another.
pub fn check(context: &mut Context<'_>) {
    let text = context.document().text();
    let repeats = &context.noticed().repeats;
    let mut looked_for = BTreeMap::new();
    for (index, (first, second)) in repeats.iter().enumerate() {
        let word = &text[second.range()];
        // Three in a row are meant: a chant, a song, a stammer.
        let goes_on = repeats.get(index + 1).is_some_and(|(next, _)| next == second);
        let went_on = index > 0 && repeats[index - 1].1 == *first;
        if goes_on || went_on || !is_slip(word) || !parted_by_blanks(&text[first.end as usize..second.start as usize]) {
            continue;
        }
        let whole_words = !text[..first.start as usize].ends_with(['\'', '’', '-'])
            && !text[second.end as usize..].starts_with(['\'', '’', '-']);
        if !whole_words {
            continue;
        }
        if !is_function_word(word)
            && (!context.lexicon().is_known(word)
                || ends_clause(text, *first)
                || is_doubled_name(text, &repeats[..], index, &mut looked_for))
            || word == "it" && begins_main_clause(text, *first, *second)
        {
            continue;
        }
        let doubled = Span { start: first.end, end: second.end };
        context
            .report(*second, format!("`{word}` stands twice in a row"))
            .edit(Edit { span: doubled, replacement: String::new() }, "delete the second one")
            .related(*first, "first here");
    }
}

/// Words of which two in a row are a slip whatever stands around them; sorted.
const FUNCTION_WORDS: [&str; 57] = [
    "a", "about", "after", "all", "an", "and", "any", "as", "at", "be", "because", "been", "before", "but", "by",
    "each", "for", "from", "have", "her", "him", "his", "i", "if", "into", "it", "its", "me", "my", "not", "of", "off",
    "on", "or", "our", "out", "she", "some", "than", "the", "their", "them", "then", "these", "they", "this", "those",
    "through", "to", "under", "until", "us", "we", "when", "which", "with", "your",
];

fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// Words of a clause before its verb that are looked at.
const CLAUSE_WORDS: usize = 5;

/// Bytes before a word in which its clause begins.
const CLAUSE_BYTES: usize = 120;

/// The words of the sentence before a place, from the last to the first, as they are written.
fn words_before(text: &str, at: u32) -> impl Iterator<Item = &str> {
    let head = &text[text.ceil_char_boundary((at as usize).saturating_sub(CLAUSE_BYTES))..at as usize];
    let sentence = head.rsplit(['.', '!', '?', '\n', '\r']).next().unwrap_or_default();
    sentence.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')).filter(|word| !word.is_empty())
}

/// Whether the first of two equal words ends a clause that is the subject of the second: `whatever happens
/// happens`, `what he says says a lot`, `those who know know`.
fn ends_clause(text: &str, first: Span) -> bool {
    let opens = |word: &str| {
        let lower = word.to_ascii_lowercase();
        matches!(
            lower.as_str(),
            "what" | "whatever" | "what's" | "what’s" | "who" | "whoever" | "whichever" | "where" | "wherever" | "how"
        )
    };
    words_before(text, first.start).take(CLAUSE_WORDS).any(opens)
}

/// `If we look back on it it will be clear`: the second `it` begins the main clause.
fn begins_main_clause(text: &str, first: Span, second: Span) -> bool {
    const VERBS: [&str; 12] =
        ["can", "could", "did", "does", "had", "has", "is", "may", "might", "was", "will", "would"];
    let verb = text[second.end as usize..].strip_prefix(' ').map_or("", |rest| word_at(rest, 0));
    let opens = |word: &str| {
        let lower = word.to_ascii_lowercase();
        matches!(
            lower.as_str(),
            "if" | "when"
                | "whenever"
                | "before"
                | "after"
                | "once"
                | "because"
                | "until"
                | "unless"
                | "while"
                | "since"
        )
    };
    VERBS.contains(&verb) && words_before(text, first.start).any(opens)
}

/// Words whose other places in the document are looked for at most.
const MOST_LOOKED_FOR: usize = 16;

/// Bytes behind a pair by which two copies of a line are told from two uses of a name.
const BEHIND: usize = 12;

/// Whether a pair is a name of its own, as that of a dish or a taxi: it stands elsewhere, too, with other words
/// behind it, or with a hyphen.
fn is_doubled_name<'d>(
    text: &'d str,
    repeats: &[(Span, Span)],
    index: usize,
    looked_for: &mut BTreeMap<&'d str, bool>,
) -> bool {
    let word = &text[repeats[index].1.range()];
    if let Some(known) = looked_for.get(word) {
        return *known;
    }
    if looked_for.len() >= MOST_LOOKED_FOR {
        return false;
    }
    let behind = |pair: &(Span, Span)| {
        let end = pair.1.end as usize;
        &text[end..text.floor_char_boundary(end + BEHIND)]
    };
    let here = behind(&repeats[index]);
    let stands_again = repeats.iter().any(|pair| text[pair.1.range()] == *word && behind(pair) != here);
    // `Boda-boda` as well.
    let is_hyphened = || text.contains(&format!("{}-{word}", &word[1..]));
    let is_name = stands_again || is_hyphened();
    looked_for.insert(word, is_name);
    is_name
}

fn parted_by_blanks(gap: &str) -> bool {
    !gap.is_empty() && gap.chars().all(|c| matches!(c, ' ' | '\u{A0}'))
}

/// Whether a word is one that nobody repeats on purpose: lower case (names such as Bela Bela and
/// Duran Duran are capitalised) and ASCII letters only.
fn is_slip(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase()) && REPEATABLE.binary_search(&word).is_err()
}
