//! `structure/unbalanced-bracket`: a bracket without its other half.

use crate::checks::{Context, char_before, word_before};
use crate::document::Span;

/// Brackets of a kind without a partner at most, in a paragraph. With more it is no prose.
const MOST: usize = 16;

/// Lines, blank ones counted, within which a bracket can close what another paragraph opened.
const FARTHEST: usize = 4;

/// Reports each bracket of a paragraph that has no partner there or in the paragraphs beside it.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let shapes = document.shapes();
    let marks = document.marks();
    let mut rest = marks.brackets.as_slice();
    // A bracket can open in one paragraph and close in the next: what is left open waits for that.
    let mut waiting: Option<(Span, u32)> = None;
    while let Some(first) = rest.first() {
        let index = document.lines().index_of(*first);
        let line = document.line(index);
        let (here, behind) = rest.split_at(rest.partition_point(|at| *at < line.end));
        rest = behind;
        let Ok(place) = shapes.binary_search_by_key(&(index as u32), |shape| shape.line) else { continue };
        // A full-width bracket can be the other half; the marks count it as foreign.
        if !marks.foreign.is_empty() && text[line.range()].contains(['（', '）']) {
            continue;
        }
        let (open, mut closed) = unpaired(text, line, here);
        if let Some((span, _)) = waiting.take_if(|(_, line)| *line as usize + FARTHEST < index) {
            report(context, span, true);
        }
        if !closed.is_empty() && waiting.take().is_some() {
            closed.remove(0);
        }
        if !shapes[place].is_text() || !shapes[place].is_prose() {
            continue;
        }
        for at in closed {
            report(context, Span::new(at, at + 1), false);
        }
        for at in open {
            let span = Span::new(at, at + 1);
            match waiting {
                None => waiting = Some((span, index as u32)),
                Some(_) => report(context, span, true),
            }
        }
    }
    if let Some((span, _)) = waiting {
        report(context, span, true);
    }
}

fn report(context: &mut Context<'_>, span: Span, opens: bool) {
    let message = if opens { "this bracket is never closed" } else { "this bracket closes nothing" };
    context.report(span, message);
}

/// The brackets of a line without a partner: those that open, those that close.
fn unpaired(text: &str, line: Span, places: &[u32]) -> (Vec<usize>, Vec<usize>) {
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    // `note:(a)`, `(that is all :)`: what looks like a face can be a bracket as well.
    let (mut opening_faces, mut closing_faces) = (0, 0_usize);
    for at in places.iter().map(|at| *at as usize) {
        match text.as_bytes()[at] {
            b'(' | b'[' if is_face(text, at) => opening_faces += 1,
            _ if is_face(text, at) => closing_faces += 1,
            b'(' | b'[' => open.push(at),
            closing => {
                let opening = if closing == b')' { b'(' } else { b'[' };
                if open.last().is_some_and(|last| text.as_bytes()[*last] == opening) {
                    open.pop();
                } else if opening_faces > 0 {
                    opening_faces -= 1;
                } else if !is_list_mark(text, line, at) {
                    closed.push(at);
                }
            }
        }
    }
    open.truncate(open.len().saturating_sub(closing_faces).min(MOST));
    closed.truncate(MOST);
    (open, closed)
}

/// `:)`, `;-)` and their kind: eyes, and perhaps a nose.
fn is_face(text: &str, at: usize) -> bool {
    let head = &text[..at];
    head.strip_suffix(['-', '^', '\'', '’']).unwrap_or(head).ends_with([':', ';', '='])
}

/// `a)`, `2)`, `iv)`: what stands before entries of a list.
fn is_list_mark(text: &str, line: Span, at: usize) -> bool {
    let label = word_before(text, at);
    let start = at - label.len();
    let is_label = label.len() <= 2 || label.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    is_label && (start == line.start as usize || char_before(text, start).is_some_and(char::is_whitespace))
}
