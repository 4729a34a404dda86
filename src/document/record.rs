//! Documents that share a file with others: what is known of each beside its text, and where in
//! the file its raw bytes stand.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::lines::Lines;
use super::origin::Decoded;
use super::span::{Place, Span};

/// What is known of a record beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its number in the file, from 1.
    pub index: u64,
    /// The value of its id field.
    pub id: Option<String>,
    /// The address of the page it was scraped from.
    pub url: Option<String>,
    /// Its headline, where the record has one of its own.
    pub title: Option<String>,
    /// Its day of publication, as the record has it.
    pub date: Option<String>,
    /// Where it begins in the file as it lies on the disk, in bytes: for a compressed WARC file, in
    /// the compressed bytes.
    pub offset: Option<u64>,
}

impl Record {
    /// What people call it: its id, or else its number. The ids of WARC records are random numbers, so
    /// there the address goes before.
    #[must_use]
    pub fn label(&self) -> Cow<'_, str> {
        match (&self.id, &self.url) {
            (Some(id), Some(url)) if id.starts_with("urn:uuid:") => url.into(),
            (Some(id), _) => id.into(),
            (None, _) => self.index.to_string().into(),
        }
    }

    /// The host in its address, in lower case, without `www.`.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let (_, rest) = self.url.as_ref()?.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        let host = host.split(':').next().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        (!host.is_empty()).then(|| host.to_owned())
    }
}

/// The raw bytes of a record whose text is one of its fields.
#[derive(Debug)]
pub struct RawRecord {
    /// The stretch of the file that holds the record, shared by its neighbours.
    shared: Arc<String>,
    /// The record in it.
    range: Range<usize>,
    /// Where the record begins.
    start: Place,
    /// From offsets in the text to offsets in the record.
    map: Decoded,
    lines: OnceLock<Lines>,
}

impl PartialEq for RawRecord {
    fn eq(&self, other: &RawRecord) -> bool {
        self.text() == other.text() && self.start == other.start && self.map == other.map
    }
}

impl Eq for RawRecord {}

impl RawRecord {
    /// The record at `range` of a stretch of a file. `start` is the place of its first byte, and
    /// `map` leads from offsets in the document's text to offsets in the record.
    ///
    /// # Panics
    /// When the range is not one of the stretch.
    #[must_use]
    pub fn new(shared: Arc<String>, range: Range<usize>, start: Place, map: Decoded) -> RawRecord {
        assert!(shared.get(range.clone()).is_some(), "{range:?} of {} bytes", shared.len());
        RawRecord { shared, range, start, map, lines: OnceLock::new() }
    }

    fn text(&self) -> &str {
        &self.shared[self.range.clone()]
    }

    /// The offset in the record of the character at `offset` in the document's text.
    #[must_use]
    pub fn raw(&self, offset: u32) -> u32 {
        self.map.raw(offset)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(self.text()))
    }

    /// The column of that place in bytes, from 1; `None` on the first line of a record that begins
    /// inside a line, because places do not count the bytes before it.
    #[must_use]
    pub fn utf8_column(&self, offset: u32) -> Option<u64> {
        let raw = self.map.raw(offset);
        let line = self.lines().index_of(raw);
        let start = self.lines().full_span(self.text(), line).start;
        (line > 0 || self.start.column == 1).then(|| u64::from(raw - start) + 1)
    }

    /// The place in the file of the character at `offset` in the document's text.
    #[must_use]
    pub fn place(&self, offset: u32) -> Place {
        let lines = self.lines();
        let raw = self.map.raw(offset);
        let position = lines.position(self.text(), raw);
        self.start.plus(position, raw)
    }

    /// The places of both ends of a span of the document's text, as [`RawRecord::place`] gives them.
    #[must_use]
    pub fn places(&self, span: Span) -> (Place, Place) {
        let raw = Span { start: self.map.raw(span.start), end: self.map.raw(span.end) };
        let (start, end) = self.lines().positions(self.text(), raw);
        (self.start.plus(start, raw.start), self.start.plus(end, raw.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_addresses() {
        let host = |url: &str| Record { url: Some(url.to_owned()), ..Record::default() }.host();
        assert_eq!(host("https://www.Example.com/a/b?c#d").as_deref(), Some("example.com"));
        assert_eq!(host("http://user:pass@news.example.co.uk:8080?x").as_deref(), Some("news.example.co.uk"));
        assert_eq!(host("example.com/a"), None);
        assert_eq!(host("https:///a"), None);
    }

    #[test]
    fn places_count_from_the_records_start() {
        // The second record of a file, behind `ab{`, on line 7; the text is its quoted value.
        let shared = Arc::new("xx\"a\\nb\"".to_owned());
        let mut map = Decoded::starting_at(1);
        map.push_verbatim(1);
        map.push(1, 2);
        map.push_verbatim(1);
        let start = Place { line: 7, column: 4, utf16_column: 5, byte: 1_000 };
        let record = RawRecord::new(shared, 2..8, start, map);
        let places: Vec<_> = (0..4).map(|at| (record.place(at).column, record.place(at).byte)).collect();
        assert_eq!(places, [(5, 1_001), (6, 1_002), (8, 1_004), (9, 1_005)]);
        assert_eq!(record.place(0).line, 7);
        assert_eq!(record.places(Span { start: 1, end: 3 }), (record.place(1), record.place(3)));
        assert_eq!(record.utf8_column(0), None);
    }
}
