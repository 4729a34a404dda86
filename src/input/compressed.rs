//! Decompressing a stream: gzip of many members, Zstandard of many frames, bzip2, xz.
//!
//! Members are decompressed one by one, because a record of a compressed WARC file is named by the
//! offset of its member, and because a damaged member must not hide those behind it.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::format::{Compression, by_first_bytes};

/// Bytes read from the disk at a time.
const READ_BYTES: usize = 128 << 10;

/// Bytes that tell the compression: the longest signature is that of bzip2.
const SIGNATURE_BYTES: usize = 10;

/// The raw file with a count of the bytes taken from it.
struct Counted<R> {
    inner: BufReader<R>,
    taken: u64,
    /// The same count for others to see.
    shown: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.count(count);
    }
}

impl<R> Counted<R> {
    fn count(&mut self, more: usize) {
        self.taken += more as u64;
        self.shown.fetch_add(more as u64, Ordering::Relaxed);
    }
}

/// One member at work, or the raw file between two.
enum State<R: Read> {
    Plain(Counted<R>),
    /// At the border of two members, or at the start.
    Between(Counted<R>),
    Gzip(flate2::bufread::GzDecoder<Counted<R>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Counted<R>>>),
    Bzip2(bzip2::bufread::BzDecoder<Counted<R>>),
    Xz(liblzma::bufread::XzDecoder<Counted<R>>),
    /// The file has ended, or cannot be read any further.
    Over,
}

/// A file as a stream of decompressed bytes.
///
/// Damage is an error once; reading on gives what can be read behind it, and in the end no bytes.
pub struct Decompressed<R: Read> {
    state: State<R>,
    compression: Option<Compression>,
    /// Decompressed bytes given out so far.
    given: u64,
    /// Where the member at work begins in the file.
    member_start: u64,
    /// Where members begin: in the decompressed bytes and in the file.
    members: Vec<(u64, u64)>,
}

impl<R: Read> Decompressed<R> {
    /// Looks at the first bytes to tell the compression. `shown` counts the bytes taken from the
    /// file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(file: R, shown: Arc<AtomicU64>) -> io::Result<Decompressed<R>> {
        let mut inner = BufReader::with_capacity(READ_BYTES, file);
        // A pipe may give its first bytes in several reads, but the longest signature is only needed
        // for bzip2, whose first block comes whole.
        let first = inner.fill_buf()?;
        let compression = by_first_bytes(&first[..first.len().min(SIGNATURE_BYTES)]);
        let raw = Counted { inner, taken: 0, shown };
        let state = if compression.is_some() { State::Between(raw) } else { State::Plain(raw) };
        Ok(Decompressed { state, compression, given: 0, member_start: 0, members: Vec::new() })
    }

    /// What the file is compressed with.
    pub fn compression(&self) -> Option<Compression> {
        self.compression
    }

    /// The offset in the file of the member that holds the decompressed byte at `at`; the byte itself
    /// where the file is not compressed. Offsets have to be asked for in rising order.
    pub fn offset_in_file(&mut self, at: u64) -> u64 {
        if self.compression.is_none() {
            return at;
        }
        // An empty member shares its start with the next, which is the one that holds the byte.
        let behind = self.members.partition_point(|(start, _)| *start <= at);
        self.members.drain(..behind.saturating_sub(1));
        self.members.first().map_or(0, |(_, offset)| *offset)
    }

    fn begin_member(&mut self, mut raw: Counted<R>) -> io::Result<()> {
        let offset = raw.taken;
        let first = raw.fill_buf()?;
        if first.is_empty() {
            self.state = State::Over;
            return Ok(());
        }
        // Tapes and some writers fill up with zeros.
        let zeros = first.iter().take_while(|byte| **byte == 0).count();
        if offset > 0 && zeros > 0 {
            raw.consume(zeros);
            self.state = State::Between(raw);
            return Ok(());
        }
        self.member_start = offset;
        self.members.push((self.given, offset));
        self.state = match self.compression {
            None => State::Plain(raw),
            Some(Compression::Gzip) => State::Gzip(flate2::bufread::GzDecoder::new(raw)),
            Some(Compression::Zstd) => {
                State::Zstd(Box::new(zstd::stream::read::Decoder::with_buffer(raw)?.single_frame()))
            }
            Some(Compression::Bzip2) => State::Bzip2(bzip2::bufread::BzDecoder::new(raw)),
            Some(Compression::Xz) => State::Xz(liblzma::bufread::XzDecoder::new(raw)),
        };
        Ok(())
    }

    /// Goes on behind damage: at the next place where a member seems to begin.
    fn recover(&mut self, mut raw: Counted<R>) -> io::Result<()> {
        let signature: &[u8] = match self.compression {
            Some(Compression::Gzip) => &[0x1F, 0x8B, 0x08],
            Some(Compression::Zstd) => &[0x28, 0xB5, 0x2F, 0xFD],
            Some(Compression::Bzip2) => b"BZh",
            Some(Compression::Xz) => &[0xFD, b'7', b'z', b'X', b'Z', 0],
            None => return Ok(()),
        };
        // A decoder that fails at the first byte has taken none; the same member would be found again.
        if raw.taken == self.member_start && !raw.fill_buf()?.is_empty() {
            raw.consume(1);
        }
        // One that lies across two buffers is missed, and then the next one is found.
        loop {
            let bytes = raw.fill_buf()?;
            let (found, count) = (memchr::memmem::find(bytes, signature), bytes.len());
            if count == 0 {
                return Ok(());
            }
            raw.consume(found.unwrap_or(count));
            if found.is_some() {
                self.state = State::Between(raw);
                return Ok(());
            }
        }
    }

    /// Takes the raw file out of the member at work.
    fn take_raw(&mut self) -> Option<Counted<R>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Plain(raw) | State::Between(raw) => Some(raw),
            State::Gzip(decoder) => Some(decoder.into_inner()),
            State::Zstd(decoder) => Some(decoder.finish()),
            State::Bzip2(decoder) => Some(decoder.into_inner()),
            State::Xz(decoder) => Some(decoder.into_inner()),
            State::Over => None,
        }
    }

    fn damaged(&mut self, error: &io::Error) -> io::Error {
        let Some(raw) = self.take_raw() else { return io::Error::other(error.to_string()) };
        let name = match self.compression {
            Some(Compression::Gzip) => "gzip",
            Some(Compression::Zstd) => "zstd",
            Some(Compression::Bzip2) => "bzip2",
            Some(Compression::Xz) => "xz",
            None => "",
        };
        let at = raw.taken;
        let message = if error.kind() == io::ErrorKind::UnexpectedEof {
            format!("the {name} data are cut short: the file ends at byte {at} in the middle of them")
        } else {
            format!("the {name} data are damaged near byte {at} of the file: {error}")
        };
        if let Err(error) = self.recover(raw) {
            return error;
        }
        io::Error::new(io::ErrorKind::InvalidData, message)
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let result = match &mut self.state {
                State::Over => return Ok(0),
                State::Plain(raw) => raw.read(buffer),
                State::Between(_) => {
                    if let Some(raw) = self.take_raw() {
                        self.begin_member(raw)?;
                    }
                    continue;
                }
                State::Gzip(decoder) => decoder.read(buffer),
                State::Zstd(decoder) => decoder.read(buffer),
                State::Bzip2(decoder) => decoder.read(buffer),
                State::Xz(decoder) => decoder.read(buffer),
            };
            match result {
                Ok(0) => {
                    let raw = self.take_raw();
                    if self.compression.is_none() {
                        return Ok(0);
                    }
                    if let Some(raw) = raw {
                        self.state = State::Between(raw);
                    }
                }
                Ok(count) => {
                    self.given += count as u64;
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.compression.is_some() && error.raw_os_error().is_none() => {
                    return Err(self.damaged(&error));
                }
                Err(error) => {
                    self.state = State::Over;
                    return Err(error);
                }
            }
        }
    }
}
