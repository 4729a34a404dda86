use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

/// Cuts a file that arrives in slices of these sizes, over and over. Gives every piece with its bytes.
fn cut_slices(mut cutter: WarcCut, file: &[u8], sizes: &[usize]) -> Vec<(Vec<u8>, Option<String>)> {
    let (mut start, mut end, mut found) = (0, 0, Vec::new());
    let mut sizes = sizes.iter().cycle();
    loop {
        end = (end + sizes.next().copied().unwrap_or(file.len()).max(1)).min(file.len());
        let mut pieces = Vec::new();
        let slice = &file[start..end];
        let done = cutter.cut(slice, end == file.len(), &mut pieces);
        let mut behind = 0;
        for piece in pieces {
            assert!(piece.range.start >= behind && !piece.range.is_empty());
            // Nothing but line ends is lost between the pieces.
            assert!(slice[behind..piece.range.start].iter().all(|byte| matches!(byte, b'\r' | b'\n')));
            assert!(piece.fault.as_ref().is_none_or(|fault| fault.at <= piece.range.len()));
            behind = piece.range.end;
            found.push((slice[piece.range].to_vec(), piece.fault.map(|fault| fault.message)));
        }
        assert!(slice[behind..done].iter().all(|byte| matches!(byte, b'\r' | b'\n')));
        start += done;
        if end == file.len() {
            assert_eq!(start, end);
            return found;
        }
    }
}

fn cut_all(file: &[u8]) -> Vec<(Vec<u8>, Option<String>)> {
    let whole = cut_slices(WarcCut::new(), file, &[file.len()]);
    assert_eq!(whole, cut_slices(WarcCut::new(), file, &[1]));
    whole
}

fn record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let header = format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {}\r\n\r\n", block.len());
    [header.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(http: &str, body: &[u8]) -> Vec<u8> {
    let block = [b"HTTP/1.1 200 OK\r\n", http.as_bytes(), b"\r\n", body].concat();
    record("response", "Content-Type: application/http; msgtype=response\r\n", &block)
}

fn payload_of(record: &[u8]) -> Result<Payload, Fault> {
    payload(&read(record).unwrap())
}

fn assert_text(record: &[u8], text: &[u8]) {
    match payload_of(record) {
        Ok(Payload::Text { text: found, .. }) => assert_eq!(found, text),
        other => panic!("{other:?}"),
    }
}

fn messages(found: &[(Vec<u8>, Option<String>)]) -> Vec<Option<&str>> {
    found.iter().map(|(_, message)| message.as_deref()).collect()
}

#[test]
fn reads_a_record() {
    let bytes = record(
        "conversion",
        "warc-target-uri: <https://example.org/a>\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n\
         CONTENT-TYPE : text/plain;\r\n\tcharset=utf-8\r\n",
        b"One.\n\nTwo.",
    );
    let found = read(&bytes).unwrap();
    assert_eq!((found.kind, found.id), ("conversion", Some("urn:uuid:1")));
    assert_eq!((found.url, found.date), (Some("https://example.org/a"), Some("2024-01-02T03:04:05Z")));
    assert_eq!(found.block, b"One.\n\nTwo.");
    assert_eq!(&bytes[found.block_start..][..4], b"One.");
    assert_text(&bytes, b"One.\n\nTwo.");
}

#[test]
fn tells_what_is_damaged_in_a_record() {
    for (bytes, message) in [
        (&b"<html>"[..], "no WARC record begins here"),
        (b"WARC/1.0\r\nWARC-Type: x\r\n", "no blank line ends the record's header"),
        (b"WARC/1.0\r\nWARC-Type: x\r\n\r\n", "the record's header has no Content-Length"),
        (b"WARC/1.0\r\nContent-Length: -1\r\n\r\n", "the Content-Length is not a number of bytes"),
        (b"WARC/1.0\r\nContent-Length:\r\n\r\n", "the Content-Length is not a number of bytes"),
        (b"WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n", "the Content-Length is not a number of bytes"),
        (b"WARC/1.0\r\nContent-Length: 4\r\n\r\nab", "the record is cut short: 2 of 4 bytes"),
        (b"WARC/1.0\r\nContent-Length: 0\r\n\r\n", "the record's header has no WARC-Type"),
    ] {
        assert_eq!(read(bytes).unwrap_err().message, message);
    }
}

#[test]
fn cuts_records_of_all_versions() {
    let old = b"WARC/0.17\nWARC-Type: response\ncontent-length:  3 \nX: 1\n 2\n\nabc\n\n";
    let bare = b"WARC/1.1\r\nContent-Length: 0\r\nWARC-Type: metadata\r\n\r\n";
    let good = record("resource", "", b"a\r\nWARC/1.0\r\nb");
    let file = [&b"\r\n"[..], old, bare, &good, &good].concat();
    let found = cut_all(&file);
    assert_eq!(found.iter().map(|(bytes, _)| &bytes[..]).collect::<Vec<_>>(), [&old[..], bare, &good, &good]);
    assert_eq!(messages(&found), [None; 4]);
    assert_eq!(cut_all(b""), []);
    assert_eq!(cut_all(b"\r\n\r\n"), []);
}

#[test]
fn a_file_that_is_cut_off() {
    let good = record("resource", "", b"0123456789");
    let found = cut_all(&[&good[..], &good[..good.len() - 8]].concat());
    assert_eq!(messages(&found), [None, Some("the record is cut short: 6 of 10 bytes")]);
    // Only the line ends are missing.
    assert_eq!(messages(&cut_all(&good[..good.len() - 3])), [None]);
    assert_eq!(messages(&cut_all(&good[..20])), [Some("no blank line ends the record's header")]);
    assert_eq!(messages(&cut_all(&good[..6])), [Some(NO_RECORD)]);
}

#[test]
fn a_damaged_header_loses_one_record() {
    let good = record("resource", "", b"good");
    for (bad, message) in [
        (&b"WARC/1.0\r\nWARC-Type: resource\r\n\r\nblock\r\n\r\n"[..], "the record's header has no Content-Length"),
        (b"WARC/1.0\r\nContent-Length: ten\r\n\r\nblock\r\n\r\n", "the Content-Length is not a number of bytes"),
        (b"WARC/1.0\r\nWARC-Type: resource\r\n", "the record breaks off in its header: the next one begins there"),
        (b"CRAW/1.0\r\nContent-Length: 5\r\n\r\nblock\r\n\r\n", NO_RECORD),
    ] {
        let found = cut_all(&[&good[..], bad, &good, &good].concat());
        assert_eq!(messages(&found), [None, Some(message), None, None]);
        assert_eq!(found[1].0, bad);
    }
}

#[test]
fn a_wrong_length_loses_one_record() {
    let good = record("resource", "", b"good");
    for length in [0, 3, 8, 60, 150, 10_000] {
        let bad = format!("WARC/1.0\r\nContent-Length: {length}\r\n\r\nsome block\r\n\r\n");
        let found = cut_all(&[&good[..], bad.as_bytes(), &good, &good].concat());
        assert_eq!(messages(&found), [None, Some(WRONG_LENGTH), None, None], "{length}");
        assert_eq!(found[1].0, bad.as_bytes());
    }
}

#[test]
fn a_crawler_that_was_stopped_and_went_on() {
    let good = record("resource", "", b"good");
    let found = cut_all(&[&good[..good.len() - 6], &good, &good].concat());
    assert_eq!(messages(&found), [Some(WRONG_LENGTH), None, None]);
    // A mark of the encoding at the front.
    assert_eq!(messages(&cut_all(&[b"\xEF\xBB\xBF", &good[..]].concat())), [Some(NO_RECORD), None]);
}

#[test]
fn what_stands_between_records_does_not_harm_them() {
    let good = record("resource", "", b"good");
    let found = cut_all(&[&good[..], b"garbage\n", &good, &[b'\n'; 200], &good].concat());
    assert_eq!(messages(&found), [None, Some(NO_RECORD), None, None]);
}

#[test]
fn large_records_are_cut_in_pieces() {
    let (large, good) = (record("resource", "", &[b'x'; 1000]), record("resource", "", b"good"));
    let file = [&good[..], &large, &good].concat();
    for sizes in [&[1][..], &[7, 100], &[1 << 20]] {
        let found = cut_slices(WarcCut { most: 300, ..WarcCut::new() }, &file, sizes);
        assert_eq!((found[0].0.as_slice(), found[0].1.as_deref()), (&good[..], None));
        assert_eq!(found.last(), found.first());
        let rest = &found[1..found.len() - 1];
        assert_eq!(rest[0].1.as_deref(), Some(TOO_LARGE));
        assert!(rest[1..].iter().all(|(_, message)| message.as_deref() == Some("")));
        assert_eq!(rest.iter().map(|(bytes, _)| &bytes[..]).collect::<Vec<_>>().concat(), large);
    }
    // Damage without end is not kept either.
    let file = [&[b'x'; 5000], &b"\n"[..], &good].concat();
    let found = cut_slices(WarcCut { most: 300, ..WarcCut::new() }, &file, &[100]);
    assert!(found.len() > 10 && found.iter().all(|(bytes, _)| bytes.len() <= 400));
    assert_eq!(found.last().map(|(bytes, message)| (&bytes[..], message)), Some((&good[..], &None)));
    let huge = b"WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nx";
    assert_eq!(messages(&cut_slices(WarcCut::new(), huge, &[100])), [Some(TOO_LARGE)]);
}

#[test]
fn a_header_without_end() {
    let good = record("resource", "", b"good");
    let file = [b"WARC/1.0\r\n", "a: b\r\n".repeat(200_000).as_bytes(), &good].concat();
    for sizes in [[4096], [file.len()]] {
        let found = cut_slices(WarcCut::new(), &file, &sizes);
        assert_eq!(messages(&found), [Some("the record's header is longer than 1 MiB"), None]);
    }
}

/// Time by the square of the length would take hours.
#[test]
fn hostile_files_take_linear_time() {
    let size = 2 << 20;
    for part in [
        "WARC/1.0\n",
        "WARC/",
        "\nWARC/1.0\nContent-Length: 1000000\n\n",
        "xWARC/1.0\nWARC-a: b\n",
        "xWARC/1.0\nWARC-a: b\n\n",
        "WARC/1.0\nContent-Length: 1\n\nxy\n\n",
        "\n",
        "x",
    ] {
        let file = part.repeat(size / part.len());
        cut_slices(WarcCut::new(), file.as_bytes(), &[64]);
    }
}

#[test]
fn text_by_media_type() {
    let kind = |kind: &str, media: &str| payload_of(&record(kind, media, b"text")).unwrap() != Payload::NotText;
    assert!(kind("conversion", ""));
    assert!(kind("conversion", "Content-Type: Text/Plain\r\n"));
    assert!(kind("resource", "Content-Type: text/markdown; variant=GFM\r\n"));
    assert!(!kind("resource", ""));
    assert!(!kind("conversion", "Content-Type: text/html\r\n"));
    assert!(!kind("resource", "Content-Type: text/dns\r\n"));
    assert!(!kind("response", "Content-Type: text/plain\r\n"));
    assert!(!kind("conversion", "WARC-Segment-Number: 2\r\n"));
    assert!(kind("conversion", "WARC-Segment-Number: 1\r\n"));
    for other in ["warcinfo", "request", "revisit", "metadata", "continuation"] {
        assert!(!kind(other, "Content-Type: text/plain\r\n"));
    }
}

#[test]
fn charsets() {
    let charset = |value: &str| match payload_of(&response(&format!("Content-Type: {value}\r\n"), b"x")) {
        Ok(Payload::Text { charset, .. }) => charset,
        other => panic!("{other:?}"),
    };
    for value in [
        "text/plain;charset=iso-8859-1",
        "text/plain; format=flowed; Charset = \"iso-8859-1\"",
        "text/plain;\r\n charset='iso-8859-1'; x=y",
        "text/plain charset=iso-8859-1, text/html",
    ] {
        assert_eq!(charset(value).as_deref(), Some("iso-8859-1"), "{value}");
    }
    for value in ["text/plain", "text/plain; charset=", "text/plain; charset", "text/plain; charset=\"\""] {
        assert_eq!(charset(value), None);
    }
}

#[test]
fn answers_of_servers() {
    assert_text(&response("content-type:text/plain\r\n", b"Text."), b"Text.");
    assert_eq!(payload_of(&response("Content-Type: text/html\r\n", b"<p>")), Ok(Payload::NotText));
    assert_eq!(payload_of(&response("", b"Text.")), Ok(Payload::NotText));
    let http = |block: &str| payload_of(&record("response", "Content-Type: application/http\r\n", block.as_bytes()));
    assert_eq!(http("HTTP/1.1 404 Not Found\nContent-Type: text/plain\n\nGone."), Ok(Payload::NotText));
    let text = |text: &str| Ok(Payload::Text { text: text.into(), charset: None });
    assert_eq!(http("HTTP/1.0 203\nbad line\n: \nContent-Type: text/plain\n\nText."), text("Text."));
    assert_eq!(http("HTTP/1.1 100 Continue\r\n\r\nHTTP/2 200\r\nContent-Type: text/plain\r\n\r\nT"), text("T"));
    assert_eq!(http("HTTP/1.0 200 OK\nContent-Type: text/plain"), text(""));
    assert_eq!(http("GET / HTTP/1.1\r\n\r\n").unwrap_err().message, "no HTTP status line begins here");
}

fn packed<W: Write>(mut encoder: W, text: &[u8], finish: impl Fn(W) -> std::io::Result<Vec<u8>>) -> Vec<u8> {
    encoder.write_all(text).unwrap();
    finish(encoder).unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    packed(GzEncoder::new(Vec::new(), Compression::fast()), text, GzEncoder::finish)
}

/// “Some text, and some text again. ”, twenty times, written by Google's encoder.
const BROTLI: &[u8] = b"\x1b\x7f\x02\xf8\x45\x27\x47\xfa\xf9\xcd\x02\x6a\xeb\x58\x41\x87\x72\x10\x87\x0a\x4b\x01\x5e\xb8\x29\x63\x5b\xb0\xde\x44\x4e\xe1\xd8\x3f\x6b\x08";

#[test]
fn packed_bodies() {
    let text = "Some text, and some text again. ".repeat(20);
    let text = text.as_bytes();
    let zlib = packed(ZlibEncoder::new(Vec::new(), Compression::fast()), text, ZlibEncoder::finish);
    let bare = packed(DeflateEncoder::new(Vec::new(), Compression::fast()), text, DeflateEncoder::finish);
    let two = [gzip(&text[..100]), gzip(&text[100..])].concat();
    for (coding, body) in [
        ("gzip", gzip(text)),
        ("x-gzip", two),
        ("deflate", zlib.clone()),
        ("Deflate", bare),
        ("br", BROTLI.to_vec()),
        ("gzip, deflate", packed(ZlibEncoder::new(Vec::new(), Compression::fast()), &gzip(text), ZlibEncoder::finish)),
        // The header tells what is no longer true, or never was.
        ("gzip", text.to_vec()),
        ("deflate", text.to_vec()),
        ("br", text.to_vec()),
        ("utf-8", text.to_vec()),
        ("identity", text.to_vec()),
    ] {
        assert_text(&response(&format!("Content-Type: text/plain\r\nContent-Encoding: {coding}\r\n"), &body), text);
    }
    // “;” is an empty Brotli stream.
    let list = b"; a comment";
    assert_text(&response("Content-Type: text/plain\r\nContent-Encoding: br\r\n", list), list);
    let broken = &gzip(text)[..30];
    let fault = payload_of(&response("Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", broken)).unwrap_err();
    assert_eq!(fault.message, "the body is not sound gzip data");
    let fault = payload_of(&response("Content-Type: text/plain\r\nContent-Encoding: zstd\r\n", broken)).unwrap_err();
    assert_eq!(fault.message, "the body's Content-Encoding “zstd” is not known");
}

#[test]
fn a_body_that_unpacks_to_too_much() {
    let zlib = packed(ZlibEncoder::new(Vec::new(), Compression::fast()), &[b' '; 640], ZlibEncoder::finish);
    for (coding, body) in [("gzip", &gzip(&[b' '; 640])[..]), ("deflate", &zlib), ("br", BROTLI)] {
        assert_eq!(payload::decompress(coding, body, 639), Err(payload::Failure::TooLarge));
        assert!(payload::decompress(coding, body, 640).is_ok_and(|unpacked| unpacked.len() == 640));
    }
}

#[test]
fn chunked_bodies() {
    let chunked =
        |body: &[u8]| payload_of(&response("Content-Type: text/plain\r\nTransfer-Encoding: Chunked\r\n", body));
    let text = |text: &[u8]| Ok(Payload::Text { text: text.to_vec(), charset: None });
    assert_eq!(chunked(b"5\r\nHello\r\n7 ;a=b\r\n, world\r\n0\r\nTrailer: x\r\n\r\n"), text(b"Hello, world"));
    assert_eq!(chunked(b"05\nHello\n0\n\n"), text(b"Hello"));
    assert_eq!(chunked(b"0\r\n\r\n"), text(b""));
    for cut_off in ["5\r\nHello\r\n", "5\r\nHello\r\n7", "5\r\nHello\r\n7\r\n"] {
        assert_eq!(chunked(cut_off.as_bytes()), text(b"Hello"));
    }
    assert_eq!(chunked(b"5\r\nHello\r\n7\r\n, wo"), text(b"Hello, wo"));
    // Joined before it was stored.
    for joined in
        ["Hello", "", "2024\r\nA year.", "12\nJune, and so on, and so on", "0\nPoints.", "ffffffffffffffff\nx"]
    {
        assert_eq!(chunked(joined.as_bytes()), text(joined.as_bytes()));
    }
    assert_eq!(chunked(b"5\r\nHello\r\nworld\r\n").unwrap_err().message, "a chunk of the body has no size");
    let fault = chunked(b"5\r\nHello\r\n2\r\nworld\r\n").unwrap_err();
    assert_eq!(fault.message, "a chunk of the body is longer than its size says");
}

fn any_record() -> impl Strategy<Value = Vec<u8>> {
    let text = "[ \nabcWARC/1.:\r-]{0,80}";
    (0..4_usize, text, any::<bool>()).prop_map(|(kind, block, is_crlf)| {
        let kind = ["response", "resource", "conversion", "warcinfo"][kind];
        let record = record(kind, "WARC-Target-URI: http://example.org/\r\n", &[]);
        let header = String::from_utf8(record).unwrap().replace(": 0\r\n", &format!(": {}\r\n", block.len()));
        let header = header.trim_end();
        let whole = format!("{header}\r\n\r\n{block}\r\n\r\n");
        if is_crlf || block.contains('\r') { whole } else { whole.replace("\r\n", "\n") }.into_bytes()
    })
}

proptest! {
    #[test]
    fn records_come_out_whole(
        records in prop::collection::vec(any_record(), 0..8),
        sizes in prop::collection::vec(1..90_usize, 1..8),
    ) {
        let found = cut_slices(WarcCut::new(), &records.concat(), &sizes);
        let expected: Vec<_> = records.into_iter().map(|record| (record, None)).collect();
        for (record, _) in &expected {
            prop_assert!(payload(&read(record).unwrap()).is_ok() || record.windows(8).any(|part| part == b"response"));
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn garbage_between_records_loses_none(
        records in prop::collection::vec((any_record(), "[a-z \n\t:0-9]{0,40}"), 0..8),
        sizes in prop::collection::vec(1..90_usize, 1..8),
    ) {
        let mut file = Vec::new();
        for (record, garbage) in &records {
            file.extend_from_slice(record);
            file.extend_from_slice(garbage.as_bytes());
        }
        let found = cut_slices(WarcCut::new(), &file, &sizes);
        let sound: Vec<_> = found.iter().filter(|(_, message)| message.is_none()).collect();
        prop_assert_eq!(sound.len(), records.len());
        for ((found, _), (record, _)) in sound.into_iter().zip(&records) {
            prop_assert!(found.starts_with(record));
            prop_assert_eq!(read(found).unwrap(), read(record).unwrap());
        }
    }

    #[test]
    fn slices_make_no_difference(
        parts in prop::collection::vec(prop_oneof![
            any_record(),
            prop::collection::vec(any::<u8>(), 0..30),
            "(WARC/1.0\r?\n)?(WARC-a: b\r?\n)?(Content-Length: [0-9]{1,3}\r?\n)?(\r?\n)?[a-c\n]{0,20}".prop_map(String::into_bytes),
        ], 0..8),
        sizes in prop::collection::vec(1..90_usize, 1..8),
    ) {
        let file = parts.concat();
        let whole = cut_slices(WarcCut::new(), &file, &[file.len()]);
        prop_assert_eq!(&whole, &cut_slices(WarcCut::new(), &file, &sizes));
        for (piece, _) in whole {
            if let Ok(record) = read(&piece) {
                let _ = payload(&record);
            }
        }
    }

    #[test]
    fn any_body_is_survived(
        coding in prop_oneof![Just("gzip"), Just("deflate"), Just("br"), Just("br, gzip")],
        is_chunked in any::<bool>(),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let chunked = if is_chunked { "Transfer-Encoding: chunked\r\n" } else { "" };
        let _ = payload_of(&response(&format!("Content-Type: text/plain\r\n{chunked}Content-Encoding: {coding}\r\n"), &body));
    }
}
