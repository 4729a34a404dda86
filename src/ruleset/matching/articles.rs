//! Indefinite articles before a word that looks as if it needs the other one. The spelling is only a
//! hint: the rule knows the sounds.

use super::words::Word;

/// Whether a short word is `a` or `an`, as far as its first letter tells.
#[inline(always)]
pub fn may_be(text: &str, article: Word) -> bool {
    text.as_bytes()[article.start] | 0x20 == b'a'
}

/// Whether `article` is `a` before a vowel or before capitals that are spelled out with one, or `an`
/// before a consonant. Both are words of `text`.
#[must_use]
pub fn is_doubtful(text: &str, article: Word, word: Word) -> bool {
    let bytes = text.as_bytes();
    let (first, last) = (bytes[article.start] | 0x20, bytes[article.end - 1]);
    if article.end - article.start > 2 || first != b'a' || article.end + 1 != word.start {
        return false;
    }
    let next = bytes[word.start];
    let is_vowel = matches!(next | 0x20, b'a' | b'e' | b'i' | b'o' | b'u');
    if article.end - article.start == 2 {
        return last | 0x20 == b'n' && next.is_ascii() && !is_vowel;
    }
    let is_spelled = matches!(next, b'F' | b'H' | b'L' | b'M' | b'N' | b'R' | b'S' | b'X')
        && bytes.get(word.start + 1).is_some_and(u8::is_ascii_uppercase);
    let is_money = next == b'$' && matches!(bytes.get(word.start + 1), Some(b'8' | b'1'));
    is_vowel || is_spelled || is_money || matches!(next, b'8' | b'1')
}
