//! Members of a `.zip`.

use std::io::{Read, Seek, Write};

use ::zip::read::ZipArchive;
use ::zip::result::{ZipError, ZipResult};
use ::zip::write::ZipWriter;

use super::{Member, MemberFault, Place, too_large};

/// The bits of a Unix mode that tell files from other things, and those of a file.
const FILE_TYPE: u32 = 0o170_000;
const REGULAR_FILE: u32 = 0o100_000;

/// Reads the wanted files of a `.zip`, one at a time, in the order of the list at its end.
pub struct ZipMembers<R, W> {
    archive: ZipArchive<R>,
    wanted: W,
    limit: u64,
    next: usize,
    has_duplicates: bool,
}

/// What the list at the archive's end says about an entry.
struct Listed {
    name: String,
    is_file: bool,
    is_encrypted: bool,
}

impl<R: Read + Seek, W: Fn(&str) -> bool> ZipMembers<R, W> {
    /// Opens an archive, to read the members whose name is `wanted` and that have `limit` bytes at most. The size
    /// that the archive states is not trusted: what counts are the bytes that come out.
    ///
    /// # Errors
    ///
    /// The list of members at the archive's end cannot be read.
    pub fn new(reader: R, limit: u64, wanted: W) -> Result<ZipMembers<R, W>, String> {
        let archive = open(reader)?;
        let has_duplicates = archive.has_duplicate_names();
        Ok(ZipMembers { archive, wanted, limit, next: 0, has_duplicates })
    }

    fn member(&mut self, index: usize) -> Option<Result<Member, MemberFault>> {
        let listed = match listed(&self.archive, index) {
            Ok(listed) => listed,
            Err(error) => {
                return Some(Err(MemberFault { index: Some(index), name: None, message: message_of(&error) }));
            }
        };
        if !listed.is_file || !(self.wanted)(&listed.name) {
            return None;
        }
        let name = listed.name;
        let read = if listed.is_encrypted { Err("it is encrypted".to_owned()) } else { self.read(index) };
        Some(match read {
            Ok(bytes) => Ok(Member { index, name, bytes }),
            Err(message) => Err(MemberFault { index: Some(index), name: Some(name), message }),
        })
    }

    fn read(&mut self, index: usize) -> Result<Vec<u8>, String> {
        let file = self.archive.by_index(index).map_err(|error| message_of(&error))?;
        let mut bytes = Vec::new();
        let read = file.take(self.limit.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.limit {
            return Err(too_large(self.limit));
        }
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(format!("its data cannot be read: {error}")),
        }
    }
}

impl<R: Read + Seek, W: Fn(&str) -> bool> Iterator for ZipMembers<R, W> {
    type Item = Result<Member, MemberFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.archive.len() {
            let index = self.next;
            self.next += 1;
            if let Some(member) = self.member(index) {
                return Some(member);
            }
        }
        // Told once, behind the members.
        std::mem::take(&mut self.has_duplicates).then(|| {
            let message = "some members have the same name; of each name only the last is read".to_owned();
            Err(MemberFault::of_archive(message))
        })
    }
}

/// Copies the entries of a `.zip` into two others, without compressing them anew. `place` says of each entry, by its
/// number from 0, where it goes. Both archives are complete then.
///
/// # Errors
///
/// The archive is damaged, a member to be copied is encrypted, or one of the two cannot be written.
pub fn split_zip(
    reader: impl Read + Seek,
    mut place: impl FnMut(usize) -> Place,
    clean: impl Write + Seek,
    flagged: impl Write + Seek,
) -> Result<(), String> {
    let mut archive = open(reader)?;
    let (mut clean, mut flagged) = (ZipWriter::new(clean), ZipWriter::new(flagged));
    set_comment(&mut clean, &archive)?;
    set_comment(&mut flagged, &archive)?;
    for index in 0..archive.len() {
        let place = place(index);
        if place.is_clean() {
            copy(&mut archive, index, &mut clean)?;
        }
        if place.is_flagged() {
            copy(&mut archive, index, &mut flagged)?;
        }
    }
    clean.finish().map_err(unwritable)?;
    flagged.finish().map_err(unwritable)?;
    Ok(())
}

fn set_comment<R: Read + Seek>(
    writer: &mut ZipWriter<impl Write + Seek>,
    archive: &ZipArchive<R>,
) -> Result<(), String> {
    writer.set_raw_comment(archive.comment().into()).map_err(unwritable)
}

fn copy<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    writer: &mut ZipWriter<impl Write + Seek>,
) -> Result<(), String> {
    let listed = listed(archive, index).map_err(|error| message_of(&error))?;
    let not_copied = |why: &str| format!("the member {:?} cannot be copied: {why}", listed.name);
    if listed.is_encrypted {
        return Err(not_copied("it is encrypted"));
    }
    let data_end = archive.central_directory_start();
    let file = archive.by_index_raw(index).map_err(|error| not_copied(&message_of(&error)))?;
    // What the archive does not have would be missing in the copy, without a word.
    if file.data_start().is_none_or(|start| start.saturating_add(file.compressed_size()) > data_end) {
        return Err(not_copied("its data are cut off"));
    }
    writer.raw_copy_file(file).map_err(|error| not_copied(&message_of(&error)))
}

fn open<R: Read + Seek>(reader: R) -> Result<ZipArchive<R>, String> {
    ZipArchive::new(reader).map_err(|error| {
        let message = message_of(&error);
        format!(
            "the list of members, at the end of a zip archive, cannot be read ({message}): it was cut off, or is none"
        )
    })
}

fn listed<R: Read + Seek>(archive: &ZipArchive<R>, index: usize) -> ZipResult<Listed> {
    let entry = archive.by_index_data(index)?;
    let name = match (std::str::from_utf8(entry.name_raw()), entry.name()) {
        // Many programs write UTF-8 without saying so.
        (Ok(name), _) => name.to_owned(),
        (Err(_), Ok(name)) => name.into_owned(),
        (Err(_), Err(_)) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
    };
    let file_type = entry.unix_mode().unwrap_or(REGULAR_FILE) & FILE_TYPE;
    let is_file = entry.is_file() && (file_type == REGULAR_FILE || file_type == 0);
    Ok(Listed { name, is_file, is_encrypted: entry.encrypted() })
}

fn message_of(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => error.to_string(),
        ZipError::InvalidArchive(message) => message.clone().into_owned(),
        ZipError::UnsupportedArchive(message) => (*message).to_owned(),
        ZipError::CompressionMethodNotSupported(method) => {
            format!("it is compressed by a method that is not supported (number {method})")
        }
        other => other.to_string(),
    }
}

fn unwritable(error: ZipError) -> String {
    format!("the new archive cannot be written: {}", message_of(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::zip::CompressionMethod;
    use ::zip::write::SimpleFileOptions;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn zip(members: &[(&str, &[u8], CompressionMethod)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.set_raw_comment((*b"comment").into()).expect("a comment");
        for (name, bytes, method) in members {
            let options = SimpleFileOptions::default().compression_method(*method);
            if name.ends_with('/') {
                writer.add_directory(*name, options).expect("a folder");
            } else {
                writer.start_file(*name, options).expect("a file");
                writer.write_all(bytes).expect("data");
            }
        }
        writer.finish().expect("an archive").into_inner()
    }

    fn sample() -> Vec<u8> {
        zip(&[
            ("a.txt", b"alpha", CompressionMethod::Stored),
            ("dir/", b"", CompressionMethod::Stored),
            ("dir/../b.txt", &[b'b'; 5000], CompressionMethod::Deflated),
            ("c.bin", b"no", CompressionMethod::Stored),
            ("d.txt", "żółw".as_bytes(), CompressionMethod::Zstd),
        ])
    }

    fn read(bytes: &[u8], limit: u64) -> Vec<Result<Member, MemberFault>> {
        ZipMembers::new(Cursor::new(bytes), limit, |name| name.ends_with(".txt")).expect("an archive").collect()
    }

    #[test]
    fn wanted_files_are_read() {
        let members: Vec<Member> = read(&sample(), 5000).into_iter().map(|member| member.expect("sound")).collect();
        let names: Vec<_> = members.iter().map(|member| (member.index, member.name.as_str())).collect();
        assert_eq!(names, [(0, "a.txt"), (2, "dir/../b.txt"), (4, "d.txt")]);
        assert_eq!(members[1].bytes, [b'b'; 5000]);
    }

    #[test]
    fn the_limit_holds_for_what_comes_out() {
        let members = read(&sample(), 4999);
        let fault = members[1].as_ref().expect_err("it is too large");
        assert_eq!((fault.index, fault.name.as_deref()), (Some(2), Some("dir/../b.txt")));
        assert!(fault.message.contains("4999"), "{}", fault.message);
        assert!(members.len() == 3 && members[2].is_ok());
    }

    #[test]
    fn a_member_that_understates_its_size_is_a_fault() {
        let mut bytes = sample();
        // The stated sizes: in the list, and in the header before the data.
        for (signature, at) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
            let found: Vec<_> = (0..bytes.len() - 4).filter(|start| bytes[*start..].starts_with(signature)).collect();
            bytes[found[2] + at..found[2] + at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
        let members = read(&bytes, 4999);
        assert!(members[1].is_err());
        assert!(members.len() == 3 && members[2].is_ok());
    }

    #[test]
    fn an_encrypted_member_is_a_fault_of_its_own() {
        let mut bytes = sample();
        let list = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"PK\x01\x02")).expect("a list");
        bytes[list + 8] |= 1;
        let members = read(&bytes, 5000);
        assert_eq!(members[0].as_ref().expect_err("encrypted").message, "it is encrypted");
        assert!(members[1].is_ok() && members[2].is_ok());
        let (mut clean, mut flagged) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
        let error = split_zip(Cursor::new(&bytes), |_| Place::Clean, &mut clean, &mut flagged).expect_err("encrypted");
        assert_eq!(error, "the member \"a.txt\" cannot be copied: it is encrypted");
    }

    #[test]
    fn damaged_data_are_a_fault_of_their_own() {
        let mut bytes = sample();
        let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"alpha")).expect("stored");
        bytes[at] = b'A';
        let members = read(&bytes, 5000);
        assert_eq!(members[0].as_ref().expect_err("damaged").message, "its data cannot be read: Invalid checksum");
        assert!(members[1].is_ok());
    }

    #[test]
    fn a_cut_off_archive_is_an_error() {
        let bytes = sample();
        for length in [0, 1, 100, bytes.len() - 10] {
            assert!(ZipMembers::new(Cursor::new(&bytes[..length]), 1, |_| true).is_err());
        }
    }

    #[test]
    fn a_split_holds_every_member_once() {
        let bytes = sample();
        let (mut clean, mut flagged) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
        let place = |index| [Place::Clean, Place::Both, Place::Flagged, Place::Flagged, Place::Clean][index];
        split_zip(Cursor::new(&bytes), place, &mut clean, &mut flagged).expect("a split");
        let names = |bytes: Vec<u8>| {
            let archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
            assert_eq!(archive.comment(), b"comment");
            archive.file_names().map(|name| name.expect("a name").into_owned()).collect::<Vec<_>>()
        };
        let texts: Vec<_> =
            read(clean.get_ref(), 5000).into_iter().map(|member| member.expect("sound").bytes).collect();
        assert_eq!(texts, [b"alpha".to_vec(), "żółw".as_bytes().to_vec()]);
        assert_eq!(read(flagged.get_ref(), 5000)[0].as_ref().expect("sound").bytes, [b'b'; 5000]);
        assert_eq!(names(clean.into_inner()), ["a.txt", "dir/", "d.txt"]);
        assert_eq!(names(flagged.into_inner()), ["dir/", "dir/../b.txt", "c.bin"]);
    }

    proptest! {
        #[test]
        fn damage_does_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut bytes = sample();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Ok(members) = ZipMembers::new(Cursor::new(&bytes), 5000, |_| true) {
                prop_assert!(members.count() < 20);
            }
            let (clean, flagged) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
            let _ = split_zip(Cursor::new(&bytes), |_| Place::Both, clean, flagged);
        }
    }
}
