//! Where a block of code ends: at the bracket that closes it, over as many lines as that takes.

use memchr::memchr2;

use super::{Kind, Piece, Spot};

/// Bytes of a block at most.
const LONGEST: usize = 100_000;

/// Bytes of a line that tell whether it is prose.
const BEGIN: usize = 600;

/// Lines in a row that may be code or not: behind more of them it is over. It also bounds how often a line is
/// looked at, where each begins a block that comes to nothing.
const MOST_DOUBTFUL: usize = 50;

/// Blanks of a line of script from which on words of the story may stand behind it.
const WORDS: usize = 6;

/// Blanks in a string from which on it is a sentence, which somebody may want to keep.
const SENTENCE: usize = 12;

/// The block that begins at `start`.
pub fn piece(spot: Spot<'_>, start: usize, kind: Kind) -> Piece {
    let mut scan = Scan::new(spot, start, kind);
    scan.run();
    Piece { start, end: scan.at, kind, sure: scan.sure }
}

/// The block that begins at `start`, whose first bracket is open before `inside`.
pub fn opened_piece(spot: Spot<'_>, start: usize, inside: usize, kind: Kind) -> Piece {
    let mut scan = Scan { depth: 1, ..Scan::new(spot, inside, kind) };
    scan.run();
    Piece { start, end: scan.at, kind, sure: scan.sure }
}

/// A line of closing brackets.
pub fn closers(spot: Spot<'_>) -> Option<Piece> {
    let line = spot.text[spot.at..spot.line.end as usize].trim_end();
    let is_closing = |byte| matches!(byte, b'}' | b')' | b']' | b';' | b',' | b' ');
    // Each line is looked at once, from its first bracket.
    (spot.begins_line(spot.at) && line.bytes().all(is_closing)).then(|| Piece {
        start: spot.at,
        end: spot.at + line.len(),
        kind: Kind::Closers,
        sure: true,
    })
}

/// One pass over a block.
struct Scan<'a> {
    text: &'a str,
    start: usize,
    at: usize,
    depth: usize,
    sure: bool,
    /// The end of the last line that is certainly code.
    code_end: usize,
    /// Lines behind it.
    doubtful: usize,
    kind: Kind,
    /// Whether a comment may begin: not behind one that nothing closes.
    has_comments: bool,
}

impl<'a> Scan<'a> {
    fn new(spot: Spot<'a>, start: usize, kind: Kind) -> Scan<'a> {
        let text = &spot.text[..spot.text.floor_char_boundary((start + LONGEST).min(spot.text.len()))];
        Scan { text, start, at: start, depth: 0, sure: true, code_end: start, doubtful: 0, kind, has_comments: true }
    }

    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut line_start = self.at;
        while let Some(byte) = bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            match byte {
                b'{' | b'[' | b'(' => self.depth += 1,
                b'}' | b']' | b')' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 && self.ends_behind_bracket() {
                        return;
                    }
                }
                b';' if self.depth == 0 && !self.goes_on() => return,
                b'"' | b'\'' | b'`' if self.kind != Kind::Style && self.kind != Kind::Dump => self.string(at),
                b'\\' => self.at += 1,
                b'/' if self.has_comments && bytes.get(self.at) == Some(&b'*') => {
                    match self.text[self.at..].find("*/") {
                        Some(end) => self.at += end + 2,
                        None => self.has_comments = false,
                    }
                }
                b'/' if bytes.get(self.at) == Some(&b'/') && (at == 0 || !matches!(bytes[at - 1], b':' | b'(')) => {
                    self.at += memchr2(b'\n', b'\r', &bytes[self.at..]).unwrap_or(bytes.len() - self.at);
                }
                b'\n' | b'\r' => {
                    self.line(line_start, at);
                    line_start = self.at;
                    let next = &self.text[self.at..self.text.floor_char_boundary(self.at + BEGIN)];
                    let next = next.split(['\n', '\r']).next().unwrap_or_default();
                    if self.depth == 0 || self.doubtful > MOST_DOUBTFUL || is_prose(next) {
                        return self.stop();
                    }
                }
                _ => {}
            }
        }
        self.line(line_start, self.text.len());
        self.stop();
    }

    /// Looks at a line that is over. The first holds what gave the code away, and so is code.
    fn line(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let blanks = line.trim().bytes().filter(|byte| *byte == b' ').count();
        let is_end = start == self.start || self.depth == 0;
        if is_end || is_code(line.trim()) {
            (self.code_end, self.doubtful) = (start + line.trim_end().len(), 0);
            // Nothing but the line's end tells where its last statement ends.
            self.sure &= !(is_end && self.kind == Kind::Script && blanks >= WORDS);
        } else {
            self.doubtful += 1;
            self.sure &= blanks < 3;
        }
    }

    /// The block ends with the last line that is certainly code. Something is amiss where brackets are open.
    fn stop(&mut self) {
        self.at = self.code_end;
        self.sure &= self.depth == 0;
    }

    /// Goes behind a string; one that its line does not close is none.
    fn string(&mut self, at: usize) {
        let bytes = self.text.as_bytes();
        let quote = bytes[at];
        let (mut end, mut blanks) = (at + 1, 0);
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 1,
                b'\n' | b'\r' if quote != b'`' => return,
                b' ' => blanks += 1,
                byte if *byte == quote => {
                    self.at = end + 1;
                    self.sure &= blanks < SENTENCE;
                    return;
                }
                _ => {}
            }
            end += 1;
        }
    }

    /// Whether the block is over behind a closing bracket.
    fn ends_behind_bracket(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let next = rest.trim_start_matches([' ', '\t']);
        match (self.kind, next.as_bytes()) {
            (Kind::Data | Kind::Dump, [b',' | b';', ..]) => {
                self.at = self.text.len() - next.len() + 1;
                true
            }
            (Kind::Data, [b']' | b'}' | b')', ..]) => false,
            (Kind::Data | Kind::Dump, _) => true,
            (Kind::Style, _) => self.text[..self.at].ends_with('}') && !begins_rule(next),
            (_, [b';', ..]) => false,
            (_, [b'(' | b'[', ..]) => next.len() < rest.len() && !self.goes_on(),
            (_, [b')' | b']' | b'}' | b',' | b'.' | b'|' | b'&' | b'?' | b':' | b'=' | b'+', second, ..]) => {
                // A full stop behind which a sentence begins is none of the code.
                matches!(next.as_bytes()[0], b'.' | b',') && matches!(second, b' ' | b'\n' | b'\r')
            }
            (_, [b'\n' | b'\r', ..] | []) => false,
            (_, [b'{', ..]) => false,
            _ => !self.goes_on(),
        }
    }

    /// Whether another statement follows in the line.
    fn goes_on(&self) -> bool {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t']);
        if self.kind == Kind::Style {
            return begins_rule(rest);
        }
        begins_statement(rest)
    }
}

/// Whether a line begins with a rule of a style sheet.
fn begins_rule(rest: &str) -> bool {
    let line = rest[..rest.floor_char_boundary(200)].lines().next().unwrap_or_default();
    rest.starts_with(['}', '.', '#', '@']) && line.contains(['{', '}'])
}

/// Whether a text begins with a statement of a script.
fn begins_statement(rest: &str) -> bool {
    const WORDS: [&str; 12] = [
        "var ",
        "let ",
        "const ",
        "function ",
        "function(",
        "if(",
        "if (",
        "for(",
        "for (",
        "return ",
        "try{",
        "try {",
    ];
    if rest.starts_with(['\n', '\r']) || rest.is_empty() {
        return true;
    }
    if rest.starts_with(['}', ')', ']', ';', '!', '$']) || WORDS.iter().any(|word| rest.starts_with(word)) {
        return true;
    }
    if rest.starts_with('(') {
        return rest.starts_with("(function") || rest.starts_with("(adsbygoogle") || rest.starts_with("(()");
    }
    let bytes = rest.as_bytes();
    let name = bytes.iter().take(100).take_while(|byte| super::script::is_name(**byte) || **byte == b'.').count();
    if name == 0 {
        return false;
    }
    match bytes[name..] {
        [b'(' | b'[' | b'=', ..] => true,
        [b' ', b'=' | b'|' | b'&', second, ..] => second == b' ' || second == b'|' || second == b'=' || second == b'&',
        _ => false,
    }
}

/// Whether a line is certainly code.
fn is_code(line: &str) -> bool {
    let is_key =
        line.starts_with(['"', '\'']) && (line.contains("\":") || line.contains("':") || line.ends_with("\","));
    line.ends_with(['{', '}', ';', '[', '(', ']'])
        || ["},", "],", "),", "})", "])", "))"].iter().any(|end| line.ends_with(end))
        || line.starts_with("//")
        || line.starts_with("/*")
        || line.starts_with('[') && line.contains("=>")
        || line.ends_with(',') && line.split_ascii_whitespace().next().is_some_and(|key| key.ends_with(':'))
        || is_key
}

/// Whether a line is a sentence of prose, as code does not hold it.
fn is_prose(line: &str) -> bool {
    let line = line.trim();
    let words = line.split_ascii_whitespace().take(9).count();
    words >= 8
        && line.starts_with(|c: char| c.is_uppercase() || matches!(c, '“' | '‘' | '"'))
        && !line.contains(['{', '}', '='])
        && !line.ends_with([';', ',', '(', '['])
        && !line.contains("\":")
}
