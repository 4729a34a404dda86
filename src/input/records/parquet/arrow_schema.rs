//! Adds a field to the Arrow schema that a Parquet file carries in its metadata.
//!
//! Arrow's writers (pandas, Polars, DuckDB by way of them) keep there what Parquet's own schema cannot say: which
//! strings are categories, which timestamp has which zone. A schema that has a column less than the file is taken for
//! damage by readers. It is a FlatBuffer (<https://flatbuffers.dev/internals/>), whose references point forward only:
//! so a new head is put before the old bytes, whose parts it refers to, and these stay as they are. This spares
//! newslint the Arrow crates, of which it needs nothing else.

/// What stands before the length of an Arrow message since Arrow 0.15.
const CONTINUATION: [u8; 4] = [0xFF; 4];

/// `MessageHeader.Schema`, in Arrow's `Message.fbs`.
const HEADER_IS_SCHEMA: u8 = 1;

/// `Type.Utf8`, in Arrow's `Schema.fbs`.
const TYPE_UTF8: u32 = 5;

/// The fields of the tables, by their number in `Message.fbs` and `Schema.fbs`.
mod field {
    pub const MESSAGE_VERSION: usize = 0;
    pub const MESSAGE_HEADER_TYPE: usize = 1;
    pub const MESSAGE_HEADER: usize = 2;
    pub const SCHEMA_ENDIANNESS: usize = 0;
    pub const SCHEMA_FIELDS: usize = 1;
    pub const SCHEMA_METADATA: usize = 2;
    pub const SCHEMA_FEATURES: usize = 3;
}

/// The schema, in Base64, with a field `name` of strings behind its others. None if it makes no sense.
pub(super) fn with_text_field(schema: &str, name: &str) -> Option<String> {
    let message = decode(schema)?;
    let message = message.strip_prefix(&CONTINUATION).unwrap_or(&message);
    let length = usize::try_from(u32_at(message, 0)?).ok()?;
    let old = message.get(4..)?.get(..length)?;
    let mut extended = extend(old, name)?;
    // A message's length is a multiple of 8.
    extended.resize(extended.len().next_multiple_of(8), 0);
    let length = i32::try_from(extended.len()).ok()?;
    Some(encode(&[&CONTINUATION, &length.to_le_bytes()[..], &extended].concat()))
}

/// Puts a new head before the old schema.
fn extend(old: &[u8], name: &str) -> Option<Vec<u8>> {
    let message = follow(old, 0)?;
    if *old.get(table_field(old, message, field::MESSAGE_HEADER_TYPE)??)? != HEADER_IS_SCHEMA {
        return None;
    }
    let version = small(old, table_field(old, message, field::MESSAGE_VERSION)?)?;
    let schema = follow(old, table_field(old, message, field::MESSAGE_HEADER)??)?;
    let endianness = small(old, table_field(old, schema, field::SCHEMA_ENDIANNESS)?)?;
    let fields = elements(old, follow(old, table_field(old, schema, field::SCHEMA_FIELDS)??)?)?;
    let part = |number| match table_field(old, schema, number)? {
        Some(at) => Some(Some(follow(old, at)?)),
        None => Some(None),
    };
    let (metadata, features) = (part(field::SCHEMA_METADATA)?, part(field::SCHEMA_FEATURES)?);

    let mut head = Head::default();
    let root = head.number(0);
    let to = |part: Option<usize>| part.map(|_| 0);
    let cells = head.table(root, &[Some(version), Some(u32::from(HEADER_IS_SCHEMA)), Some(0)]);
    let cells = head.table(*cells.get(2)?, &[Some(endianness), Some(0), to(metadata), to(features)]);
    let mut cells = cells.into_iter().skip(1);
    let fields_cell = cells.next()?;
    for part in [metadata, features].into_iter().flatten() {
        head.old.push((cells.next()?, part));
    }
    let new_field = head.fields(fields_cell, &fields);
    head.text_field(new_field, name);
    head.before(old)
}

/// The bytes before the old ones. Everything in it is aligned to 4 bytes.
#[derive(Default)]
struct Head {
    bytes: Vec<u8>,
    /// References to be set once the head's length is known: where they stand, and what in the old bytes they mean.
    old: Vec<(usize, usize)>,
}

impl Head {
    /// Appends a number, and tells where it stands.
    fn number(&mut self, value: u32) -> usize {
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self.bytes.len() - 4
    }

    /// Lets the reference at `cell` mean what is appended next.
    fn refer(&mut self, cell: usize) {
        self.set(cell, self.bytes.len());
    }

    fn set(&mut self, cell: usize, target: usize) {
        let distance = u32::try_from(target.saturating_sub(cell)).unwrap_or(0);
        if let Some(bytes) = self.bytes.get_mut(cell..cell + 4) {
            bytes.copy_from_slice(&distance.to_le_bytes());
        }
    }

    /// Appends a table to which `cell` refers, each field in four bytes. Tells where those that are there stand.
    fn table(&mut self, cell: usize, fields: &[Option<u32>]) -> Vec<usize> {
        // The table is led by a list of its fields' places: the list's size, the table's size, an offset for each.
        let list = self.bytes.len();
        let mut end = 4_u16;
        let mut offsets = Vec::new();
        for value in fields {
            offsets.push(if value.is_some() { end } else { 0 });
            end += if value.is_some() { 4 } else { 0 };
        }
        let size = 4 + 2 * u16::try_from(fields.len()).unwrap_or(0);
        for half in [size, end].into_iter().chain(offsets) {
            self.bytes.extend_from_slice(&half.to_le_bytes());
        }
        self.pad(4);
        self.refer(cell);
        self.number(u32::try_from(self.bytes.len() - list).unwrap_or(0));
        fields.iter().flatten().map(|value| self.number(*value)).collect()
    }

    /// Appends the list of fields, the old ones and one more, and tells where the reference to that stands.
    fn fields(&mut self, cell: usize, old: &[usize]) -> usize {
        self.refer(cell);
        self.number(u32::try_from(old.len() + 1).unwrap_or(0));
        for target in old {
            let cell = self.number(0);
            self.old.push((cell, *target));
        }
        self.number(0)
    }

    /// Appends a field of strings that may be null.
    fn text_field(&mut self, cell: usize, name: &str) {
        // Name, whether null is allowed, the type's number, the type, no dictionary, children.
        let cells = self.table(cell, &[Some(0), Some(1), Some(TYPE_UTF8), Some(0), None, Some(0)]);
        if let [name_cell, _, _, type_cell, children_cell] = cells[..] {
            self.refer(name_cell);
            self.number(u32::try_from(name.len()).unwrap_or(0));
            self.bytes.extend_from_slice(name.as_bytes());
            self.bytes.push(0);
            self.pad(4);
            self.table(type_cell, &[]);
            self.refer(children_cell);
            self.number(0);
        }
    }

    /// The head and the old bytes.
    fn before(mut self, old: &[u8]) -> Option<Vec<u8>> {
        // What was aligned in the old bytes stays so.
        self.pad(8);
        u32::try_from(self.bytes.len().checked_add(old.len())?).ok()?;
        let length = self.bytes.len();
        for (cell, target) in std::mem::take(&mut self.old) {
            self.set(cell, length + target);
        }
        self.bytes.extend_from_slice(old);
        Some(self.bytes)
    }

    fn pad(&mut self, to: usize) {
        self.bytes.resize(self.bytes.len().next_multiple_of(to), 0);
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

/// What the reference at `at` means.
fn follow(bytes: &[u8], at: usize) -> Option<usize> {
    let target = at.checked_add(usize::try_from(u32_at(bytes, at)?).ok()?)?;
    (target < bytes.len()).then_some(target)
}

/// Where a table's field stands, or none in the inner option if the table does not have it.
fn table_field(bytes: &[u8], table: usize, number: usize) -> Option<Option<usize>> {
    let back = i64::from(u32_at(bytes, table)?.cast_signed());
    let list = usize::try_from(i64::try_from(table).ok()?.checked_sub(back)?).ok()?;
    let size = usize::from(u16_at(bytes, list)?);
    let entry = 4 + 2 * number;
    if entry + 2 > size {
        return Some(None);
    }
    match u16_at(bytes, list.checked_add(entry)?)? {
        0 => Some(None),
        offset => Some(Some(table.checked_add(usize::from(offset))?)),
    }
}

/// A number of 16 bits, 0 if it is not there.
fn small(bytes: &[u8], at: Option<usize>) -> Option<u32> {
    at.map_or(Some(0), |at| u16_at(bytes, at).map(u32::from))
}

/// What the references in a list mean.
fn elements(bytes: &[u8], list: usize) -> Option<Vec<usize>> {
    let count = usize::try_from(u32_at(bytes, list)?).ok()?;
    if count > bytes.len() / 4 {
        return None;
    }
    (1..=count).map(|index| follow(bytes, list + 4 * index)).collect()
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 (RFC 4648, section 4).
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let value =
            chunk.iter().fold(0_usize, |value, byte| (value << 8) | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let index = (value >> (18 - 6 * digit)) & 63;
            text.push(if digit <= chunk.len() { char::from(DIGITS[index]) } else { '=' });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut value, mut bits) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        value = (value << 6) | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((value >> bits) as u8);
            value &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `pyarrow.schema([("text", pa.string()), ("c", pa.dictionary(pa.int32(), pa.string()))], {"k": "v"})`.
    const SAMPLE: &str = "\
        /////wgBAAAQAAAAAAAKAA4ABgAFAAgACgAAAAABBAAQAAAAAAAKAAwAAAAEAAgACgAAADQAAAAEAAAAAQAAAAwAAAAIAAwA\
        BAAIAAgAAAAQAAAABAAAAAEAAAB2AAAAAQAAAGsAAAACAAAAdAAAABQAAAAQABgACAAGAAcADAAQABQAEAAAAAAAAQUUAAAA\
        PAAAABwAAAAEAAAAAAAAAAEAAABjAAAACAAIAAAABAAIAAAADAAAAAgADAAIAAcACAAAAAAAAAEgAAAAyP///xAAFAAIAAYA\
        BwAMAAAAEAAQAAAAAAABBRAAAAAcAAAABAAAAAAAAAAEAAAAdGV4dAAAAAAEAAQABAAAAAAAAAA=";

    /// The names of the fields, none if the schema makes no sense.
    fn names(message: &str) -> Option<Vec<String>> {
        let message = decode(message)?;
        let bytes = message.get(8..)?;
        let schema = follow(bytes, table_field(bytes, follow(bytes, 0)?, field::MESSAGE_HEADER)??)?;
        let list = follow(bytes, table_field(bytes, schema, field::SCHEMA_FIELDS)??)?;
        let name = |field: usize| {
            let at = follow(bytes, table_field(bytes, field, 0)??)?;
            let length = u32_at(bytes, at)? as usize;
            String::from_utf8(bytes.get(at + 4..at + 4 + length)?.to_vec()).ok()
        };
        elements(bytes, list)?.into_iter().map(name).collect()
    }

    #[test]
    fn a_field_is_added() {
        assert_eq!(names(SAMPLE).expect("a schema"), ["text", "c"]);
        let once = with_text_field(SAMPLE, "why ü").expect("a schema");
        assert_eq!(names(&once).expect("a schema"), ["text", "c", "why ü"]);
        let twice = with_text_field(&once, "").expect("a schema");
        assert_eq!(names(&twice).expect("a schema"), ["text", "c", "why ü", ""]);
    }

    #[test]
    fn no_schema_is_none() {
        for text in ["", "AAAA", "////////", "not Base64", "/////xAAAAAAAAAAAAAAAAAAAAA="] {
            assert_eq!(with_text_field(text, "x"), None);
        }
    }

    proptest! {
        #[test]
        fn base64_goes_there_and_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn damage_does_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
            let mut bytes = decode(SAMPLE).expect("Base64");
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = with_text_field(&encode(&bytes), "x");
        }
    }
}
