//! Guesses where a part of a sequence is lost.

use super::codepages::Page;
use super::stretches::Stretch;
use super::trust::Trust;
use super::utf8::grave_a_begins_word;

/// Whether a run that ends in `last` may have lost its last byte.
pub(super) fn may_be_cut_short(last: char, after: &str) -> bool {
    last == 'Å' && after.starts_with(' ')
        || matches!(last, 'Ã' | 'Â') && (after.is_empty() || after.starts_with([' ', '?']))
}

/// Adds the `Ã`, `Â` or `Å` at the end of a run whose no-break byte A0 has become a space or has been
/// dropped at the end of the line: it was `à`, a no-break space or `Š`.
pub(super) fn add_cut_letter(line: &str, (start, end): (usize, usize), trust: Trust, stretches: &mut Vec<Stretch>) {
    let Some(letter) = line[start..end].chars().next_back() else { return };
    let after = &line[end..];
    let at = end - letter.len_utf8();
    if !may_be_cut_short(letter, after) || stretches.last().is_some_and(|last| last.end > at) {
        return;
    }
    let head = &line[..at];
    let small_before = head.ends_with(|c: char| c.is_ascii_lowercase());
    let western = trust.pages & Page::Windows1252.bit() != 0;
    if let Some(rest) = after.strip_prefix('?') {
        // A question mark for a byte that is not known, amid a word.
        let amid_word = head.ends_with(|c: char| c.is_ascii_alphabetic())
            && rest.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, 'Â' | 'â'));
        if amid_word && letter == 'Ã' {
            stretches.push(cut_letter(at, end + 1, None));
        }
        return;
    }
    if letter == 'Å' {
        // A word of Scandinavian languages, so there must be other damage.
        if western && after[1..].starts_with(char::is_alphabetic) {
            stretches.push(cut_letter(at, end + 1, Some("Š")));
        }
        return;
    }
    let before = head.trim_end();
    let word_before = before.ends_with(|c: char| c.is_ascii_lowercase());
    let evident = match letter {
        'Ã' if after.is_empty() => small_before,
        'Ã' => word_before || before.is_empty() || western,
        _ if after.is_empty() => word_before || head.ends_with(['.', ',', '?', '!']),
        _ => word_before || before.is_empty() || head.ends_with(['.', ',', '?', '!']) || western,
    };
    if !evident {
        return;
    }
    // The space is left, as `à` mostly is a word by itself and a no-break space is as good as the
    // space that stands there.
    let stretch = match (letter, after.strip_prefix(' ')) {
        ('Ã', Some(rest)) if grave_a_begins_word(rest.as_bytes()) => cut_letter(at, end + 1, Some("à")),
        ('Ã', _) => cut_letter(at, end, Some("à")),
        _ => cut_letter(at, end, Some("")),
    };
    stretches.push(stretch);
}

fn cut_letter(start: usize, end: usize, text: Option<&str>) -> Stretch {
    Stretch {
        start,
        end,
        text: text.map(String::from),
        exact: false,
        layers: 1,
        page: Page::Windows1252,
        inner: 0,
        evident: true,
    }
}

/// What `â€` was, whose last byte is gone, and how many of the bytes after it belong to it.
pub(super) fn cut_quote(before: &str, after: &str) -> (Option<char>, usize) {
    let after_space = before.chars().next_back().is_none_or(char::is_whitespace);
    if let Some(rest) = after.strip_prefix('"') {
        // The third character of a dash is a quotation mark, which a program has made plain.
        let is_dash = after_space || rest.starts_with(|c: char| c.is_alphanumeric());
        return if is_dash { (Some('—'), 1) } else { (None, 0) };
    }
    let ends_word = !after.starts_with(|c: char| c.is_alphanumeric());
    // A question mark may stand for the lost byte.
    let marked = after.starts_with('?') && before.ends_with(['.', ',', '!', '?', '…']);
    match (after_space, ends_word) {
        (false, true) => (Some('”'), usize::from(marked)),
        _ => (None, 0),
    }
}
