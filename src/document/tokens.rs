//! Words of a text with their places.

use super::span::Span;

/// A word: letters and digits of any script, with apostrophes inside (`don't`, `O’Neill`).
/// Hyphens part words.
pub type Token = Span;

/// All words of a text, in order.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(text.len() / 6);
    let mut at = 0;
    while at < bytes.len() {
        let Some(width) = word_char(text, at) else {
            at += utf8_width(bytes[at]);
            continue;
        };
        let start = at;
        at += width;
        loop {
            if let Some(width) = word_char(text, at) {
                at += width;
            } else if let Some(width) = apostrophe(bytes, at)
                && word_char(text, at + width).is_some()
            {
                at += width;
            } else {
                break;
            }
        }
        tokens.push(Span::new(start, at));
    }
    tokens
}

/// Width in bytes of the letter or digit at `at`, if there is one.
fn word_char(text: &str, at: usize) -> Option<usize> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() {
        return byte.is_ascii_alphanumeric().then_some(1);
    }
    let c = text[at..].chars().next()?;
    c.is_alphanumeric().then_some(c.len_utf8())
}

fn apostrophe(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'\'' => Some(1),
        0xE2 if bytes[at..].starts_with("’".as_bytes()) => Some(3),
        _ => None,
    }
}

/// Bytes of the character that this byte begins.
fn utf8_width(lead: u8) -> usize {
    match lead {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_inner_apostrophes() {
        let text = "Don’t say 'no' to O'Neill—Čapek's 3.5%";
        let words: Vec<_> = tokens(text).iter().map(|token| &text[token.range()]).collect();
        assert_eq!(words, ["Don’t", "say", "no", "to", "O'Neill", "Čapek's", "3", "5"]);
    }
}
