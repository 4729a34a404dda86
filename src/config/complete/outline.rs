//! The words of a TOML text and what each stands for, however broken the text is.
//!
//! A text is broken wherever somebody is writing, so a parser is of little help there. This reader goes
//! over any text once: a string ends with its line at the latest, and an open list or table ends where a
//! line looks like a header or a key.

use std::ops::Range;

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A part of `[a.b]`, or of `[[a.b]]`.
    Header {
        /// Whether it is that of one table among several.
        is_array: bool,
        /// The header with its brackets, those that are there.
        whole: Range<usize>,
    },
    /// A part of a key.
    Key {
        /// Whether nothing stands before it on its line, so that it may become a header.
        begins_line: bool,
        /// Whether a `=` follows.
        has_value: bool,
    },
    /// A string, a number or the like.
    Value {
        /// Whether it stands in a list.
        in_list: bool,
    },
}

/// A word, or the empty place where one could be written.
#[derive(Clone, Debug)]
pub struct Word {
    /// What it is.
    pub role: Role,
    /// The keys that lead to it from the top: for a value to the value, for a key to its table.
    pub path: Vec<String>,
    /// Which table it is written in: the top, one with a header, or one in braces.
    pub table: usize,
    /// What it says, without quotation marks; escapes are left as they are.
    pub text: String,
    /// Its place, with quotation marks.
    pub span: Range<usize>,
    /// Its place without them.
    pub inner: Range<usize>,
    /// Its quotation mark.
    pub quote: Option<char>,
}

impl Word {
    /// Whether the quotation mark at its end is missing.
    fn is_open(&self) -> bool {
        self.quote.is_some() && self.inner.end == self.span.end
    }

    /// What stands in it behind a cursor in it.
    fn behind(&self, cursor: usize) -> &str {
        self.text.get(cursor.saturating_sub(self.inner.start)..).unwrap_or_default()
    }

    /// Whether the quotation mark at the end of a name is missing; one behind a comma belongs to another.
    pub fn lacks_quote(&self, cursor: usize) -> bool {
        self.is_open() || self.quote.is_some() && self.behind(cursor).contains(',')
    }

    /// The place of the name in it, for another one to take.
    pub fn name(&self, cursor: usize) -> Range<usize> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        let behind = self.behind(cursor);
        let length = behind.find(|c| !is_name(c)).unwrap_or(behind.len());
        self.inner.start..if self.lacks_quote(cursor) { cursor + length } else { self.inner.end }
    }

    /// Whether it is a string in three quotation marks.
    pub fn is_long(&self) -> bool {
        self.quote.is_some() && self.inner.start - self.span.start == 3
    }

    /// The keys that lead to it, its own included where it is one.
    pub fn full_path(&self) -> Vec<&str> {
        let own = (!matches!(self.role, Role::Value { .. })).then_some(self.text.as_str());
        self.path.iter().map(String::as_str).chain(own).collect()
    }
}

/// The words of a text.
#[derive(Debug, Default)]
pub struct Outline {
    /// In their order.
    pub words: Vec<Word>,
}

/// Lists and tables within each other, and keys with dots, are read to this depth; no file needs more than four.
const DEEPEST: usize = 16;

impl Outline {
    /// Reads a text. At `cursor`, a place between two of its characters, an empty word is added where
    /// one could be written and none is.
    pub fn of(text: &str, cursor: usize) -> Outline {
        let mut reader = Reader { text, at: 0, cursor, words: Vec::new(), table: 0, tables: 1 };
        reader.read();
        Outline { words: reader.words }
    }

    /// The word that the cursor stands in or at.
    pub fn at(&self, cursor: usize) -> Option<&Word> {
        let touches = |word: &&Word| {
            let is_behind = word.quote.is_some() && !word.is_open() && cursor == word.span.end;
            word.span.start <= cursor && cursor <= word.span.end && !is_behind
        };
        // Of two words that touch at the cursor the one that has text.
        let mut touching = self.words.iter().filter(touches);
        let first = touching.next()?;
        Some(touching.find(|_| first.span.is_empty()).unwrap_or(first))
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    cursor: usize,
    words: Vec<Word>,
    /// The table being read, and how many there are.
    table: usize,
    tables: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.at += if found { expected.len_utf8() } else { 0 };
        found
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn new_table(&mut self) -> usize {
        self.table = self.tables;
        self.tables += 1;
        self.table
    }

    /// Goes over blanks, and over line ends and comments where asked to. Whether the cursor stands
    /// there and not in a comment.
    fn skip(&mut self, lines: bool) -> bool {
        let from = self.at;
        let mut in_comment = false;
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\u{feff}' => self.bump(),
                '\n' if lines => self.bump(),
                '#' if lines => {
                    let start = self.at;
                    self.skip_line();
                    in_comment |= (start + 1..=self.at).contains(&self.cursor);
                }
                _ => break,
            }
        }
        (from..=self.at).contains(&self.cursor) && !in_comment
    }

    /// Goes to the line's end.
    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches([' ', '\t', '\r', '\u{feff}']);
        before.is_empty() || before.ends_with('\n')
    }

    /// Adds an empty word at the cursor, unless a word follows on its line.
    fn gap(&mut self, role: Role, path: &[String]) {
        let follows = self.peek().is_some_and(|c| !is_mark(c) || c == '"' || c == '\'' || matches!(c, '[' | '{'));
        let is_free = !follows || self.text[self.cursor..self.at].contains('\n');
        if is_free && !self.words.last().is_some_and(|word| word.span.is_empty()) {
            let span = self.cursor..self.cursor;
            let (text, path, table) = (String::new(), path.to_vec(), self.table);
            self.words.push(Word { role, path, table, text, inner: span.clone(), span, quote: None });
        }
    }

    fn read(&mut self) {
        let mut path: Vec<String> = Vec::new();
        loop {
            if self.skip(true) && self.begins_line(self.cursor) {
                self.gap(Role::Key { begins_line: true, has_value: false }, &path);
            }
            match self.peek() {
                None => return,
                Some('[') => path = self.header(),
                Some(_) => self.entry(&path, true, 0),
            }
            // A list that was left open may have ended at the beginning of a line.
            if !self.begins_line(self.at) {
                self.skip_line();
            }
        }
    }

    fn header(&mut self) -> Vec<String> {
        let (start, first) = (self.at, self.words.len());
        self.new_table();
        self.bump();
        let is_array = self.eat('[');
        let role = Role::Header { is_array, whole: 0..0 };
        let path = self.dotted(&[], &role);
        let end = self.at;
        self.skip(false);
        let has_end = self.eat(']') && (!is_array || self.eat(']'));
        let end = if has_end || self.text[..self.at].ends_with(']') { self.at } else { end };
        for word in &mut self.words[first..] {
            word.role = Role::Header { is_array, whole: start..end };
        }
        path
    }

    /// `a.b = value`; at least one character is read.
    fn entry(&mut self, table: &[String], begins_line: bool, depth: usize) {
        let (start, first) = (self.at, self.words.len());
        let role = Role::Key { begins_line, has_value: false };
        let path = self.dotted(table, &role);
        self.skip(false);
        let has_value = self.eat('=');
        for (index, word) in self.words[first..].iter_mut().enumerate() {
            word.role = Role::Key { begins_line: begins_line && index == 0, has_value };
        }
        if has_value {
            self.value(&path, false, depth);
        }
        if self.at == start {
            self.bump();
        }
    }

    /// Keys with dots between them; the path that they make.
    fn dotted(&mut self, before: &[String], role: &Role) -> Vec<String> {
        let mut path = before.to_vec();
        loop {
            let is_gap = self.skip(false);
            let start = self.at;
            if let Some(word) = self.word(&path, role.clone()) {
                path.push(word);
            } else if is_gap {
                self.gap(role.clone(), &path);
            }
            let end = self.at;
            self.skip(false);
            if path.len() > DEEPEST {
                self.skip_line();
                return path;
            }
            if !self.eat('.') {
                // Blanks behind the word are no part of it.
                self.at = if end > start { end } else { self.at };
                return path;
            }
        }
    }

    /// A string or a bare word, if there is one.
    fn word(&mut self, path: &[String], role: Role) -> Option<String> {
        let start = self.at;
        let is_value = matches!(role, Role::Value { .. });
        let quote = self.peek().filter(|c| matches!(c, '"' | '\''));
        let inner = match quote {
            Some(quote) => self.string(quote, is_value),
            None => {
                let ends = |c: char| is_mark(c) || c.is_whitespace() || !is_value && matches!(c, '.' | '=');
                self.at += self.rest().find(ends).unwrap_or(self.rest().len());
                start..self.at
            }
        };
        if self.at == start {
            return None;
        }
        let text = self.text[inner.clone()].to_owned();
        let word = Word { role, path: path.to_vec(), table: self.table, text, span: start..self.at, inner, quote };
        let text = word.text.clone();
        self.words.push(word);
        Some(text)
    }

    /// Reads a string; the place of what stands in it.
    fn string(&mut self, quote: char, may_be_long: bool) -> Range<usize> {
        let mark = if quote == '"' { "\"\"\"" } else { "'''" };
        let is_long = may_be_long && self.rest().starts_with(mark);
        self.at += if is_long { 3 } else { 1 };
        let start = self.at;
        while let Some(c) = self.peek() {
            if c == '\\' && quote == '"' {
                self.bump();
                if self.peek().is_some_and(|c| is_long || c != '\n') {
                    self.bump();
                }
            } else if is_long && self.rest().starts_with(mark) {
                let end = self.at;
                self.at += 3;
                return start..end;
            } else if !is_long && c == quote {
                self.bump();
                return start..self.at - 1;
            } else if !is_long && c == '\n' {
                break;
            } else {
                self.bump();
            }
        }
        // Without an end, blanks at the end of the line are no part of it.
        let end = start + self.text[start..self.at].trim_end_matches('\r').len();
        self.at = end;
        start..end
    }

    fn value(&mut self, path: &[String], in_list: bool, depth: usize) {
        let role = Role::Value { in_list };
        let is_gap = self.skip(false);
        if is_gap {
            self.gap(role.clone(), path);
        }
        match self.peek() {
            Some('[' | '{') if depth >= DEEPEST => self.skip_line(),
            Some('[') => self.list(path, depth + 1),
            Some('{') => self.braces(path, depth + 1),
            _ => {
                self.word(path, role);
            }
        }
    }

    fn list(&mut self, path: &[String], depth: usize) {
        self.bump();
        loop {
            if self.skip(true) {
                self.gap(Role::Value { in_list: true }, path);
            }
            if self.peek().is_none() || self.eat(']') || self.ends_here(true) {
                return;
            }
            let start = self.at;
            self.value(path, true, depth);
            if self.at == start {
                self.bump();
            }
        }
    }

    fn braces(&mut self, path: &[String], depth: usize) {
        self.bump();
        let outer = self.table;
        self.new_table();
        loop {
            if self.skip(true) {
                self.gap(Role::Key { begins_line: false, has_value: false }, path);
            }
            if self.peek().is_none() || self.eat('}') || self.ends_here(false) {
                break;
            }
            if !self.eat(',') {
                self.entry(path, false, depth);
            }
        }
        self.table = outer;
    }

    /// Whether a line begins here that belongs to no list: a header or `key =`. In braces a header only.
    fn ends_here(&self, is_list: bool) -> bool {
        if !self.begins_line(self.at) {
            return false;
        }
        if self.peek() == Some('[') {
            return true;
        }
        let mut ahead =
            Reader { text: self.text, at: self.at, cursor: usize::MAX, words: Vec::new(), table: 0, tables: 1 };
        let role = Role::Key { begins_line: false, has_value: false };
        let path = ahead.dotted(&[], &role);
        ahead.skip(false);
        is_list && !path.is_empty() && ahead.peek() == Some('=')
    }
}

/// Whether a character parts words.
fn is_mark(c: char) -> bool {
    matches!(c, ',' | '[' | ']' | '{' | '}' | '#' | '"' | '\'' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word as `path>text`, with `[…]` for headers, `=` before values, and `|` at the cursor.
    fn outline(text: &str) -> (Vec<String>, String) {
        let cursor = text.find('|').unwrap_or(text.len());
        let text = text.replacen('|', "", 1);
        let outline = Outline::of(&text, cursor);
        let shown = |word: &Word| {
            let path = word.path.join(">");
            match &word.role {
                Role::Header { is_array: true, .. } => format!("[[{path}>{}]]", word.text),
                Role::Header { .. } => format!("[{path}>{}]", word.text),
                Role::Key { .. } => format!("{path}>{}", word.text),
                Role::Value { in_list } => format!("{path}={}{}", if *in_list { "[]" } else { "" }, word.text),
            }
        };
        (outline.words.iter().map(shown).collect(), outline.at(cursor).map(shown).unwrap_or_default())
    }

    #[test]
    fn words_of_a_good_text() {
        let (words, at) = outline(
            "select = ['all', # \"x\"\n  \"b\",]\na.b.\"c d\"=1\n[rule.\"x/y\"] # z\nn = { k = true, l = [2] }\n[[o]]\nwhy = '''\na = b\n'''\n|",
        );
        let expected = [
            ">select",
            "select=[]all",
            "select=[]b",
            ">a",
            "a>b",
            "a>b>c d",
            "a>b>c d=1",
            "[>rule]",
            "[rule>x/y]",
            "rule>x/y>n",
            "rule>x/y>n>k",
            "rule>x/y>n>k=true",
            "rule>x/y>n>l",
            "rule>x/y>n>l=[]2",
            "[[>o]]",
            "o>why",
            "o>why=\na = b\n",
            "o>",
        ];
        assert_eq!(words, expected);
        assert_eq!(at, "o>");
    }

    #[test]
    fn the_word_at_the_cursor() {
        for (text, expected) in [
            ("|", ">"),
            ("se|", ">se"),
            ("se|l = 1", ">sel"),
            ("[sev|", "[>sev]"),
            ("[|]", "[>]"),
            ("[[|]]", "[[>]]"),
            ("[rule.|", "[rule>]"),
            ("[rule.\"dup|\n[gate]", "[rule>dup]"),
            ("a = |", "a="),
            ("a = |\nb = 1", "a="),
            ("a = \"x|", "a=x"),
            ("a = \"x|\"", "a=x"),
            ("a = \"x\"|", ""),
            ("a = x #|", ""),
            ("a = [|", "a=[]"),
            ("a = [|]", "a=[]"),
            ("a = ['b', |]", "a=[]"),
            ("a = [\n  'b',\n  |\n]", "a=[]"),
            ("a = ['b'\n\n[c]\nd|", "c>d"),
            ("a = ['b'\n\nc = |", "c="),
            ("a = ['b'\n\n\"c/d\" = 'o|", "c/d=o"),
            ("a = { |", "a>"),
            ("a = { b = 'x', |}", "a>"),
            ("a = { b = |}", "a>b="),
            ("a = { b = [\n[c]\n|", "c>"),
            ("a = 'b' |", ""),
            ("# a|", ""),
            ("a = \"b\n|", ">"),
            ("é|\n", ">é"),
            ("a = '''x|\n", "a=x\n"),
            ("a|.b = 1", ">a"),
            ("names.|", "names>"),
            ("\n|\n[a]\n", ">"),
            ("[a]\n|\n[b]\n", "a>"),
        ] {
            assert_eq!(outline(text).1, expected, "{text}");
        }
    }
}
