//! `encoding/html-entity`: entities that the scraper did not decode.

use memchr::memchr_iter;

use crate::checks::Context;
use crate::document::Span;

/// Longest entity looked at, in bytes; the longest name of HTML has 31 letters.
const LONGEST: usize = 34;

/// Names that stand for a defect even without their semicolon, as long as no letter follows.
const WITHOUT_SEMICOLON: [&str; 6] = ["nbsp", "amp", "quot", "lt", "gt", "apos"];

/// Reports each entity; what it was encoded from twice is decoded to the end.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut reported = 0;
    for at in memchr_iter(b'&', text.as_bytes()) {
        if at < reported {
            continue;
        }
        let Some((length, decoded)) = entity_at(&text[at..]) else { continue };
        if is_in_address(&text[..at]) {
            continue;
        }
        reported = at + length;
        let entity = &text[at..at + length];
        let replacement = match decoded.as_str() {
            "\u{A0}" | "\u{2002}" | "\u{2003}" | "\u{2009}" | "\u{202F}" => " ",
            "\u{AD}" | "\u{FEFF}" | "\u{FFFD}" => "",
            decoded if decoded.chars().all(|c| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}')) => "",
            decoded => decoded,
        };
        let shown = match replacement {
            " " => "a space".to_owned(),
            "" => "nothing visible".to_owned(),
            visible => format!("`{visible}`"),
        };
        let message = format!("HTML entity `{entity}` was not decoded; it stands for {shown}");
        context.report(Span::new(at, reported), message).replace(replacement, format!("replace with {shown}"));
    }
}

/// The entity that the text begins with: its length in bytes and what it stands for.
fn entity_at(text: &str) -> Option<(usize, String)> {
    // `&amp;nbsp;` was encoded twice: the outer entity gives the `&` of the inner one.
    let mut inner = 1;
    while let Some(rest) = text.get(inner..)
        && rest.get(..4).is_some_and(|amp| amp.eq_ignore_ascii_case("amp;"))
        && inner < LONGEST
    {
        inner += 4;
    }
    let (body, doubled) = (&text[inner..], inner > 1);
    match single(body) {
        Some((length, decoded)) => Some((inner + length, decoded)),
        None if doubled => Some((inner, "&".to_owned())),
        None => None,
    }
}

/// What stands behind an ampersand: the length with the semicolon, and the character.
fn single(body: &str) -> Option<(usize, String)> {
    let bytes = body.as_bytes();
    let name_start = usize::from(bytes.first() == Some(&b'#'));
    let name =
        bytes[name_start..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric()).count() + name_start;
    let closed = bytes.get(name) == Some(&b';');
    let word = &body[..name];
    if !closed && !WITHOUT_SEMICOLON.contains(&word) {
        return None;
    }
    if !closed && bytes.get(name).is_some_and(|byte| matches!(byte, b'=' | b'_' | b'-' | b'&')) {
        return None;
    }
    let decoded = htmlize::unescape(format!("&{word};")).into_owned();
    // A name that begins with that of another entity (`&notanentity;`) is decoded in part.
    if (decoded.starts_with('&') && decoded.len() > 1) || (decoded.len() > 1 && decoded.ends_with(';')) {
        return None;
    }
    let decoded = if decoded.contains(char::is_control) { String::new() } else { decoded };
    Some((name + usize::from(closed), decoded))
}

/// Whether an ampersand at the end of `before` belongs to a web address.
fn is_in_address(before: &str) -> bool {
    const REACH: usize = 300;
    let start = before.ceil_char_boundary(before.len().saturating_sub(REACH));
    let word = before[start..].rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains("://") || word.starts_with("www.") || word.contains('?') && word.contains('=')
}
