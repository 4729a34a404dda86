//! Rules of style sheets.

use super::{Kind, Piece, Spot, block};

/// Bytes of a selector at most.
const SELECTOR: usize = 300;

/// Elements that selectors begin with; sorted.
const ELEMENTS: [&str; 34] = [
    "a",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "div",
    "em",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "html",
    "iframe",
    "img",
    "input",
    "li",
    "nav",
    "ol",
    "p",
    "section",
    "span",
    "strong",
    "table",
    "td",
    "tr",
    "ul",
    "video",
];

/// Properties of one word; those with a hyphen need no list. Sorted.
const PROPERTIES: [&str; 32] = [
    "animation",
    "background",
    "border",
    "bottom",
    "clear",
    "clip",
    "color",
    "content",
    "cursor",
    "direction",
    "display",
    "fill",
    "filter",
    "flex",
    "float",
    "font",
    "gap",
    "grid",
    "height",
    "left",
    "margin",
    "opacity",
    "order",
    "outline",
    "overflow",
    "padding",
    "position",
    "right",
    "top",
    "visibility",
    "width",
    "zoom",
];

/// The rule whose declarations a brace opens.
pub fn rule(spot: Spot<'_>) -> Option<Piece> {
    let before = spot.before();
    let selector = &before[before.ceil_char_boundary(before.len().saturating_sub(SELECTOR))..];
    let selector = selector.rsplit(['}', ';']).next().unwrap_or_default();
    let start = spot.at - selector_length(selector)?;
    let selector = spot.text[start..spot.at].trim();
    let has_mark = selector.starts_with(['.', '#', '@', '*', ':']);
    let rest = &spot.text[spot.at + 1..];
    let rest = rest[..rest.floor_char_boundary(SELECTOR)].trim_start();
    let holds_rule = selector.starts_with('@') && is_at_rule(selector);
    let above = if spot.begins_line(start) { with_lines_above(spot.text, start) } else { start };
    (holds_rule || is_declaration(rest) || has_mark && rest.starts_with('}'))
        .then(|| Piece { start: above, ..block::piece(spot, start, Kind::Style) })
}

/// Where a list of selectors begins of which the last begins a line at `start`.
fn with_lines_above(text: &str, start: usize) -> usize {
    const MOST: usize = 8;
    let mut start = start;
    for _ in 0..MOST {
        let above = text[..start].trim_end();
        let above = &above[above.ceil_char_boundary(above.len().saturating_sub(SELECTOR))..];
        let line = above.rsplit(['\n', '\r']).next().unwrap_or_default().trim_start();
        let is_selector = line.ends_with(',') && line.split_ascii_whitespace().all(is_simple_selector);
        if !is_selector {
            break;
        }
        start = text[..start].trim_end().len() - line.len();
    }
    start
}

/// `@import url(…);`
pub fn import(spot: Spot<'_>) -> Option<Piece> {
    let start = spot.before().strip_suffix("url")?.trim_end().strip_suffix("@import")?.len();
    Some(block::piece(spot, spot.from + start, Kind::Style))
}

/// Bytes of the selector that a text ends with, with the blank behind it.
fn selector_length(text: &str) -> Option<usize> {
    if let Some(at) = text.rfind('@')
        && is_at_rule(&text[at..])
    {
        return Some(text.len() - at);
    }
    let mut length = 0;
    let mut rest = text.trim_end();
    while !rest.is_empty() {
        let word = rest.rsplit(char::is_whitespace).next().unwrap_or_default();
        if !is_simple_selector(word) {
            break;
        }
        let before = &rest[..rest.len() - word.len()];
        length = text.len() - before.len();
        rest = before.trim_end();
    }
    if length == 0 {
        // `the town.td_block_1 {`: a sentence stands directly before.
        let at = rest.rfind(['.', '#']).filter(|at| !rest[*at..].contains(char::is_whitespace))?;
        let is_own = is_simple_selector(&rest[at..]) && rest[at..].contains(['-', '_']);
        return is_own.then(|| text.len() - at);
    }
    Some(length)
}

/// `@media …`, `@font-face`: what stands before braces that hold rules or declarations.
fn is_at_rule(text: &str) -> bool {
    ["@media", "@font-face", "@keyframes", "@-webkit-", "@-moz-", "@supports", "@page", "@layer"]
        .iter()
        .any(|name| text.starts_with(name))
}

fn is_simple_selector(word: &str) -> bool {
    let word = word.trim_end_matches(',');
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.#:>+~*[]=\"'(),%".contains(&byte);
    let name = word.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let starts = word.starts_with(['.', '#', '*', ':', '>', '+', '~']) && word.len() > 1
        || matches!(word, "*" | ">" | "+" | "~")
        || ELEMENTS.binary_search(&&word[..name]).is_ok();
    starts && word.bytes().all(is_part)
}

/// Whether a text begins with `property: value;`.
fn is_declaration(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'-').count();
    let property = &text[..name];
    let is_known = property.trim_matches('-').contains('-') || PROPERTIES.binary_search(&property).is_ok();
    let Some(value) = text[name..].trim_start().strip_prefix(':') else { return false };
    is_known && value.find([';', '}', '\n', '\r', '{']).is_none_or(|end| !value[end..].starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(ELEMENTS.is_sorted() && PROPERTIES.is_sorted());
    }
}
