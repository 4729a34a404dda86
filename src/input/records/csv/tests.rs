use proptest::prelude::*;

use super::super::cut::{Cut, Piece};
use super::*;
use crate::document::Origin;

/// The pieces of a file that arrives in slices which end at `ends`.
fn cut_in_slices(mut cutter: CsvCut, file: &[u8], ends: impl IntoIterator<Item = usize>) -> Vec<Piece> {
    let (mut pieces, mut done) = (Vec::new(), 0);
    let slices = ends.into_iter().map(|end| (end, false)).chain([(file.len(), true)]);
    for (end, is_end) in slices {
        let mut new = Vec::new();
        let more = cutter.cut(&file[done..end.max(done)], is_end, &mut new);
        pieces.extend(
            new.into_iter()
                .map(|piece| Piece { range: piece.range.start + done..piece.range.end + done, fault: piece.fault }),
        );
        done += more;
    }
    assert_eq!(done, file.len());
    pieces
}

fn cut(file: &str) -> Vec<Piece> {
    cut_in_slices(CsvCut::new(b','), file.as_bytes(), [])
}

fn texts<'f>(file: &'f str, pieces: &[Piece]) -> Vec<&'f str> {
    pieces.iter().map(|piece| &file[piece.range.clone()]).collect()
}

fn values(record: &str, delimiter: u8) -> Vec<String> {
    fields(record, delimiter).iter().map(|field| plain_value(record, field).into_owned()).collect()
}

#[test]
fn line_ends_and_blank_lines() {
    let file = "\u{FEFF}a,b\r\n\r\n\n\"c\nd\",\"\"\re\n\r";
    assert_eq!(texts(file, &cut(file)), ["a,b\r\n", "\"c\nd\",\"\"\r", "e\n"]);
    assert!(cut("\u{FEFF}").is_empty() && cut("").is_empty());
    assert_eq!(texts("a,", &cut("a,")), ["a,"]);
    assert_eq!(cut_in_slices(CsvCut::new(b','), &BYTE_ORDER_MARK[..2], []).len(), 1);
}

#[test]
fn nothing_is_decided_before_it_is_seen() {
    let mut pieces = Vec::new();
    let mut cutter = CsvCut::new(b',');
    assert_eq!(cutter.cut(b"\xEF\xBB", false, &mut pieces), 0);
    assert_eq!(cutter.cut(b"\xEF\xBB\xBFa\r", false, &mut pieces), 3);
    assert_eq!(cutter.cut(b"a\r\n\"b\"", false, &mut pieces), 3);
    assert_eq!(cutter.cut(b"\"b\"\"\n\"\r", false, &mut pieces), 0);
    assert_eq!(cutter.cut(b"\"b\"\"\n\"\r", true, &mut pieces), 7);
    assert_eq!(pieces.iter().map(|piece| piece.range.clone()).collect::<Vec<_>>(), [0..3, 0..7]);
}

#[test]
fn an_unclosed_quote_costs_one_line() {
    let file = "a,\"b\nc\",\"d,\r\ne,f\n\"\"g\n";
    let pieces = cut(file);
    assert_eq!(texts(file, &pieces), ["a,\"b\nc\",\"d,\r\n", "e,f\n", "\"\"g\n"]);
    let faults: Vec<_> = pieces.iter().filter_map(|piece| piece.fault.clone()).collect();
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].at, faults[0].message.as_str()), (8, "a quoted field begins here and never ends"));
}

#[test]
fn an_open_quote_ends_with_the_limit() {
    let file = format!("a,\"b\n{}x,\"y\nz\"\n", "c,d\n".repeat(5));
    let pieces = cut_in_slices(CsvCut::with_limit(b',', 16), file.as_bytes(), []);
    let cut = texts(&file, &pieces);
    assert_eq!((cut.len(), cut[0], cut[6]), (7, "a,\"b\n", "x,\"y\nz\"\n"));
    let message = pieces[0].fault.as_ref().map_or("", |fault| fault.message.as_str());
    assert_eq!(message, "a quoted field begins here and does not end within the 16 bytes of a record");
    assert!(pieces[1..].iter().all(|piece| piece.fault.is_none()));
    let closed = format!("\"{}\"\n", "x".repeat(30));
    assert!(cut_in_slices(CsvCut::with_limit(b',', 32), closed.as_bytes(), [])[0].fault.is_none());
    assert!(cut_in_slices(CsvCut::with_limit(b',', 31), closed.as_bytes(), [])[0].fault.is_some());
}

/// Each line's quote closes the one before it, so that an odd line is left.
#[test]
fn a_megabyte_of_unclosed_quotes() {
    let lines = 200_001;
    let file = "a,\"b\n".repeat(lines);
    for slice in [1, 4096, file.len()] {
        let pieces = cut_in_slices(CsvCut::new(b','), file.as_bytes(), (0..file.len()).step_by(slice));
        assert_eq!(pieces.len(), lines / 2 + 1);
        let faults: Vec<_> = pieces.iter().filter(|piece| piece.fault.is_some()).collect();
        assert_eq!(faults, [&pieces[lines / 2]]);
    }
}

/// Files that open a quote in vain again and again, as often as the limit lets them.
#[test]
fn hostile_files_take_linear_time() {
    let most = 1 << 16;
    let run = format!("a,\"\n{}b\n", "\"".repeat(most + 1));
    let filler = format!("a,\"b\n{}", ",\"\"\"\"\n".repeat(most / 3));
    for file in [run.repeat(30), filler.repeat(5), "\"".repeat(1 << 21), "\"\"\n".repeat(1 << 19)] {
        let pieces = cut_in_slices(CsvCut::with_limit(b',', most), file.as_bytes(), (0..file.len()).step_by(64));
        let whole = cut_in_slices(CsvCut::with_limit(b',', most), file.as_bytes(), []);
        assert_eq!(pieces, whole);
    }
}

#[test]
fn fields_lie_inside_their_quotes() {
    let record = "a,\"b \"\"c\"\"\",, \"d\",\"e\"f\"\"\r\n";
    let found = fields(record, b',');
    let raw: Vec<_> = found.iter().map(|field| &record[field.raw.clone()]).collect();
    assert_eq!(raw, ["a", "b \"\"c\"\"", "", " \"d\"", "e\"f\"\""]);
    assert_eq!(found.iter().map(|field| field.quoted).collect::<Vec<_>>(), [false, true, false, false, true]);
    assert_eq!(found.iter().map(|field| field.torn).collect::<Vec<_>>(), [false, false, false, false, true]);
    assert_eq!(values(record, b','), ["a", "b \"c\"", "", " \"d\"", "ef\"\""]);
    assert_eq!(values("a\t\"b,c\td\n", b'\t'), ["a", "b,c\td"]);
    assert_eq!(values("", b','), [""]);
    assert_eq!(values("\"\r\n", b','), [""]);
}

#[test]
fn a_value_leads_back_to_the_file() {
    let record = "x,\"é \"\"😀\"\"\"\n";
    let (text, map) = value(record, &fields(record, b',')[1], 100);
    let origin = Origin::Decoded(map);
    assert_eq!(text, "é \"😀\"");
    assert_eq!([0, 2, 3, 4, 8, 9].map(|offset| origin.raw(offset)), [103, 105, 106, 108, 112, 114]);
}

#[test]
fn strange_arguments_do_no_harm() {
    let record = "é,\"\"😀\"\n";
    for delimiter in 0..=255 {
        for field in fields(record, delimiter) {
            let _ = (value(record, &field, u32::MAX - 3), plain_value(record, &field));
        }
        let _ = cut_in_slices(CsvCut::new(delimiter), record.as_bytes(), 0..record.len());
    }
    for raw in [1..3, 50..60, usize::MAX - 1..usize::MAX] {
        let field = Field { raw, quoted: true, torn: false };
        assert_eq!((value(record, &field, 7).0.as_str(), plain_value(record, &field).as_ref()), ("", ""));
    }
    // A cutter that is given less than before.
    let mut cutter = CsvCut::new(b',');
    assert_eq!(cutter.cut(b"\"abc", false, &mut Vec::new()), 0);
    assert_eq!(cutter.cut(b"", true, &mut Vec::new()), 0);
}

#[test]
fn the_header_tells_the_delimiter() {
    for (header, delimiter) in [
        ("id,title,text\nx;y;z;a;b;c", b','),
        ("\u{FEFF}id;title;text", b';'),
        ("\r\n\"a,b,c\"\ttext\r\n", b'\t'),
        ("id|url|\"lead, text, and, all\"", b'|'),
        ("\"a;b;c\",\"d;\"\"e;f\"", b','),
        ("5\" disk;a;b", b';'),
        ("a;b,c", b','),
        ("title", b','),
        ("\"title;a", b','),
        ("", b','),
    ] {
        assert_eq!(guess_delimiter(header.as_bytes()) as char, delimiter as char, "{header}");
    }
}

/// Files of everything that means something in CSV.
fn file() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["\"", "\"", "\"\"", ",", ",\"", "\",", "\n", "\r\n", "\r", "ab c", "é", "😀"]);
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// A file, and where its slices end.
fn sliced_file() -> impl Strategy<Value = (String, Vec<usize>)> {
    (file(), prop::collection::vec(any::<prop::sample::Index>(), 0..8)).prop_map(|(file, places)| {
        let mut ends: Vec<_> = places.iter().map(|place| place.index(file.len() + 1)).collect();
        ends.sort_unstable();
        (file, ends)
    })
}

/// Whether a file ends inside quotes; byte by byte.
fn ends_in_quotes(file: &str) -> bool {
    let (mut inside, mut begins_field, mut closed) = (false, true, false);
    for byte in file.bytes() {
        match byte {
            b'"' if inside => (inside, closed) = (false, true),
            b'"' if begins_field || closed => (inside, closed) = (true, false),
            _ if inside => {}
            _ => closed = false,
        }
        begins_field = !inside && matches!(byte, b',' | b'\n' | b'\r');
    }
    inside
}

fn read_with_csv_crate(file: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.has_headers(false).flexible(true).delimiter(delimiter).from_reader(file.as_bytes());
    reader.records().map(|record| record.expect("UTF-8").iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_those_of_the_csv_crate((file, ends) in sliced_file(), bar in any::<bool>()) {
        let file = if bar { file.replace(',', "|") } else { file };
        let delimiter = if bar { b'|' } else { b',' };
        let pieces = cut_in_slices(CsvCut::new(delimiter), file.as_bytes(), ends);
        let faults = pieces.iter().filter(|piece| piece.fault.is_some()).count();
        // Never a second one: nothing that follows stays open.
        prop_assert_eq!(faults, usize::from(ends_in_quotes(&file.replace('|', ","))));
        if faults == 0 {
            let read: Vec<_> = texts(&file, &pieces).into_iter().map(|record| values(record, delimiter)).collect();
            prop_assert_eq!(read, read_with_csv_crate(&file, delimiter));
        }
    }

    #[test]
    fn slices_and_limits_lose_nothing((file, ends) in sliced_file(), most in 0_usize..40, mark in any::<bool>()) {
        let start = if mark { BYTE_ORDER_MARK.len() } else { 0 };
        let file = if mark { format!("\u{FEFF}{file}") } else { file };
        let cutter = CsvCut::with_limit(b',', most);
        let pieces = cut_in_slices(cutter.clone(), file.as_bytes(), ends);
        prop_assert_eq!(&pieces, &cut_in_slices(cutter.clone(), file.as_bytes(), []));
        prop_assert_eq!(&pieces, &cut_in_slices(cutter, file.as_bytes(), 0..file.len()));
        let mut done = start;
        for piece in &pieces {
            prop_assert!(file[done..piece.range.start].bytes().all(is_line_end));
            let record = &file[piece.range.clone()];
            prop_assert!(!record.is_empty() && !record.starts_with(['\r', '\n']));
            if let Some(fault) = &piece.fault {
                let opening = piece.range.start + fault.at;
                prop_assert_eq!(&file[opening..=opening], "\"");
                prop_assert!(fields(record, b',').iter().any(|field| field.quoted && field.raw.start == fault.at + 1));
            } else if piece.range.end < file.len() {
                prop_assert!(record.ends_with(['\r', '\n']));
            }
            done = piece.range.end;
        }
        prop_assert!(file[done..].bytes().all(is_line_end));
    }

    #[test]
    fn every_character_leads_back((file, _) in sliced_file(), from in 0_u32..1000) {
        for piece in cut(&file) {
            let record = &file[piece.range.clone()];
            for field in fields(record, b',') {
                let (text, map) = value(record, &field, from);
                prop_assert_eq!(&plain_value(record, &field), &text);
                let origin = Origin::Decoded(map);
                prop_assert_eq!(origin.raw(text.len() as u32), from + field.raw.end as u32);
                for (offset, c) in text.char_indices() {
                    let start = (origin.raw(offset as u32) - from) as usize;
                    let end = (origin.raw((offset + c.len_utf8()) as u32) - from) as usize;
                    let raw = &record[start..end];
                    // The closing quote of a torn field counts for the character before it.
                    let bare = raw.strip_suffix('"').filter(|_| field.torn);
                    let closes = bare.is_some_and(|raw| raw == c.to_string() || c == '"');
                    prop_assert!(raw == c.to_string() || (c == '"' && raw == "\"\"") || closes, "{c:?} {raw:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read(list in prop::collection::vec(file(), 1..5), always in any::<bool>()) {
        let write = |value: &String| {
            if always || needs_quotes(value, b',') || list.len() == 1 { quoted(value) } else { value.clone() }
        };
        let record = list.iter().map(write).collect::<Vec<_>>().join(",") + "\r\n";
        let pieces = cut(&record);
        prop_assert_eq!(texts(&record, &pieces), [record.as_str()]);
        prop_assert!(pieces.iter().all(|piece| piece.fault.is_none()));
        prop_assert_eq!(values(&record, b','), list);
    }

    #[test]
    fn an_edit_inside_quotes_is_read(before in file(), new in file(), behind in file()) {
        let record = format!("a,{},b", quoted(&format!("{before}old{behind}")));
        let field = &fields(&record, b',')[1];
        let (_, map) = value(&record, field, 0);
        let origin = Origin::Decoded(map);
        let place = [before.len(), before.len() + 3].map(|offset| origin.raw(offset as u32) as usize);
        let edited = format!("{}{}{}", &record[..place[0]], escaped(&new), &record[place[1]..]);
        prop_assert_eq!(values(&edited, b','), ["a".to_owned(), format!("{before}{new}{behind}"), "b".to_owned()]);
    }
}
