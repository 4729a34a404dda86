//! The text in a record, freed from the HTTP message around it.
//!
//! Crawlers store what servers sent, and servers send headers that are not true. Some crawlers undo chunks and
//! compression and keep the header that announces them. So a body that cannot be unpacked, and reads as text as it
//! is, is taken as it is.

use std::io::{self, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use memchr::memchr;

use super::header::{self, HeaderScan, Scanned};
use super::{Fault, WarcRecord, fault};

/// The longest text that a compressed body may unpack to, in bytes. More is an attack: a small body can unpack to
/// any size.
pub const MOST_UNPACKED_BYTES: usize = 64 << 20;

/// How often a body may be compressed. Once is usual, twice a mistake of the server; each time costs a pass.
const MOST_CODINGS: usize = 4;

/// Bytes looked at to tell whether a body reads as text.
const SAMPLE: usize = 512;

/// The media types of text without markup, or with so little that it reads as text (RFC 2046, RFC 7763; the others
/// are older names of Markdown).
const TEXT_TYPES: [&str; 4] = ["text/plain", "text/markdown", "text/x-markdown", "text/x-web-markdown"];

/// What a record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Text.
    Text {
        /// Its bytes, not decoded.
        text: Vec<u8>,
        /// The name of its encoding, as the record or the server gives it. It need not be true.
        charset: Option<String>,
    },
    /// Anything else: a web page, a picture, a request, a failure, a note of the crawler.
    NotText,
}

/// Finds the text in a record.
///
/// # Errors
///
/// If the record says that it holds text in an HTTP message, and that message is damaged, or unpacks to more than
/// [`MOST_UNPACKED_BYTES`]. The fault's place counts from the record's first byte.
pub fn payload(record: &WarcRecord<'_>) -> Result<Payload, Fault> {
    if record.is_continuation {
        return Ok(Payload::NotText);
    }
    let media = record.content_type.map(MediaType::new);
    let is = |kind: &str| record.kind.eq_ignore_ascii_case(kind);
    match media {
        None if is("conversion") => Ok(Payload::Text { text: record.block.to_vec(), charset: None }),
        Some(media) if media.is_text() && (is("conversion") || is("resource")) => {
            Ok(Payload::Text { text: record.block.to_vec(), charset: media.charset })
        }
        Some(media) if is("response") && media.name == "application/http" => response(record),
        None if is("response") && record.block.starts_with(b"HTTP/") => response(record),
        _ => Ok(Payload::NotText),
    }
}

/// The parameter of a Content-Type that names the encoding.
const CHARSET: &str = "charset";

/// A Content-Type.
struct MediaType {
    /// In small letters.
    name: String,
    charset: Option<String>,
}

impl MediaType {
    fn new(value: &str) -> Self {
        let value = value.trim();
        // Servers also put a comma or a space where the standard has a semicolon.
        let ends = |c: char| matches!(c, ';' | ',') || c.is_whitespace();
        let small = value.to_ascii_lowercase();
        let charset = small.find(CHARSET).and_then(|at| {
            let behind = value.get(at + CHARSET.len()..)?.trim_start().strip_prefix('=')?;
            let name =
                behind.trim_start().trim_start_matches(['"', '\'']).split(|c| ends(c) || matches!(c, '"' | '\''));
            name.into_iter().next().filter(|name| !name.is_empty()).map(str::to_owned)
        });
        Self { name: small.split(ends).next().unwrap_or_default().to_owned(), charset }
    }

    fn is_text(&self) -> bool {
        TEXT_TYPES.contains(&self.name.as_str())
    }
}

/// The text in a server's answer.
fn response(record: &WarcRecord<'_>) -> Result<Payload, Fault> {
    let message = Message::new(record.block).map_err(|found| Fault { at: record.block_start + found.at, ..found })?;
    let media = header::joined(message.header, "Content-Type").map(|value| MediaType::new(&value));
    match media.filter(|media| media.is_text() && (200..300).contains(&message.status)) {
        None => Ok(Payload::NotText),
        Some(media) => {
            let text = unpack(&message)
                .map_err(|reason| Fault { at: record.block_start + message.body_start, message: reason })?;
            Ok(Payload::Text { text, charset: media.charset })
        }
    }
}

/// An HTTP message.
struct Message<'a> {
    status: u16,
    header: &'a [u8],
    body: &'a [u8],
    body_start: usize,
}

impl<'a> Message<'a> {
    /// Takes an answer apart, without the interim ones (`100 Continue`) before it.
    fn new(block: &'a [u8]) -> Result<Self, Fault> {
        let mut start = 0;
        loop {
            let rest = block.get(start..).unwrap_or_default();
            let status = status(rest).ok_or_else(|| fault(start, "no HTTP status line begins here"))?;
            let length = match HeaderScan::default().advance(rest) {
                Scanned::End { length, .. } => length,
                // An answer without a body may lack the blank line.
                _ => rest.len(),
            };
            let (header, body) = rest.split_at(length.min(rest.len()));
            start += header.len();
            if !(100..200).contains(&status) || !body.starts_with(b"HTTP/") {
                return Ok(Self { status, header, body, body_start: start });
            }
        }
    }
}

/// The status code of an answer: `HTTP/1.1 200 OK`.
fn status(message: &[u8]) -> Option<u16> {
    let line = message.get(..memchr(b'\n', message).unwrap_or(message.len()))?;
    let (protocol, rest) = line.split_at(memchr(b' ', line)?);
    let code = rest.trim_ascii_start().get(..3)?;
    let is_code = protocol.starts_with(b"HTTP") && code.iter().all(u8::is_ascii_digit);
    is_code.then(|| code.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
}

/// The body as it was before it was sent. An error says what is wrong with it.
fn unpack(message: &Message<'_>) -> Result<Vec<u8>, String> {
    let transfer = header::joined(message.header, "Transfer-Encoding").unwrap_or_default();
    let content = header::joined(message.header, "Content-Encoding").unwrap_or_default();
    let is_chunked = codings(&transfer).any(|coding| coding == "chunked");
    let mut body =
        if is_chunked { without_chunks(message.body)? } else { None }.unwrap_or_else(|| message.body.to_vec());
    // The last coding named is the outermost.
    let mut named: Vec<String> = codings(&content).chain(codings(&transfer).filter(|c| c != "chunked")).collect();
    if named.len() > MOST_CODINGS {
        return Err(format!("the body is compressed {} times over", named.len()));
    }
    while let Some(coding) = named.pop() {
        match decompress(&coding, &body, MOST_UNPACKED_BYTES) {
            Ok(unpacked) => body = unpacked,
            Err(Failure::TooLarge) => return Err("the body unpacks to more than 64 MiB".to_owned()),
            Err(_) if reads_as_text(&body) => return Ok(body),
            Err(Failure::Unknown) => return Err(format!("the body's Content-Encoding “{coding}” is not known")),
            Err(Failure::Damaged) => return Err(format!("the body is not sound {coding} data")),
        }
    }
    Ok(body)
}

/// The codings that a header field names, in small letters.
fn codings(value: &str) -> impl Iterator<Item = String> + '_ {
    let names = value.split(',').map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !matches!(name.as_str(), "" | "identity" | "none"))
}

/// Joins the chunks of a body (RFC 9112, 7.1). None if the body has no chunks, whatever the header says. A body that
/// was cut off is whole up to there.
fn without_chunks(body: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut joined = Vec::new();
    let mut rest = body;
    let mut is_first = true;
    while let Some((size, behind)) = chunk_size(rest) {
        if size == 0 {
            // A text may begin with a number on a line of its own.
            return Ok((!is_first || behind.trim_ascii().is_empty()).then_some(joined));
        }
        let Some((chunk, behind)) = behind.split_at_checked(size) else {
            joined.extend_from_slice(behind);
            return Ok((!is_first).then_some(joined));
        };
        joined.extend_from_slice(chunk);
        rest = match behind {
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => rest,
            [] | [b'\r'] if !is_first => return Ok(Some(joined)),
            _ if is_first => return Ok(None),
            _ => return Err("a chunk of the body is longer than its size says".to_owned()),
        };
        is_first = false;
    }
    match rest {
        _ if is_first => Ok(None),
        // Cut off between two chunks, or in the next size.
        rest if memchr(b'\n', rest).is_none() && rest.len() <= MOST_SIZE_DIGITS => Ok(Some(joined)),
        _ => Err("a chunk of the body has no size".to_owned()),
    }
}

/// The digits of a chunk's size at most: as many as a file's length can have.
const MOST_SIZE_DIGITS: usize = 16;

/// The size of the chunk that begins here, and the bytes behind the line.
fn chunk_size(rest: &[u8]) -> Option<(usize, &[u8])> {
    let digits = rest.iter().take(MOST_SIZE_DIGITS).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (size, behind) = rest.split_at_checked(digits)?;
    let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
    let (extension, behind) = behind.split_at(memchr(b'\n', behind)?);
    let is_bare = matches!(extension.trim_ascii_start().first(), None | Some(b';'));
    is_bare.then_some((size, behind.get(1..)?))
}

/// Why a body could not be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Unknown,
    Damaged,
    TooLarge,
}

/// Undoes one coding. More than `most` bytes are too large.
pub(super) fn decompress(coding: &str, body: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
    match coding {
        // A server that has nothing to say compresses nothing.
        _ if body.is_empty() => Ok(Vec::new()),
        "gzip" | "x-gzip" => read_all(MultiGzDecoder::new(body), most),
        // The standard has the zlib format; some servers send the bare stream.
        "deflate" => match read_all(ZlibDecoder::new(body), most) {
            Err(Failure::Damaged) => bare_deflate(body, most),
            done => done,
        },
        "br" => brotli(body, most),
        _ => Err(Failure::Unknown),
    }
}

fn read_all(decoder: impl Read, most: usize) -> Result<Vec<u8>, Failure> {
    let mut unpacked = Vec::new();
    let read: io::Result<usize> = decoder.take(most as u64 + 1).read_to_end(&mut unpacked);
    match read {
        _ if unpacked.len() > most => Err(Failure::TooLarge),
        Ok(_) => Ok(unpacked),
        Err(_) => Err(Failure::Damaged),
    }
}

/// Unpacks a bare deflate stream. It has no mark either: as with [`brotli`], all of the body must belong to it.
fn bare_deflate(body: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
    let mut decoder = DeflateDecoder::new(body);
    let unpacked = read_all(&mut decoder, most)?;
    if decoder.total_in() == body.len() as u64 { Ok(unpacked) } else { Err(Failure::Damaged) }
}

/// Unpacks Brotli. Its format has no mark and no checksum, so that some texts begin with what looks like an empty
/// stream: only a stream that takes up all of the body counts.
fn brotli(body: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
    let mut state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc> =
        BrotliState::new(StandardAlloc::default(), StandardAlloc::default(), StandardAlloc::default());
    let mut unpacked = Vec::new();
    let mut room = vec![0; 1 << 16];
    let (mut left, mut at, mut total) = (body.len(), 0, 0);
    loop {
        let (mut free, mut filled) = (room.len(), 0);
        let result =
            BrotliDecompressStream(&mut left, &mut at, body, &mut free, &mut filled, &mut room, &mut total, &mut state);
        unpacked.extend_from_slice(room.get(..filled).unwrap_or_default());
        if unpacked.len() > most {
            return Err(Failure::TooLarge);
        }
        match result {
            BrotliResult::ResultSuccess if left == 0 => return Ok(unpacked),
            BrotliResult::NeedsMoreOutput if filled > 0 => {}
            _ => return Err(Failure::Damaged),
        }
    }
}

/// Whether bytes read as text as they are: UTF-8 without control characters.
fn reads_as_text(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C);
    let is_utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end within a character.
        Err(error) => error.error_len().is_none() && sample.len() < bytes.len(),
    };
    is_utf8 && !sample.iter().any(is_control)
}
