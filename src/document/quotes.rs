//! Double quotation marks: which open, which close, and where that does not come out even.
//!
//! A stack for each paragraph, because a forgotten mark must not turn the rest of the document
//! inside out. A quotation over several paragraphs opens each of them and closes only the last
//! (Chicago Manual of Style, 13.30), so an open one is no fault when the next paragraph opens again.

use super::lines::Lines;
use super::marks::Marks;
use super::shapes::LineShape;
use super::span::Span;

/// A place where the quotation marks do not come out even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteFault {
    /// What is wrong.
    pub kind: QuoteFaultKind,
    /// The mark at fault.
    pub mark: Span,
    /// The other place that belongs to it: the mark at the other end, or the paragraph's end.
    pub partner: Option<Span>,
}

/// What can be wrong with a quotation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteFaultKind {
    /// It opens a quotation that nothing closes; the partner is the end of the paragraph.
    Unclosed,
    /// It closes a quotation that nothing opened.
    Unopened,
    /// It closes what a mark of another kind opened; the partner is that mark.
    Mismatched,
    /// It points the wrong way: `“so“`, `”so”`; the partner is the mark at the other end.
    Turned,
    /// It closes a stray word or two behind a quotation that was closed already; the partner is the
    /// mark that closed it.
    Fragment,
    /// A straight mark that opens, with no space before it.
    NoSpaceBefore,
    /// A straight mark that closes, with no space behind it.
    NoSpaceBehind,
    /// A straight mark that closes, with its space on the wrong side: `we go, "he said`.
    SpaceBefore,
}

/// How many filled lines behind an open quotation are looked at for its next paragraph: captions
/// and teasers can stand between.
const LOOK_AHEAD: usize = 6;

/// The same in hard-wrapped text, where a paragraph is many lines.
const LOOK_AHEAD_WRAPPED: usize = 24;

/// How far a stray word reaches behind the quotation it was torn from, in bytes.
const LONGEST_FRAGMENT: usize = 16;

/// Faults of a paragraph at most. One with more is an ornament or code; the first are enough to find it.
const MOST: usize = 16;

/// What a mark does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    /// Opens or closes, and its shape says the opposite.
    Turned,
    /// No quotation mark: inches, seconds.
    None,
}

/// A mark that is open.
#[derive(Clone, Copy)]
struct Open {
    at: usize,
    mark: char,
}

/// The faults of a text, in order.
#[must_use]
pub fn quote_faults(
    text: &str,
    lines: &Lines,
    shapes: &[LineShape],
    marks: &Marks,
    is_wrapped: bool,
) -> Vec<QuoteFault> {
    let reach = if is_wrapped { LOOK_AHEAD_WRAPPED } else { LOOK_AHEAD };
    let mut faults = Vec::new();
    let mut places = marks.quotes.as_slice();
    let mut shape = 0;
    while let Some(first) = places.first() {
        let index = lines.index_of(*first);
        let line = lines.span(text, index);
        let (here, behind) = places.split_at(places.partition_point(|place| *place < line.end));
        places = behind;
        if alternates(text, here) {
            continue;
        }
        shape += shapes[shape..].partition_point(|shape| (shape.line as usize) < index);
        let Some(found) = shapes.get(shape).filter(|shape| shape.line as usize == index) else { continue };
        let paragraph = Paragraph::new(text, line, here);
        let next = &shapes[shape + 1..];
        paragraph.report(
            found,
            |opens_again| {
                let mut ahead = next.iter().take(reach);
                ahead.find_map(|next| opens_again(lines.span(text, next.line as usize), next)).unwrap_or(false)
            },
            || shape > 0 && runs_on(text, lines, &shapes[..shape], reach),
            &mut faults,
        );
    }
    faults
}

/// Whether curly marks open and close by turns and none is left open, as in most paragraphs: nothing is wrong then.
fn alternates(text: &str, places: &[u32]) -> bool {
    let has = |place: &u32, mark: &str| text.as_bytes()[*place as usize..].starts_with(mark.as_bytes());
    let (pairs, rest) = places.as_chunks();
    rest.is_empty() && pairs.iter().all(|[open, close]| has(open, "“") && has(close, "”"))
}

/// Whether the paragraph before leaves a quotation open, so that this one can close it.
fn runs_on(text: &str, lines: &Lines, before: &[LineShape], reach: usize) -> bool {
    before.iter().rev().take(reach).any(|shape| {
        let line = lines.span(text, shape.line as usize);
        let body = &text[line.range()];
        let opens = body.matches(['“', '„', '«']).count();
        let closes = body.matches(['”', '»']).count();
        let straight = body.matches('"').count();
        opens > closes || straight % 2 == 1
    })
}

/// The marks of a paragraph, paired.
struct Paragraph<'t> {
    text: &'t str,
    line: Span,
    /// Opened and never closed.
    open: Vec<Open>,
    /// Closed and never opened.
    unopened: Vec<usize>,
    faults: Vec<QuoteFault>,
}

impl<'t> Paragraph<'t> {
    fn new(text: &'t str, line: Span, places: &[u32]) -> Paragraph<'t> {
        let mut paragraph = Paragraph { text, line, open: Vec::new(), unopened: Vec::new(), faults: Vec::new() };
        let mut last_close = None;
        for at in places.iter().map(|place| *place as usize) {
            let mark = text[at..].chars().next().unwrap_or_default();
            let mut role = paragraph.role(at, mark);
            if role == Role::Opens && mark == '"' && paragraph.closes_late(at) {
                role = Role::Closes;
                paragraph.fault(QuoteFaultKind::SpaceBefore, at, None);
            }
            if mark == '"' && paragraph.is_glued(at) {
                let kind =
                    if role == Role::Opens { QuoteFaultKind::NoSpaceBefore } else { QuoteFaultKind::NoSpaceBehind };
                paragraph.fault(kind, at, None);
            }
            match role {
                Role::None => {}
                Role::Opens => {
                    // Paragraphs run together into one line: the quotation opens again behind a sentence.
                    if paragraph.open.last().is_some_and(|open| open.mark == mark) && paragraph.follows_sentence(at) {
                        paragraph.open.pop();
                    }
                    paragraph.open.push(Open { at, mark });
                }
                Role::Turned if paragraph.open.is_empty() => {
                    paragraph.fault(QuoteFaultKind::Turned, at, None);
                    paragraph.open.push(Open { at, mark });
                }
                Role::Closes | Role::Turned => {
                    match paragraph.open.pop() {
                        Some(open) if role == Role::Turned => {
                            paragraph.fault(QuoteFaultKind::Turned, at, Some(open.at));
                        }
                        Some(open) if !are_pair(open.mark, mark) => {
                            paragraph.fault(QuoteFaultKind::Mismatched, at, Some(open.at));
                        }
                        Some(_) => {}
                        // An arrow at the end of a link.
                        None if matches!(mark, '»' | '«') => {}
                        None => match last_close.filter(|last| paragraph.is_fragment(*last, at)) {
                            Some(last) => paragraph.fault(QuoteFaultKind::Fragment, at, Some(last)),
                            None => paragraph.unopened.push(at),
                        },
                    }
                    last_close = Some(at);
                }
            }
        }
        paragraph
    }

    /// Whether a straight mark has a word behind it and a word or the end of one before it.
    fn is_glued(&self, at: usize) -> bool {
        let before = self.text[self.line.start as usize..at].chars().next_back();
        let behind = self.text[at + 1..self.line.end as usize].chars().next();
        behind.is_some_and(char::is_alphabetic)
            && before.is_some_and(|c| c.is_alphabetic() || matches!(c, ',' | '.' | '!' | '?'))
    }

    /// Whether a straight mark closes what is open, though a space stands before it and none behind: a
    /// comma before the space, and the words of who speaks behind the mark.
    fn closes_late(&self, at: usize) -> bool {
        let before = &self.text[self.line.start as usize..at];
        self.open.last().is_some_and(|open| open.mark == '"')
            && before.ends_with([' ', '\u{A0}'])
            && before.trim_end().ends_with(',')
            && self.text[at + 1..].starts_with(|c: char| c.is_ascii_lowercase())
    }

    /// Whether a word or two stand between the mark that closed a quotation and one that closes again.
    fn is_fragment(&self, last: usize, at: usize) -> bool {
        let mark = self.text[last..].chars().next().map_or(0, char::len_utf8);
        let between = &self.text[last + mark..at];
        let word = between.trim_start();
        between.len() <= LONGEST_FRAGMENT
            && word.len() < between.len()
            && word.starts_with(char::is_alphabetic)
            && !word.ends_with(char::is_whitespace)
            && self.text[..last].ends_with(|c: char| !c.is_whitespace())
    }

    /// Whether a sentence ends before `at`.
    fn follows_sentence(&self, at: usize) -> bool {
        let before = &self.text[self.line.start as usize..at];
        before.ends_with(' ') && before.trim_end().ends_with(['.', '!', '?'])
    }

    /// What the mark at `at` does, by its shape and its neighbours.
    fn role(&self, at: usize, mark: char) -> Role {
        let line = self.line.range();
        let before = self.text[line.start..at].chars().next_back();
        let behind = self.text[at + mark.len_utf8()..line.end].chars().next();
        let free_before = before.is_none_or(|c| {
            c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-' | '/' | '‘' | '“' | '\'' | '…' | '>')
        });
        let free_behind = behind.is_none_or(char::is_whitespace);
        let ends = behind.is_none_or(|c| {
            c.is_whitespace()
                || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '—' | '–' | '-' | '’' | '\'')
        });
        let open = self.open.last();
        match mark {
            '“' if open.is_some_and(|open| open.mark == '„') => Role::Closes,
            '“' if open.is_some() && (ends && !free_before || free_behind) => Role::Turned,
            '”' if open.is_none() && before.is_none_or(|c| c.is_whitespace() || c == '(') && !ends => Role::Turned,
            '“' | '„' | '‟' => Role::Opens,
            '”' => Role::Closes,
            '«' if !free_before && ends && open.is_some() => Role::Closes,
            '»' if free_before && !free_behind && open.is_none() => Role::Opens,
            '«' => Role::Opens,
            '»' => Role::Closes,
            '"' => self.role_of_straight(before, behind, free_before, ends),
            _ => Role::None,
        }
    }

    fn role_of_straight(&self, before: Option<char>, behind: Option<char>, free_before: bool, ends: bool) -> Role {
        let open = !self.open.is_empty();
        let by_turns = if open { Role::Closes } else { Role::Opens };
        match (free_before, ends) {
            // `6' 2"`, `a 12" single`.
            (false, true) if !open && before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾')) => {
                Role::None
            }
            (false, true) => Role::Closes,
            (true, false) => Role::Opens,
            // Behind a dash, or with blanks on both sides, or with letters on both sides.
            _ if behind.is_some_and(|c| matches!(c, '.' | ',')) => Role::Closes,
            _ => by_turns,
        }
    }

    fn fault(&mut self, kind: QuoteFaultKind, at: usize, partner: Option<usize>) {
        let partner = partner.map(|at| mark_at(self.text, at));
        self.faults.push(QuoteFault { kind, mark: mark_at(self.text, at), partner });
    }

    /// Adds the faults of the paragraph. `ahead` goes through the paragraphs behind, `opens_before` says
    /// whether one before left a quotation open.
    fn report(
        mut self,
        shape: &LineShape,
        ahead: impl Fn(&dyn Fn(Span, &LineShape) -> Option<bool>) -> bool,
        opens_before: impl Fn() -> bool,
        faults: &mut Vec<QuoteFault>,
    ) {
        let text = self.text;
        let mut runs_on = None;
        for (index, at) in std::mem::take(&mut self.unopened).into_iter().enumerate() {
            if *runs_on.get_or_insert_with(&opens_before) {
                continue;
            }
            match Some(at).filter(|_| index == 0).and_then(|at| self.single_open(at)) {
                Some(single) => {
                    let (mark, partner) = (mark_at(text, single), Some(mark_at(text, at)));
                    self.faults.push(QuoteFault { kind: QuoteFaultKind::Mismatched, mark, partner });
                }
                None => self.fault(QuoteFaultKind::Unopened, at, None),
            }
        }
        let running = || {
            ahead(&|line, next| {
                let body = text[line.range()].trim_start();
                if body.starts_with(['“', '"', '„', '«', '‘', '\'']) {
                    return Some(true);
                }
                // A paragraph cut in two: its second half closes what the first opened.
                let closes = body.matches(['”', '»']).count() > body.matches(['“', '„', '«']).count();
                let straight = body.matches('"').count() % 2 == 1;
                // Where each sentence is a paragraph nobody opens each of them again.
                let may_run = next.breaks == 0 && !body.contains(['“', '”', '"']);
                (closes || straight || next.is_prose() && !may_run).then_some(closes || straight)
            })
        };
        self.open.retain(|open| matches!(open.mark, '“' | '„' | '‟' | '"'));
        // Some houses write `''` and `’’` where others write a double mark.
        let body = &text[self.line.range()];
        let doubled = || body.contains("''") || body.contains("’’");
        let goes_on = self.open.len() == 1 && running();
        if !self.open.is_empty() && shape.is_prose() && !goes_on && !doubled() {
            let end = self.line.end as usize;
            for open in std::mem::take(&mut self.open) {
                let partner = Some(Span::new(end, end));
                self.faults.push(QuoteFault { kind: QuoteFaultKind::Unclosed, mark: mark_at(text, open.at), partner });
            }
        }
        self.faults.sort_by_key(|fault| fault.mark.start);
        self.faults.truncate(MOST);
        faults.append(&mut self.faults);
    }

    /// A single mark `‘` that opens what the double mark at `close` closes: nothing between closes it.
    fn single_open(&self, close: usize) -> Option<usize> {
        let before = &self.text[self.line.start as usize..close];
        let at = before.rfind('‘')?;
        let starts_word = before[..at].chars().next_back().is_none_or(char::is_whitespace);
        let inside = &before[at + '‘'.len_utf8()..];
        let closed = inside.match_indices(['’', '\'']).any(|(place, mark)| {
            let behind = inside[place + mark.len()..].chars().next();
            behind.is_none_or(|c| !c.is_alphanumeric())
        });
        (starts_word && !closed && !inside.is_empty()).then_some(self.line.start as usize + at)
    }
}

/// Whether a quotation that `open` begins can end with `close`.
fn are_pair(open: char, close: char) -> bool {
    match open {
        '"' => close == '"',
        '“' | '‟' => matches!(close, '”' | '»'),
        '„' => matches!(close, '“' | '”'),
        // Guillemets are found as such; whatever they pair with.
        _ => true,
    }
}

fn mark_at(text: &str, at: usize) -> Span {
    Span::new(at, at + text[at..].chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn faults(text: &str) -> Vec<(QuoteFaultKind, usize)> {
        let document = Document::new("t", text);
        document.quote_faults().iter().map(|fault| (fault.kind, fault.mark.start as usize)).collect()
    }

    const PROSE: &str = "He said that it was a long way to the end of the road, and nobody knew.";

    #[test]
    fn even_marks_have_no_fault() {
        for text in [
            "“Yes,” he said. \"No,\" said the others (\"maybe\"), at 6'2\" tall.",
            "She called it “a ‘great’ day” and “the end of ‘all’ that”.",
            "Er sagte „ja“ und «oui» und »nej«.",
        ] {
            assert_eq!(faults(&format!("{text}\n{PROSE}")), [], "{text}");
        }
    }

    #[test]
    fn running_quotations_open_each_paragraph() {
        let open = "“We went there and it was the end of it all for us and for them too.";
        assert_eq!(faults(&format!("{open}\n\n{open}”\n\n{PROSE}")), []);
        assert_eq!(faults(&format!("{open}\n\n{PROSE}")), [(QuoteFaultKind::Unclosed, 0)]);
        let straight = open.replace('“', "\"");
        assert_eq!(faults(&format!("{straight}\n\n{straight}\"\n\n{PROSE}")), []);
        assert_eq!(faults(&format!("{straight}\n\n{PROSE}")), [(QuoteFaultKind::Unclosed, 0)]);
    }

    #[test]
    fn marks_of_two_kinds_do_not_pair() {
        assert_eq!(faults("It is “on\" now."), [(QuoteFaultKind::Mismatched, 11)]);
        assert_eq!(faults("‘China’s view is clear”, he said."), [(QuoteFaultKind::Mismatched, 0)]);
        assert_eq!(faults("It is “on“ now."), [(QuoteFaultKind::Turned, 11)]);
    }

    #[test]
    fn a_row_of_marks_is_not_a_fault_each() {
        assert_eq!(faults(&"”".repeat(1000)).len(), MOST);
    }

    #[test]
    fn what_closes_twice_was_opened_once() {
        assert_eq!(faults("He wrote conversation.” She left."), [(QuoteFaultKind::Unopened, 22)]);
        assert_eq!(faults("“We work on.” OK” at the summit."), [(QuoteFaultKind::Fragment, 20)]);
    }
}
