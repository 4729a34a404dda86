//! A fixed document back into its raw bytes: in the file's encoding, escaped as its format has it.

use std::ops::Range;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use crate::document::Document;
use crate::finding::Edit;
use crate::fix::Fixed;
use crate::input::format::InputFormat;
use crate::input::records::{RecordFile, csv, json};
use crate::input::{Content, decode};

/// Whether the encoding of a file can hold a text. `name` is that of the WHATWG Encoding Standard.
#[must_use]
pub fn can_encode(name: &str, text: &str) -> bool {
    encode(name, text).is_some()
}

/// A text in the encoding of this name.
fn encode(name: &str, text: &str) -> Option<Vec<u8>> {
    let encoding = Encoding::for_label(name.as_bytes())?;
    let utf16 = |bytes: fn(u16) -> [u8; 2]| Some(text.encode_utf16().flat_map(bytes).collect());
    if encoding == UTF_8 {
        Some(text.as_bytes().to_vec())
    } else if encoding == UTF_16LE {
        utf16(u16::to_le_bytes)
    } else if encoding == UTF_16BE {
        utf16(u16::to_be_bytes)
    } else if encoding == ISO_2022_JP {
        // What its bytes mean depends on the bytes before them; only deleting is sure to be right.
        text.is_empty().then(Vec::new)
    } else {
        let (bytes, _, has_unknown) = encoding.encode(text);
        (!has_unknown).then(|| bytes.into_owned())
    }
}

/// The raw bytes of a file, `raw`, with its document fixed.
///
/// # Errors
/// When the result would not read as the fixed text.
pub fn file(raw: &[u8], document: &Document, fixed: &Fixed) -> Result<Vec<u8>, String> {
    let new = fixed.raw(document, raw, |text| encode(document.encoding(), text).unwrap_or_default());
    let wanted = fixed.text.as_deref().unwrap_or(document.text());
    match decode(new.clone()) {
        Content::Text { text, .. } if text == wanted => Ok(new),
        // Without the bytes that gave its encoding away a file can look like one of another.
        _ => Err(format!("its encoding, {}, could not be kept", document.encoding())),
    }
}

/// An edit of raw text: bytes of it, and what comes in their place.
pub type RawEdit = (Range<usize>, String);

/// The raw bytes of a record of a JSON or CSV file with its text fixed; nothing else in it changes.
///
/// # Errors
/// When the format cannot be written, or the result would not read as the fixed text.
pub fn record(source: &RecordFile, raw: &str, document: &Document, fixed: &Fixed) -> Result<String, String> {
    record_edits(source, raw, document, &fixed.edits(document)).map(|edits| edited(raw, &edits))
}

/// The edits of the raw record, escaped as it is, that make these edits of its text. They are in order
/// and apart, as `edits` have to be.
///
/// # Errors
/// When the format cannot be written, or the result would not read as the edited text.
pub fn record_edits(
    source: &RecordFile,
    raw: &str,
    document: &Document,
    edits: &[Edit],
) -> Result<Vec<RawEdit>, String> {
    let plain = edits.iter().map(|edit| (edit.span.range(), edit.replacement.clone()));
    let wanted = edited(document.text(), &plain.collect::<Vec<_>>());
    let escaped = |escape: &dyn Fn(&str) -> String| -> Vec<RawEdit> {
        let raw_edit = |edit: &Edit| {
            let span = document.origin().raw_span(edit.span);
            (span.range(), escape(&edit.replacement))
        };
        edits.iter().map(raw_edit).collect()
    };
    let raw_edits = match source.format {
        InputFormat::Csv | InputFormat::Tsv => {
            let old = csv_field(source, raw).ok_or_else(|| "the record has no text".to_owned())?;
            if old.quoted && !old.torn {
                escaped(&|text| csv::escaped(text).into_owned())
            } else {
                // An unquoted field may need quotation marks now; one with stray marks gets them in order.
                let is_blank = wanted.is_empty() && source.has_one_column();
                let quoted = old.torn || is_blank || csv::needs_quotes(&wanted, source.delimiter());
                let value = if quoted { csv::quoted(&wanted) } else { wanted.clone() };
                vec![(old.raw.start - usize::from(old.quoted)..old.raw.end, value)]
            }
        }
        // A record that is all ASCII stays so: its writer may escape everything else.
        InputFormat::Jsonl | InputFormat::Json => escaped(&|text| json::escape(text, raw.is_ascii())),
        format => return Err(format!("{} files cannot be fixed", format.name())),
    };
    let new = edited(raw, &raw_edits);
    if text_of(source, &new).as_deref() == Some(wanted.as_str()) {
        Ok(raw_edits)
    } else {
        Err("the fixed record would not read as it should".to_owned())
    }
}

/// A text with edits applied, which are in order and apart.
#[must_use]
pub fn edited(text: &str, edits: &[RawEdit]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for (range, replacement) in edits {
        new.push_str(text.get(done..range.start).unwrap_or_default());
        new.push_str(replacement);
        done = range.end;
    }
    new.push_str(text.get(done..).unwrap_or_default());
    new
}

/// The text of a raw record.
fn text_of(source: &RecordFile, raw: &str) -> Option<String> {
    match source.format {
        InputFormat::Csv | InputFormat::Tsv => {
            csv_field(source, raw).map(|field| csv::plain_value(raw, &field).into_owned())
        }
        _ => {
            let found = json::find(raw, &source.names).ok()?;
            json::scalar(&raw[found[0].clone()?])
        }
    }
}

fn csv_field(source: &RecordFile, raw: &str) -> Option<csv::Field> {
    csv::fields(raw, source.delimiter()).into_iter().nth(source.text_column()?)
}
