//! Places in a buffer: bytes, which rules work with, and lines and columns in the unit that was agreed
//! with the editor.

use std::ops::Range;

use lsp_types::{ClientCapabilities, Position, PositionEncodingKind, Range as PositionRange};
use ropey::Rope;

/// What columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16; what every editor can do.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The first that the editor names and we know, or else UTF-16, as the protocol has it.
    #[must_use]
    pub fn agreed(capabilities: &ClientCapabilities) -> Encoding {
        let known = |kind: &PositionEncodingKind| match kind.as_str() {
            "utf-8" => Some(Encoding::Utf8),
            "utf-16" => Some(Encoding::Utf16),
            "utf-32" => Some(Encoding::Utf32),
            _ => None,
        };
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        offered.and_then(|kinds| kinds.iter().find_map(known)).unwrap_or(Encoding::Utf16)
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The place of a byte offset; offsets behind the text are its end, those inside a character its start.
    #[must_use]
    pub fn position(self, text: &Rope, byte: usize) -> Position {
        let at = text.byte_to_char(byte.min(text.len_bytes()));
        let line = text.char_to_line(at);
        let start = text.line_to_char(line);
        let column = match self {
            Encoding::Utf8 => text.char_to_byte(at) - text.char_to_byte(start),
            Encoding::Utf16 => text.char_to_utf16_cu(at) - text.char_to_utf16_cu(start),
            Encoding::Utf32 => at - start,
        };
        Position { line: line as u32, character: column as u32 }
    }

    /// The range of a stretch of bytes.
    #[must_use]
    pub fn range(self, text: &Rope, bytes: &Range<usize>) -> PositionRange {
        PositionRange { start: self.position(text, bytes.start), end: self.position(text, bytes.end) }
    }

    /// The character, counted from 0, at a place. A column behind the line's end is its end, before the
    /// line end; a place inside a character is its start; a line behind the last one is the text's end.
    #[must_use]
    pub fn character(self, text: &Rope, position: Position) -> usize {
        let line = position.line as usize;
        if line >= text.len_lines() {
            return text.len_chars();
        }
        let (start, column) = (text.line_to_char(line), position.character as usize);
        let content = text.line(line);
        let at = match self {
            Encoding::Utf8 => content.byte_to_char(column.min(content.len_bytes())),
            Encoding::Utf16 => content.utf16_cu_to_char(column.min(content.len_utf16_cu())),
            Encoding::Utf32 => column.min(content.len_chars()),
        };
        let mut length = content.len_chars();
        while length > 0 && matches!(content.char(length - 1), '\n' | '\r') {
            length -= 1;
        }
        start + at.min(length)
    }

    /// The byte at a place, counted as [`Encoding::character`] does.
    #[must_use]
    pub fn byte(self, text: &Rope, position: Position) -> usize {
        text.char_to_byte(self.character(text, position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_in_every_unit() {
        let text = Rope::from_str("“é😀!\r\nx\rz");
        let byte = "“é😀".len();
        assert_eq!(Encoding::Utf8.position(&text, byte), at(0, 9));
        assert_eq!(Encoding::Utf16.position(&text, byte), at(0, 4));
        assert_eq!(Encoding::Utf32.position(&text, byte), at(0, 3));
        let end = text.len_bytes();
        assert_eq!(Encoding::Utf16.position(&text, end - 1), at(2, 0));
        assert_eq!(Encoding::Utf16.position(&text, end + 9), at(2, 1));
        // Inside a pair of surrogates, behind a line's end, behind the text.
        assert_eq!(Encoding::Utf16.character(&text, at(0, 3)), 2);
        assert_eq!(Encoding::Utf16.character(&text, at(0, 99)), 4);
        assert_eq!(Encoding::Utf16.character(&text, at(1, 5)), 7);
        assert_eq!(Encoding::Utf16.character(&text, at(7, 0)), 9);
        assert_eq!(Encoding::Utf8.character(&text, at(0, 1)), 0);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "(a|é|😀|\r\n|\n|\r|“){0,40}") {
            let rope = Rope::from_str(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (byte, _) in text.char_indices() {
                    // Between CR and LF there is no place.
                    if text[..byte].ends_with('\r') && text[byte..].starts_with('\n') {
                        continue;
                    }
                    prop_assert_eq!(encoding.byte(&rope, encoding.position(&rope, byte)), byte);
                }
            }
        }
    }
}
