//! Control characters that Windows-1252 has left where it was read as Latin-1.

use super::codepages::{Page, leads, windows_1252_of_control};
use super::sequences::groups;
use super::stretches::Stretch;
use super::trust::WESTERN;

/// Adds the control characters that no stretch has taken: Windows-1252 read as Latin-1.
pub(super) fn add_controls(line: &str, (start, end): (usize, usize), stretches: &mut Vec<Stretch>) {
    let mut controls: Vec<Stretch> = Vec::new();
    let mut taken = stretches.iter().peekable();
    // What is UTF-8 of a rare script is not Windows-1252.
    let rare = groups(&line[start..end], Page::Latin1);
    let mut rare = rare.iter().filter(|group| !group.usual_lead && group.end - group.start > 4).peekable();
    for (offset, c) in line[start..end].char_indices() {
        let at = start + offset;
        while rare.next_if(|group| group.end <= offset).is_some() {}
        if rare.peek().is_some_and(|group| group.start <= offset) {
            continue;
        }
        while taken.next_if(|stretch| stretch.end <= at).is_some() {}
        if taken.peek().is_some_and(|stretch| stretch.start <= at) {
            continue;
        }
        // Five of them mean nothing in Windows-1252 either.
        let Some(better) = windows_1252_of_control(c).filter(|&better| better != c) else {
            continue;
        };
        let end = at + c.len_utf8();
        // With the letter before it, it may be the UTF-8 of something less plausible.
        let lead = line[..at].chars().next_back().is_some_and(|lead| leads(lead) & WESTERN != 0);
        controls.push(Stretch {
            start: at,
            end,
            text: Some(better.into()),
            exact: !lead && is_sure(better, &line[..at], &line[end..]),
            layers: 0,
            page: Page::Latin1,
            inner: 0,
            evident: true,
        });
    }
    if !controls.is_empty() {
        stretches.append(&mut controls);
        stretches.sort_by_key(|stretch| stretch.start);
    }
}

/// Whether a control character surely was `meant`, Windows-1252's character of the same number.
/// On a Macintosh it may have been a letter, so that punctuation amid a word is no sure thing.
fn is_sure(meant: char, before: &str, after: &str) -> bool {
    let last = before.chars().next_back().map(as_windows_1252);
    let next = after.chars().next().map(as_windows_1252);
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let alphabetic = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    match meant {
        '€' => last.is_some_and(|c| c.is_ascii_digit()) || next.is_some_and(|c| c.is_ascii_digit()),
        '’' if letter(last) && letter(next) => is_contraction(before, after),
        '‘' | '“' => next.is_some() && !letter(last),
        '”' if letter(last) && letter(next) => false,
        '’' | '”' => last.is_some_and(|c| !c.is_whitespace()) || next.is_some_and(|c| c.is_ascii_digit()),
        '–' | '—' => !alphabetic(last) || !alphabetic(next),
        // Also the line break of large computers, which a text may have kept.
        '…' => letter(last) && !letter(next),
        '•' => !(letter(last) && letter(next)),
        '™' => letter(last) && !letter(next),
        _ => false,
    }
}

/// Whether a repaired control character is one of the marks that texts are full of.
pub(super) fn is_usual_punctuation(text: &str) -> bool {
    matches!(text, "‘" | "’" | "“" | "”" | "–" | "—")
}

fn as_windows_1252(c: char) -> char {
    windows_1252_of_control(c).unwrap_or(c)
}

/// Whether an apostrophe stands as in `don’t`, `O’Brien` or `l’eau`.
fn is_contraction(before: &str, after: &str) -> bool {
    let part_before = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let part_after = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let known = |parts: &[&str], part: &str| parts.iter().any(|known| known.eq_ignore_ascii_case(part));
    known(&["s", "t", "re", "ve", "ll", "d", "m", "all", "er", "em", "am"], part_after)
        || known(&["o", "d", "l", "m", "n", "c", "j", "s", "t", "qu", "all", "dell", "y"], part_before)
}
