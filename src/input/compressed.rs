//! Decompressing a stream: gzip of many members, Zstandard of many frames, bzip2, xz.
//!
//! Members are decompressed one by one, because a record of a compressed WARC file is named by the
//! offset of its member, and because a damaged member must not hide those behind it.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::format::{Compression, by_first_bytes};

/// Bytes read from the disk at a time.
const READ_BYTES: usize = 128 << 10;

/// Bytes kept behind the place of reading, to go back to when a member turns out to be damaged: a decoder
/// notices that only after it has taken the beginning of the next member.
const KEPT_BYTES: usize = 256 << 10;

/// Bytes decompressed at a time. On an error a decoder drops what it has made of them, so few are asked
/// for.
const DECODED_BYTES: usize = 8 << 10;

/// Bytes that tell the compression: the longest signature is that of bzip2.
const SIGNATURE_BYTES: usize = 10;

/// The raw file, buffered, with the way back.
struct RawFile<R> {
    inner: R,
    buffer: Vec<u8>,
    /// The next byte to give, in the buffer.
    at: usize,
    /// The same in the file.
    taken: u64,
    /// The same for others to see.
    shown: Arc<AtomicU64>,
}

impl<R: Read> RawFile<R> {
    fn new(inner: R, shown: Arc<AtomicU64>) -> RawFile<R> {
        RawFile { inner, buffer: Vec::new(), at: 0, taken: 0, shown }
    }

    /// Reads more bytes behind those that the buffer has; whether there were any.
    fn read_more(&mut self) -> io::Result<bool> {
        if self.at > KEPT_BYTES + READ_BYTES {
            self.buffer.drain(..self.at - KEPT_BYTES);
            self.at = KEPT_BYTES;
        }
        let end = self.buffer.len();
        self.buffer.resize(end + READ_BYTES, 0);
        let read = loop {
            match self.inner.read(&mut self.buffer[end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(end + *read.as_ref().unwrap_or(&0));
        read.map(|count| count > 0)
    }

    /// Goes back to a place in the file, or as far as the buffer does.
    fn go_back(&mut self, to: u64) {
        let back = usize::try_from(self.taken.saturating_sub(to)).unwrap_or(usize::MAX).min(self.at);
        self.at -= back;
        self.taken -= back as u64;
        self.shown.fetch_sub(back as u64, Ordering::Relaxed);
    }

    /// Goes on to the next place where a member of this compression seems to begin; whether there is one.
    fn find(&mut self, compression: Compression) -> io::Result<bool> {
        loop {
            let bytes = &self.buffer[self.at..];
            let starts = |at: &usize| by_first_bytes(&bytes[*at..]) == Some(compression);
            let found = memchr::memchr_iter(first_byte(compression), bytes).find(starts);
            let skip = found.unwrap_or(bytes.len().saturating_sub(SIGNATURE_BYTES - 1));
            self.consume(skip);
            if found.is_some() {
                return Ok(true);
            }
            if !self.read_more()? {
                return Ok(false);
            }
        }
    }
}

fn first_byte(compression: Compression) -> u8 {
    match compression {
        Compression::Gzip => 0x1F,
        Compression::Zstd => 0x28,
        Compression::Bzip2 => b'B',
        Compression::Xz => 0xFD,
    }
}

impl<R: Read> Read for RawFile<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for RawFile<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.read_more()?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.buffer.len() - self.at);
        self.at += count;
        self.taken += count as u64;
        self.shown.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// One member at work, or the raw file between two.
enum State<R: Read> {
    Plain(RawFile<R>),
    /// At the border of two members, or at the start.
    Between(RawFile<R>),
    Gzip(flate2::bufread::GzDecoder<RawFile<R>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, RawFile<R>>>),
    Bzip2(bzip2::bufread::BzDecoder<RawFile<R>>),
    Xz(liblzma::bufread::XzDecoder<RawFile<R>>),
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
        let mut raw = RawFile::new(file, shown);
        // A pipe may give its first bytes in several reads.
        while raw.buffer.len() < SIGNATURE_BYTES && raw.read_more()? {}
        let compression = by_first_bytes(&raw.buffer);
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

    fn begin_member(&mut self, mut raw: RawFile<R>) -> io::Result<()> {
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

    /// Goes on behind damage: at the next place where a member seems to begin. That can lie before the
    /// place where the damage showed; but behind the start of the damaged member, so this comes to an end.
    fn recover(&mut self, mut raw: RawFile<R>) -> io::Result<()> {
        let Some(compression) = self.compression else { return Ok(()) };
        raw.go_back(self.member_start + 1);
        // A decoder that fails at the first byte has taken none.
        if raw.taken <= self.member_start && !raw.fill_buf()?.is_empty() {
            raw.consume(1);
        }
        if raw.find(compression)? {
            self.state = State::Between(raw);
        }
        Ok(())
    }

    /// Takes the raw file out of the member at work.
    fn take_raw(&mut self) -> Option<RawFile<R>> {
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
        let room = if self.compression.is_some() { buffer.len().min(DECODED_BYTES) } else { buffer.len() };
        let buffer = &mut buffer[..room];
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
