//! Tests over files made here. Files made by other programs are compared in the tests of the whole command.

use std::io::Write;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArrayType, Int64Type};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;

const SCHEMA: &str = "message rows {
    REQUIRED INT64 id;
    OPTIONAL BYTE_ARRAY text;
    OPTIONAL GROUP article { OPTIONAL BYTE_ARRAY title (UTF8); }
    OPTIONAL GROUP tags (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } }
}";

/// A row of the files made here: its text, whether it has an article, and its tags.
#[derive(Clone, Debug)]
struct Sample {
    text: Option<Vec<u8>>,
    title: Option<Option<String>>,
    tags: Option<Vec<Option<String>>>,
}

fn samples() -> Vec<Sample> {
    let row = |text: &[u8], title: Option<Option<&str>>, tags: Option<&[Option<&str>]>| Sample {
        text: Some(text.to_vec()),
        title: title.map(|title| title.map(str::to_owned)),
        tags: tags.map(|tags| tags.iter().map(|tag| tag.map(str::to_owned)).collect()),
    };
    let mut rows = vec![
        row("Żółw".as_bytes(), Some(Some("Title")), Some(&[Some("a"), None, Some("b")])),
        row(b"ok\xFFno", Some(None), Some(&[])),
        row(b"", None, None),
        row(b"last of its group", None, Some(&[None])),
        row(b"fifth", Some(Some("")), Some(&[Some("c")])),
    ];
    rows[2].text = None;
    rows
}

/// The values of a column with their definition and repetition levels.
type Levels = (Vec<ByteArray>, Vec<i16>, Vec<i16>);

fn tags(rows: &[Sample]) -> Levels {
    let (mut values, mut definitions, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match row.tags.as_deref() {
            None => definitions.push(0),
            Some([]) => definitions.push(1),
            Some(tags) => definitions.extend(tags.iter().map(|tag| 2 + i16::from(tag.is_some()))),
        }
        values.extend(row.tags.iter().flatten().flatten().map(|tag| ByteArray::from(tag.as_str())));
        repetitions.push(0);
        repetitions.resize(definitions.len(), 1);
    }
    (values, definitions, repetitions)
}

fn titles(rows: &[Sample]) -> Levels {
    let level = |row: &Sample| row.title.as_ref().map_or(0, |title| 1 + i16::from(title.is_some()));
    let values = rows.iter().flat_map(|row| row.title.iter().flatten()).map(|title| ByteArray::from(title.as_str()));
    (values.collect(), rows.iter().map(level).collect(), vec![0; rows.len()])
}

fn texts(rows: &[Sample]) -> Levels {
    let values = rows.iter().filter_map(|row| row.text.clone()).map(ByteArray::from);
    (values.collect(), rows.iter().map(|row| i16::from(row.text.is_some())).collect(), vec![0; rows.len()])
}

/// A Parquet file of these rows, so many in a row group.
fn file_of(rows: &[Sample], group: usize) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let pairs = vec![KeyValue::new("pandas".to_owned(), "{}".to_owned())];
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_dictionary_enabled(false);
    let properties = Arc::new(properties.set_key_value_metadata(Some(pairs)).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("a writer");
    let mut next = 0;
    for rows in rows.chunks(group) {
        let mut group = writer.next_row_group().expect("a row group");
        let ids: Vec<i64> = (next..).take(rows.len()).collect();
        next += rows.len() as i64;
        let mut column = group.next_column().expect("a column").expect("a column");
        column.typed::<Int64Type>().write_batch(&ids, None, None).expect("values");
        column.close().expect("a column");
        for (values, definitions, repetitions) in [texts(rows), titles(rows), tags(rows)] {
            let mut column = group.next_column().expect("a column").expect("a column");
            let column_writer = column.typed::<ByteArrayType>();
            column_writer.write_batch(&values, Some(&definitions), Some(&repetitions)).expect("values");
            column.close().expect("a column");
        }
        group.close().expect("a row group");
    }
    writer.close().expect("a file");
    bytes
}

fn on_disk(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("a file");
    file
}

const COLUMNS: Columns = Columns { text: "text", id: Some("id"), url: None, title: Some("article.title"), date: None };

fn open(bytes: &[u8]) -> ParquetRows {
    let mut rows = ParquetRows::open(on_disk(bytes)).expect("a file");
    rows.select(&COLUMNS).expect("columns");
    rows
}

fn read(bytes: &[u8]) -> Vec<Result<Vec<Row>, String>> {
    let mut rows = open(bytes);
    std::iter::from_fn(|| rows.next_batch()).collect()
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    read(bytes).into_iter().flat_map(|batch| batch.expect("sound")).collect()
}

#[test]
fn rows_are_read() {
    let rows = rows(&file_of(&samples(), 4));
    let texts: Vec<_> = rows.iter().map(|row| row.text.as_deref().map_err(|fault| fault.at)).collect();
    assert_eq!(texts, [Ok("Żółw"), Err(2), Err(0), Ok("last of its group"), Ok("fifth")]);
    let message = |row: usize| rows[row].text.as_ref().expect_err("a fault").message.clone();
    assert_eq!(message(1), "the text is not UTF-8: byte 3 makes no sense");
    assert_eq!(message(2), "the text is null");
    let ids: Vec<_> = rows.iter().map(|row| (row.index, row.id.as_deref())).collect();
    assert_eq!(ids, [(1, Some("0")), (2, Some("1")), (3, Some("2")), (4, Some("3")), (5, Some("4"))]);
    let titles: Vec<_> = rows.iter().map(|row| row.title.as_deref()).collect();
    assert_eq!(titles, [Some("Title"), None, None, None, Some("")]);
}

#[test]
fn columns_are_told_and_chosen() {
    let mut rows = open(&file_of(&samples(), 4));
    assert_eq!(rows.rows(), 5);
    let columns = rows.columns();
    let columns: Vec<_> = columns.iter().map(|(name, is_text)| (name.as_str(), *is_text)).collect();
    assert_eq!(columns, [("id", false), ("text", true), ("article.title", true), ("tags.list.element", false)]);
    let mut error = |text, id| rows.select(&Columns { text, id, ..Columns::default() }).expect_err("no column");
    assert_eq!(error("body", None), "there is no column `body` in the file; it has `text`, `article.title`");
    assert_eq!(error("id", None), "the column `id` holds no text, but numbers");
    let list = error("text", Some("tags.list.element"));
    assert_eq!(list, "the column `tags.list.element` lies in a list, of which a row has many values or none");
}

#[test]
fn a_file_without_rows_has_no_batch() {
    assert!(read(&file_of(&[], 4)).is_empty());
}

#[test]
fn other_files_are_told_apart() {
    let bytes = file_of(&samples(), 4);
    let error = |bytes: &[u8]| ParquetRows::open(on_disk(bytes)).err().expect("an error");
    assert_eq!(error(b""), "the file is empty");
    assert_eq!(error(b"hello"), "this is no Parquet file: it does not begin and end with `PAR1`");
    let cut = &bytes[..bytes.len() / 2];
    assert_eq!(error(cut), "the file begins as a Parquet file, but its end is missing: it was cut off");
}

#[test]
fn a_damaged_row_group_loses_its_own_rows() {
    let mut bytes = file_of(&samples(), 2);
    let page = open(&bytes).file.metadata().row_group(0).column(1).data_page_offset();
    let page = usize::try_from(page).expect("a place");
    bytes[page..page + 4].fill(0xFF);
    let batches = read(&bytes);
    let error = batches[0].as_ref().expect_err("damaged");
    assert!(error.starts_with("row group 1 is damaged, rows 1 to 2 are lost: "), "{error}");
    let indexes: Vec<_> = batches[1..].iter().flatten().flatten().map(|row| row.index).collect();
    assert_eq!(indexes, [3, 4, 5]);
}

#[test]
fn batches_are_bounded() {
    let sample = Sample { text: Some(vec![b'x'; 100_000]), title: None, tags: None };
    let batches = read(&file_of(&vec![sample.clone(); 100], 100));
    assert!(batches.iter().flatten().all(|batch| batch.len() <= ROWS_OF_FIRST_STEP));
    assert_eq!(batches.iter().flatten().map(Vec::len).sum::<usize>(), 100);
    let short = Sample { text: Some(Vec::new()), ..sample };
    let batches = read(&file_of(&vec![short; 3_000], 5_000));
    assert_eq!(batches.iter().flatten().map(Vec::len).collect::<Vec<_>>(), [1_024, 1_024, 952]);
}

/// Splits a file, and gives back both halves.
fn split(bytes: &[u8], is_flagged: impl Fn(u64) -> bool, annotate: Option<&str>) -> (Vec<u8>, Vec<u8>) {
    let mut split = ParquetSplit::new(on_disk(bytes), &COLUMNS, Vec::new(), Vec::new(), annotate).expect("a split");
    while let Some(batch) = split.next_batch() {
        let verdict = |row: Row| match is_flagged(row.index) {
            true => Verdict::Flagged(format!("row {}", row.index)),
            false => Verdict::Clean,
        };
        split.write(batch.expect("sound").into_iter().map(verdict).collect()).expect("written");
    }
    split.finish().expect("finished")
}

/// The file that [`file_of`] makes of the rows of which `keep` is true, by what the reader of the `parquet` crate sees.
fn records(bytes: Vec<u8>) -> Vec<String> {
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a file");
    file.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()).collect()
}

#[test]
fn a_split_holds_every_row_once() {
    let bytes = file_of(&samples(), 2);
    let all = records(bytes.clone());
    let (clean, flagged) = split(&bytes, |index| index == 2 || index == 5, None);
    assert_eq!(records(clean.clone()), [&all[0][..], &all[2], &all[3]]);
    assert_eq!(records(flagged.clone()), [&all[1][..], &all[4]]);
    for half in [clean, flagged] {
        let (half, whole) = (open(&half), open(&bytes));
        let [half, whole] = [&half, &whole].map(|rows| rows.file.metadata());
        assert_eq!(half.file_metadata().schema(), whole.file_metadata().schema());
        assert_eq!(half.file_metadata().key_value_metadata(), whole.file_metadata().key_value_metadata());
        assert_eq!(half.row_group(0).column(1).compression(), Compression::SNAPPY);
    }
}

#[test]
fn the_flagged_file_has_the_notes() {
    let (clean, flagged) = split(&file_of(&samples(), 2), |index| index > 3, Some("why"));
    let mut notes = ParquetRows::open(on_disk(&flagged)).expect("a file");
    notes.select(&Columns { text: "why", ..Columns::default() }).expect("the column");
    let notes: Vec<_> = std::iter::from_fn(|| notes.next_batch()).flat_map(|batch| batch.expect("sound")).collect();
    let notes: Vec<_> = notes.into_iter().map(|row| row.text.expect("a note")).collect();
    assert_eq!(notes, ["row 4", "row 5"]);
    assert_eq!(open(&clean).columns().len(), 4);
}

#[test]
fn an_added_column_needs_a_name_of_its_own() {
    let file = on_disk(&file_of(&samples(), 2));
    let error = ParquetSplit::new(file, &COLUMNS, Vec::new(), Vec::new(), Some("tags")).err().expect("an error");
    assert_eq!(error, "the file has a column `tags` already; the added column needs another name");
}

#[test]
fn a_split_without_all_verdicts_is_no_split() {
    let file = on_disk(&file_of(&samples(), 2));
    let mut split = ParquetSplit::new(file, &COLUMNS, Vec::new(), Vec::new(), None).expect("a split");
    let batch = split.next_batch().expect("a batch").expect("sound");
    split.write(vec![Verdict::Clean; batch.len()]).expect("written");
    assert!(split.finish().is_err());
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let word = || "[a-zé]{0,4}";
    let tags = prop::option::of(prop::collection::vec(prop::option::of(word()), 0..4));
    let text = prop::option::of(prop::collection::vec(any::<u8>(), 0..9));
    (text, prop::option::of(prop::option::of(word())), tags).prop_map(|(text, title, tags)| Sample {
        text,
        title,
        tags,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_rows_survive_a_split(
        samples in prop::collection::vec(any_sample(), 0..300),
        group in 1_usize..200,
        mask in any::<u64>(),
    ) {
        let bytes = file_of(&samples, group);
        let is_flagged = |index: u64| mask >> (index % 64) & 1 == 1;
        let (clean, flagged) = split(&bytes, is_flagged, None);
        let (mut clean, mut flagged) = (records(clean).into_iter(), records(flagged).into_iter());
        for (record, index) in records(bytes).into_iter().zip(1..) {
            let half = if is_flagged(index) { &mut flagged } else { &mut clean };
            prop_assert_eq!(half.next(), Some(record));
        }
        prop_assert!(clean.next().is_none() && flagged.next().is_none());
    }

    #[test]
    fn damage_does_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = file_of(&samples(), 2);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(mut rows) = ParquetRows::open(on_disk(&bytes)) && rows.select(&COLUMNS).is_ok() {
            let batches = std::iter::from_fn(|| rows.next_batch()).take(100).count();
            prop_assert!(batches < 100);
        }
        let split = ParquetSplit::new(on_disk(&bytes), &COLUMNS, Vec::new(), Vec::new(), Some("why"));
        if let Ok(mut split) = split {
            while let Some(Ok(batch)) = split.next_batch() {
                if split.write(vec![Verdict::Flagged(String::new()); batch.len()]).is_err() {
                    break;
                }
            }
            let _ = split.finish();
        }
    }
}
