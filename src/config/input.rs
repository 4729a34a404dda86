//! `[input.jsonl]`, `[input.csv]` and `[input.parquet]`: which fields of a record are what.

use crate::input::format::InputFormat;
use crate::input::records::FormatOptions;
use crate::input::records::fields::{FIELDS, FieldNames};
use crate::toml_source::Table;

/// The tables that there are, in the order of the documentation.
pub const INPUT_TABLES: [&str; 3] = ["jsonl", "csv", "parquet"];

/// What one lint.toml says of the formats with fields.
#[derive(Debug, Default)]
pub struct InputLayer {
    tables: [FormatOptions; INPUT_TABLES.len()],
}

impl InputLayer {
    /// Reads the table `[input]`.
    pub fn read(table: &Table<'_>) -> InputLayer {
        let mut layer = InputLayer::default();
        for (name, options) in INPUT_TABLES.iter().zip(&mut layer.tables) {
            if let Some(read) = table.table(name, |table| read_options(table, *name == "csv")) {
                *options = read;
            }
        }
        layer
    }

    /// What the layer says of a format.
    #[must_use]
    pub fn options(&self, format: InputFormat) -> Option<&FormatOptions> {
        let name = format.field_table()?;
        self.tables().find(|(known, _)| *known == name).map(|(_, options)| options)
    }

    /// The tables with their names.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &FormatOptions)> {
        INPUT_TABLES.into_iter().zip(&self.tables)
    }
}

fn read_options(table: &Table<'_>, has_delimiter: bool) -> FormatOptions {
    let mut names = FieldNames::default();
    for (field, key) in FIELDS {
        let Some(word) = table.string(key) else { continue };
        if word.get_ref().is_empty() {
            table.problems().add(word.span(), format!("`{key}` names a field and cannot be empty"));
        } else {
            names.set(field, word.into_inner());
        }
    }
    let mut delimiter = None;
    if has_delimiter && let Some(word) = table.string("delimiter") {
        delimiter = parse_delimiter(word.get_ref());
        if delimiter.is_none() {
            let message = "`delimiter` takes one ASCII character that is no quotation mark, letter, digit or line end";
            table.problems().add(word.span(), message);
        }
    }
    FormatOptions { names, delimiter }
}

/// What stands between the fields of CSV: one ASCII character.
fn parse_delimiter(text: &str) -> Option<u8> {
    let is_possible = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(byte);
    text.as_bytes().first().filter(|byte| text.len() == 1 && is_possible(byte)).copied()
}
