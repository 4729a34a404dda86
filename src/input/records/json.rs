//! JSON records: finding the fields, undoing the escapes with the way back to the raw bytes, and
//! escaping again.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::ops::Range;

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cut::Fault;
use super::fields::{FIELDS, Field, FieldNames};
use crate::document::Decoded;

/// The values of the wanted fields in one record, as ranges of its bytes.
pub type Found = [Option<Range<usize>>; FIELDS.len()];

/// Finds the named fields in a record, a JSON object. Of a key that stands twice the last counts, as
/// for most readers.
///
/// # Errors
/// What is wrong with the JSON, at the byte where it shows.
pub fn find(record: &str, names: &FieldNames) -> Result<Found, Fault> {
    let mut found = Found::default();
    let wanted: Vec<(Field, &str)> = names.iter().collect();
    object(record, record, &wanted, &mut found)?;
    // One key can be two fields, such as the address as the id.
    for (field, name) in &wanted {
        let twin = wanted.iter().find(|(other, same)| same == name && found[*other as usize].is_some());
        if let (None, Some((twin, _))) = (&found[*field as usize], twin) {
            found[*field as usize] = found[*twin as usize].clone();
        }
    }
    Ok(found)
}

/// Whether an object has a key at its top level; dots mean nothing here.
#[must_use]
pub fn has_key(record: &str, key: &str) -> bool {
    serde_json::from_str::<HashMap<String, &RawValue>>(record).is_ok_and(|object| object.contains_key(key))
}

/// Looks through one object, a part of the record.
fn object(record: &str, part: &str, wanted: &[(Field, &str)], found: &mut Found) -> Result<(), Fault> {
    // A key can hold dots itself, so the whole name is tried before its head.
    let mut inner: Vec<(&str, &str)> = Vec::new();
    let at = offset_in(record, part);
    let mut deserializer = serde_json::Deserializer::from_str(part);
    let visited = Object { wanted, inner: &mut inner, record, found }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    visited.map_err(|error| fault(part, at, &error))?;
    for (head, value) in inner {
        let below: Vec<(Field, &str)> = wanted
            .iter()
            .filter_map(|(field, name)| name.strip_prefix(head)?.strip_prefix('.').map(|rest| (*field, rest)))
            .filter(|(field, _)| found[*field as usize].is_none())
            .collect();
        if value.starts_with('{') && !below.is_empty() {
            object(record, value, &below, found)?;
        }
    }
    Ok(())
}

/// Where a part of the record begins in it.
fn offset_in(record: &str, part: &str) -> usize {
    part.as_ptr() as usize - record.as_ptr() as usize
}

struct Object<'a, 'n, 'r> {
    wanted: &'a [(Field, &'n str)],
    /// Objects that may hold wanted values, with the heads of their names.
    inner: &'a mut Vec<(&'n str, &'r str)>,
    record: &'r str,
    found: &'a mut Found,
}

impl<'r> DeserializeSeed<'r> for Object<'_, '_, 'r> {
    type Value = ();

    fn deserialize<D: Deserializer<'r>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'r> Visitor<'r> for Object<'_, '_, 'r> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'r>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key { wanted: self.wanted })? {
            match key {
                Match::None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Match::Whole(field) => {
                    let value = map.next_value::<&'r RawValue>()?.get();
                    let start = offset_in(self.record, value);
                    self.found[field as usize] = Some(start..start + value.len());
                }
                Match::Head(head) => self.inner.push((head, map.next_value::<&'r RawValue>()?.get())),
            }
        }
        Ok(())
    }
}

/// What a key is to the wanted names.
enum Match<'n> {
    None,
    Whole(Field),
    Head(&'n str),
}

struct Key<'a, 'n> {
    wanted: &'a [(Field, &'n str)],
}

impl<'r, 'n> DeserializeSeed<'r> for Key<'_, 'n> {
    type Value = Match<'n>;

    fn deserialize<D: Deserializer<'r>>(self, deserializer: D) -> Result<Match<'n>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Key<'_, 'n> {
    type Value = Match<'n>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Match<'n>, E> {
        if let Some((field, _)) = self.wanted.iter().find(|(_, name)| *name == key) {
            return Ok(Match::Whole(*field));
        }
        let is_head = |name: &str| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        let head = self.wanted.iter().find(|(_, name)| is_head(name)).map(|(_, name)| &name[..key.len()]);
        Ok(head.map_or(Match::None, Match::Head))
    }
}

/// serde_json's error as a fault of the record; `part` begins at byte `at` of it.
fn fault(part: &str, at: usize, error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let before: usize = part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    // The column counts bytes from 1, and stands at 0 behind a line end.
    let here = (before + error.column().saturating_sub(1)).min(part.len());
    Fault { at: at + part.floor_char_boundary(here), message: format!("bad JSON: {message}") }
}

/// The names of all fields of an object, two levels deep with dots between, and of those among them
/// that hold strings.
#[must_use]
pub fn field_names(record: &str) -> (Vec<String>, Vec<String>) {
    let (mut all, mut strings) = (Vec::new(), Vec::new());
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(record) else { return (all, strings) };
    let mut push = |name: String, value: &serde_json::Value| {
        if value.is_string() {
            strings.push(name.clone());
        }
        all.push(name);
    };
    for (key, value) in &object {
        push(key.clone(), value);
        for (inner, value) in value.as_object().into_iter().flatten() {
            push(format!("{key}.{inner}"), value);
        }
    }
    (all, strings)
}

/// What kind of value a raw JSON value is, for messages.
#[must_use]
pub fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}

/// A scalar value as text: a string without its escapes, a number or truth value as it stands.
#[must_use]
pub fn scalar(value: &str) -> Option<String> {
    match kind(value) {
        "a string" => Some(unescape(value.get(1..value.len().saturating_sub(1))?, 0).0),
        "a number" | "true or false" => Some(value.to_owned()),
        _ => None,
    }
}

/// Undoes the escapes of a JSON string. `inner` is what stands between its quotation marks; `from`
/// is where that begins in the record, in bytes, and the map leads to offsets of the record.
///
/// A lone surrogate, which Python writes for bytes that it could not read, becomes U+FFFD.
#[must_use]
pub fn unescape(inner: &str, from: u32) -> (String, Decoded) {
    let mut text = String::with_capacity(inner.len());
    let mut map = Decoded::starting_at(from);
    let mut rest = inner;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        map.push_verbatim(at as u32);
        rest = &rest[at..];
        let (c, raw) = escape_sequence(rest);
        text.push(c);
        map.push(c.len_utf8() as u32, raw as u32);
        rest = &rest[raw..];
    }
    text.push_str(rest);
    map.push_verbatim(rest.len() as u32);
    (text, map)
}

/// The character of the escape sequence that a text begins with, and the length of the sequence in
/// bytes. The JSON is valid, so a sequence is whole; anything else stands for itself.
fn escape_sequence(text: &str) -> (char, usize) {
    let bytes = text.as_bytes();
    let c = match bytes.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(c @ (b'"' | b'\\' | b'/')) => char::from(*c),
        Some(b'u') => return unicode_escape(text),
        _ => return ('\\', 1),
    };
    (c, 2)
}

fn unicode_escape(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(0) else { return ('\\', 1) };
    if let Some(c) = char::from_u32(first.into()) {
        return (c, 6);
    }
    let pair = unit(6).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match pair {
        Some(c) => (c, 12),
        None => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// Escapes a text for a JSON string. `ascii`: everything beyond ASCII as `\u` escapes, as the file
/// has it.
#[must_use]
pub fn escape(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(c),
            c if c.is_ascii() || ascii => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(list: &[(Field, &str)]) -> FieldNames {
        let mut names = FieldNames::default();
        list.iter().for_each(|(field, name)| names.set(*field, *name));
        names
    }

    #[test]
    fn fields_are_found_at_their_bytes() {
        let record = r#" {"id": 7, "meta": {"url": "u", "text": 1}, "a.b": "dotted", "text": "x", "text": "é\n"} "#;
        let wanted =
            names(&[(Field::Text, "text"), (Field::Id, "id"), (Field::Url, "meta.url"), (Field::Title, "a.b")]);
        let found = find(record, &wanted).unwrap();
        let value = |field: Field| found[field as usize].clone().map(|range| &record[range]);
        assert_eq!(value(Field::Text), Some(r#""é\n""#));
        assert_eq!((value(Field::Id), value(Field::Url)), (Some("7"), Some("\"u\"")));
        assert_eq!((value(Field::Title), value(Field::Date)), (Some("\"dotted\""), None));
    }

    #[test]
    fn faults_stand_where_they_show() {
        let wanted = names(&[(Field::Text, "m.text")]);
        let at = |record: &str| find(record, &wanted).unwrap_err().at;
        assert_eq!(at(r#"{"a": 1, b}"#), 9);
        assert_eq!(at("{\"a\": 1,\n \"m\": {\"text\": x}}"), 24);
        assert_eq!(at("[1]"), 0);
        assert_eq!(at(r#"{"a": 1} x"#), 9);
        assert!(find(r#"{"a": 1"#, &wanted).unwrap_err().message.starts_with("bad JSON: EOF"));
        assert!(find("", &wanted).is_err());
    }

    #[test]
    fn surrogates() {
        assert_eq!(unescape(r"\ud83d\ude00\u00e9\ud83d!\udE00", 0).0, "😀é\u{FFFD}!\u{FFFD}");
    }

    proptest! {
        #[test]
        fn every_character_leads_back_to_its_bytes(
            pieces in prop::collection::vec(prop_oneof![
                any::<char>().prop_map(|c| (c, 0)),
                any::<char>().prop_map(|c| (c, 1)),
                prop::sample::select(vec!['"', '\\', '\n', '/', '😀', 'é', '\u{8}', 'a']).prop_map(|c| (c, 2)),
            ], 0..60)
        ) {
            let mut raw = String::new();
            let mut expected = Vec::new();
            for (c, style) in pieces {
                let before = raw.len();
                match style {
                    1 => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| raw.push_str(&format!("\\u{unit:04X}"))),
                    _ => raw.push_str(&escape(&c.to_string(), style == 2)),
                }
                expected.push((c, before..raw.len()));
            }
            let (text, map) = unescape(&raw, 10);
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap(), text.as_str());
            let offset = |at: usize| map.raw(at as u32) as usize - 10;
            for ((at, c), (wanted, range)) in text.char_indices().zip(&expected) {
                prop_assert_eq!(c, *wanted);
                prop_assert_eq!(offset(at)..offset(at + c.len_utf8()), range.clone());
            }
        }

        #[test]
        fn no_text_breaks_the_readers(record in ".{0,80}") {
            let _ = (find(&record, &names(&[(Field::Text, "a.b")])), field_names(&record), scalar(&record));
            let _ = unescape(&record, 0);
        }
    }
}
