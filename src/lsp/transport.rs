//! Messages on standard input and output, each behind its `Content-Length` (LSP 3.17, "Base Protocol").
//!
//! Standing between the streams and the server are two threads, so that neither a slow reader nor a slow
//! writer at the other end makes the server wait.

use std::io::{self, BufRead, Read as _, Write};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{ErrorCode, Message};
use serde::Serialize;
use serde_json::{Value, json};

/// The largest message that is read. An editor sends a file as a whole when it opens it, and nobody edits
/// files of this size.
const MOST_MESSAGE_BYTES: usize = 1 << 30;

/// How long the end waits for somebody who does not read.
const FAREWELL: Duration = Duration::from_secs(5);

/// What comes in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// A message that could not be read, and the answer.
    Garbage(Vec<u8>),
}

/// Both directions.
pub struct Transport {
    /// What comes in; it is closed at the end of the stream.
    pub incoming: Receiver<Incoming>,
    /// What goes out: messages, each as [`rendered`].
    pub outgoing: Sender<Vec<u8>>,
    reader: JoinHandle<io::Result<()>>,
    writer: JoinHandle<io::Result<()>>,
}

impl Transport {
    /// Starts to read and to write.
    ///
    /// # Errors
    /// The system's refusal to make a thread.
    pub fn start(
        mut input: impl BufRead + Send + 'static,
        mut output: impl Write + Send + 'static,
    ) -> io::Result<Transport> {
        let (to_server, incoming) = unbounded();
        let (outgoing, from_server) = unbounded::<Vec<u8>>();
        let reader = thread::Builder::new().name("lsp-reader".to_owned()).spawn(move || {
            while let Some(message) = read(&mut input)? {
                if to_server.send(message).is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        let writer = thread::Builder::new()
            .name("lsp-writer".to_owned())
            .spawn(move || from_server.into_iter().try_for_each(|message| write(&mut output, &message)))?;
        Ok(Transport { incoming, outgoing, reader, writer })
    }

    /// Ends both directions: waits until all is written, or nobody takes it. The reader may still wait for the
    /// other end, so it is asked only when it is done.
    ///
    /// # Errors
    /// What broke a direction.
    pub fn finish(self) -> io::Result<()> {
        drop(self.outgoing);
        let begin = Instant::now();
        while !self.writer.is_finished() {
            if begin.elapsed() > FAREWELL {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "nobody reads what is written"));
            }
            thread::sleep(Duration::from_millis(1));
        }
        let written = self.writer.join().unwrap_or_else(|_| Err(io::Error::other("the writer broke down")));
        if !self.reader.is_finished() {
            return written;
        }
        let read = self.reader.join().unwrap_or_else(|_| Err(io::Error::other("the reader broke down")));
        read.and(written)
    }
}

/// Reads one message; `None` at the end of the stream.
fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
    let mut length = None;
    let mut is_first = true;
    loop {
        let mut line = Vec::new();
        // A header has some dozen bytes; what never ends is no header.
        input.take(4096).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return if is_first { Ok(None) } else { Err(invalid("the stream ends in a header".to_owned())) };
        }
        is_first = false;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            break;
        }
        let (name, value) =
            line.split_once(':').ok_or_else(|| invalid(format!("`{}` is no header", shortened(line))))?;
        if name.eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            length = Some(value.parse::<usize>().map_err(|_| invalid(format!("`{}` is no length", shortened(value))))?);
        }
    }
    let length = length.ok_or_else(|| invalid("a message has no Content-Length".to_owned()))?;
    if length > MOST_MESSAGE_BYTES {
        return Err(invalid(format!("a message of {length} bytes is longer than {MOST_MESSAGE_BYTES}")));
    }
    let mut body = Vec::new();
    input.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(invalid("the stream ends in a message".to_owned()));
    }
    Ok(Some(parsed(&body)))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

fn parsed(body: &[u8]) -> Incoming {
    let garbage = |id: Value, code: ErrorCode, message: String| {
        Incoming::Garbage(rendered(&json!({"id": id, "error": {"code": code as i32, "message": message}})))
    };
    // The text that an editor in JavaScript sends can hold half a pair of surrogates.
    let read = |body: &[u8]| serde_json::from_slice::<Value>(body);
    let value = match read(body).or_else(|error| read(&without_lone_surrogates(body)).map_err(|_| error)) {
        Ok(value) => value,
        Err(error) => return garbage(Value::Null, ErrorCode::ParseError, format!("this is no JSON: {error}")),
    };
    let id = value.get("id").filter(|id| id.is_i64() || id.is_string()).cloned().unwrap_or_default();
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => garbage(id, ErrorCode::InvalidRequest, "this is no message of JSON-RPC".to_owned()),
    }
}

/// JSON in which every escaped half of a pair of surrogates without its other half is U+FFFD: a code unit of
/// UTF-16, too, so that columns stay what they are.
fn without_lone_surrogates(body: &[u8]) -> Vec<u8> {
    let unit = |at: usize| {
        let digits = body.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
        u16::from_str_radix(std::str::from_utf8(&digits[2..]).ok()?, 16).ok()
    };
    let (mut out, mut at) = (Vec::with_capacity(body.len()), 0);
    while at < body.len() {
        let length = match (body[at], unit(at)) {
            (b'\\', Some(0xD800..=0xDBFF)) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            (b'\\', Some(0xD800..=0xDFFF)) => {
                out.extend_from_slice(b"\\ufffd");
                at += 6;
                continue;
            }
            (b'\\', None) => 2,
            (b'\\', Some(_)) => 6,
            _ => 1,
        };
        let end = (at + length).min(body.len());
        out.extend_from_slice(&body[at..end]);
        at = end;
    }
    out
}

fn write(output: &mut impl Write, body: &[u8]) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
    output.write_all(body)?;
    output.flush()
}

/// A message as it goes out. It is rendered before it waits: the tree of a JSON value takes fifteen times
/// the memory.
#[must_use]
pub fn rendered(message: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct Envelope<'m, M> {
        jsonrpc: &'static str,
        #[serde(flatten)]
        message: &'m M,
    }
    serde_json::to_vec(&Envelope { jsonrpc: "2.0", message }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> (Vec<Incoming>, io::Result<()>) {
        let mut input = bytes;
        let mut messages = Vec::new();
        loop {
            match read(&mut input) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => return (messages, Ok(())),
                Err(error) => return (messages, Err(error)),
            }
        }
    }

    #[test]
    fn garbage_in_a_sound_frame_is_answered() {
        let frame = |body: &str| format!("content-length:  {}\r\nContent-Type: x\r\n\r\n{body}", body.len());
        let sound = frame(r#"{"jsonrpc":"2.0","method":"exit"}"#);
        let input = [frame("{nonsense"), frame("[1]"), frame(r#"{"id":7}"#), sound].concat();
        let (messages, end) = all(input.as_bytes());
        assert!(end.is_ok());
        let codes: Vec<_> = messages
            .iter()
            .map(|message| match message {
                Incoming::Garbage(answer) => {
                    let answer: Value = serde_json::from_slice(answer).unwrap();
                    (answer["error"]["code"].as_i64(), answer["id"].as_i64())
                }
                Incoming::Message(_) => (None, None),
            })
            .collect();
        assert_eq!(codes, [(Some(-32700), None), (Some(-32600), None), (Some(-32600), Some(7)), (None, None)]);
    }

    #[test]
    fn halves_of_pairs_are_replaced() {
        let read = |body: &str| match parsed(body.as_bytes()) {
            Incoming::Message(Message::Notification(notification)) => notification.params,
            other => panic!("{other:?}"),
        };
        let body = r#"{"method":"x","params":["a\ud83d","\ude00b","\ud83d\ude00","\\ud83d","\ud83d\ud83d\ude00\n"]}"#;
        assert_eq!(read(body), json!(["a\u{FFFD}", "\u{FFFD}b", "😀", "\\ud83d", "\u{FFFD}😀\n"]));
    }

    #[test]
    fn broken_frames_end_the_stream() {
        for bytes in ["hello\r\n\r\n", "Content-Length: x\r\n\r\n", "A: b\r\n\r\n{}", "Content-Length: 9\r\n\r\n{}"] {
            assert!(all(bytes.as_bytes()).1.is_err(), "{bytes}");
        }
        let huge = format!("Content-Length: {}\r\n\r\n", usize::MAX);
        assert!(all(huge.as_bytes()).1.is_err());
        assert!(all(&b"x".repeat(1 << 20)).1.is_err());
        assert!(all(b"").1.is_ok());
    }
}
