//! A file of cache entries: written once, by one run, and never changed.
//!
//! Header (magic, build), the entries one behind the other, their index sorted by key, and a footer
//! with the index's place and a checksum over header, index and footer; each entry has a checksum of
//! its own in the index. Only the index is held in memory, and as it stands: a small run must not pay
//! for a large cache. All numbers are little-endian.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

use super::folder;
use super::{MOST_CACHE_BYTES, MOST_ENTRY_BYTES};
use crate::hashed_map::HashedMap;

/// What a segment begins with; the digit is the version of this layout.
const MAGIC: &[u8; 16] = b"newslint cache 1";

/// Magic and build.
const HEADER_BYTES: usize = 32;

/// An entry in the index: key (16), place (8), length (4), checksum (8).
pub const RECORD_BYTES: usize = 36;

/// Place of the index (8), number of entries (8), checksum (16).
const FOOTER_BYTES: usize = 32;

/// An open segment.
#[derive(Debug)]
pub struct Segment {
    path: PathBuf,
    file: File,
    bytes: u64,
    index: Vec<u8>,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug)]
struct Entry {
    offset: u64,
    length: u32,
    checksum: u64,
}

impl Segment {
    /// Opens a segment and reads its index.
    ///
    /// # Errors
    /// A file that cannot be read, is no segment of this build, or is damaged.
    pub fn open(path: &Path, build: u128) -> io::Result<Segment> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged or of another kind");
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let body_end = bytes.checked_sub(FOOTER_BYTES as u64).filter(|end| *end >= HEADER_BYTES as u64);
        let body_end = body_end.filter(|_| bytes <= MOST_CACHE_BYTES).ok_or_else(damaged)?;
        let mut head = [0; HEADER_BYTES];
        read_exact_at(&file, &mut head, 0)?;
        let mut footer = [0; FOOTER_BYTES];
        read_exact_at(&file, &mut footer, body_end)?;
        let (start, count) = (u64_at(&footer, 0), u64_at(&footer, 8));
        // Reading only what the file has room for: a damaged count must not take memory.
        let length =
            count.checked_mul(RECORD_BYTES as u64).filter(|length| start.checked_add(*length) == Some(body_end));
        if head != header(build) || start < HEADER_BYTES as u64 || length.is_none() {
            return Err(damaged());
        }
        let mut index = vec![0; (body_end - start) as usize];
        read_exact_at(&file, &mut index, start)?;
        if u128_at(&footer, 16) != checksum(&head, &index, &footer[..16]) {
            return Err(damaged());
        }
        Ok(Segment { path: path.to_owned(), file, bytes, index })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of the index, which is in memory.
    pub fn index_bytes(&self) -> usize {
        self.index.len()
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = u128> {
        self.index.chunks_exact(RECORD_BYTES).map(|record| u128_at(record, 0))
    }

    /// The entry of this key; `None` where there is none, or it is damaged.
    pub fn get(&self, key: u128) -> Option<Vec<u8>> {
        let entry = self.find(key).filter(|entry| entry.length as usize <= MOST_ENTRY_BYTES)?;
        let mut bytes = vec![0; entry.length as usize];
        if !bytes.is_empty() {
            read_exact_at(&self.file, &mut bytes, entry.offset).ok()?;
        }
        (entry_checksum(key, &bytes) == entry.checksum).then_some(bytes)
    }

    fn find(&self, key: u128) -> Option<Entry> {
        let record = |at: usize| &self.index[at * RECORD_BYTES..(at + 1) * RECORD_BYTES];
        let (mut low, mut high) = (0, self.index.len() / RECORD_BYTES);
        while low < high {
            let middle = low + (high - low) / 2;
            let found = u128_at(record(middle), 0);
            if found == key {
                let record = record(middle);
                let length = u32::from_le_bytes(record[24..28].try_into().ok()?);
                return Some(Entry { offset: u64_at(record, 16), length, checksum: u64_at(record, 28) });
            }
            if found < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        None
    }
}

/// A segment that is being written. Dropped before it is finished, it leaves nothing.
#[derive(Debug)]
pub struct SegmentWriter {
    file: BufWriter<NamedTempFile>,
    build: u128,
    offset: u64,
    entries: HashedMap<u128, Entry>,
}

impl SegmentWriter {
    /// Begins a segment in a folder, under a name that no reader looks at.
    ///
    /// # Errors
    /// A folder that takes no file.
    pub fn begin(folder: &Path, build: u128) -> io::Result<SegmentWriter> {
        let file = folder::temporary_file(folder, build)?;
        let mut file = BufWriter::with_capacity(1 << 16, file);
        file.write_all(&header(build))?;
        Ok(SegmentWriter { file, build, offset: HEADER_BYTES as u64, entries: HashedMap::default() })
    }

    /// Bytes of the file when it is finished, and those of its index.
    pub fn bytes(&self) -> (u64, usize) {
        let index = self.entries.len() * RECORD_BYTES;
        (self.offset + (index + FOOTER_BYTES) as u64, index)
    }

    /// Adds an entry, unless there is one of this key.
    ///
    /// # Errors
    /// A full disk, and the like.
    pub fn add(&mut self, key: u128, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        if self.entries.contains_key(&key) {
            return Ok(());
        }
        self.file.write_all(bytes)?;
        self.entries.insert(key, Entry { offset: self.offset, length, checksum: entry_checksum(key, bytes) });
        self.offset += u64::from(length);
        Ok(())
    }

    /// Ends the segment and gives it its name; from then on other runs see it.
    ///
    /// # Errors
    /// When not all could be written; then nothing is left.
    pub fn finish(mut self) -> io::Result<()> {
        let mut entries: Vec<_> = self.entries.into_iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        let mut index = Vec::with_capacity(entries.len() * RECORD_BYTES);
        for (key, entry) in &entries {
            index.extend_from_slice(&key.to_le_bytes());
            index.extend_from_slice(&entry.offset.to_le_bytes());
            index.extend_from_slice(&entry.length.to_le_bytes());
            index.extend_from_slice(&entry.checksum.to_le_bytes());
        }
        let place = [self.offset.to_le_bytes(), (entries.len() as u64).to_le_bytes()].concat();
        self.file.write_all(&index)?;
        self.file.write_all(&place)?;
        self.file.write_all(&checksum(&header(self.build), &index, &place).to_le_bytes())?;
        // Nothing waits for the disk: a file that a power cut tears fails its checksum.
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let path = folder::final_name(file.path());
        file.persist_noclobber(path).map(|_| ()).map_err(|error| error.error)
    }
}

fn header(build: u128) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..16].copy_from_slice(MAGIC);
    header[16..].copy_from_slice(&build.to_le_bytes());
    header
}

fn checksum(header: &[u8], index: &[u8], place: &[u8]) -> u128 {
    let mut hash = Xxh3::new();
    [header, index, place].iter().for_each(|part| hash.update(part));
    hash.digest128()
}

/// An entry's checksum says whose it is, too.
fn entry_checksum(key: u128, bytes: &[u8]) -> u64 {
    xxh3_64_with_seed(bytes, key as u64)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut part = [0; 8];
    part.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(part)
}

fn u128_at(bytes: &[u8], at: usize) -> u128 {
    let mut part = [0; 16];
    part.copy_from_slice(&bytes[at..at + 16]);
    u128::from_le_bytes(part)
}

/// Reads without a place of its own in the file, so that threads can share it.
#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// Reads at an offset. The file's own place moves, but nobody reads from there.
#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}
