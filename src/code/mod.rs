//! Stretches of a text that were written for a machine: script, style sheets, data, template tags,
//! shortcodes, escapes and Markdown.
//!
//! Behind `structure/code-leftover`, which hands each place that may belong to one to the parser of its
//! kind. A parser looks at a bounded stretch around the place, so all of them together take linear time.

mod block;
mod escape;
mod link;
mod script;
mod shortcode;
mod style;
mod template;

use crate::document::Span;

/// What a stretch of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// JavaScript.
    Script,
    /// Rules of a style sheet.
    Style,
    /// JSON, or a dictionary of Python.
    Data,
    /// A variable as PHP or a browser prints it.
    Dump,
    /// A place that a template engine should have filled.
    Template,
    /// A shortcode of WordPress and its kind, BBCode, a token of Drupal.
    Shortcode,
    /// A mark that keeps parsers of XML away from a script.
    Marker,
    /// Brackets that close what stood in lines before.
    Closers,
}

/// A stretch of code, which nothing can stand for.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Whether it holds nothing that a reader could miss.
    pub sure: bool,
}

/// Code with something in it that readers were to see.
#[derive(Clone, Debug)]
pub struct Coded {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// What readers were to see.
    pub plain: String,
    /// Whether that is beyond doubt.
    pub sure: bool,
    /// What it is, for a person.
    pub message: String,
}

/// What stands at a place.
#[derive(Clone, Debug)]
pub enum Found {
    /// Code that can go.
    Piece(Piece),
    /// Code that stands for something.
    Coded(Coded),
}

/// Blanks before a line of code at most.
const DEEPEST: usize = 200;

/// A place of a text that may belong to code.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The text.
    pub text: &'a str,
    /// The line of the place, without the blanks at its end.
    pub line: Span,
    /// Where what was found before ends, or the line begins.
    pub from: usize,
    /// The place: the byte there is ASCII.
    pub at: usize,
    /// Whether the text is Markdown, where escapes of it are right.
    pub is_markdown: bool,
    /// Whether links of Markdown are right.
    pub may_link: bool,
}

impl<'a> Spot<'a> {
    /// The line before the place, from the end of what was found before.
    fn before(&self) -> &'a str {
        &self.text[self.from..self.at]
    }

    /// The line from the place on, at most `reach` bytes.
    fn ahead(&self, reach: usize) -> &'a str {
        let rest = &self.text[self.at..self.line.end as usize];
        &rest[..rest.floor_char_boundary(reach)]
    }

    /// Whether nothing but blanks stands in the line before `start`.
    fn begins_line(&self, start: usize) -> bool {
        let indent = start - self.line.start as usize;
        indent <= DEEPEST && self.text[self.line.start as usize..start].trim_start().is_empty()
    }

    /// A stretch between quotation marks is what somebody writes about.
    fn is_quoted(&self, start: usize, end: usize) -> bool {
        let before = self.text[..start].chars().next_back();
        let behind = self.text[end..].chars().next();
        matches!(
            (before, behind),
            (Some('`'), Some('`'))
                | (Some('"' | '“' | '\'' | '‘' | '«'), Some('"' | '”' | '\'' | '’' | '»' | ',' | '.' | '?' | '!'))
        )
    }
}

/// The code that a place belongs to.
#[must_use]
pub fn at(spot: Spot<'_>) -> Option<Found> {
    let bytes = spot.text.as_bytes();
    // The first of several braces has told.
    if bytes[spot.at] == b'{' && spot.from < spot.at && bytes[spot.at - 1] == b'{' {
        return None;
    }
    let found = match bytes[spot.at] {
        b'{' => template::braces(spot)
            .or_else(|| script::data(spot))
            .or_else(|| script::opened(spot))
            .or_else(|| style::rule(spot)),
        b'}' => block::closers(spot),
        b'=' => script::assignment(spot).or_else(|| script::dump(spot)),
        b'(' => script::call(spot).or_else(|| style::import(spot)),
        b'[' => template::marker(spot).or_else(|| shortcode::at(spot)),
        b']' => {
            return template::marker(spot).map(Found::Piece).or_else(|| link::at(spot));
        }
        b'<' => template::tag(spot),
        b'%' => template::percents(spot),
        b'\\' => return escape::at(spot).map(Found::Coded),
        _ => None,
    };
    found.filter(|piece| !spot.is_quoted(piece.start, piece.end)).map(Found::Piece)
}
