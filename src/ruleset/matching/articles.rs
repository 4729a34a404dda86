//! Indefinite articles before a word that looks as if it needs the other one. The spelling is only a
//! hint: the rule knows the sounds.

use super::words::Word;

/// The words that [`is_doubtful`] can be said of.
pub const ALL: &str = "a an";

/// Whether `article` is `a` before a vowel or before capitals that are spelled out with one, or `an`
/// before a consonant. Both are words of `text`.
#[must_use]
pub fn is_doubtful(text: &str, article: Word, word: Word) -> bool {
    let bytes = text.as_bytes();
    let (article, word) = (article.range(), word.range());
    let (first, last) = (bytes[article.start] | 0x20, bytes[article.end - 1]);
    if article.end - article.start > 2 || first != b'a' || article.end + 1 != word.start {
        return false;
    }
    let next = bytes[word.start];
    // The sign of an amount of money and its bytes.
    let sign = match bytes[word.start..] {
        [b'$', ..] => 1,
        [0xC2, 0xA3, ..] => '£'.len_utf8(),
        [0xE2, 0x82, 0xAC, ..] => '€'.len_utf8(),
        _ => 0,
    };
    let is_vowel = matches!(next | 0x20, b'a' | b'e' | b'i' | b'o' | b'u');
    if article.end - article.start == 2 {
        return last | 0x20 == b'n' && (next.is_ascii() || sign > 0) && !is_vowel;
    }
    let is_spelled = matches!(next, b'F' | b'H' | b'L' | b'M' | b'N' | b'R' | b'S' | b'X')
        && bytes.get(word.start + 1).is_some_and(u8::is_ascii_uppercase);
    let is_money = sign > 0 && matches!(bytes.get(word.start + sign), Some(b'8' | b'1'));
    is_vowel || is_spelled || is_money || matches!(next, b'8' | b'1')
}
