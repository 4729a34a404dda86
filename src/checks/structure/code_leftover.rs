//! `structure/code-leftover`: what was written for a browser, a template engine or a content management
//! system, and not for readers.

use memchr::memmem;

use crate::checks::{Context, delete_lines};
use crate::code::{self, Coded, Found, Kind, Piece, Spot};
use crate::document::{Document, Span};
use crate::finding::Edit;

/// Bytes of code that a message shows at most.
const SHOWN: usize = 40;

/// Links that a text in Markdown has at least; leftovers of a link or two are fewer.
const LINKS_OF_MARKDOWN: usize = 5;

/// Reports each run of lines of code, each piece of code inside a line, and what is written as code.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let places = places(document);
    if places.is_empty() {
        return;
    }
    let text = document.text();
    let is_markdown = is_markdown(document.name());
    let may_link = is_markdown || is_full_of_links(text, &places);
    let (mut pieces, mut coded) = (Vec::new(), Vec::new());
    let mut line = Span::new(0, 0);
    let mut done = 0;
    for at in places {
        if at < done {
            continue;
        }
        if at >= line.end as usize {
            let full = document.line(document.lines().index_of(at as u32));
            line = Span::new(full.start as usize, full.start as usize + text[full.range()].trim_end().len());
        }
        let from = done.max(line.start as usize);
        match code::at(Spot { text, line, from, at, is_markdown, may_link }) {
            Some(Found::Piece(mut piece)) => {
                piece.start = piece.start.max(done);
                done = piece.end;
                pieces.push(piece);
            }
            Some(Found::Coded(found)) => {
                done = found.end;
                coded.push(found);
            }
            None => {}
        }
    }
    report_pieces(context, &pieces);
    for found in coded {
        report_coded(context, found);
    }
}

/// Whether links in a file of this name are links.
fn is_markdown(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ["md", "markdown"].iter().any(|markdown| ending.eq_ignore_ascii_case(markdown))
}

/// Whether a text holds so many links of Markdown that it was saved as Markdown, whatever its name: as
/// the text of a record, mostly.
fn is_full_of_links(text: &str, places: &[usize]) -> bool {
    places.iter().filter(|at| text[**at..].starts_with("](")).nth(LINKS_OF_MARKDOWN - 1).is_some()
}

/// The places that can belong to code, in order.
fn places(document: &Document) -> Vec<usize> {
    let (text, marks) = (document.text(), document.marks());
    let bytes = text.as_bytes();
    let mut places: Vec<usize> = marks.code.iter().map(|at| *at as usize).collect();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    places.extend(marks.brackets.iter().map(|at| *at as usize).filter(|at| match bytes[*at] {
        b'[' => byte(at + 1).is_ascii_lowercase() || matches!(byte(at + 1), b'/' | b'C'),
        b']' => matches!(byte(at + 1), b'(' | b']'),
        // A word stands directly before the bracket, or a script begins with it.
        b'(' => {
            let before = at.checked_sub(1).map(byte);
            before.is_none_or(|before| {
                before.is_ascii_alphanumeric() || matches!(before, b'_' | b'$' | b'\n' | b'\r' | b'!')
            }) || matches!(byte(at + 1), b'f' | b'a' | b')')
        }
        _ => false,
    }));
    places.extend(marks.tags.iter().map(|at| *at as usize).filter(|at| matches!(byte(at + 1), b'%' | b'?')));
    places.extend(memmem::find_iter(bytes, "%%"));
    places.sort_unstable();
    places
}

/// Pieces with nothing but blanks between them.
struct Run {
    start: usize,
    end: usize,
    kind: Kind,
    sure: bool,
    /// Whether the run is all that stands in its lines.
    whole: bool,
}

fn report_pieces(context: &mut Context<'_>, pieces: &[Piece]) {
    let document = context.document();
    let text = document.text();
    let mut runs: Vec<Run> = Vec::new();
    // Pieces of one line first; then the lines.
    for piece in pieces {
        let run = Run { start: piece.start, end: piece.end, kind: piece.kind, sure: piece.sure, whole: false };
        join(text, &mut runs, run, |_, between| !between.contains(['\n', '\r']));
    }
    let mut lines: Vec<Run> = Vec::new();
    for mut run in runs {
        let (first, last) = (line_of(document, run.start), line_of(document, run.end - 1));
        let before = text[first.start as usize..run.start].trim_start();
        let behind = text[run.end..last.end as usize].trim();
        run.whole = before.is_empty() && matches!(behind, "" | ";" | "," | "." | ")" | "*/" | "//");
        if run.whole {
            run.end += text[run.end..last.end as usize].trim_end().len();
        }
        join(text, &mut lines, run, |last, _| last.whole);
    }
    for run in lines {
        if run.kind == Kind::Closers && !(run.whole && text[run.start..run.end].starts_with("})")) {
            continue;
        }
        report_run(context, &run);
    }
}

/// Puts a run behind the others, or into the last where they are of a kind.
fn join(text: &str, runs: &mut Vec<Run>, run: Run, belongs: impl Fn(&Run, &str) -> bool) {
    if let Some(last) = runs.last_mut()
        && last.whole == run.whole
        && let Some(kind) = together(last.kind, run.kind)
        && text[last.end..run.start].trim_start().is_empty()
        && belongs(last, &text[last.end..run.start])
    {
        (last.end, last.kind) = (run.end, kind);
        last.sure &= run.sure;
        return;
    }
    runs.push(run);
}

/// What two pieces beside each other are, if one thing: marks and closing brackets belong to a program.
fn together(first: Kind, second: Kind) -> Option<Kind> {
    let adapts = |kind| matches!(kind, Kind::Marker | Kind::Closers);
    let is_program = |kind| adapts(kind) || matches!(kind, Kind::Script | Kind::Style | Kind::Data);
    match (first, second) {
        (first, second) if first == second => Some(first),
        (first, second) if adapts(first) && is_program(second) => Some(second),
        (first, second) if is_program(first) && adapts(second) => Some(first),
        _ => None,
    }
}

fn line_of(document: &Document, at: usize) -> Span {
    document.line(document.lines().index_of(at as u32))
}

fn report_run(context: &mut Context<'_>, run: &Run) {
    let document = context.document();
    let text = document.text();
    let (first, last) = (document.lines().index_of(run.start as u32), document.lines().index_of(run.end as u32 - 1));
    let mut message = match run.kind {
        Kind::Script | Kind::Marker | Kind::Closers => "a piece of JavaScript was left in the text".to_owned(),
        Kind::Style => "a piece of a style sheet (CSS) was left in the text".to_owned(),
        Kind::Data => "data for a program (JSON) was left in the text".to_owned(),
        Kind::Dump => "a variable that a program printed was left in the text".to_owned(),
        Kind::Template => {
            format!("a template tag that nothing was filled into: `{}`", shown(&text[run.start..run.end]))
        }
        Kind::Shortcode => {
            format!("a shortcode of a content management system: `{}`", shown(&text[run.start..run.end]))
        }
    };
    if last > first {
        message.push_str(&format!(", over {} lines", last - first + 1));
    }
    if run.whole {
        let span = Span { start: document.line(first).start, end: document.line(last).end };
        let edit = delete_lines(document, first, last);
        let report = context.report(span, message);
        let report = report.edit(edit, if last > first { "delete the lines" } else { "delete the line" });
        if !run.sure {
            report.unsafe_fix();
        }
        return;
    }
    let edit = without_gap(text, run.start, run.end);
    context.report(Span::new(run.start, run.end), message).edit(edit, "delete it").unsafe_fix();
}

/// The edit that deletes a piece of a line, and one of the two blanks around it.
fn without_gap(text: &str, start: usize, end: usize) -> Edit {
    let behind = text[end..].chars().next();
    let parts = behind.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')'));
    let before = usize::from(parts && text[..start].ends_with(' '));
    let begins_line = text[..start].is_empty() || text[..start].ends_with(['\n', '\r']);
    let after = usize::from(begins_line && behind == Some(' '));
    Edit { span: Span::new(start - before, end + after), replacement: String::new() }
}

/// Code as a message shows it: its first line, cut where it is long.
fn shown(code: &str) -> String {
    let line = code.lines().next().unwrap_or_default();
    if line.len() == code.len() && line.len() <= SHOWN {
        return line.to_owned();
    }
    format!("{}…", line[..line.floor_char_boundary(SHOWN)].trim_end())
}

/// Reports what is written as code, with what readers were to see.
fn report_coded(context: &mut Context<'_>, found: Coded) {
    let document = context.document();
    let line = document.lines().index_of(found.start as u32);
    let Coded { start, end, plain, sure, message } = found;
    let is_whole = document.slice(document.line(line)).trim() == &document.text()[start..end];
    if plain.is_empty() && is_whole {
        context.report(document.line(line), message).delete_line(line).unsafe_fix();
        return;
    }
    let edit = if plain.is_empty() && !message.starts_with("the escape") {
        without_gap(document.text(), start, end)
    } else {
        Edit { span: Span::new(start, end), replacement: plain.clone() }
    };
    let fix = match plain.trim() {
        "" if plain.is_empty() => "delete it".to_owned(),
        "" => "replace it".to_owned(),
        plain => format!("replace with `{}`", shown(plain)),
    };
    let report = context.report(Span::new(start, end), message).edit(edit, fix);
    if !sure {
        report.unsafe_fix();
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::lint::{Profile, lint};
    use crate::ruleset::RuleSet;

    fn found(name: &str, text: &str) -> Vec<(String, usize)> {
        let rules = RuleSet::built_in();
        let linted = lint(&rules, &Profile::defaults(&rules), &Document::new(name, text));
        assert!(linted.panics.is_empty());
        linted.findings.iter().map(|finding| (finding.rule.as_str().to_owned(), finding.span.len())).collect()
    }

    #[test]
    fn links_are_right_in_markdown() {
        let text = "The mayor called [the bridge](https://example.com/bridge) a disgrace on Monday.\n";
        assert_eq!(found("a.txt", text).len(), 1);
        assert_eq!(found("a.MD", text), []);
    }

    #[test]
    fn other_rules_leave_code_alone() {
        let line = "document.write('<p class=\"x\">It is closed ( for now ) .</p>' ,&quot;a&quot; );";
        let text = format!("The bridge is closed, the mayor said on Monday.\n\n{line}\n");
        assert_eq!(found("a.txt", &text), [("structure/code-leftover".to_owned(), line.len())]);
    }

    #[test]
    fn what_nothing_closes_does_not_take_the_story_along() {
        let story = "The bridge of the town is closed until June, the mayor said on Monday.\n";
        let text = format!("{story}\nwindow.ads = {{\n  slot: [\n{story}\n{story}");
        let code = found("a.txt", &text).into_iter().find(|(rule, _)| rule == "structure/code-leftover");
        assert_eq!(code.map(|(_, length)| length), Some("window.ads = {\n  slot: [".len()));
    }
}
