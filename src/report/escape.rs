//! Making hostile text harmless: scraped text can hold escape sequences that move the cursor,
//! controls that turn the reading direction, and characters that cannot be seen.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character must not reach a terminal as it is.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    match c {
        ' '..='~' | '\t' => false,
        c if c.is_control() => true,
        '\u{A0}' | '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{2007}' | '\u{200B}'..='\u{200F}' => true,
        '\u{2028}'..='\u{202F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{E0000}'..='\u{E007F}' => true,
        _ => false,
    }
}

/// Writes a character so that it can be seen: `<U+202E>` for a hostile one.
pub fn push_visible(out: &mut String, c: char) {
    if is_hostile(c) {
        let _ = write!(out, "<U+{:04X}>", c as u32);
    } else {
        out.push(c);
    }
}

/// The text with every hostile character made visible, on one line.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_visible(&mut out, c));
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn escape_sequences_and_overrides_are_shown() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\nd\u{9b}"), "a<U+001B>[2Jb<U+202E>c<U+000A>d<U+009B>");
        assert_eq!(visible("“plain” é 😀"), "“plain” é 😀");
    }
}
