//! Cutting JSON values: the elements of one array, or values one behind the other.

use std::ops::Range;

use memchr::{memchr, memchr3};

use super::cut::{Cut, Fault, Piece};

/// Where the cutter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of the file.
    Start,
    /// Between two values.
    Between,
    /// In an object or array.
    Nested,
    /// In a string.
    Text,
    /// In a number or a word.
    Word,
    /// In a value that cannot be right; a line that begins with an object is taken for the next.
    Lost,
    /// Behind the array.
    Behind,
    /// In text behind the array.
    Stray,
}

/// Cuts the elements of a JSON array, or a sequence of JSON values.
///
/// The cutter only looks for the end of each value. Whether it is valid is for its reader, so that a
/// mistake in one value is reported with its place and the next one is read all the same.
#[derive(Debug)]
pub struct ValueCut {
    state: State,
    /// Whether the values stand in an array.
    in_array: bool,
    /// Whether it begins behind damage: then nobody wonders that the array is not closed.
    is_rest: bool,
    /// The brackets that are open in the value at work.
    open: Vec<u8>,
    /// The bytes at the front that were looked at.
    looked: usize,
}

impl ValueCut {
    /// For a whole file.
    #[must_use]
    pub fn new() -> ValueCut {
        ValueCut { state: State::Start, in_array: false, is_rest: false, open: Vec::new(), looked: 0 }
    }

    /// For the rest of an array, from somewhere in a value.
    #[must_use]
    pub fn inside() -> ValueCut {
        ValueCut { state: State::Lost, in_array: true, is_rest: true, open: Vec::new(), looked: 0 }
    }
}

impl ValueCut {
    /// Whether an opening brace behind these bytes of a value begins the next value: in an object a comma
    /// is followed by a key.
    fn is_next_value(&self, before: &[u8]) -> bool {
        let in_object = self.open.last() == Some(&b'{');
        in_object && before.trim_ascii_end().ends_with(b",") && self.open.len() == 1
    }
}

impl Default for ValueCut {
    fn default() -> ValueCut {
        ValueCut::new()
    }
}

impl Cut for ValueCut {
    fn cut(&mut self, bytes: &[u8], is_end: bool, pieces: &mut Vec<Piece>) -> usize {
        // The value at work begins here; bytes before it are done with.
        let mut start = 0;
        let mut at = self.looked;
        let push = |range: Range<usize>, pieces: &mut Vec<Piece>| pieces.push(Piece { range, fault: None });
        while at < bytes.len() {
            match self.state {
                State::Start | State::Between => {
                    let byte = bytes[at];
                    match byte {
                        b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                        b'[' if self.state == State::Start => {
                            (self.in_array, self.state) = (true, State::Between);
                            at += 1;
                        }
                        b',' if self.state == State::Between => at += 1,
                        b']' if self.in_array => {
                            self.state = State::Behind;
                            at += 1;
                        }
                        _ => {
                            start = at;
                            self.open.clear();
                            self.state = match byte {
                                b'{' | b'[' => {
                                    self.open.push(byte);
                                    State::Nested
                                }
                                b'"' => State::Text,
                                _ => State::Word,
                            };
                            at += 1;
                            continue;
                        }
                    }
                    start = at;
                }
                State::Nested => {
                    let is_telling = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
                    let Some(found) = bytes[at..].iter().position(is_telling) else {
                        at = bytes.len();
                        break;
                    };
                    at += found + 1;
                    match bytes[at - 1] {
                        b'"' => self.state = State::Text,
                        // An object does not go on like this: the one at work has lost its end.
                        b'{' if self.is_next_value(&bytes[start..at - 1]) => {
                            at -= 1;
                            push(start..at, pieces);
                            start = at;
                            self.state = State::Between;
                        }
                        open @ (b'{' | b'[') => self.open.push(open),
                        closing => {
                            let opening = self.open.pop();
                            let fits = opening == Some(if closing == b'}' { b'{' } else { b'[' });
                            if !fits && closing == b']' && self.in_array {
                                // The end of the whole array, behind a value that has lost its own.
                                at -= 1;
                                self.open.clear();
                            }
                            if self.open.is_empty() || !fits {
                                push(start..at, pieces);
                                start = at;
                                self.state = State::Between;
                            }
                        }
                    }
                }
                State::Text => {
                    let Some(found) = memchr3(b'"', b'\\', b'\n', &bytes[at..]) else {
                        at = bytes.len();
                        break;
                    };
                    match bytes[at + found] {
                        b'\\' if at + found + 1 == bytes.len() => {
                            // What is escaped comes with the next slice.
                            at += found;
                            break;
                        }
                        b'\\' => at += found + 2,
                        b'\n' => {
                            at += found;
                            self.state = State::Lost;
                        }
                        _ => {
                            at += found + 1;
                            self.state = State::Nested;
                            if self.open.is_empty() {
                                push(start..at, pieces);
                                start = at;
                                self.state = State::Between;
                            }
                        }
                    }
                }
                State::Word => {
                    let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}');
                    let Some(found) = bytes[at..].iter().position(ends) else {
                        at = bytes.len();
                        break;
                    };
                    at += found;
                    push(start..at, pieces);
                    start = at;
                    self.state = State::Between;
                }
                State::Lost => {
                    let Some(found) = memchr(b'\n', &bytes[at..]) else {
                        at = bytes.len();
                        break;
                    };
                    let line = at + found + 1;
                    let indent = bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                    match bytes.get(line + indent) {
                        Some(b'{') => {
                            push(start..line, pieces);
                            start = line + indent;
                            at = start;
                            self.state = State::Between;
                        }
                        Some(_) => at = line,
                        None => {
                            at += found;
                            break;
                        }
                    }
                }
                State::Behind => {
                    let blank = bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                    if at + blank < bytes.len() {
                        let message = "text behind the end of the array".to_owned();
                        let fault = Some(Fault { at: 0, message });
                        pieces.push(Piece { range: at + blank..bytes.len(), fault });
                        self.state = State::Stray;
                    }
                    at = bytes.len();
                    start = at;
                }
                State::Stray => {
                    pieces.push(Piece::rest(at..bytes.len()));
                    at = bytes.len();
                    start = at;
                }
            }
        }
        if is_end {
            match self.state {
                State::Between | State::Start | State::Behind | State::Stray => {}
                _ if start == bytes.len() => {}
                _ => push(start..bytes.len(), pieces),
            }
            if self.in_array && !self.is_rest && !matches!(self.state, State::Behind | State::Stray) {
                let message = "the file is cut short: its array is not closed".to_owned();
                pieces.push(Piece { range: bytes.len()..bytes.len(), fault: Some(Fault { at: 0, message }) });
            }
            (start, at) = (bytes.len(), bytes.len());
        }
        self.looked = at - start;
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The pieces of a file that comes in slices of so many bytes; what only continues a broken one is
    /// put to it.
    fn cut(text: &str, slice: usize) -> Vec<(String, bool)> {
        let (mut cutter, mut all, mut rest) = (ValueCut::new(), Vec::<(Vec<u8>, bool)>::new(), Vec::new());
        let chunks: Vec<&[u8]> = text.as_bytes().chunks(slice).collect();
        for index in 0..=chunks.len() {
            rest.extend_from_slice(chunks.get(index).copied().unwrap_or_default());
            let mut pieces = Vec::new();
            let done = cutter.cut(&rest, index == chunks.len(), &mut pieces);
            for piece in &pieces {
                match all.last_mut().filter(|_| piece.is_rest()) {
                    Some((before, _)) => before.extend_from_slice(&rest[piece.range.clone()]),
                    None => all.push((rest[piece.range.clone()].to_vec(), piece.fault.is_some())),
                }
            }
            rest.drain(..done);
        }
        all.into_iter().map(|(bytes, fault)| (String::from_utf8_lossy(&bytes).into_owned(), fault)).collect()
    }

    fn values(text: &str) -> Vec<String> {
        cut(text, 3).into_iter().map(|(value, _)| value).collect()
    }

    #[test]
    fn arrays_and_sequences() {
        assert_eq!(values(r#" [ {"a": "]}\"{"} ,{"b": [1, {"c": 2}]}, 3, "x,y" ] "#).len(), 4);
        assert_eq!(values(r#"[{"a": "]}\"{"},{}]"#), [r#"{"a": "]}\"{"}"#, "{}"]);
        assert_eq!(values("{\n \"a\": 1\n}\n{\"b\": 2}\n"), ["{\n \"a\": 1\n}", "{\"b\": 2}"]);
        assert!(values("").is_empty() && values("[]").is_empty() && values(" [\n] ").is_empty());
    }

    #[test]
    fn what_is_wrong_stays_one_value() {
        assert_eq!(values("[{\"a\": \"x\n},\n{\"b\": 1}\n]"), ["{\"a\": \"x\n},\n", "{\"b\": 1}"]);
        assert_eq!(values("[{}, }, {}]"), ["{}", "}", "{}"]);
        assert_eq!(
            values("[{\"a\": 1,\n{\"b\": 2},\n{\"c\": [3}, {}]"),
            ["{\"a\": 1,\n", "{\"b\": 2}", "{\"c\": [3}", "{}"]
        );
        assert_eq!(values("[{}, {\"a\": {\"b\": 1}, {}]"), ["{}", "{\"a\": {\"b\": 1}, ", "{}"]);
        assert_eq!(values("[{}, {\"a\": 1]"), ["{}", "{\"a\": 1"]);
        assert_eq!(cut("[{}] x", 9).last().map(|(_, fault)| *fault), Some(true));
        assert_eq!(cut("[{}, {\"a\"", 4), [("{}".into(), false), ("{\"a\"".into(), false), (String::new(), true)]);
    }

    proptest! {
        #[test]
        fn slices_make_no_difference(text in "[\\[\\]{}\",: \na1\\\\é]{0,60}", slice in 1_usize..8) {
            prop_assert_eq!(cut(&text, slice), cut(&text, 1000));
        }

        #[test]
        fn valid_values_come_out_whole(texts in prop::collection::vec(".{0,10}", 0..6), slice in 1_usize..9) {
            let objects: Vec<_> = texts.iter().map(|text| serde_json::json!({ "t": text, "n": [1, {}] })).collect();
            let array = serde_json::to_string_pretty(&objects).unwrap();
            let found: Vec<serde_json::Value> =
                cut(&array, slice).iter().map(|(value, _)| serde_json::from_str(value).unwrap()).collect();
            prop_assert_eq!(found, objects);
        }
    }
}
