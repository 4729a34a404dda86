//! `structure/split-sentence`: a full stop in the middle of a sentence, so that its second half stands
//! alone without a verb.

use crate::checks::{Context, word_at, word_before};
use crate::document::{LineShape, Span};

/// Verbs, and words that only a whole sentence has. With one of these the second half can stand
/// alone.
const FINITE: [&str; 134] = [
    "adds",
    "allows",
    "am",
    "are",
    "beat",
    "became",
    "becomes",
    "began",
    "bought",
    "brings",
    "broke",
    "brought",
    "built",
    "came",
    "can",
    "cannot",
    "caught",
    "chose",
    "comes",
    "cost",
    "could",
    "cut",
    "dealt",
    "did",
    "died",
    "do",
    "does",
    "drew",
    "drove",
    "fed",
    "fell",
    "felt",
    "flew",
    "forgot",
    "fought",
    "found",
    "froze",
    "gave",
    "gets",
    "gives",
    "go",
    "goes",
    "got",
    "grew",
    "had",
    "has",
    "have",
    "he",
    "held",
    "helps",
    "hid",
    "hit",
    "hung",
    "hurt",
    "i",
    "includes",
    "is",
    "it",
    "keeps",
    "kept",
    "knew",
    "laid",
    "lay",
    "leads",
    "leaves",
    "left",
    "lent",
    "let",
    "lit",
    "lost",
    "made",
    "makes",
    "may",
    "means",
    "meant",
    "met",
    "might",
    "must",
    "paid",
    "put",
    "ran",
    "read",
    "remains",
    "requires",
    "rode",
    "rose",
    "said",
    "sang",
    "sank",
    "sat",
    "saw",
    "says",
    "seems",
    "sent",
    "set",
    "she",
    "shook",
    "shot",
    "should",
    "shows",
    "shut",
    "slept",
    "sold",
    "spent",
    "split",
    "spoke",
    "spread",
    "stole",
    "stood",
    "struck",
    "swam",
    "swept",
    "swore",
    "takes",
    "taught",
    "they",
    "thought",
    "threw",
    "told",
    "took",
    "tore",
    "understood",
    "was",
    "we",
    "went",
    "were",
    "will",
    "woke",
    "won",
    "wore",
    "would",
    "wound",
    "wrote",
    "you",
];

/// Bytes of a half sentence at most: longer ones have a verb that no list knows.
const LONGEST: usize = 120;

/// Words of a half sentence.
const WORDS: std::ops::RangeInclusive<usize> = 3..=14;

/// Reports the end of the first half and the first word of the second.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    for stop in &document.marks().stops {
        let at = *stop as usize;
        // `the US. Developing ties with allies.`: the second half begins with a participle.
        if !matches!(text.as_bytes()[at + 1..], [b' ', b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', ..]) {
            continue;
        }
        let second = word_at(text, at + 2);
        if !is_participle(second) {
            continue;
        }
        let Some(line) = document.shape_at(*stop).filter(|shape| LineShape::is_prose(shape)) else { continue };
        let start = at + 2;
        let line = document.line(line.line as usize);
        let rest = &text[start..line.end as usize];
        // With the mark, which can have three bytes.
        let near = &rest[..rest.floor_char_boundary(LONGEST + 3)];
        let Some(end) = near.find(['.', '!', '?', ',', ';', ':', '—', '–']).filter(|end| *end <= LONGEST) else {
            continue;
        };
        let half = &rest[..end];
        // Only what the paragraph ends with: in the midst of it a fragment can be meant.
        let is_last = rest[end..].starts_with('.') && rest[end + 1..].trim_matches(['”', '"', ' ']).is_empty();
        let words = half.split(' ').count();
        let is_whole = half.split(' ').skip(1).any(|word| {
            let word = word.trim_end_matches(['”', '"', '’']).to_ascii_lowercase();
            FINITE.binary_search(&word.as_str()).is_ok()
                || word.ends_with("n't")
                || word.ends_with("ed")
                || word.contains('’') && !word.ends_with("’s") && !word.ends_with("s’")
        });
        if !is_last || !WORDS.contains(&words) || is_whole {
            continue;
        }
        let before = word_before(text, at);
        let span = Span::new(at - before.len(), start + second.len());
        context.report(span, "a full stop cuts this sentence in two: the second half has no verb of its own");
    }
}

/// Whether a word is a participle with a capital: `Developing`.
fn is_participle(word: &str) -> bool {
    word.len() >= 6
        && word.ends_with("ing")
        && word.as_bytes()[0].is_ascii_uppercase()
        && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
        && !NOUNS.contains(&word)
}

/// Words in -ing that are no participles.
const NOUNS: [&str; 16] = [
    "Anything",
    "Beijing",
    "Boeing",
    "Building",
    "Ceiling",
    "During",
    "Evening",
    "Everything",
    "Fleming",
    "Meeting",
    "Morning",
    "Nothing",
    "Reading",
    "Something",
    "Spring",
    "Sterling",
];
