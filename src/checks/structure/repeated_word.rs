//! `structure/repeated-word`: the same word twice in a row.

use crate::checks::Context;
use crate::document::Span;
use crate::finding::Edit;

/// Words that English repeats on purpose (`had had`, `very very`, `gave her her coat`) and sounds;
/// sorted.
const REPEATABLE: [&str; 92] = [
    "again", "ah", "aye", "bad", "bang", "beep", "big", "blah", "boom", "bora", "bye", "can", "cha", "choo", "chop",
    "come", "comments", "day", "do", "does", "down", "ever", "far", "go", "ha", "had", "hah", "happened", "he", "hear",
    "her", "here", "hey", "hip", "ho", "in", "is", "knock", "left", "little", "long", "mad", "mahi", "many", "maybe",
    "more", "much", "never", "night", "no", "nom", "now", "oh", "old", "over", "please", "pom", "pretty", "quite",
    "rah", "really", "round", "run", "said", "same", "slowly", "so", "such", "super", "th", "that", "there", "tick",
    "too", "tsk", "tuk", "tut", "up", "very", "wait", "way", "well", "what", "who", "win", "wow", "x", "xx", "yada",
    "yes", "ylang", "you",
];

/// Reports the second of two equal words that only blanks part. The shared scan has noticed where
/// two equal words follow one another.
pub fn check(context: &mut Context<'_>) {
    let text = context.document().text();
    let repeats = &context.noticed().repeats;
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
        let doubled = Span { start: first.end, end: second.end };
        context
            .report(*second, format!("`{word}` stands twice in a row"))
            .edit(Edit { span: doubled, replacement: String::new() }, "delete the second one")
            .related(*first, "first here");
    }
}

fn parted_by_blanks(gap: &str) -> bool {
    !gap.is_empty() && gap.chars().all(|c| matches!(c, ' ' | '\u{A0}'))
}

/// Whether a word is one that nobody repeats on purpose: lower case (names such as Bela Bela and
/// Duran Duran are capitalised) and ASCII letters only.
fn is_slip(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase()) && REPEATABLE.binary_search(&word).is_err()
}
