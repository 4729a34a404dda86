//! Adding to a lint.toml, with its comments and layout kept.

mod accepted;
mod array;
mod ignored;

use toml_edit::DocumentMut;

pub use accepted::with_accepted;
pub use ignored::{Entry, pattern_for, with_entries};

/// The text of a lint.toml after `change`. What `change` leaves unchanged stays as it is, to the byte.
fn edited(text: &str, change: impl FnOnce(&mut DocumentMut) -> Result<Change, String>) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let new = match change(&mut document)? {
        Change::None => return Ok(text.to_owned()),
        // At the end of the text, so that comments there stay above it.
        Change::Append(blocks) => blocks.iter().fold(text.to_owned(), |mut new, block| {
            if !new.is_empty() && !new.ends_with('\n') {
                new.push('\n');
            }
            if !new.is_empty() {
                new.push('\n');
            }
            new + block
        }),
        Change::Inside => {
            let byte_order_mark = text.chars().next().filter(|c| *c == '\u{feff}');
            let new = document.to_string();
            byte_order_mark.filter(|mark| !new.starts_with(*mark)).into_iter().collect::<String>() + &new
        }
    };
    // toml_edit writes LF.
    let is_crlf = text.contains("\r\n") && !text.replace("\r\n", "").contains('\n');
    Ok(if is_crlf { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new })
}

/// What became of a document.
enum Change {
    /// Nothing.
    None,
    /// It was changed.
    Inside,
    /// It was not, and these tables belong behind its end.
    Append(Vec<String>),
}
