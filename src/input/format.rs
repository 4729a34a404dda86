//! Which format a file has, by the ending of its name, and what its bytes are compressed with.

use std::path::Path;

/// What a file holds, once it is decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum InputFormat {
    /// One document
    Text,
    /// One JSON object a line
    #[value(alias = "ndjson")]
    Jsonl,
    /// An array of JSON objects
    Json,
    /// Comma-separated values with a header
    Csv,
    /// Tab-separated values with a header
    Tsv,
    /// Apache Parquet
    Parquet,
    /// WARC, and Common Crawl's WET
    #[value(alias = "wet")]
    Warc,
    /// A ZIP archive of text files
    Zip,
    /// A tar archive of text files
    Tar,
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// .gz
    Gzip,
    /// .zst
    Zstd,
    /// .bz2
    Bzip2,
    /// .xz
    Xz,
}

/// Endings of plain text.
pub const TEXT_ENDINGS: [&str; 4] = ["txt", "text", "md", "markdown"];

const FORMAT_ENDINGS: [(&str, InputFormat); 10] = [
    ("jsonl", InputFormat::Jsonl),
    ("ndjson", InputFormat::Jsonl),
    ("json", InputFormat::Json),
    ("csv", InputFormat::Csv),
    ("tsv", InputFormat::Tsv),
    ("parquet", InputFormat::Parquet),
    ("warc", InputFormat::Warc),
    ("wet", InputFormat::Warc),
    ("zip", InputFormat::Zip),
    ("tar", InputFormat::Tar),
];

const COMPRESSION_ENDINGS: [(&str, Compression); 5] = [
    ("gz", Compression::Gzip),
    ("zst", Compression::Zstd),
    ("zstd", Compression::Zstd),
    ("bz2", Compression::Bzip2),
    ("xz", Compression::Xz),
];

/// Endings that stand for a compressed tar archive.
const TAR_ENDINGS: [(&str, Compression); 4] =
    [("tgz", Compression::Gzip), ("tzst", Compression::Zstd), ("tbz2", Compression::Bzip2), ("txz", Compression::Xz)];

impl InputFormat {
    /// Whether a file of this format holds many documents.
    #[must_use]
    pub fn has_records(self) -> bool {
        self != InputFormat::Text
    }

    /// The format's name in messages and options.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            InputFormat::Text => "text",
            InputFormat::Jsonl => "jsonl",
            InputFormat::Json => "json",
            InputFormat::Csv => "csv",
            InputFormat::Tsv => "tsv",
            InputFormat::Parquet => "parquet",
            InputFormat::Warc => "warc",
            InputFormat::Zip => "zip",
            InputFormat::Tar => "tar",
        }
    }

    /// The table of lint.toml that names this format's fields, if it has fields.
    #[must_use]
    pub fn field_table(self) -> Option<&'static str> {
        match self {
            InputFormat::Jsonl | InputFormat::Json => Some("jsonl"),
            InputFormat::Csv | InputFormat::Tsv => Some("csv"),
            InputFormat::Parquet => Some("parquet"),
            InputFormat::Text | InputFormat::Warc | InputFormat::Zip | InputFormat::Tar => None,
        }
    }
}

/// Format and compression by the endings of a path: `story.jsonl.gz`. Without a known ending the
/// format is `None`; `story.gz` is compressed and of no known format.
#[must_use]
pub fn by_ending(path: &Path) -> (Option<InputFormat>, Option<Compression>) {
    // A name that is not UTF-8 has an ending all the same.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.as_ref();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    // Most files are plain text, the first that is looked for.
    if let Some(format) = format_of(ending) {
        return (Some(format), None);
    }
    if let Some(compression) = lookup(&TAR_ENDINGS, ending) {
        return (Some(InputFormat::Tar), Some(compression));
    }
    match lookup(&COMPRESSION_ENDINGS, ending) {
        Some(compression) => {
            let inner = stem.rsplit_once('.').map_or("", |(_, inner)| inner);
            (format_of(inner), Some(compression))
        }
        None => (None, None),
    }
}

fn format_of(ending: &str) -> Option<InputFormat> {
    let is_text = TEXT_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    if is_text { Some(InputFormat::Text) } else { lookup(&FORMAT_ENDINGS, ending) }
}

fn lookup<T: Copy>(table: &[(&str, T)], ending: &str) -> Option<T> {
    table.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, value)| *value)
}

/// The compression of a file by its first bytes. The bytes are believed, not the name: files are
/// decompressed on the way and keep their name, or the other way around.
#[must_use]
pub fn by_first_bytes(bytes: &[u8]) -> Option<Compression> {
    match bytes {
        // The upper three flags are reserved and zero.
        [0x1F, 0x8B, 0x08, 0..=0x1F, ..] => Some(Compression::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Compression::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Some(Compression::Bzip2),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_format_and_compression() {
        let of = |name: &str| by_ending(Path::new(name));
        assert_eq!(of("a/b.jsonl"), (Some(InputFormat::Jsonl), None));
        assert_eq!(of("b.NDJSON.GZ"), (Some(InputFormat::Jsonl), Some(Compression::Gzip)));
        assert_eq!(of("c.wet.gz"), (Some(InputFormat::Warc), Some(Compression::Gzip)));
        assert_eq!(of("d.txt.zst"), (Some(InputFormat::Text), Some(Compression::Zstd)));
        assert_eq!(of("e.tgz"), (Some(InputFormat::Tar), Some(Compression::Gzip)));
        assert_eq!(of("f.tar.xz"), (Some(InputFormat::Tar), Some(Compression::Xz)));
        assert_eq!(of("story.gz"), (None, Some(Compression::Gzip)));
        assert_eq!((of("story"), of(".gz"), of("")), ((None, None), (None, Some(Compression::Gzip)), (None, None)));
    }
}
