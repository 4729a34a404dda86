//! Shortcodes of content management systems, BBCode and tokens.

use super::{Kind, Piece, Spot};

/// Bytes of a shortcode at most.
const LONGEST: usize = 1000;

/// Names that say what it is with an argument of any form behind them; sorted.
const NAMES: [&str; 66] = [
    "accordion",
    "ad",
    "adrotate",
    "ads",
    "adsense",
    "advert",
    "align",
    "attachment",
    "audio",
    "bbcode",
    "blockquote",
    "button",
    "caption",
    "code",
    "color",
    "column",
    "columns",
    "contact-form",
    "contact-form-7",
    "contentcards",
    "dailymotion",
    "divider",
    "dropcap",
    "email",
    "embed",
    "embedyt",
    "facebook",
    "flickr",
    "float",
    "font",
    "formidable",
    "gallery",
    "gist",
    "googlemaps",
    "gravityform",
    "hr",
    "iframe",
    "img",
    "instagram",
    "more",
    "nextpage",
    "ninja_form",
    "playlist",
    "poll",
    "polldaddy",
    "pullquote",
    "quote",
    "raw",
    "related",
    "row",
    "scribd",
    "shortcode",
    "size",
    "slideshare",
    "slideshow",
    "soundcloud",
    "spacer",
    "spotify",
    "tiktok",
    "toc",
    "tweet",
    "twitter",
    "url",
    "video",
    "vimeo",
    "youtube",
];

/// What Drupal's tokens begin with.
const TOKENS: [&str; 7] = ["author", "current-page", "current-user", "node", "site", "term", "user"];

/// Names that no editor puts in brackets to add a word to a quotation: alone on a line they are shortcodes.
const ALONE: [&str; 16] = [
    "adsense",
    "caption",
    "contact-form",
    "contact-form-7",
    "dropcap",
    "embed",
    "gallery",
    "iframe",
    "nextpage",
    "playlist",
    "pullquote",
    "shortcode",
    "slideshow",
    "spacer",
    "toc",
    "tweet",
];

/// The shortcode that begins at a square bracket.
pub fn at(spot: Spot<'_>) -> Option<Piece> {
    let ahead = spot.ahead(LONGEST);
    let inside = &ahead[1..];
    if inside.starts_with("object Object]") {
        return Some(Piece { start: spot.at, end: spot.at + 15, kind: Kind::Dump, sure: true });
    }
    let (name, closes) = match inside.strip_prefix('/') {
        Some(rest) => (name(rest), true),
        None => (name(inside), false),
    };
    // Nobody can know how a shortcode ends whose bracket does not.
    let end = inside.find(']')?;
    // `[text](address)` is a link.
    let is_link = inside[end + 1..].starts_with('(');
    if name.is_empty() || is_link || inside[..end].contains('[') {
        return None;
    }
    // `[/sarcasm]` is a joke of a person.
    let is_known = NAMES.binary_search(&name).is_ok();
    let has_mark = name.trim_matches(['_', '-']).contains('_');
    let sure = !closes || is_known || has_mark;
    let piece = |end: usize| Some(Piece { start: spot.at, end: spot.at + 1 + end, kind: Kind::Shortcode, sure });
    let rest = &inside[name.len() + usize::from(closes)..end];
    if closes {
        return rest.is_empty().then(|| piece(end + 1)).flatten();
    }
    let has_value = match rest.as_bytes() {
        [] => has_mark || is_known && spot.begins_line(spot.at) && is_alone(name, &spot, end),
        [b' ', ..] => has_attribute(rest, is_known || has_mark) || has_mark && rest.len() < 60 && !rest.contains(", "),
        [b'=', ..] => is_known || has_mark,
        [b':', second, ..] => {
            *second != b' ' && (is_known || TOKENS.binary_search(&name).is_ok()) && !rest.contains(' ')
        }
        _ => false,
    };
    let address = rest.trim_start_matches([' ', ':', '=']);
    let has_address = is_known && (address.starts_with("http://") || address.starts_with("https://"));
    if !has_value && !has_address && !is_known && name.len() > 2 {
        return None;
    }
    // What a pair of shortcodes encloses goes too where it is an address.
    let (body, closing) = (&inside[end + 1..], format!("[/{name}]"));
    let paired = body.find(&closing);
    if let Some(length) = paired
        && (has_value || has_address || is_known)
    {
        let body = body[..length].trim();
        let is_address = !body.contains(char::is_whitespace) && (body.contains("://") || body.is_empty());
        return piece(end + 1 + if is_address { length + closing.len() } else { 0 });
    }
    let is_short = name.len() <= 2 && paired.is_some();
    (has_value || has_address || is_short).then(|| piece(end + 1)).flatten()
}

/// Whether a shortcode of one word is all that its line holds, and a known one.
fn is_alone(name: &str, spot: &Spot<'_>, end: usize) -> bool {
    let behind = &spot.text[spot.at + end + 2..spot.line.end as usize];
    ALONE.binary_search(&name).is_ok() && behind.len() < 8 && behind.trim_start().is_empty()
}

/// The name that a text begins with: lower-case letters, digits and hyphens.
fn name(text: &str) -> &str {
    let is_name = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    let length = text.bytes().take(40).take_while(|byte| is_name(byte)).count();
    if text.starts_with(|c: char| c.is_ascii_lowercase()) { &text[..length] } else { "" }
}

/// Whether what stands behind the name is `key="value"`; behind a known name the quotation marks can lack,
/// and an address or a number does.
fn has_attribute(rest: &str, is_known: bool) -> bool {
    let argument = rest.trim_start();
    if is_known && (argument.starts_with("http") || argument.starts_with(|c: char| c.is_ascii_digit())) {
        return true;
    }
    let key = argument.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    let Some(value) = argument[key..].strip_prefix('=') else { return false };
    let is_quoted = value.starts_with(['"', '\'', '“', '”', '″', '‘', '’', '«', '&']);
    key > 0 && (is_quoted || is_known && !value.starts_with([' ', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(NAMES.is_sorted() && TOKENS.is_sorted() && ALONE.is_sorted());
        assert!(ALONE.iter().all(|name| NAMES.contains(name)));
    }
}
