//! The way back from a document's text to the raw bytes it was read from.

use super::record::RawRecord;
use super::span::Span;

/// A run of characters that all have the same length in the text and the same in the raw file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    text: u32,
    raw: u32,
    /// Bytes of one character in the text and in the raw file.
    width: (u32, u32),
}

/// Maps offsets in the text to offsets in the file as it lies on the disk.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The file is UTF-8 and begins with the text.
    #[default]
    Identity,
    /// The file is UTF-8 behind a byte order mark of so many bytes.
    Shifted(u32),
    /// The file was decoded from another encoding, or repaired.
    Decoded(Decoded),
    /// The text is a field of a record in a file of many.
    Record(Box<RawRecord>),
    /// The text has no place in its file: a column of a Parquet file, a record of a WARC file.
    Nowhere,
}

/// The runs of a decoded text, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    runs: Vec<Run>,
    end: (u32, u32),
}

impl Decoded {
    /// An empty map whose text begins at `raw` bytes of the file.
    #[must_use]
    pub fn starting_at(raw: u32) -> Decoded {
        Decoded { runs: Vec::new(), end: (0, raw) }
    }

    /// Appends one character, or one piece that was decoded as a whole: `text` bytes of the
    /// document that come from `raw` bytes of the file.
    pub fn push(&mut self, text: u32, raw: u32) {
        if text == 0 && raw == 0 {
            return;
        }
        let width = (text, raw);
        if self.runs.last().is_none_or(|run| run.width != width) {
            self.runs.push(Run { text: self.end.0, raw: self.end.1, width });
        }
        self.end = (self.end.0 + text, self.end.1 + raw);
    }

    /// Appends so many bytes that stand in the text as they stand in the file.
    pub fn push_verbatim(&mut self, bytes: u32) {
        if bytes == 0 {
            return;
        }
        if self.runs.last().is_none_or(|run| run.width != (1, 1)) {
            self.runs.push(Run { text: self.end.0, raw: self.end.1, width: (1, 1) });
        }
        self.end = (self.end.0 + bytes, self.end.1 + bytes);
    }

    /// The offset in the file of the character at `offset` in the text.
    #[must_use]
    pub fn raw(&self, offset: u32) -> u32 {
        if offset >= self.end.0 {
            return self.end.1;
        }
        // The last run that begins at or before the offset; one without text (a shift sequence
        // of the encoding) can share its start with the next, which then is the one.
        let index = self.runs.partition_point(|run| run.text <= offset);
        let Some(run) = index.checked_sub(1).map(|index| self.runs[index]) else { return self.end.1 };
        let characters = (offset - run.text).checked_div(run.width.0).unwrap_or(0);
        run.raw + characters * run.width.1
    }
}

impl Origin {
    /// The offset of the character at `offset` in the text: in the raw file, for a record in the raw record.
    #[inline]
    #[must_use]
    pub fn raw(&self, offset: u32) -> u32 {
        match self {
            Origin::Identity | Origin::Nowhere => offset,
            Origin::Record(record) => record.raw(offset),
            Origin::Shifted(by) => offset + by,
            Origin::Decoded(decoded) => decoded.raw(offset),
        }
    }

    /// The raw bytes that a span of the text came from.
    #[must_use]
    pub fn raw_span(&self, span: Span) -> Span {
        Span { start: self.raw(span.start), end: self.raw(span.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_text_points_into_the_file() {
        // "aé😀b" in UTF-16 behind its byte order mark.
        let mut map = Decoded::starting_at(2);
        for (text, raw) in [(1, 2), (2, 2), (4, 4), (1, 2)] {
            map.push(text, raw);
        }
        let origin = Origin::Decoded(map);
        let raw: Vec<_> = [0, 1, 3, 7, 8].map(|offset| origin.raw(offset)).to_vec();
        assert_eq!(raw, [2, 4, 6, 10, 12]);
    }
}
