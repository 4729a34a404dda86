//! How little a text looks like text: the spots where characters stand side by side that have no
//! business with each other, such as a small letter with an accent and a currency sign (`é€`).
//!
//! A spot is told by the classes of two or three neighbours, or it is one of a few sequences that
//! a certain mistake always leaves although each of its characters may be meant elsewhere.

use super::classes::Classes;

/// Counts the implausible spots of a text. Spots do not overlap.
pub fn badness(text: &str) -> usize {
    spots(text, true).count()
}

/// Whether a text has an implausible spot; cheaper than [`badness`].
pub fn is_bad(text: &str) -> bool {
    spots(text, true).next().is_some()
}

/// The implausible spots of a text, as byte ranges in order. `whole` says that the text begins
/// where its line does, so that nothing stands before it.
pub(super) fn spots(text: &str, whole: bool) -> Spots<'_> {
    Spots { text, at: 0, whole }
}

/// See [`spots`].
pub(super) struct Spots<'t> {
    text: &'t str,
    at: usize,
    whole: bool,
}

impl Iterator for Spots<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let first = self.at + rest.iter().position(|byte| !byte.is_ascii())?;
            // A spot begins at most two ASCII characters before its first one that is not ASCII.
            let from = first.saturating_sub(2).max(self.at);
            let found = (from..=first).find_map(|start| {
                let length = spot_length(&self.text[start..], self.whole && start == 0)?;
                Some((start, start + length))
            });
            if let Some(spot) = found {
                self.at = spot.1;
                return Some(spot);
            }
            self.at = first + self.text[first..].chars().next().map_or(1, char::len_utf8);
        }
    }
}

/// The length in bytes of the spot at the beginning of `rest`, if there is one.
fn spot_length(rest: &str, at_start: bool) -> Option<usize> {
    let mut chars = rest.chars();
    let first = chars.next()?;
    if Classes::of(first).meets(Classes::CONTROL) {
        return Some(first.len_utf8());
    }
    let second = chars.next()?;
    let two = first.len_utf8() + second.len_utf8();
    let third = chars.next();
    if let Some(third) = third
        && is_triple(first, second, third)
    {
        return Some(two + third.len_utf8());
    }
    if is_pair(first, second) || at_start && is_lead_and_blank(first, second) {
        return Some(two);
    }
    let (third, fourth) = (third?, chars.next()?);
    let four = two + third.len_utf8() + fourth.len_utf8();
    if first.is_ascii_lowercase() && is_space(second) && is_lead_and_blank(third, fourth) {
        return Some(four);
    }
    // Arabic read as Windows-1252: the second bytes of its letters may be quite common
    // characters, so two letters in sequence are asked for.
    let arabic = |letter, sign| matches!(letter, 'Ø' | 'Ù') && ends_arabic_letter(sign);
    if arabic(first, second) && arabic(third, fourth) {
        return Some(four);
    }
    // `â€` of which each byte has been misread a second time, as Windows-1251. It may be Cyrillic
    // text, so a Latin letter or a space must be near.
    let rest_of_it = rest.strip_prefix("ГўВЂВ")?;
    let mut beyond = rest_of_it.chars();
    let any = beyond.next().filter(|&c| c != '\n')?;
    beyond.next().filter(|&c| c.is_ascii_alphabetic() || c == ' ')?;
    Some("ГўВЂВ".len() + any.len_utf8() + 1)
}

/// The capital letters with which the misread letters of most European alphabets begin, or the
/// sign before a no-break space, and then that space turned into a common one.
fn is_lead_and_blank(letter: char, blank: char) -> bool {
    matches!(letter, 'Ã' | 'Â') && blank == ' '
}

/// White space as ftfy sees it, which counts four control characters in.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

const PUNCTUATION: Classes = Classes::OPENING.or(Classes::CLOSING);
const ACCENTED: Classes = Classes::UPPER.or(Classes::LOWER);
/// What never stands beside a character of class `BAD`, on either side.
const NOT_BESIDE_BAD: Classes =
    ACCENTED.or(PUNCTUATION).or(Classes::BOX).or(Classes::CURRENCY).or(Classes::NUMERIC).or(Classes::LAW);
/// Signs between two capital letters that show a misread alphabet.
const BETWEEN_CAPITALS: Classes = Classes::CONTROL.or(Classes::BAD).or(PUNCTUATION).or(Classes::CURRENCY);

/// For each class, the classes that do not follow it in text.
const NEVER_FOLLOWED_BY: [(Classes, Classes); 8] = [
    (Classes::BAD, NOT_BESIDE_BAD.or(Classes::BAD)),
    (Classes::LOWER, Classes::BAD.or(Classes::UPPER).or(Classes::CURRENCY).or(Classes::BOX)),
    (Classes::LOWER_OTHER, Classes::UPPER),
    (Classes::UPPER, Classes::BAD.or(Classes::NUMERIC).or(Classes::LAW).or(Classes::BOX)),
    (Classes::OPENING.or(Classes::LAW), Classes::BAD.or(Classes::BOX)),
    (Classes::CLOSING, Classes::BAD.or(ACCENTED).or(Classes::CURRENCY).or(Classes::BOX)),
    (Classes::CURRENCY.or(Classes::NUMERIC), Classes::BAD.or(ACCENTED).or(Classes::OPENING).or(Classes::BOX)),
    (Classes::BOX, NOT_BESIDE_BAD.without(Classes::BOX).or(Classes::BAD).or(Classes::FACE)),
];

/// Whether no text has the second character after the first.
fn is_pair(first: char, second: char) -> bool {
    if first.is_ascii() {
        return false;
    }
    let (a, b) = (Classes::of(first), Classes::of(second));
    if NEVER_FOLLOWED_BY.iter().any(|&(class, never)| a.meets(class) && b.meets(never)) {
        return true;
    }
    match first {
        // The ligature stands before a plain letter only.
        'Œ' | 'œ' => !second.is_ascii_alphabetic(),
        'Â' | 'Ã' | 'Î' | 'Ð'
            if b.meets(PUNCTUATION)
                || matches!(second, '€' | 'œ' | 'Š' | 'š' | '¢' | '£' | 'Ÿ' | 'ž' | '\u{a0}')
                || matches!(second, '\u{ad}' | '°' | '·' | '–' | '—' | '´') =>
        {
            true
        }
        _ if a.meets(Classes::UPPER) && second == '°' => true,
        '×' => matches!(second, '²' | '³'),
        // The first two bytes of the letters of some South Asian alphabets.
        'à' => matches!(second, '²' | 'µ' | '¹' | '¼' | '½' | '¾'),
        // Latin letters read as MacRoman.
        '√' => {
            matches!(second, '±' | '∂' | '†' | '≠' | '®' | '™' | '´' | '≤' | '≥' | '¥' | 'µ' | 'ø')
        }
        '≈' => matches!(second, '°' | '¢'),
        // Dashes and quotation marks read as Windows-1251 and as Windows-1257.
        'в' => second == 'Ђ',
        'ā' => second == '€',
        _ => false,
    }
}

/// Whether no text has these three characters in sequence, even if it has each two of them.
fn is_triple(first: char, second: char, third: char) -> bool {
    let (b, c) = (Classes::of(second), Classes::of(third));
    if first.is_ascii() || is_space(first) {
        return is_triple_after_plain(first, second, b, third, c);
    }
    let a = Classes::of(first);
    let sign_before_mark = ACCENTED.or(Classes::BOX).or(Classes::CURRENCY);
    if b.meets(Classes::OPENING) && c.meets(Classes::NUMERIC) && a.meets(sign_before_mark.or(Classes::CLOSING))
        || b.meets(Classes::CLOSING)
            && c.meets(Classes::OPENING)
            && a.meets(sign_before_mark.or(Classes::NUMERIC).or(Classes::LAW))
        || a.meets(ACCENTED) && b.meets(PUNCTUATION) && (third.is_alphanumeric() || third == '_')
    {
        return true;
    }
    match first {
        // Dashes and quotation marks read as MacRoman and as Windows-1253.
        '‚' if second == 'Ä' => {
            matches!(third, 'ì' | 'î' | 'ï' | 'ò' | 'ô' | 'ú' | 'ù' | 'û' | '†' | '°' | '¢' | 'π')
        }
        '‚' => matches!(second, 'â' | 'ó') && matches!(third, 'à' | 'ä' | '°' | 'ê'),
        'β' => second == '€' && matches!(third, '™' | '\u{a0}' | 'Ά' | '\u{ad}' | '®' | '°'),
        // Cyrillic or accented letters read as Windows-1251, Greek ones as Windows-1253. A pair
        // may be meant, so the next capital is asked for.
        'В' | 'Г' | 'Р' | 'С' => {
            matches!(third, 'В' | 'Г' | 'Р' | 'С') && (b.meets(BETWEEN_CAPITALS) || matches!(second, '°' | 'µ'))
        }
        'Β' | 'Γ' | 'Ξ' | 'Ο' => {
            matches!(third, 'Β' | 'Γ' | 'Ξ' | 'Ο') && (b.meets(BETWEEN_CAPITALS) || second == '°')
        }
        _ => false,
    }
}

/// [`is_triple`] for a first character that is ASCII or a space.
fn is_triple_after_plain(first: char, second: char, b: Classes, third: char, c: Classes) -> bool {
    let other = Classes::UPPER_OTHER.or(Classes::LOWER_OTHER);
    if first.is_ascii_alphabetic() && b.meets(other) && c.meets(Classes::BAD)
        || is_space(first) && b.meets(Classes::UPPER) && c.meets(Classes::CURRENCY)
    {
        return true;
    }
    let after_word = first.is_ascii_lowercase();
    if after_word
        && (b.meets(Classes::UPPER) && c.meets(Classes::OPENING.or(Classes::CURRENCY))
            || is_lead_and_blank(second, third))
    {
        return true;
    }
    (after_word || matches!(first, '.' | ',' | '?' | '!')) && second == 'Â' && (third == ' ' || c.meets(PUNCTUATION))
}

/// Whether `c` may be what Windows-1252 makes of the second byte of an Arabic letter.
fn ends_arabic_letter(c: char) -> bool {
    let classes = Classes::COMMON.or(Classes::CURRENCY).or(Classes::BAD).or(Classes::NUMERIC).or(Classes::OPENING);
    Classes::of(c).meets(classes) || matches!(c, 'Ÿ' | 'Š' | '®' | '°' | 'µ' | '»')
}
