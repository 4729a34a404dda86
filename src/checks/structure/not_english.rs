//! `structure/not-english`: text in another language.

use whichlang::{Lang, detect_language};

use crate::checks::Context;
use crate::document::{LineShape, Span};
use crate::lexicon::Lexicon;

/// Bytes of text that the detector gets to see.
const SAMPLE: usize = 2000;

/// Reports runs of lines that hold no English; a document without any is one finding.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let shapes = document.shapes();
    let fewest = context.options().integer("min-words");
    let mut at = 0;
    while let Some(passed) = shapes[at..].iter().position(is_suspect) {
        at += passed;
        let run = shapes[at..].iter().take_while(|shape| is_suspect(shape)).count();
        let words: u32 = shapes[at..at + run].iter().map(|shape| u32::from(shape.words)).sum();
        if words < fewest {
            at += run;
            continue;
        }
        let first = document.line(shapes[at].line as usize);
        let last = document.line(shapes[at + run - 1].line as usize);
        let span = Span { start: first.start, end: last.end };
        at += run;
        let sample = document.slice(span);
        let sample = &sample[..sample.floor_char_boundary(SAMPLE.min(sample.len()))];
        let Some(language) = other_language(sample, context.lexicon()) else { continue };
        let is_all =
            span.start as usize <= text.len() - text.trim_start().len() && span.end as usize >= text.trim_end().len();
        let what = if is_all { "the document is" } else { "these lines are" };
        let shown = if is_all { first } else { span };
        context.report(shown, format!("{what} in {language}, not in English"));
    }
}

/// Whether a line of words holds hardly any function word of English.
fn is_suspect(shape: &LineShape) -> bool {
    // Two function words in a hundred: `a`, `in`, `me`, `so` and `no` are words of other languages, too.
    shape.words >= 4 && u32::from(shape.stop_words) * 8 < u32::from(shape.words)
}

/// The language of a sample, when it is not English: by its script where that decides, else by the
/// detector.
fn other_language(sample: &str, lexicon: &Lexicon) -> Option<&'static str> {
    if !sample.chars().any(char::is_alphabetic) {
        return None;
    }
    // Lists of names and headlines have few function words, and many capitals.
    let is_lower = |word: &str| word.chars().all(|c| c.is_lowercase() || c == '\'' || c == '’');
    let (mut words, mut lower_words) = (0, 0);
    for word in sample.split_whitespace() {
        words += 1;
        lower_words += usize::from(is_lower(word));
    }
    let is_cased = sample.chars().any(char::is_uppercase);
    if is_cased && lower_words * 2 < words {
        return None;
    }
    // Recipes and tables have few function words, too, but their words are English.
    let (mut long, mut known) = (0, 0);
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() >= 4) {
        long += 1;
        known += usize::from(lexicon.is_known(word));
    }
    if known * 5 >= long * 3 {
        return None;
    }
    match detect_language(sample) {
        Lang::Eng => None,
        Lang::Ara => Some("Arabic"),
        Lang::Cmn => Some("Chinese"),
        Lang::Deu => Some("German"),
        Lang::Fra => Some("French"),
        Lang::Hin => Some("Hindi"),
        Lang::Ita => Some("Italian"),
        Lang::Jpn => Some("Japanese"),
        Lang::Kor => Some("Korean"),
        Lang::Nld => Some("Dutch"),
        Lang::Por => Some("Portuguese"),
        Lang::Rus => Some("Russian or another language in Cyrillic letters"),
        Lang::Spa => Some("Spanish"),
        Lang::Swe => Some("Swedish or a language near it"),
        Lang::Tur => Some("Turkish"),
        Lang::Vie => Some("Vietnamese"),
    }
}
