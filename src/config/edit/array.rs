//! Arrays keep their layout when something is added.

use toml_edit::{Array, Value};

/// How an element of an array over several lines is indented where none shows it.
const INDENT: &str = "\n    ";

/// Adds a value behind the last one and laid out as that is: on a line of its own or beside it, with a
/// comma behind it or none. Comments stay behind what they stand behind.
pub fn push_like_the_last(array: &mut Array, value: impl Into<Value>) {
    let has_comma = array.trailing_comma();
    let mut rest = raw(Some(array.trailing())).to_owned();
    let mut indent = String::new();
    if let Some(last) = array.iter_mut().last() {
        let before = raw(last.decor().prefix());
        indent = before.rsplit_once('\n').map_or(" ".to_owned(), |(_, blanks)| format!("\n{blanks}"));
        if !has_comma {
            rest.insert_str(0, raw(last.decor().suffix()));
            last.decor_mut().set_suffix("");
        }
    } else if rest.contains('\n') {
        indent = INDENT.to_owned();
        array.set_trailing_comma(true);
    }
    // What stands before the closing bracket: comments, then blanks.
    let comments = rest.trim_end();
    let blanks = rest[comments.len()..].to_owned();
    if !comments.is_empty() && !indent.starts_with('\n') {
        indent = INDENT.to_owned();
    }
    indent.insert_str(0, comments);
    let mut value = value.into();
    value.decor_mut().set_prefix(indent);
    let has_comma = array.trailing_comma();
    value.decor_mut().set_suffix(if has_comma { "" } else { &blanks });
    array.set_trailing(if has_comma { &blanks } else { "" });
    array.push_formatted(value);
}

fn raw(text: Option<&toml_edit::RawString>) -> &str {
    text.and_then(toml_edit::RawString::as_str).unwrap_or_default()
}
