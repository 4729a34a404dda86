//! `boilerplate/end-mark`: the mark by which an agency or a press office says that the copy is complete.

use crate::checks::Context;
use crate::document::{LineShape, Opening};

/// Bytes of a mark at most: `– – ENDS – –`.
const LONGEST: u16 = 20;

/// Filled lines above a mark that are looked at for the last sentence.
const NEAR: usize = 4;

/// The share of the text in which a mark can stand: the last third, and a short text as a whole. Behind it menus
/// can still be many lines.
const LAST: usize = 3;
/// Filled lines of a text that is short.
const SHORT: usize = 8;

/// Reports the mark behind a sentence, where it is the only one: `###` between scenes and `(ends)` below each
/// speech are the text's own.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let shapes = document.shapes();
    let marks = shapes.iter().enumerate().filter(|(_, shape)| {
        shape.bytes <= LONGEST && can_be_mark(shape) && is_mark(text[document.line(shape.line as usize).range()].trim())
    });
    let mut marks = marks.fuse();
    if let (Some((at, shape)), None) = (marks.next(), marks.next()) {
        let line = document.line(shape.line as usize);
        let above = shapes[..at].iter().rev().take(NEAR).find(|above| above.words > 1);
        let is_late = shapes.len() <= SHORT
            || (at + 1) * LAST > shapes.len() * (LAST - 1)
            || !shapes[at + 1..].iter().any(LineShape::is_text);
        if is_late && above.is_some_and(|above| above.ending.ends_sentence()) {
            context.report(line, "the mark for the end of the story").delete_line(shape.line as usize);
        }
    }
}

/// Whether a line has the shape of a mark, which hardly any short line has: it begins with a dash, a bracket or
/// the like, or is a word or two in capitals.
fn can_be_mark(shape: &LineShape) -> bool {
    let is_framed = matches!(shape.opening, Opening::Bullet | Opening::Other);
    let is_loud = shape.words <= 3 && shape.upper == shape.words;
    shape.words <= 5 && shape.commas == 0 && !shape.has_link && (is_framed || is_loud)
}

/// Whether a line is `-30-`, `###`, `ENDS` or one of their kind.
fn is_mark(body: &str) -> bool {
    let is_dash = |c: char| matches!(c, '-' | '–' | '—' | '*' | '~' | '=');
    let bare = body.trim_matches(['(', ')', '[', ']', '<', '>']);
    let core = bare.trim_start_matches(|c| is_dash(c) || c == ' ');
    let core = core.trim_end_matches(|c| is_dash(c) || c == ' ');
    let is_framed = bare.starts_with(is_dash) && bare.ends_with(is_dash) || bare.len() + 2 == body.len();
    match core {
        // `(-30)` is a temperature.
        "30" => bare.len() > core.len() && bare.starts_with(is_dash) && bare.ends_with(is_dash),
        "ENDS" | "ENDS." | "END OF STORY" | "END OF RELEASE" => true,
        "Ends" | "ends" | "END" | "End" | "end" => is_framed,
        "###" | "# # #" | "####" => true,
        _ => false,
    }
}
