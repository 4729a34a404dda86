//! Compressing what is written back.
//!
//! All four formats let members follow each other, so that workers can compress batches apart and
//! the results are put together in order.

use std::io::{self, Write};

use crate::input::format::Compression;

/// The levels that the command lines of these tools use unless told otherwise.
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;
const BZIP2_LEVEL: u32 = 9;
const XZ_LEVEL: u32 = 6;

/// A writer that compresses.
pub enum Compressor<W: Write> {
    /// Nothing to do.
    None(W),
    /// .gz
    Gzip(flate2::write::GzEncoder<W>),
    /// .zst
    Zstd(zstd::stream::write::Encoder<'static, W>),
    /// .bz2
    Bzip2(bzip2::write::BzEncoder<W>),
    /// .xz
    Xz(liblzma::write::XzEncoder<W>),
}

impl<W: Write> Compressor<W> {
    /// A writer of one member.
    ///
    /// # Errors
    /// When the compressor gets no memory.
    pub fn new(writer: W, compression: Option<Compression>) -> io::Result<Compressor<W>> {
        Ok(match compression {
            None => Compressor::None(writer),
            Some(Compression::Gzip) => {
                Compressor::Gzip(flate2::write::GzEncoder::new(writer, flate2::Compression::new(GZIP_LEVEL)))
            }
            Some(Compression::Zstd) => {
                let mut encoder = zstd::stream::write::Encoder::new(writer, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Compressor::Zstd(encoder)
            }
            Some(Compression::Bzip2) => {
                Compressor::Bzip2(bzip2::write::BzEncoder::new(writer, bzip2::Compression::new(BZIP2_LEVEL)))
            }
            Some(Compression::Xz) => Compressor::Xz(liblzma::write::XzEncoder::new(writer, XZ_LEVEL)),
        })
    }

    /// Ends the member.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Compressor::None(writer) => Ok(writer),
            Compressor::Gzip(encoder) => encoder.finish(),
            Compressor::Zstd(encoder) => encoder.finish(),
            Compressor::Bzip2(encoder) => encoder.finish(),
            Compressor::Xz(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Compressor<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Compressor::None(writer) => writer.write(bytes),
            Compressor::Gzip(encoder) => encoder.write(bytes),
            Compressor::Zstd(encoder) => encoder.write(bytes),
            Compressor::Bzip2(encoder) => encoder.write(bytes),
            Compressor::Xz(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Compressor::None(writer) => writer.flush(),
            Compressor::Gzip(encoder) => encoder.flush(),
            Compressor::Zstd(encoder) => encoder.flush(),
            Compressor::Bzip2(encoder) => encoder.flush(),
            Compressor::Xz(encoder) => encoder.flush(),
        }
    }
}

/// The bytes as one member. No bytes make no member.
///
/// # Errors
/// When the compressor gets no memory.
pub fn member(bytes: Vec<u8>, compression: Option<Compression>) -> io::Result<Vec<u8>> {
    if bytes.is_empty() || compression.is_none() {
        return Ok(bytes);
    }
    let mut compressor = Compressor::new(Vec::with_capacity(bytes.len() / 2), compression)?;
    compressor.write_all(&bytes)?;
    compressor.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::compressed::Decompressed;
    use std::io::Read as _;
    use std::sync::Arc;

    const ALL: [Option<Compression>; 5] =
        [None, Some(Compression::Gzip), Some(Compression::Zstd), Some(Compression::Bzip2), Some(Compression::Xz)];

    #[test]
    fn members_behind_each_other_read_as_one() {
        for compression in ALL {
            let parts = [b"first ".to_vec(), Vec::new(), b"second".repeat(30_000)];
            let file: Vec<u8> = parts.iter().flat_map(|part| member(part.clone(), compression).unwrap()).collect();
            let mut text = Vec::new();
            Decompressed::new(file.as_slice(), Arc::default()).unwrap().read_to_end(&mut text).unwrap();
            assert_eq!(text, parts.concat(), "{compression:?}");
        }
    }

    #[test]
    fn damage_is_told_and_what_follows_is_read() {
        for compression in ALL.into_iter().flatten() {
            let text =
                |seed: u32| (0..4000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) ^ seed).to_le_bytes()).collect();
            let (first, second): (Vec<u8>, Vec<u8>) = (text(1), text(2));
            let mut file = member(first, Some(compression)).unwrap();
            let middle = file.len() / 2;
            file[middle] ^= 0xFF;
            file.extend(member(second.clone(), Some(compression)).unwrap());
            let mut stream = Decompressed::new(file.as_slice(), Arc::default()).unwrap();
            let mut text = Vec::new();
            let error = stream.read_to_end(&mut text).unwrap_err();
            assert!(error.to_string().contains("damaged"), "{compression:?}: {error}");
            text.clear();
            stream.read_to_end(&mut text).unwrap();
            assert!(text == second, "{compression:?}: {} bytes", text.len());
            // Damage at every place of a small file comes to an end.
            let small = member(b"a small text".to_vec(), Some(compression)).unwrap();
            for at in 0..small.len() {
                let mut file = [small.clone(), small.clone()].concat();
                file[at] ^= 0x55;
                let mut stream = Decompressed::new(file.as_slice(), Arc::default()).unwrap();
                let ends = (0..file.len() + 2).any(|_| matches!(stream.read(&mut [0; 64]), Ok(0)));
                assert!(ends, "{compression:?}, byte {at}");
            }
            // A file that is cut short.
            let whole = member(second.clone(), Some(compression)).unwrap();
            let mut stream = Decompressed::new(&whole[..whole.len() - 20], Arc::default()).unwrap();
            let error = stream.read_to_end(&mut text).unwrap_err();
            assert!(error.to_string().contains("cut short"), "{compression:?}: {error}");
            assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0);
        }
    }

    #[test]
    fn a_member_cut_in_the_middle_of_a_file_hides_no_other() {
        for compression in ALL.into_iter().flatten() {
            let text = |name: &str| (0..3000).map(|n| format!("{name} {}\n", n * 7919 % 4001)).collect::<String>();
            let packed = |name: &str| member(text(name).into_bytes(), Some(compression)).unwrap();
            let (first, cut) = (packed("first"), packed("cut"));
            let file = [&first, &cut[..cut.len() / 2], &packed("second"), &packed("third")].concat();
            let mut stream = Decompressed::new(file.as_slice(), Arc::default()).unwrap();
            let (mut bytes, mut errors) = (Vec::new(), 0);
            while stream.read_to_end(&mut bytes).is_err() {
                errors += 1;
            }
            let read = String::from_utf8_lossy(&bytes);
            assert!(errors == 1 && read.starts_with(&text("first")), "{compression:?}: {errors} errors");
            assert!(read.ends_with(&(text("second") + &text("third"))), "{compression:?}");
            // What was whole before the cut; the others have blocks too large for that.
            let begun = read.matches("cut").count();
            assert!(begun > 300 || compression != Compression::Gzip, "{begun} lines of the cut member");
        }
    }

    #[test]
    fn members_are_named_by_their_offsets() {
        let first = member(b"0123456789".to_vec(), Some(Compression::Gzip)).unwrap();
        let second = member(b"abc".to_vec(), Some(Compression::Gzip)).unwrap();
        let file = [first.clone(), second].concat();
        let mut stream = Decompressed::new(file.as_slice(), Arc::default()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
        let offsets = [0, 9, 10, 12].map(|at| stream.offset_in_file(at));
        assert_eq!(offsets, [0, 0, first.len() as u64, first.len() as u64]);
    }
}
