//! `structure/stray-capital`: a common word with a capital in the middle of a sentence.

use crate::checks::{Context, char_at, is_lower_word, word_at, word_before};
use crate::document::Span;
use crate::swar::{LOWER, eight_at};

/// Function words, adverbs and verbs that are hardly ever part of a name and hardly ever a name: `May`,
/// `Will`, `Mark`, `It` (for IT) and `The` (of newspapers and towns) are left out.
const CLOSED: [&str; 123] = [
    "about",
    "above",
    "according",
    "after",
    "against",
    "along",
    "also",
    "although",
    "amid",
    "among",
    "and",
    "are",
    "around",
    "as",
    "at",
    "because",
    "been",
    "before",
    "being",
    "between",
    "both",
    "but",
    "by",
    "could",
    "despite",
    "did",
    "does",
    "during",
    "each",
    "either",
    "especially",
    "even",
    "finally",
    "for",
    "from",
    "further",
    "furthermore",
    "had",
    "has",
    "have",
    "having",
    "he",
    "hence",
    "her",
    "here",
    "his",
    "how",
    "however",
    "if",
    "in",
    "including",
    "instead",
    "into",
    "is",
    "its",
    "likewise",
    "many",
    "meanwhile",
    "moreover",
    "most",
    "much",
    "must",
    "neither",
    "nevertheless",
    "nor",
    "not",
    "of",
    "often",
    "on",
    "once",
    "only",
    "or",
    "otherwise",
    "over",
    "perhaps",
    "rather",
    "several",
    "she",
    "should",
    "since",
    "so",
    "some",
    "soon",
    "still",
    "such",
    "than",
    "that",
    "their",
    "them",
    "then",
    "there",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "though",
    "through",
    "thus",
    "to",
    "together",
    "toward",
    "towards",
    "under",
    "unless",
    "until",
    "upon",
    "usually",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "whose",
    "why",
    "with",
    "without",
    "would",
];

/// Verbs and nouns of news that stand where links begin, and that no name consists of when a word in
/// lower case stands on each side.
const OPEN: [&str; 87] = [
    "accused",
    "added",
    "agreed",
    "aimed",
    "allowed",
    "announced",
    "arrested",
    "asked",
    "attacks",
    "banned",
    "became",
    "began",
    "believed",
    "blamed",
    "brought",
    "called",
    "causing",
    "claimed",
    "claims",
    "concerns",
    "condemned",
    "confirmed",
    "continue",
    "continued",
    "continues",
    "created",
    "decided",
    "declared",
    "demanded",
    "denied",
    "efforts",
    "elections",
    "ended",
    "exports",
    "failed",
    "fears",
    "followed",
    "forced",
    "found",
    "gave",
    "given",
    "giving",
    "help",
    "helped",
    "helping",
    "imports",
    "included",
    "includes",
    "increased",
    "increasing",
    "injured",
    "insisted",
    "killed",
    "killing",
    "launched",
    "leading",
    "led",
    "left",
    "made",
    "making",
    "negotiations",
    "ordered",
    "plans",
    "prices",
    "promised",
    "protests",
    "provided",
    "published",
    "received",
    "refused",
    "rejected",
    "released",
    "remains",
    "reported",
    "sanctions",
    "saying",
    "seeking",
    "sent",
    "showed",
    "signed",
    "taken",
    "taking",
    "talks",
    "told",
    "took",
    "warned",
    "wounded",
];

/// Words behind which a name or a title can begin with such a word: articles, and what introduces a
/// work, a heading or a label.
const INTRODUCES: [&str; 30] = [
    "a",
    "album",
    "an",
    "band",
    "book",
    "called",
    "campaign",
    "charity",
    "club",
    "column",
    "entitled",
    "episode",
    "film",
    "game",
    "group",
    "hit",
    "labeled",
    "labelled",
    "magazine",
    "movie",
    "named",
    "novel",
    "play",
    "programme",
    "project",
    "series",
    "show",
    "single",
    "song",
    "the",
];

/// Letters of the longest listed word.
const LONGEST: usize = 12;

/// A bit for each listed word, at the place that [`bit`] says. Nineteen in twenty words that are not
/// listed end here.
const LISTED: [u64; 64] = {
    let mut bits = [0; 64];
    let lists: [&[&str]; 2] = [&CLOSED, &OPEN];
    let mut at = 0;
    while at < CLOSED.len() + OPEN.len() {
        let (list, place) = if at < CLOSED.len() { (0, at) } else { (1, at - CLOSED.len()) };
        let word = lists[list][place].as_bytes();
        let (mut eight, mut letter) = (0, 0);
        while letter < word.len() && letter < 8 {
            eight |= (word[letter] as u64) << (8 * letter);
            letter += 1;
        }
        let bit = bit(eight);
        bits[bit / 64] |= 1 << (bit % 64);
        at += 1;
    }
    bits
};

/// The place of a word in [`LISTED`], by its first eight letters in any case: the highest bits of a
/// product with 2^64 divided by the golden ratio.
const fn bit(eight: u64) -> usize {
    ((eight | LOWER).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52) as usize
}

/// Reports each such word.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let names = context.names();
    let forms = context.forms();
    for (form, is_closed) in forms.common_words() {
        let form = &names.forms()[form as usize];
        let word = names.text_of(form.first as usize);
        for place in names.places(form) {
            let name = names.all()[place];
            // `support for Russia For its`: behind a place that no other name goes before.
            let follows_place = is_closed
                && names.before(place).is_some_and(|before| {
                    names.before(before).is_none() && context.lexicon().is_single_name(names.text_of(before))
                });
            if let Some(lower) = stray(text, name.span, is_closed, follows_place)
                && document
                    .shape_at(name.span.start)
                    .is_some_and(|shape| shape.is_prose() && shape.capitalised * 2 < shape.words)
            {
                let head = text[..name.span.start as usize].trim_end();
                let before = word_before(text, head.len());
                let ends_nothing = head.ends_with(';') || CANNOT_END.binary_search(&before).is_ok() || !is_closed;
                if ends_nothing {
                    let message = format!("`{word}` has a capital in the middle of a sentence");
                    context.report(name.span, message).replace(lower.clone(), format!("replace with `{lower}`"));
                } else {
                    // A heading or a sentence whose full stop is lost can end here.
                    let message = format!("`{word}` begins a sentence that nothing parts from the words before");
                    context.report(name.span, message);
                }
            }
        }
    }
}

/// Whether a capitalised word is one of the closed list or of the open one; `None` when of neither.
#[must_use]
pub(in crate::checks) fn listed(word: &str) -> Option<bool> {
    let mut letters = word.bytes();
    let bit = bit(eight_at(word.as_bytes(), 0));
    if LISTED[bit / 64] & 1 << (bit % 64) == 0
        || !(2..=LONGEST).contains(&word.len())
        || !letters.next()?.is_ascii_uppercase()
        || !letters.all(|byte| byte.is_ascii_lowercase())
    {
        return None;
    }
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let lower = std::str::from_utf8(lower).ok()?;
    if CLOSED.binary_search(&lower).is_ok() {
        return Some(true);
    }
    OPEN.binary_search(&lower).is_ok().then_some(false)
}

/// The word in lower case when its neighbours say that it stands in mid-sentence.
fn stray(text: &str, span: Span, is_closed: bool, follows_place: bool) -> Option<String> {
    let (start, end) = (span.start as usize, span.end as usize);
    let head = text[..start].strip_suffix(' ')?;
    let semicolon = head.ends_with(';');
    // `its "unlimited" In partnership`: behind a quotation that ends no sentence.
    let quoted = head.strip_suffix(['”', '"', '’']).is_some_and(|inside| inside.ends_with(char::is_alphabetic));
    // Most stand behind a mark, where a sentence begins.
    if !(follows_place || semicolon || quoted || head.as_bytes().last().is_some_and(u8::is_ascii_lowercase)) {
        return None;
    }
    let before = word_before(text, head.len());
    let after = word_at(text, end + 1);
    let goes_on = text[end..].starts_with(' ') && is_lower_word(after, 1);
    let names_something =
        char_at(text, end + 1).is_some_and(char::is_uppercase) && !is_closed && text[end..].starts_with(' ');
    let is_led_up = follows_place
        || quoted
        || is_lower_word(before, 2)
            && INTRODUCES.binary_search(&before).is_err()
            && !text[..head.len() - before.len()].ends_with(['.', '-', '@', '#', '’', '\'']);
    let is_stray = match (is_closed, semicolon) {
        // `adversaries; Help each other`: a semicolon ends no sentence.
        (_, true) => goes_on,
        (true, false) => is_led_up && goes_on,
        // `It says Helped Moscow` and `restrictions Exports to`: an open-class word is stray behind a
        // word that is no preposition.
        (false, false) => is_led_up && (goes_on || names_something) && !BEFORE_NAMES.contains(&before),
    };
    is_stray.then(|| text[span.range()].to_ascii_lowercase())
}

/// Words that end no sentence and no heading.
const CANNOT_END: [&str; 59] = [
    "a", "also", "an", "and", "are", "as", "at", "be", "because", "been", "between", "but", "by", "can", "could",
    "did", "do", "does", "during", "for", "from", "had", "has", "have", "her", "his", "if", "in", "into", "is", "its",
    "may", "might", "must", "nor", "not", "of", "on", "or", "our", "say", "says", "should", "than", "that", "the",
    "their", "to", "unless", "was", "were", "whether", "which", "while", "who", "will", "with", "would", "your",
];

/// Words that a name often follows.
const BEFORE_NAMES: [&str; 34] = [
    "about",
    "after",
    "against",
    "among",
    "and",
    "as",
    "at",
    "before",
    "between",
    "by",
    "during",
    "for",
    "from",
    "in",
    "including",
    "into",
    "like",
    "of",
    "on",
    "or",
    "over",
    "than",
    "through",
    "to",
    "towards",
    "under",
    "until",
    "via",
    "when",
    "where",
    "which",
    "while",
    "with",
    "without",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(CANNOT_END.is_sorted() && CLOSED.is_sorted() && OPEN.is_sorted() && INTRODUCES.is_sorted());
    }
}
