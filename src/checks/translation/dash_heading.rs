//! `translation/dash-heading`: a subheading between dashes.

use crate::checks::Context;
use crate::document::{LineShape, Opening, Span};

/// Reports lines of a few words that begin and end with a dash.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    // A dash opens a line like a bullet does; a blank beyond ASCII before it is something else.
    let can_begin = |shape: &&LineShape| matches!(shape.opening, Opening::Bullet | Opening::Other);
    let short = document.shapes().iter().filter(|shape| (3..=14).contains(&shape.words));
    for shape in short.filter(can_begin) {
        let line = document.line(shape.line as usize);
        let body = text[line.range()].trim();
        let is_dash = |c: char| matches!(c, '–' | '—' | '-');
        let inner = body.trim_start_matches(is_dash);
        let core = inner.trim_end_matches(is_dash);
        let (lead, tail) = (body.len() - inner.len(), inner.len() - core.len());
        let is_single = body[..lead].chars().count() <= 2 && inner[core.len()..].chars().count() <= 2;
        let parted = core.starts_with(' ') && core.ends_with(' ');
        let core = core.trim();
        if lead == 0 || tail == 0 || !is_single || !parted || !core.contains(char::is_alphabetic) {
            continue;
        }
        let start = line.start as usize + (text[line.range()].len() - text[line.range()].trim_start().len());
        let span = Span::new(start, start + body.len());
        context
            .report(span, "a subheading between dashes, as French agencies set it")
            .replace(core, "delete the dashes");
    }
}
