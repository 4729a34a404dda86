//! Files of many records by format and compression, and the families of rules on the same text.
//!
//! `cargo bench --bench records`; the bytes that the figures count are those of the texts, not those
//! of the files, so that formats compare with each other. Everything runs on one thread.

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod generated;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use generated::{page, prose};
use newslint::document::Document;
use newslint::input::format::{Compression, InputFormat, by_ending};
use newslint::input::records::{FormatOptions, Outcome, RecordFile, open};
use newslint::lint::{Profile, lint};
use newslint::ruleset::RuleSet;
use parquet::basic::Compression as ParquetCompression;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::json;

/// The program's own allocator, so that the figures are near to those of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Bytes of text in each file.
const TEXT_BYTES: usize = 4 << 20;

/// Bytes of a text: a news article has about as many.
const ARTICLE_BYTES: usize = 4 << 10;

/// One text in so many is a full page with menus.
const PAGE_EVERY: usize = 5;

/// The files, by their names. `escaped` has `\u2019` where the others have `’`, as Python writes JSON
/// unless asked not to; `lines.json` is JSON Lines under the wrong ending.
const FILES: [&str; 12] = [
    "plain.jsonl",
    "escaped.jsonl",
    "array.json",
    "lines.json",
    "table.csv",
    "pages.warc",
    "table.parquet",
    "plain.jsonl.gz",
    "plain.jsonl.zst",
    "plain.jsonl.bz2",
    "plain.jsonl.xz",
    "pages.warc.gz",
];

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut texts = vec![String::new()];
    for paragraph in prose(TEXT_BYTES / PAGE_EVERY * (PAGE_EVERY - 1), 7).split_inclusive("\n\n") {
        if texts.last().is_some_and(|text| text.len() >= ARTICLE_BYTES) {
            if texts.len() % PAGE_EVERY == 0 {
                texts.push(page(ARTICLE_BYTES, texts.len() as u64));
            }
            texts.push(String::new());
        }
        texts.last_mut().expect("there is one").push_str(paragraph);
    }
    texts
});

fn text_bytes() -> BytesCount {
    BytesCount::new(TEXTS.iter().map(String::len).sum::<usize>())
}

/// Reads a file, as the program does, but for its threads.
fn each_document(path: &Path, mut each: impl FnMut(&Document)) {
    let format = by_ending(path).0.expect("an ending that is known");
    let file = RecordFile::new(path.to_owned(), "bench".to_owned(), format, &FormatOptions::default());
    let mut source = open(file, Arc::default()).expect("a sound file");
    while let Some(batch) = source.next_batch() {
        batch.for_each(|item| match item.outcome {
            Outcome::Document(document) => each(&document),
            other => panic!("{other:?}"),
        });
    }
}

/// Writes the file of this name and looks once whether all of the text comes back.
fn written(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, file(name)).expect("the disk has room");
    let mut expected = TEXTS.iter();
    each_document(&path, |document| assert_eq!(Some(document.text()), expected.next().map(String::as_str)));
    assert_eq!(expected.next(), None, "all texts of {name}");
    path
}

#[divan::bench(args = FILES, sample_count = 40)]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), name);
    bencher.counter(text_bytes()).bench(|| each_document(&path, |document| _ = black_box(document.text().len())));
}

#[divan::bench(args = FILES, sample_count = 15)]
fn read_and_lint(bencher: Bencher<'_, '_>, name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), name);
    let rules = RuleSet::built_in();
    let profile = Profile::defaults(&rules);
    bencher.counter(text_bytes()).bench(|| {
        let mut findings = 0;
        each_document(&path, |document| findings += lint(&rules, &profile, document).findings.len());
        findings
    });
}

/// The families, and what all of them together and none of them cost: the analyses that several
/// families share are paid by each that runs alone.
fn families() -> Vec<&'static str> {
    RuleSet::built_in().families().into_iter().chain(["all", "none"]).collect()
}

#[divan::bench(args = families(), sample_count = 15)]
fn lint_family(bencher: Bencher<'_, '_>, family: &str) {
    let rules = RuleSet::built_in();
    let profile = Profile::with_defaults(&rules, |rule| family == "all" || rule.id.family() == family);
    bencher.counter(text_bytes()).bench(|| {
        // The analyses of a document are part of the price, so each round begins anew.
        let findings = |text: &String| lint(&rules, &profile, &Document::new("bench", text.as_str())).findings.len();
        TEXTS.iter().map(findings).sum::<usize>()
    });
}

fn id(index: usize) -> String {
    format!("article-{index}")
}

fn url(index: usize) -> String {
    format!("https://www.example.com/news/article-{index}.html")
}

/// The file of this name.
fn file(name: &str) -> Vec<u8> {
    let (format, compression) = by_ending(Path::new(name));
    let plain = match format.expect("an ending that is known") {
        InputFormat::Jsonl => with_ends(if name.starts_with("escaped") { escaped_objects() } else { objects() }),
        InputFormat::Json if name.starts_with("array") => {
            format!("[\n{}\n]\n", objects().collect::<Vec<_>>().join(",\n")).into_bytes()
        }
        InputFormat::Json => with_ends(objects()),
        InputFormat::Csv => with_ends(rows()),
        InputFormat::Parquet => parquet_file(),
        // Common Crawl and others compress WARC record by record.
        InputFormat::Warc => {
            return warc_records().flat_map(|record| compressed(record.into_bytes(), compression)).collect();
        }
        other => panic!("no file of the format {other:?} is among the benchmarks"),
    };
    compressed(plain, compression)
}

type Lines = Box<dyn Iterator<Item = String>>;

fn with_ends(lines: Lines) -> Vec<u8> {
    lines.flat_map(|line| (line + "\n").into_bytes()).collect()
}

fn objects() -> Lines {
    let object = |(index, text)| json!({"id": id(index), "url": url(index), "text": text}).to_string();
    Box::new(TEXTS.iter().enumerate().map(object))
}

fn escaped_objects() -> Lines {
    let escaped = |line: String| {
        let mut all_ascii = String::with_capacity(line.len());
        for unit in line.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii() => all_ascii.push(byte.into()),
                _ => all_ascii.push_str(&format!("\\u{unit:04x}")),
            }
        }
        all_ascii
    };
    Box::new(objects().map(escaped))
}

fn rows() -> Lines {
    let row =
        |(index, text): (usize, &String)| format!("{},{},\"{}\"", id(index), url(index), text.replace('"', "\"\""));
    let header = "id,url,text".to_owned();
    Box::new([header].into_iter().chain(TEXTS.iter().enumerate().map(row)))
}

fn warc_records() -> Lines {
    let record = |(index, text): (usize, &String)| {
        let header = [
            "WARC/1.0".to_owned(),
            "WARC-Type: conversion".to_owned(),
            format!("WARC-Target-URI: {}", url(index)),
            "WARC-Date: 2024-02-21T06:28:13Z".to_owned(),
            format!("WARC-Record-ID: <urn:uuid:6b1b63c2-5a4d-4f8e-9c37-{index:012x}>"),
            "Content-Type: text/plain".to_owned(),
            format!("Content-Length: {}", text.len()),
        ];
        format!("{}\r\n\r\n{text}\r\n\r\n", header.join("\r\n"))
    };
    Box::new(TEXTS.iter().enumerate().map(record))
}

/// A table as pyarrow writes it by default: one row group, compressed with Snappy.
fn parquet_file() -> Vec<u8> {
    let schema = "message articles { required binary id (UTF8); required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = WriterProperties::builder().set_compression(ParquetCompression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    let ids: Vec<ByteArray> = (0..TEXTS.len()).map(|index| ByteArray::from(id(index).into_bytes())).collect();
    let texts: Vec<ByteArray> = TEXTS.iter().map(|text| ByteArray::from(text.as_str())).collect();
    for values in [ids, texts] {
        let mut column = group.next_column().expect("a column").expect("a column");
        column.typed::<ByteArrayType>().write_batch(&values, None, None).expect("values");
        column.close().expect("a column");
    }
    group.close().expect("a row group");
    writer.close().expect("a file");
    bytes
}

/// Compresses as the command-line tools do by default.
fn compressed(bytes: Vec<u8>, compression: Option<Compression>) -> Vec<u8> {
    let wrong = "compression to memory does not fail";
    match compression {
        None => bytes,
        Some(Compression::Gzip) => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect(wrong)
        }
        Some(Compression::Zstd) => {
            zstd::stream::encode_all(bytes.as_slice(), zstd::DEFAULT_COMPRESSION_LEVEL).expect(wrong)
        }
        Some(Compression::Bzip2) => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
            encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect(wrong)
        }
        Some(Compression::Xz) => {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
            encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect(wrong)
        }
    }
}
