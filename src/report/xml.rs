//! Text in XML 1.0 (<https://www.w3.org/TR/xml/>), for attributes and elements alike.

use std::fmt::Write as _;

use super::escape::{is_hostile, push_visible};

/// Text for people: what cannot be seen is shown as `<U+202E>`.
pub fn text(text: &str) -> String {
    escaped(text, false)
}

/// Text that must read back as it is, such as a path. Only what XML cannot hold is shown as `<U+0001>`.
pub fn data(text: &str) -> String {
    escaped(text, true)
}

fn escaped(text: &str, keep: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader would turn these into spaces in an attribute.
            '\t' => out.push_str("&#9;"),
            '\n' | '\r' if keep => {
                let _ = write!(out, "&#{};", c as u32);
            }
            '\u{FFFE}' | '\u{FFFF}' => push_escaped(&mut out, &format!("<U+{:04X}>", c as u32)),
            c if is_hostile(c) && keep && !c.is_control() => {
                let _ = write!(out, "&#x{:X};", c as u32);
            }
            c if is_hostile(c) => {
                let mut shown = String::new();
                push_visible(&mut shown, c);
                push_escaped(&mut out, &shown);
            }
            c => out.push(c),
        }
    }
    out
}

/// Appends `<U+0001>` as XML.
fn push_escaped(out: &mut String, shown: &str) {
    out.push_str(&shown.replace('<', "&lt;").replace('>', "&gt;"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_what_xml_cannot_hold_is_shown() {
        assert_eq!(text("a]]> <b c=\"d'\"> & é😀"), "a]]&gt; &lt;b c=&quot;d'&quot;&gt; &amp; é😀");
        assert_eq!(text("\u{1}\t\n\u{202e}\u{fffe}"), "&lt;U+0001&gt;&#9;&lt;U+000A&gt;&lt;U+202E&gt;&lt;U+FFFE&gt;");
        assert_eq!(data("\u{1}\t\r\n\u{202e}\u{a0}"), "&lt;U+0001&gt;&#9;&#13;&#10;&#x202E;&#xA0;");
    }
}
