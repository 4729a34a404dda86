//! `boilerplate/comment-thread`: what readers wrote, between the names, times and buttons of a thread.

use crate::checks::Context;

/// The rule that finds the names, times and buttons.
const MARKER: &str = "boilerplate/user-comments";

/// Reports the lines between the markers of a thread.
pub fn check(context: &mut Context<'_>) {
    let fewest = context.options().integer("min-markers") as usize;
    let widest_gap = context.options().integer("max-gap") as usize;
    let document = context.document();
    let evidence = context.evidence();
    let shapes = document.shapes();
    // Places among the lines that hold more than blanks.
    let place = |line: usize| shapes.binary_search_by_key(&(line as u32), |shape| shape.line).ok();
    let mut markers: Vec<usize> =
        evidence.iter().filter(|item| item.rule.as_str() == MARKER).filter_map(|item| place(item.line)).collect();
    markers.dedup();
    let is_known = |line: usize| evidence.binary_search_by_key(&line, |item| item.line).is_ok();
    for thread in markers.chunk_by(|a, b| b - a <= widest_gap + 1).filter(|thread| thread.len() >= fewest) {
        let (first, last) = (thread[0], thread[thread.len() - 1]);
        let begins = shapes[first].line as usize;
        for shape in &shapes[first..last] {
            let line = shape.line as usize;
            if is_known(line) {
                continue;
            }
            let message = format!("comment of a reader, in the thread that begins at line {}", begins + 1);
            let report = context.report(document.line(line), message);
            report.delete_line(line).related(document.line(begins), "the thread begins here");
        }
    }
}
