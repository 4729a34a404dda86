//! A document: one text with its name, the way back to its raw bytes, and analyses that are made
//! once, when the first rule asks.
//!
//! Stands between input, which makes documents, and rules, which only see documents.

mod lines;
mod marks;
mod names;
mod origin;
mod quotes;
mod record;
mod sentences;
mod shapes;
mod span;
mod unusual;
mod wrapping;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::blocks::Blocks;

pub use lines::Lines;
pub use marks::Marks;
pub(crate) use names::NameTable;
pub use names::{Form, Name, Names, is_quoted_alone};
pub use origin::{Decoded, Origin};
pub use quotes::{QuoteFault, QuoteFaultKind};
pub use record::{RawRecord, Record};
pub use sentences::is_abbreviation;
pub use shapes::{Ending, LineShape, Opening};
pub use span::{Place, Position, Span};
pub use unusual::Unusual;
pub use wrapping::{Wrapped, Wrapping};

/// The encoding of nearly all files.
const UTF_8: &str = "UTF-8";

/// One text to lint.
#[derive(Debug)]
pub struct Document {
    name: String,
    text: String,
    origin: Origin,
    encoding: &'static str,
    record: Option<Box<Record>>,
    /// One pass finds the marks, the lines and the blocks.
    marks: OnceLock<Marks>,
    /// `None` before that pass, and once they were let go.
    blocks: Mutex<Option<Arc<Blocks>>>,
    lines: OnceLock<Lines>,
    sentences: OnceLock<Vec<Span>>,
    quote_faults: OnceLock<Vec<QuoteFault>>,
    shapes: OnceLock<Vec<LineShape>>,
    wrapping: OnceLock<Option<Wrapping>>,
}

impl Document {
    /// A document that is its own raw text.
    ///
    /// # Panics
    /// When the text is longer than 4 GiB, the reach of a [`Span`].
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Document {
        Document::with_origin(name, text, Origin::Identity)
    }

    /// A document whose text was decoded from a file; `origin` leads back to the file's bytes.
    ///
    /// # Panics
    /// When the text is longer than 4 GiB, the reach of a [`Span`].
    #[must_use]
    pub fn with_origin(name: impl Into<String>, text: impl Into<String>, origin: Origin) -> Document {
        let text = text.into();
        assert!(u32::try_from(text.len()).is_ok(), "a document holds at most 4 GiB");
        Document {
            name: name.into(),
            text,
            origin,
            encoding: UTF_8,
            record: None,
            marks: OnceLock::new(),
            blocks: Mutex::new(None),
            lines: OnceLock::new(),
            sentences: OnceLock::new(),
            quote_faults: OnceLock::new(),
            shapes: OnceLock::new(),
            wrapping: OnceLock::new(),
        }
    }

    /// The same document, decoded from the encoding of this name (of the WHATWG Encoding Standard).
    #[must_use]
    pub fn with_encoding(mut self, encoding: &'static str) -> Document {
        self.encoding = encoding;
        self
    }

    /// The same document as one of many in its file.
    #[must_use]
    pub fn with_record(mut self, record: Record) -> Document {
        self.record = Some(Box::new(record));
        self
    }

    /// What is known of the document as a record of its file; `None` where the file holds no other.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.record.as_deref()
    }

    /// The name of the encoding that the text was decoded from.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// The name that reports print: the path as it was given or found.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, decoded to UTF-8, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The way back to the raw bytes.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The line index.
    pub fn lines(&self) -> &Lines {
        self.lines.get().unwrap_or_else(|| {
            self.marks();
            self.lines.get_or_init(|| Lines::of(&self.text))
        })
    }

    /// The span of a line, counted from 0, without its line end.
    #[must_use]
    pub fn line(&self, index: usize) -> Span {
        self.lines().span(&self.text, index)
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The place in the file of a byte offset in the text; `None` where the file has no such places
    /// (Parquet, WARC).
    #[must_use]
    pub fn place(&self, offset: u32) -> Option<Place> {
        match &self.origin {
            Origin::Nowhere => None,
            Origin::Record(record) => Some(record.place(offset)),
            file => Some(Place::START.plus(self.position(offset), file.raw(offset))),
        }
    }

    /// The places of both ends of a span, as [`Document::place`] gives them.
    #[must_use]
    pub fn places(&self, span: Span) -> Option<(Place, Place)> {
        match &self.origin {
            Origin::Nowhere => None,
            Origin::Record(record) => Some(record.places(span)),
            file => {
                let (start, end) = self.lines().positions(&self.text, span);
                let place = |position, offset| Place::START.plus(position, file.raw(offset));
                Some((place(start, span.start), place(end, span.end)))
            }
        }
    }

    /// The column, in bytes of UTF-8 from 1, of [`Document::place`]; a byte order mark counts. `None`
    /// where there is no place, or where the record's own column is not known in bytes.
    #[must_use]
    pub fn utf8_column(&self, offset: u32) -> Option<u64> {
        match &self.origin {
            Origin::Nowhere => None,
            Origin::Record(record) => record.utf8_column(offset),
            file => {
                let line = self.lines().index_of(offset);
                let start = self.lines().full_span(&self.text, line).start;
                let mark = if let (Origin::Shifted(by), 0) = (file, line) { *by } else { 0 };
                Some(u64::from(mark) + u64::from(offset - start) + 1)
            }
        }
    }

    /// A span as reports give it to programs: bytes of the file, or, in a file of many documents, of
    /// the document's text.
    #[must_use]
    pub fn reported_span(&self, span: Span) -> Span {
        if self.record.is_some() { span } else { self.origin.raw_span(span) }
    }

    /// The sentences.
    pub fn sentences(&self) -> &[Span] {
        self.sentences.get_or_init(|| sentences::sentences(&self.text, self.lines()))
    }

    /// Where double quotation marks do not come out even.
    pub fn quote_faults(&self) -> &[QuoteFault] {
        self.quote_faults.get_or_init(|| {
            let is_wrapped = self.wrapping().is_some();
            quotes::quote_faults(&self.text, self.lines(), self.shapes(), self.marks(), is_wrapped)
        })
    }

    /// Control characters, invisible characters and the like.
    pub fn unusual(&self) -> &[Unusual] {
        &self.marks().unusual
    }

    /// The punctuation marks and unusual characters, by kind.
    pub fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| {
            let (marks, lines, blocks) = marks::scan(&self.text);
            // They stand there already where the rest was forgotten.
            let _ = self.lines.set(lines);
            *self.blocks.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(blocks));
            marks
        })
    }

    /// What kinds of bytes the text is made of. They are held for as long as somebody does, or until
    /// [`Document::forget_blocks`].
    pub(crate) fn blocks(&self) -> Arc<Blocks> {
        self.marks();
        let mut held = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.get_or_insert_with(|| Arc::new(marks::scan(&self.text).2)))
    }

    /// Lets go of the blocks, which take two thirds of the memory of the text and serve no more than the matcher,
    /// the shapes of the lines and the names. What is asked for all the same is made anew.
    pub(crate) fn forget_blocks(&self) {
        *self.blocks.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Lets go of all analyses but the lines, which reports ask for: they take several times the memory of the
    /// text. What is asked for all the same is made anew.
    pub fn forget_analyses(&mut self) {
        self.marks = OnceLock::new();
        self.forget_blocks();
        self.sentences = OnceLock::new();
        self.quote_faults = OnceLock::new();
        self.shapes = OnceLock::new();
    }

    /// The shape of the line that holds the byte at `offset`, unless it is blank.
    #[must_use]
    pub fn shape_at(&self, offset: u32) -> Option<&LineShape> {
        let line = self.lines().index_of(offset) as u32;
        let shapes = self.shapes();
        shapes.binary_search_by_key(&line, |shape| shape.line).ok().map(|at| &shapes[at])
    }

    /// The shapes of the lines that hold more than blanks, in order.
    pub fn shapes(&self) -> &[LineShape] {
        self.shapes.get_or_init(|| shapes::shapes(&self.text, self.lines(), self.marks(), &self.blocks()))
    }

    /// How the text is hard-wrapped; `None` where its lines are paragraphs.
    pub fn wrapping(&self) -> Option<Wrapping> {
        *self.wrapping.get_or_init(|| Wrapping::of(&self.text, self.lines(), self.shapes()))
    }

    /// Looks for the capitalised words. Their table is as large as the text, so it is kept by who asks, for as long
    /// as it is needed.
    pub(crate) fn find_names(&self) -> NameTable {
        NameTable::new(&self.text, self.lines(), &self.blocks(), self.shapes())
    }
}
