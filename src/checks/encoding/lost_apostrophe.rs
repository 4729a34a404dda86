//! `encoding/lost-apostrophe`: a blank or another character where an apostrophe belongs.

use crate::checks::Context;
use crate::document::Span;

/// What `n't` stands behind.
const NEGATED: [&str; 18] = [
    "ain", "aren", "can", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "mustn", "needn",
    "shouldn", "wasn", "weren", "won", "wouldn",
];

/// Pronouns and verbs that `'ll`, `'re`, `'ve`, `'d` and `'m` stand behind.
const PRONOUNS: [&str; 12] = ["he", "how", "i", "it", "she", "that", "there", "they", "we", "what", "who", "you"];

/// Words behind which a lone `s` is a letter, or the plural of one.
const NOT_POSSESSED: [&str; 12] = ["a", "an", "and", "by", "in", "letter", "mile", "miles", "of", "or", "per", "the"];

/// Reports each word that is torn in two.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut mark = None;
    for (before, ending) in &context.noticed().enclitics {
        let (stem, tail) = (document.slice(*before), document.slice(*ending));
        let gap = &text[before.end as usize..ending.start as usize];
        let behind = text[ending.end as usize..].chars().next();
        // An accent, or an apostrophe with a blank beside it, is one all the same; a blank alone has to be
        // followed by a word, and a question mark by more of the sentence.
        let is_mark = gap != " " && gap != "?";
        let goes_on = match behind {
            Some(' ') => text[ending.end as usize + 1..]
                .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '“' | '"' | '‘' | '(')),
            Some(c) => {
                is_mark && !c.is_alphanumeric() && !matches!(c, '.' | '-') || matches!(c, ',' | '.') && gap == "?"
            }
            None => is_mark,
        };
        if !goes_on
            || !belongs(stem, tail, gap)
            || text[..before.start as usize].ends_with(['’', '\'', '.', '&', '@', '/'])
        {
            continue;
        }
        let in_text = document.shape_at(before.start).is_some_and(|shape| shape.words >= 4 && shape.stop_words > 0);
        if !in_text {
            continue;
        }
        let span = Span { start: before.start, end: ending.end };
        let mark = *mark.get_or_insert_with(|| own_mark(text));
        let right = format!("{stem}{mark}{tail}");
        let written = document.slice(span);
        let message = match gap {
            " " => format!("`{written}` has lost its apostrophe"),
            "?" => format!("`{written}` has a question mark where its apostrophe was"),
            gap if gap.contains(' ') => format!("`{written}` has a space beside its apostrophe"),
            _ => format!("`{written}` has another mark where an apostrophe belongs"),
        };
        context.report(span, message).replace(right.clone(), format!("replace with `{right}`"));
    }
}

/// The apostrophe that a document writes, where it has one.
fn own_mark(text: &str) -> char {
    if text.contains('’') || !text.contains('\'') { '’' } else { '\'' }
}

/// Whether an apostrophe ties the ending to the stem.
fn belongs(stem: &str, tail: &str, gap: &str) -> bool {
    let lower = stem.to_lowercase();
    let lower = lower.as_str();
    match tail {
        // `won t` and `can t` are the only words; `s` goes behind any noun, so it has to look like one.
        "s" => {
            let letters = stem.chars().count();
            let is_name =
                stem.starts_with(char::is_uppercase) && letters >= 3 && stem.chars().skip(1).all(char::is_lowercase);
            let is_pronoun = ["it", "that", "he", "she", "there", "what", "let", "who", "here"].contains(&lower);
            let is_noun = letters >= 3
                && stem.chars().all(|c| c.is_ascii_lowercase())
                && NOT_POSSESSED.binary_search(&lower).is_err();
            match gap {
                " " => is_name || is_pronoun || is_noun,
                "?" => is_name || is_pronoun || is_noun,
                _ => stem.chars().all(char::is_alphabetic) && letters >= 2,
            }
        }
        "t" => NEGATED.binary_search(&lower).is_ok(),
        "m" => stem == "I",
        // `would ve` and the like hardly occur, and `ve` and `re` are words of other languages.
        "re" => ["they", "we", "you"].contains(&lower),
        "ve" => ["i", "they", "we", "you"].contains(&lower),
        _ => PRONOUNS.binary_search(&lower).is_ok() && (tail == "ll" || gap != "?"),
    }
}
