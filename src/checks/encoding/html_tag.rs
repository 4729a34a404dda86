//! `encoding/html-tag`: tags that the scraper left in the text.

use crate::checks::Context;
use crate::document::Span;

/// Elements that articles are made of. Other names in angle brackets can be anything: types, places
/// to fill in, addresses.
const ELEMENTS: [&str; 70] = [
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "center",
    "cite",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "label",
    "li",
    "link",
    "meta",
    "nav",
    "noscript",
    "ol",
    "p",
    "path",
    "picture",
    "pre",
    "q",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "time",
    "tr",
    "u",
    "ul",
    "video",
];

/// Bytes of a tag at most: attributes can hold whole addresses.
const LONGEST: usize = 2000;

/// Reports each tag and each comment.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut reported = 0;
    for at in document.marks().tags.iter().map(|at| *at as usize).filter(|at| *at < text.len()) {
        if at < reported {
            continue;
        }
        let Some(length) = tag_length(&text[at..]) else { continue };
        reported = at + length;
        let tag = &text[at..reported];
        let message = if tag.starts_with("<!") {
            "an HTML comment or declaration was left in the text".to_owned()
        } else {
            format!("the HTML tag `{}` was left in the text", shown(tag))
        };
        context.report(Span::new(at, reported), message).delete("delete it");
    }
}

/// A tag without its attributes.
fn shown(tag: &str) -> String {
    let name = tag.find(|c: char| c.is_whitespace()).map(|end| &tag[..end]);
    name.map_or_else(|| tag.to_owned(), |name| format!("{name} …>"))
}

/// The length of the tag or comment that the text begins with.
fn tag_length(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let reach = comment.floor_char_boundary(LONGEST.min(comment.len()));
        return comment[..reach].find("-->").map(|end| 4 + end + 3);
    }
    let lead = if text.starts_with("</") { 2 } else { 1 };
    let name = text[lead..].bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let is_element = ELEMENTS.binary_search(&text[lead..lead + name].to_ascii_lowercase().as_str()).is_ok();
    let is_doctype = text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
    if !is_element && !is_doctype {
        return None;
    }
    let rest = &text[lead + name..];
    let rest = &rest[..rest.floor_char_boundary(LONGEST.min(rest.len()))];
    let end = rest.find('>')?;
    let attributes = &rest[..end];
    // `x <b and c> d` is a formula: behind the name come `>`, `/>` or attributes with values.
    let is_tag = attributes.is_empty()
        || attributes.trim() == "/"
        || attributes.starts_with(char::is_whitespace)
            && (attributes.contains('=') || is_doctype || is_flag(attributes));
    (is_tag && !attributes.contains('<')).then_some(lead + name + end + 1)
}

/// A lone attribute without a value, as in `<script async>`.
fn is_flag(attributes: &str) -> bool {
    let word = attributes.trim().trim_end_matches('/').trim_end();
    ["", "async", "defer", "controls", "hidden", "disabled", "allowfullscreen"].contains(&word)
}
