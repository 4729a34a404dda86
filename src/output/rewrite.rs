//! A fixed document back into its raw bytes: in the file's encoding, escaped as its format has it.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use crate::document::Document;
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

/// The raw bytes of a record of a JSON or CSV file with its text fixed; nothing else in it changes.
///
/// # Errors
/// When the format cannot be written, or the result would not read as the fixed text.
pub fn record(source: &RecordFile, raw: &str, document: &Document, fixed: &Fixed) -> Result<String, String> {
    let wanted = fixed.text.as_deref().unwrap_or(document.text());
    let (new, read) = match source.format {
        InputFormat::Csv | InputFormat::Tsv => csv_record(source, raw, document, fixed, wanted)?,
        InputFormat::Jsonl | InputFormat::Json => {
            // A record that is all ASCII stays so: its writer may escape everything else.
            let escaped = fixed.raw(document, raw.as_bytes(), |text| json::escape(text, raw.is_ascii()).into_bytes());
            let new = utf8(escaped)?;
            let read = json_text(source, &new);
            (new, read)
        }
        format => return Err(format!("{} files cannot be fixed", format.name())),
    };
    if read.as_deref() == Some(wanted) {
        Ok(new)
    } else {
        Err("the fixed record would not read as it should".to_owned())
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "the fixed record would not be UTF-8".to_owned())
}

fn json_text(source: &RecordFile, record: &str) -> Option<String> {
    let found = json::find(record, &source.names).ok()?;
    json::scalar(&record[found[0].clone()?])
}

type Written = (String, Option<String>);

fn csv_record(
    source: &RecordFile,
    raw: &str,
    document: &Document,
    fixed: &Fixed,
    wanted: &str,
) -> Result<Written, String> {
    let delimiter = source.delimiter();
    let field = |record: &str| csv::fields(record, delimiter).into_iter().nth(source.text_column()?);
    let old = field(raw).ok_or_else(|| "the record has no text".to_owned())?;
    let new = if old.quoted && !old.torn {
        utf8(fixed.raw(document, raw.as_bytes(), |text| csv::escaped(text).into_owned().into_bytes()))?
    } else {
        // An unquoted field may need quotation marks now; one with stray marks gets them in order.
        let is_blank = wanted.is_empty() && source.has_one_column();
        let quoted = old.torn || is_blank || csv::needs_quotes(wanted, delimiter);
        let value = if quoted { csv::quoted(wanted) } else { wanted.to_owned() };
        let start = old.raw.start - usize::from(old.quoted);
        [&raw[..start], &value, &raw[old.raw.end..]].concat()
    };
    let read = field(&new).map(|field| csv::plain_value(&new, &field).into_owned());
    Ok((new, read))
}
