//! From raw bytes to text: UTF-8, UTF-16, or a legacy code page by detection.
//!
//! Whatever the encoding, the text comes with an [`Origin`] that leads every character back to its
//! bytes in the file.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, mask8x64, u8x64};

use crate::document::{Decoded, Origin};

/// What became of a file's bytes.
#[derive(Debug)]
pub enum Content {
    /// Text.
    Text {
        /// The text, without a byte order mark.
        text: String,
        /// The way back to the bytes.
        origin: Origin,
        /// The encoding's name as the WHATWG Encoding Standard has it.
        encoding: &'static str,
        /// Whether some bytes made no sense and became U+FFFD.
        damaged: bool,
    },
    /// No text: a picture, an archive, a program.
    Binary,
}

/// Bytes looked at to tell text from binary data, and UTF-16 from other text.
const SAMPLE: usize = 8192;

/// Share of control characters from which on bytes that are not UTF-8 count as binary. Compressed
/// data has one in nine; text has none but for rare accidents.
const BINARY_SHARE: f64 = 0.02;

/// The same for valid UTF-8, which no picture or archive is by accident: only a file of mostly
/// zeros and the like is left.
const BINARY_SHARE_OF_UTF8: f64 = 0.3;

/// Decodes a file.
#[must_use]
pub fn decode<'b>(bytes: impl Into<Cow<'b, [u8]>>) -> Content {
    decode_bytes(bytes.into())
}

fn decode_bytes(bytes: Cow<'_, [u8]>) -> Content {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        if encoding != UTF_8 {
            return decode_as(encoding, &bytes, mark);
        }
        return match std::str::from_utf8(&bytes[mark..]) {
            Ok(text) => Content::Text {
                text: text.to_owned(),
                origin: Origin::Shifted(mark as u32),
                encoding: UTF_8.name(),
                damaged: false,
            },
            Err(_) => repair_utf8(&bytes, mark),
        };
    }
    if let Some(encoding) = utf16_without_mark(&bytes) {
        return decode_as(encoding, &bytes, 0);
    }
    match utf8(bytes) {
        Ok(text) if is_binary(text.as_bytes(), BINARY_SHARE_OF_UTF8) => Content::Binary,
        Ok(text) => Content::Text { text, origin: Origin::Identity, encoding: UTF_8.name(), damaged: false },
        Err(bytes) => {
            if bytes[..bytes.len().min(SAMPLE)].contains(&0) || is_binary(&bytes, BINARY_SHARE) {
                return Content::Binary;
            }
            match guess(&bytes) {
                encoding if encoding == UTF_8 => repair_utf8(&bytes, 0),
                encoding => decode_as(encoding, &bytes, 0),
            }
        }
    }
}

/// Decodes bytes whose encoding a label gives, such as the `charset` of a Content-Type. Bytes that are
/// UTF-8, and labels that nobody knows, go by the bytes alone: labels are often wrong.
#[must_use]
pub fn decode_labelled(bytes: Vec<u8>, label: Option<&str>) -> Content {
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    match encoding {
        Some(encoding) if encoding != UTF_8 && Encoding::for_bom(&bytes).is_none() => {
            if std::str::from_utf8(&bytes).is_ok() || is_binary(&bytes, BINARY_SHARE) {
                return decode(bytes);
            }
            decode_as(encoding, &bytes, 0)
        }
        _ => decode(bytes),
    }
}

/// Bytes as text, or as they are if they are not valid UTF-8.
fn utf8(bytes: Cow<'_, [u8]>) -> Result<String, Cow<'_, [u8]>> {
    match bytes {
        Cow::Owned(bytes) => String::from_utf8(bytes).map_err(|error| error.into_bytes().into()),
        // It checks many bytes at a time, so that checking and copying take less than checking as the standard
        // library does.
        Cow::Borrowed(bytes) => {
            let text = UTF_8.decode_without_bom_handling_and_without_replacement(bytes);
            text.map(Cow::into_owned).ok_or(bytes.into())
        }
    }
}

fn is_binary(bytes: &[u8], share: f64) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if !may_hold_controls(sample) {
        return false;
    }
    // Written without branches, so that the compiler counts many bytes at a time.
    let controls: usize = sample
        .chunks(128)
        .map(|chunk| {
            let is_control = |byte: &u8| {
                u8::from(
                    (*byte < 0x09)
                        | ((*byte > 0x0D) & (*byte < 0x1B))
                        | ((*byte > 0x1B) & (*byte < 0x20))
                        | (*byte == 0x7F),
                )
            };
            usize::from(chunk.iter().map(is_control).sum::<u8>())
        })
        .sum();
    controls > 2 && controls as f64 > sample.len() as f64 * share
}

/// Whether bytes may hold control characters other than line feeds: most texts hold none, and to see that takes
/// less than to count.
fn may_hold_controls(bytes: &[u8]) -> bool {
    dispatch!(Level::new(), simd => may_hold_controls_with(simd, bytes))
}

#[inline(always)]
fn may_hold_controls_with<S: Simd>(simd: S, bytes: &[u8]) -> bool {
    let mut found = mask8x64::splat(simd, false);
    let mut last = [b'\n'; 64];
    let (pieces, rest) = bytes.as_chunks();
    last[..rest.len()].copy_from_slice(rest);
    for piece in pieces.iter().chain([&last]) {
        let bytes = u8x64::simd_from(simd, *piece);
        found |= bytes.simd_le(0x1F) & !bytes.simd_eq(b'\n') | bytes.simd_eq(0x7F);
    }
    found.any_true()
}

/// UTF-16 files without a byte order mark: every second byte of mostly Latin text is zero.
pub(crate) fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let pairs = sample.len() / 2;
    if pairs < 2 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    // Nearly every text has no zero at all, and looking for the first is much faster than counting.
    memchr::memchr(0, sample)?;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let mostly = |count: usize| count * 10 >= pairs * 7;
    if mostly(low) && high * 20 <= pairs {
        Some(UTF_16LE)
    } else if mostly(high) && low * 20 <= pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding of bytes that are not valid UTF-8. A UTF-8 file with a few broken bytes is still
/// UTF-8; anything else is for the detector that browsers use.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let (mut wide, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        wide += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // In a legacy code page hardly any pair of high bytes forms a valid sequence by accident.
    if wide > broken {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Decodes UTF-8 with broken sequences: each becomes one U+FFFD.
fn repair_utf8(bytes: &[u8], start: usize) -> Content {
    let mut text = String::with_capacity(bytes.len());
    let mut map = Decoded::starting_at(start as u32);
    for chunk in bytes[start..].utf8_chunks() {
        for c in chunk.valid().chars() {
            map.push(c.len_utf8() as u32, c.len_utf8() as u32);
        }
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            map.push(char::REPLACEMENT_CHARACTER.len_utf8() as u32, chunk.invalid().len() as u32);
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Content::Text { text, origin: Origin::Decoded(map), encoding: UTF_8.name(), damaged: true }
}

/// Decodes byte by byte, so that every character is traced to its bytes.
fn decode_as(encoding: &'static Encoding, bytes: &[u8], start: usize) -> Content {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len());
    let mut map = Decoded::starting_at(start as u32);
    let mut damaged = false;
    let mut pending = 0;
    // One byte in gives three characters out at the most, of four bytes each.
    let mut room = String::with_capacity(64);
    for at in start..=bytes.len() {
        let last = at == bytes.len();
        let piece = if last { &[][..] } else { &bytes[at..=at] };
        room.clear();
        let (_, _, replaced) = decoder.decode_to_string(piece, &mut room, last);
        damaged |= replaced;
        pending += piece.len() as u32;
        if room.is_empty() && !last {
            continue;
        }
        // Several characters from one sequence: the bytes count for the first.
        let mut raw = pending;
        for c in room.chars() {
            map.push(c.len_utf8() as u32, raw);
            raw = 0;
        }
        if room.is_empty() {
            map.push(0, raw);
        }
        pending = 0;
        text.push_str(&room);
    }
    Content::Text { text, origin: Origin::Decoded(map), encoding: encoding.name(), damaged }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> (String, Origin, &'static str) {
        match decode(bytes.to_vec()) {
            Content::Text { text, origin, encoding, .. } => (text, origin, encoding),
            Content::Binary => panic!("binary"),
        }
    }

    /// Every character leads back to the bytes that encode it.
    fn assert_traced(bytes: &[u8], encoding: &'static Encoding) {
        let (text, origin, name) = text_of(bytes);
        assert_eq!(name, encoding.name());
        for (offset, c) in text.char_indices() {
            let raw = origin.raw(offset as u32) as usize..origin.raw((offset + c.len_utf8()) as u32) as usize;
            let (decoded, _) = encoding.decode_without_bom_handling(&bytes[raw]);
            assert_eq!(decoded, c.to_string());
        }
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf16_with_and_without_mark() {
        let text = "The café 😀 closed.\r\nNext line";
        assert_traced(&[&[0xFF, 0xFE][..], &utf16(text, true)].concat(), UTF_16LE);
        assert_traced(&[&[0xFE, 0xFF][..], &utf16(text, false)].concat(), UTF_16BE);
        assert_traced(&utf16(text, true), UTF_16LE);
    }

    #[test]
    fn legacy_code_pages() {
        let text = "“Das Wetter ist schön”, sagte der Bürgermeister; die Straße führt über die Brücke.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_traced(&bytes, encoding_rs::WINDOWS_1252);
        let japanese = "これは日本語のニュース記事です。東京で会議が開かれました。".repeat(3);
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&japanese);
        assert_traced(&bytes, encoding_rs::SHIFT_JIS);
    }

    #[test]
    fn a_mark_shifts_and_is_no_text() {
        let (text, origin, _) = text_of("\u{FEFF}abc".as_bytes());
        assert_eq!((text.as_str(), origin.raw(1)), ("abc", 4));
    }

    #[test]
    fn utf8_with_a_broken_byte_stays_utf8() {
        let mut bytes = "“Zürich”, café, naïve".as_bytes().to_vec();
        bytes.insert(3, 0xE9);
        let (text, origin, name) = text_of(&bytes);
        assert_eq!((text.as_str(), name), ("“\u{FFFD}Zürich”, café, naïve", "UTF-8"));
        assert_eq!((origin.raw(3), origin.raw(6)), (3, 4));
    }

    #[test]
    fn controls_are_seen_wherever_they_stand() {
        for byte in (0..=u8::MAX).filter(|byte| *byte != b'\n') {
            let mut bytes = *b"A text of a few words,\nin more than two pieces.\n";
            assert!(!may_hold_controls(&bytes));
            for at in 0..bytes.len() {
                let before = std::mem::replace(&mut bytes[at], byte);
                assert_eq!(may_hold_controls(&bytes), byte.is_ascii_control(), "{byte} at {at}");
                bytes[at] = before;
            }
        }
    }

    #[test]
    fn binary_is_told_from_text() {
        let picture: Vec<u8> =
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".iter().copied().chain((0..=255).cycle().take(2000)).collect();
        assert!(matches!(decode(picture), Content::Binary));
        assert!(matches!(decode(b"One stray \0 in a long enough text to be text.".to_vec()), Content::Text { .. }));
        assert!(matches!(decode(b"A \0 short \x07\x07 one.".to_vec()), Content::Text { .. }));
        assert!(matches!(decode(vec![0; 5000]), Content::Binary));
        assert!(matches!(decode(Vec::new()), Content::Text { .. }));
    }
}
