//! Members of a `.tar`, read as a stream.
//!
//! The format is simple enough to be read here: blocks of 512 bytes, a header before each member's data (POSIX
//! `pax`, section "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). Doing so keeps the iterator free of
//! borrows, and copies a member with all its headers as they stand.

use std::io::{self, ErrorKind, Read, Write};

use super::{Member, MemberFault, Place, too_large};

/// Bytes of a block.
const BLOCK: usize = 512;

/// Bytes of a long name or of extended headers at most. Real ones have a few hundred.
const LONGEST_EXTENSION: u64 = 1 << 20;

/// Entries before a member that belong to it, at most: a long name, a long link and extended headers.
const MOST_EXTENSIONS: usize = 8;

/// Blocks of zeros that end an archive.
const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    /// A file with holes, stored in a way of its own.
    Sparse,
    /// A folder, a link, a device.
    Other,
    /// Headers for all entries behind it.
    Global,
}

/// An entry whose headers are read and whose data are not.
struct Entry {
    name: String,
    size: u64,
    kind: Kind,
    /// Something in the headers that makes no sense.
    fault: Option<String>,
    /// The blocks before the data, as they stand.
    headers: Vec<u8>,
}

/// What the entries before a member say about it.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
    fault: Option<String>,
}

/// Walks through the entries.
struct Walk<R> {
    reader: R,
    /// Bytes read.
    offset: u64,
    is_over: bool,
}

/// Reads the wanted files of a `.tar`, one at a time.
pub struct TarMembers<R, W> {
    walk: Walk<R>,
    wanted: W,
    limit: u64,
    next: usize,
}

impl<R: Read, W: Fn(&str) -> bool> TarMembers<R, W> {
    /// Reads the members whose name is `wanted` and that have `limit` bytes at most.
    pub fn new(reader: R, limit: u64, wanted: W) -> TarMembers<R, W> {
        TarMembers { walk: Walk::new(reader), wanted, limit, next: 0 }
    }

    /// The member that the entry holds, if it is a wanted file.
    fn member(&mut self, index: usize, entry: Entry) -> Option<Result<Member, MemberFault>> {
        let is_wanted = matches!(entry.kind, Kind::File | Kind::Sparse) && (self.wanted)(&entry.name);
        let trouble = match (entry.fault, entry.kind) {
            (Some(fault), _) => Some(fault),
            (None, Kind::Sparse) => Some("it is stored with holes (a sparse file), which is not supported".to_owned()),
            (None, _) if entry.size > self.limit => Some(too_large(self.limit)),
            (None, _) => None,
        };
        let read = match (is_wanted, &trouble) {
            (true, None) => self.walk.data(entry.size),
            _ => self.walk.copy(entry.size, &mut [&mut io::sink()]).map(|()| Vec::new()),
        };
        let fault = |message: String, name: String| MemberFault { index: Some(index), name: Some(name), message };
        match (read, trouble) {
            (Err(message), _) => Some(Err(fault(message, entry.name))),
            _ if !is_wanted => None,
            (Ok(_), Some(message)) => Some(Err(fault(message, entry.name))),
            (Ok(bytes), None) => Some(Ok(Member { index, name: entry.name, bytes })),
        }
    }
}

impl<R: Read, W: Fn(&str) -> bool> Iterator for TarMembers<R, W> {
    type Item = Result<Member, MemberFault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = match self.walk.next_entry() {
                Ok(entry) => entry?,
                Err(message) => return Some(Err(MemberFault::of_archive(message))),
            };
            let index = self.next;
            self.next += usize::from(entry.kind != Kind::Global);
            if let Some(member) = self.member(index, entry) {
                return Some(member);
            }
        }
    }
}

/// Copies the entries of a `.tar` into two others, each with its headers and data as they stand. `place` says of each
/// entry, by its number from 0, where it goes. Both archives are complete then, but not flushed.
///
/// # Errors
///
/// The archive is damaged, or one of the two cannot be written. What was copied before stays.
pub fn split_tar(
    reader: impl Read,
    mut place: impl FnMut(usize) -> Place,
    mut clean: impl Write,
    mut flagged: impl Write,
) -> Result<(), String> {
    let mut walk = Walk::new(reader);
    let mut next = 0;
    while let Some(entry) = walk.next_entry()? {
        let place = match entry.kind {
            Kind::Global => Place::Both,
            _ => place(next),
        };
        next += usize::from(entry.kind != Kind::Global);
        let mut writers: Vec<&mut dyn Write> = Vec::new();
        if place.is_clean() {
            writers.push(&mut clean);
        }
        if place.is_flagged() {
            writers.push(&mut flagged);
        }
        for writer in &mut writers {
            writer.write_all(&entry.headers).map_err(unwritable)?;
        }
        walk.copy(entry.size, &mut writers)?;
    }
    clean.write_all(&END).map_err(unwritable)?;
    flagged.write_all(&END).map_err(unwritable)
}

impl<R: Read> Walk<R> {
    fn new(reader: R) -> Walk<R> {
        Walk { reader, offset: 0, is_over: false }
    }

    /// The next entry; its data are to be read or skipped before the one behind it. None: the archive's end.
    fn next_entry(&mut self) -> Result<Option<Entry>, String> {
        let entry = self.entry();
        self.is_over |= !matches!(entry, Ok(Some(_)));
        entry
    }

    fn entry(&mut self) -> Result<Option<Entry>, String> {
        let (mut extensions, mut headers) = (Extensions::default(), Vec::new());
        for _ in 0..=MOST_EXTENSIONS {
            let Some(block) = self.header(headers.is_empty())? else { return Ok(None) };
            headers.extend_from_slice(&block);
            let size = number(&block[124..136]).ok_or_else(|| self.senseless("the size in its header"))?;
            match block[156] {
                b'L' => extensions.name = Some(until_zero(&self.extension(size, &mut headers)?).to_vec()),
                b'K' => drop(self.extension(size, &mut headers)?),
                b'x' | b'X' => extensions.read_pax(&self.extension(size, &mut headers)?),
                kind => return self.finish_entry(&block, kind, size, extensions, headers).map(Some),
            }
        }
        Err(self.senseless("a chain of extended headers"))
    }

    fn finish_entry(
        &mut self,
        block: &[u8; BLOCK],
        kind: u8,
        size: u64,
        extensions: Extensions,
        mut headers: Vec<u8>,
    ) -> Result<Entry, String> {
        let name = extensions.name.unwrap_or_else(|| short_name(block));
        let kind = match kind {
            b'S' => {
                self.sparse_map(block[482], &mut headers)?;
                Kind::Sparse
            }
            b'g' => Kind::Global,
            // The oldest archives mark a folder by its name alone.
            0 if name.ends_with(b"/") => Kind::Other,
            0 | b'0' | b'7' if extensions.is_sparse => Kind::Sparse,
            0 | b'0' | b'7' => Kind::File,
            _ => Kind::Other,
        };
        // Links and folders have no data, whatever their header says (POSIX, `typeflag`); the rest is skipped by size.
        let has_data = !matches!(block[156], b'1'..=b'6');
        let size = if has_data { extensions.size.unwrap_or(size) } else { 0 };
        let name = String::from_utf8_lossy(&name).into_owned();
        Ok(Entry { name, size, kind, fault: extensions.fault, headers })
    }

    /// The next header. None: the archive ends here. `may_end`: no member was begun.
    fn header(&mut self, may_end: bool) -> Result<Option<[u8; BLOCK]>, String> {
        if self.is_over {
            return Ok(None);
        }
        let mut block = [0; BLOCK];
        let read = self.fill(&mut block)?;
        match read {
            0 if self.offset == 0 => return Err("the archive is empty".to_owned()),
            0 => return Err("the archive ends without its end mark: it may have been cut off".to_owned()),
            BLOCK => {}
            _ => return Err("the archive is cut off in a header".to_owned()),
        }
        if block.iter().all(|byte| *byte == 0) {
            return if may_end { Ok(None) } else { Err("the archive ends before the member it announces".to_owned()) };
        }
        if !is_header(&block) {
            let first = self.offset == BLOCK as u64;
            return Err(if first { "this is no tar archive".to_owned() } else { self.senseless("the header there") });
        }
        Ok(Some(block))
    }

    /// The data of a long name or of extended headers, of which a copy goes to `headers`.
    fn extension(&mut self, size: u64, headers: &mut Vec<u8>) -> Result<Vec<u8>, String> {
        if size > LONGEST_EXTENSION {
            return Err(self.senseless("an extended header of such length"));
        }
        let start = headers.len();
        self.copy(size, &mut [headers])?;
        Ok(headers.iter().skip(start).take(size as usize).copied().collect())
    }

    /// Reads on over the rest of a GNU sparse file's map. `more`: the flag that there is any.
    fn sparse_map(&mut self, mut more: u8, headers: &mut Vec<u8>) -> Result<(), String> {
        while more != 0 {
            let mut block = [0; BLOCK];
            if self.fill(&mut block)? < BLOCK {
                return Err("the archive is cut off in a header".to_owned());
            }
            headers.extend_from_slice(&block);
            more = block[504];
            if headers.len() as u64 > LONGEST_EXTENSION {
                return Err(self.senseless("a sparse file's map of such length"));
            }
        }
        Ok(())
    }

    /// Reads a member's data.
    fn data(&mut self, size: u64) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        self.copy(size, &mut [&mut bytes])?;
        bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    /// Copies a member's data, with what fills up the last block. An archive that ends before is at its end.
    fn copy(&mut self, size: u64, writers: &mut [&mut dyn Write]) -> Result<(), String> {
        let result = self.copy_padded(size, writers);
        self.is_over |= result.is_err();
        result
    }

    fn copy_padded(&mut self, size: u64, writers: &mut [&mut dyn Write]) -> Result<(), String> {
        let padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
        let mut buffer = [0; 16 * BLOCK];
        for mut left in [size, padding] {
            while left > 0 {
                let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
                let read = self.fill(&mut buffer[..length])?;
                for writer in writers.iter_mut() {
                    writer.write_all(&buffer[..read]).map_err(unwritable)?;
                }
                if read < length {
                    return Err("the archive is cut off in this member".to_owned());
                }
                left -= read as u64;
            }
        }
        Ok(())
    }

    /// Fills the buffer. Returns fewer bytes than it has only at the archive's end.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, String> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.is_over = true;
                    return Err(format!("the archive cannot be read any further: {error}"));
                }
            }
        }
        self.offset = self.offset.saturating_add(filled as u64);
        Ok(filled)
    }

    fn senseless(&self, what: &str) -> String {
        format!("the archive is damaged before byte {}: {what} makes no sense; the rest is not read", self.offset)
    }
}

impl Extensions {
    /// Reads records like `30 mtime=1350244992.023960108\n`, of which each begins with its own length.
    fn read_pax(&mut self, mut records: &[u8]) {
        while !records.is_empty() {
            let Some((key, value, rest)) = pax_record(records) else {
                self.fault = Some("its extended header is damaged".to_owned());
                return;
            };
            match key {
                b"path" => self.name = Some(value.to_vec()),
                b"size" => match std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()) {
                    Some(size) => self.size = Some(size),
                    None => self.fault = Some("the size in its extended header is no number".to_owned()),
                },
                b"GNU.sparse.name" => {
                    self.name = Some(value.to_vec());
                    self.is_sparse = true;
                }
                _ if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                _ => {}
            }
            records = rest;
        }
    }
}

/// Key and value of the first record, and the records behind it.
fn pax_record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = records.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(records.get(..space)?).ok()?.parse().ok()?;
    let (record, rest) = records.split_at_checked(length)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((&record[..equals], &record[equals + 1..], rest))
}

/// Whether the checksum in a block is right, which it is by no accident. Some old programs added up signed bytes.
fn is_header(block: &[u8; BLOCK]) -> bool {
    let (mut unsigned, mut signed) = (0_u64, 0_i64);
    for (at, byte) in block.iter().enumerate() {
        let byte = if (148..156).contains(&at) { b' ' } else { *byte };
        unsigned += u64::from(byte);
        signed += i64::from(byte.cast_signed());
    }
    number(&block[148..156]).is_some_and(|sum| sum == unsigned || i64::try_from(sum) == Ok(signed))
}

/// A number in a header: octal digits with spaces or zeros around them, or, where they do not suffice, GNU tar's
/// binary one, big-endian, of which the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((0x80, bytes)) = field.split_first() {
        return bytes
            .iter()
            .try_fold(0_u64, |value, byte| (value >> 56 == 0).then_some((value << 8) | u64::from(*byte)));
    }
    let digits = until_zero(field.trim_ascii_start()).trim_ascii();
    digits.iter().try_fold(0_u64, |value, byte| match byte {
        b'0'..=b'7' => value.checked_mul(8).map(|value| value + u64::from(byte - b'0')),
        _ => None,
    })
}

/// The name in the header itself: up to 100 bytes, in POSIX archives with up to 155 bytes of folders before it.
fn short_name(block: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_zero(&block[..100]);
    let prefix = until_zero(&block[345..500]);
    // GNU's own format, whose magic ends in a space, has times where POSIX has the folders.
    if &block[257..263] != b"ustar\0" || prefix.is_empty() {
        return name.to_vec();
    }
    [prefix, b"/", name].concat()
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or(bytes)
}

fn unwritable(error: io::Error) -> String {
    format!("the new archive cannot be written: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(name: &[u8], size: &[u8], kind: u8) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        block[..name.len()].copy_from_slice(name);
        block[124..124 + size.len()].copy_from_slice(size);
        block[148..156].fill(b' ');
        block[156] = kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    fn entry(name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = header(name.as_bytes(), format!("{:011o}", data.len()).as_bytes(), kind).to_vec();
        bytes.extend_from_slice(data);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }

    fn sample() -> Vec<u8> {
        let long = format!("{}.txt\0", "l".repeat(120));
        [
            entry("a.txt", b'0', b"alpha"),
            entry("dir/", b'5', b""),
            entry("../b.txt", 0, &[b'b'; 1024]),
            entry("link.txt", b'2', b""),
            entry("pax_global_header", b'g', b"16 comment=abcd\n"),
            [entry("././@LongLink", b'L', long.as_bytes()), entry("cut.txt", b'0', b"long")].concat(),
            [entry("x", b'x', b"99 path=p.txt\n"), entry("cut", b'0', b"lost")].concat(),
            [entry("x", b'x', b"14 path=p.txt\n9 size=3\n"), entry("cut", b'0', b"pax")].concat(),
            entry("e.txt", b'0', b""),
            END.to_vec(),
        ]
        .concat()
    }

    fn read(bytes: &[u8], limit: u64) -> Vec<Result<Member, MemberFault>> {
        TarMembers::new(bytes, limit, |_| true).collect()
    }

    fn summary(members: &[Result<Member, MemberFault>]) -> Vec<(usize, &str, usize)> {
        let sound = members.iter().flatten();
        sound.map(|member| (member.index, member.name.get(..5).unwrap_or(&member.name), member.bytes.len())).collect()
    }

    #[test]
    fn files_are_read() {
        let members = read(&sample(), 2000);
        let expected = [(0, "a.txt", 5), (2, "../b.", 1024), (4, "lllll", 4), (6, "p.txt", 3), (7, "e.txt", 0)];
        assert_eq!(summary(&members), expected);
        let faults: Vec<_> = members.iter().filter_map(|member| member.as_ref().err()).collect();
        assert_eq!(faults.len(), 1);
        assert_eq!((faults[0].index, faults[0].message.as_str()), (Some(5), "its extended header is damaged"));
    }

    #[test]
    fn a_large_member_is_a_fault_of_its_own() {
        let members = read(&sample(), 100);
        assert_eq!(summary(&members).len(), 4);
        assert_eq!(members[1].as_ref().expect_err("too large").name.as_deref(), Some("../b.txt"));
    }

    #[test]
    fn a_huge_size_does_no_harm() {
        for size in [&b"77777777777"[..], b"\x80\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"] {
            let bytes = header(b"huge.txt", size, b'0');
            let members = read(&bytes, u64::MAX);
            assert_eq!(members.len(), 1);
            assert_eq!(members[0].as_ref().expect_err("cut off").message, "the archive is cut off in this member");
        }
    }

    #[test]
    fn a_cut_off_archive_gives_what_it_has() {
        let bytes = sample();
        let members = read(&bytes[..BLOCK * 4], 2000);
        assert_eq!(summary(&members), [(0, "a.txt", 5)]);
        assert_eq!(members[1].as_ref().expect_err("cut off").name.as_deref(), Some("../b.txt"));
        assert_eq!(members.len(), 2);
        let members = read(&bytes[..BLOCK * 3], 2000);
        let fault = members[1].as_ref().expect_err("cut off");
        assert_eq!(fault.message, "the archive ends without its end mark: it may have been cut off");
    }

    #[test]
    fn other_files_are_no_archives() {
        assert_eq!(read(b"", 9)[0].as_ref().expect_err("empty").message, "the archive is empty");
        assert_eq!(read(&[b'x'; 600], 9)[0].as_ref().expect_err("text").message, "this is no tar archive");
    }

    #[test]
    fn a_split_copies_entries_as_they_stand() {
        let bytes = sample();
        let (mut clean, mut flagged) = (Vec::new(), Vec::new());
        split_tar(&bytes[..], |_| Place::Clean, &mut clean, &mut flagged).expect("a split");
        assert_eq!(clean, bytes);
        let global = entry("pax_global_header", b'g', b"16 comment=abcd\n");
        assert_eq!(flagged, [global, END.to_vec()].concat());
        let place = |index: usize| if index.is_multiple_of(2) { Place::Flagged } else { Place::Clean };
        let (mut clean, mut flagged) = (Vec::new(), Vec::new());
        split_tar(&bytes[..], place, &mut clean, &mut flagged).expect("a split");
        assert_eq!(summary(&read(&clean, 2000)), [(3, "e.txt", 0)]);
        assert_eq!(summary(&read(&flagged, 2000)).len(), 4);
    }

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    proptest! {
        #[test]
        fn damage_does_no_harm(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            length in any::<prop::sample::Index>(),
        ) {
            let mut bytes = sample();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(length.index(bytes.len() + 1));
            let members = read(&bytes, 2000);
            prop_assert!(members.len() < 20);
            prop_assert_eq!(&members, &TarMembers::new(Slow(&bytes), 2000, |_: &str| true).collect::<Vec<_>>());
            let _ = split_tar(&bytes[..], |_| Place::Both, io::sink(), io::sink());
        }
    }
}
