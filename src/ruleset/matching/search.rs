//! Searching for an expression in a text, as the regex crate does it: the match that begins first,
//! and of those the one whose alternatives come first.
//!
//! The search follows one way through the steps of a [`Program`] and comes back to the last choice
//! when it leads nowhere. After the first few choices it notes where each one was tried, so that no
//! choice is tried again and again at one place: the time of one search is bounded by the length of the
//! text times that of the program, whatever the text.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use regex_automata::util::look::{Look, LookMatcher};

use super::expression::ByteSet;
use super::program::{ANYTHING, Program, SetNumber, Step};
use crate::blocks::below;

/// What a search needs room for; kept from one to the next.
#[derive(Debug, Default)]
struct Room {
    /// Bits of marks and places that were tried.
    tried: Vec<u64>,
    open: Vec<Open>,
}

/// A choice or a run to come back to.
#[derive(Clone, Copy, Debug)]
struct Open {
    step: u32,
    /// Where the choice stands; the next place at which a run may end.
    at: u32,
    /// The next way of a choice; the last place at which a run may end.
    next: u32,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

/// Whether the text holds a match.
#[must_use]
pub fn is_match(program: &Program, text: &str) -> bool {
    find_at(program, text, 0..=text.len()).is_some()
}

/// All matches that begin at some places of a text and do not overlap, in order.
pub fn find_iter<'p>(
    program: &'p Program,
    text: &'p str,
    starts: RangeInclusive<usize>,
) -> impl Iterator<Item = Range<usize>> + 'p {
    let (mut at, mut last) = (*starts.start(), None);
    std::iter::from_fn(move || {
        let mut found = find_at(program, text, at..=*starts.end())?;
        // An empty match right behind the last is no other match.
        if found.is_empty() && last == Some(found.end) {
            found = find_at(program, text, at + 1..=*starts.end())?;
        }
        at = found.end;
        last = Some(found.end);
        Some(found)
    })
}

/// The first match that begins at some places; what stands before them counts for assertions.
fn find_at(program: &Program, text: &str, starts: RangeInclusive<usize>) -> Option<Range<usize>> {
    let (mut start, last) = (*starts.start(), *starts.end());
    if start > last || (program.at_start && start > 0) {
        return None;
    }
    let begins = program.set(program.begins);
    let begins_at_border = program.steps.first() == Some(&Step::Border);
    ROOM.with_borrow_mut(|room| {
        room.tried.clear();
        let unnoted = if program.has_empty_loop { 0 } else { UNNOTED };
        let mut search = Search { program, text, bytes: text.as_bytes(), room, unnoted };
        loop {
            if let Some(begins) = begins {
                let places = &search.bytes[start..text.len().min(last + 1)];
                start += places.iter().position(|byte| begins.contains(*byte))?;
            }
            // Most letters stand inside a word.
            let may_begin = !begins_at_border || search.is_border(start);
            if may_begin && let Some(end) = search.end_of(start) {
                search.room.open.clear();
                return Some(start..end);
            }
            start += 1;
            if start > last || program.at_start {
                return None;
            }
        }
    })
}

/// Choices and runs of a search that are not noted yet: most searches are over sooner. In tests they are few, so
/// that short texts need notes.
const UNNOTED: u32 = if cfg!(test) { 3 } else { 64 };

struct Search<'s> {
    program: &'s Program,
    text: &'s str,
    bytes: &'s [u8],
    room: &'s mut Room,
    /// Choices and runs that go without a note.
    unnoted: u32,
}

impl Search<'_> {
    /// The end of the match that begins at a place.
    fn end_of(&mut self, start: usize) -> Option<usize> {
        let program = self.program;
        let (mut number, mut at) = (0, start);
        loop {
            let next = match &program.steps[number] {
                Step::Folded(start, end) => {
                    let wanted = &program.texts[*start as usize..*end as usize];
                    let found = self.bytes.get(at..at + wanted.len());
                    found
                        .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
                        .then(|| (number + 1, at + wanted.len()))
                }
                Step::Exact(start, end) => {
                    let wanted = &program.texts[*start as usize..*end as usize];
                    self.bytes[at..].starts_with(wanted).then(|| (number + 1, at + wanted.len()))
                }
                Step::Set(set) => self.has(*set, at).then_some((number + 1, at + 1)),
                Step::Character(class) => self.character(usize::from(*class), at).map(|end| (number + 1, end)),
                Step::Start => (at == 0).then_some((number + 1, at)),
                Step::End => (at == self.bytes.len()).then_some((number + 1, at)),
                Step::Border => self.is_border(at).then_some((number + 1, at)),
                Step::Look(look) => self.holds(*look, at).then_some((number + 1, at)),
                Step::Jump(to) => Some((*to as usize, at)),
                Step::Choice { from, to, begins, mark } => {
                    if self.can_be(*begins, at) && self.is_new(*mark, at) {
                        self.choose(number, *from, *to, at)
                    } else {
                        None
                    }
                }
                Step::Times(set, times) => {
                    let end = at + *times as usize;
                    let set = program.set(*set);
                    let found = self.bytes.get(at..end).is_some_and(|bytes| all_in(set, bytes));
                    found.then_some((number + 1, end))
                }
                Step::Run { set, most, greedy, then, mark } => {
                    if !self.is_new(*mark, at) {
                        None
                    } else {
                        let end = self.run(*set, *most, *mark, *greedy, at);
                        let (first, last) = if *greedy { (end, at) } else { (at, end) };
                        self.leave(number, *then, first, last)
                    }
                }
                Step::Characters { class, most, greedy, then, mark } => {
                    if !self.text.is_char_boundary(at) {
                        // No character begins here. A run that passed noted the place without going on from it.
                        Some((number + 1, at))
                    } else if self.is_new(*mark, at) {
                        let end = self.characters(usize::from(*class), *most, at);
                        let end = if *most == u32::MAX { self.end_of_new(*mark, at, end) } else { end };
                        let (first, last) = if *greedy { (end, at) } else { (at, end) };
                        self.leave_characters(number, *then, first, last)
                    } else {
                        None
                    }
                }
                Step::Match => return Some(at),
            };
            (number, at) = match next {
                Some(next) => next,
                None => self.go_back()?,
            };
        }
    }

    /// The last choice that is open takes its next way.
    fn go_back(&mut self) -> Option<(usize, usize)> {
        loop {
            let Open { step, at, next } = self.room.open.pop()?;
            let number = step as usize;
            let found = match &self.program.steps[number] {
                Step::Choice { to, .. } => self.choose(number, next, *to, at as usize),
                Step::Run { then, .. } => self.leave(number, *then, at as usize, next as usize),
                Step::Characters { then, .. } => self.leave_characters(number, *then, at as usize, next as usize),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
    }

    /// Takes the first of the ways that can begin at a place and leaves the others open.
    fn choose(&mut self, number: usize, from: u32, to: u32, at: usize) -> Option<(usize, usize)> {
        let ways = &self.program.ways[from as usize..to as usize];
        let place = match self.bytes.get(at) {
            Some(byte) => {
                ways.iter().position(|way| self.program.set(way.begins).is_none_or(|set| set.contains(*byte)))?
            }
            None => ways.iter().position(|way| way.begins == ANYTHING)?,
        };
        let next = from + place as u32 + 1;
        if next < to {
            self.room.open.push(Open { step: number as u32, at: at as u32, next });
        }
        Some((ways[place].step as usize, at))
    }

    /// Ends a run at the first place from `first` to `last`, which may lie before it, behind which the
    /// expression can go on, and leaves the others open.
    fn leave(&mut self, number: usize, then: SetNumber, first: usize, last: usize) -> Option<(usize, usize)> {
        let at = if first >= last {
            (last..=first).rev().find(|at| self.can_be(then, *at))?
        } else {
            (first..=last).find(|at| self.can_be(then, *at))?
        };
        if at != last {
            let next = if first > last { at - 1 } else { at + 1 };
            self.room.open.push(Open { step: number as u32, at: next as u32, next: last as u32 });
        }
        Some((number + 1, at))
    }

    /// As [`Search::leave`], but behind whole characters only.
    fn leave_characters(
        &mut self,
        number: usize,
        then: SetNumber,
        mut first: usize,
        last: usize,
    ) -> Option<(usize, usize)> {
        loop {
            let (number, at) = self.leave(number, then, first, last)?;
            // None at all can stand anywhere, even inside another character.
            if at == last || self.text.is_char_boundary(at) {
                return Some((number, at));
            }
            first = self.room.open.pop()?.at as usize;
        }
    }

    /// Where characters of a class that begin at a place end at the latest.
    fn characters(&self, class: usize, most: u32, mut at: usize) -> usize {
        for _ in 0..most {
            let Some(end) = self.character(class, at) else { break };
            at = end;
        }
        at
    }

    /// Where a run that begins at a place ends at the latest.
    fn run(&mut self, set: SetNumber, most: u32, mark: u16, greedy: bool, start: usize) -> usize {
        let Some(set) = self.program.set(set) else { return start };
        let bytes = &self.bytes[start..];
        let bytes = &bytes[..bytes.len().min(most as usize)];
        let is_bounded = most != u32::MAX;
        let length = bytes.iter().position(|byte| !set.contains(*byte)).unwrap_or(bytes.len());
        if is_bounded || !greedy {
            return start + length;
        }
        self.end_of_new(mark, start, start + length)
    }

    /// Where a greedy run of any length that could go on to `end` comes to where one has been tried: all that lies
    /// beyond was tried with that one. So text is gone through once, not once for each start.
    fn end_of_new(&mut self, mark: u16, start: usize, end: usize) -> usize {
        if end == start || self.room.tried.is_empty() {
            return end;
        }
        self.first_tried(mark, start + 1, end).unwrap_or(end)
    }

    /// Whether nothing is known of a choice or run having been tried at a place; from now on it is noted.
    #[inline(always)]
    fn is_new(&mut self, mark: u16, at: usize) -> bool {
        if self.unnoted > 0 {
            self.unnoted -= 1;
            return true;
        }
        self.note(mark, at)
    }

    /// Notes that a choice or run has been tried at a place; whether that is new.
    #[inline(never)]
    fn note(&mut self, mark: u16, at: usize) -> bool {
        let tried = &mut self.room.tried;
        if tried.is_empty() {
            tried.resize((usize::from(self.program.marks) * (self.bytes.len() + 1)).div_ceil(64), 0);
        }
        let bit = usize::from(mark) * (self.bytes.len() + 1) + at;
        let (word, bit) = (&mut tried[bit / 64], 1 << (bit % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// The first place from `first` to `last` at which a run has been tried; from now on it has at all before.
    fn first_tried(&mut self, mark: u16, first: usize, last: usize) -> Option<usize> {
        let base = usize::from(mark) * (self.bytes.len() + 1);
        let (mut bit, end) = (base + first, base + last + 1);
        while bit < end {
            let word = &mut self.room.tried[bit / 64];
            let start = bit - bit % 64;
            let asked = below(end - start) & !below(bit - start);
            let met = *word & asked;
            if met != 0 {
                let place = met.trailing_zeros() as usize;
                *word |= asked & below(place);
                return Some(start + place - base);
            }
            *word |= asked;
            bit = start + 64;
        }
        None
    }

    fn has(&self, set: SetNumber, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|byte| self.program.set(set).is_some_and(|set| set.contains(*byte)))
    }

    /// Whether what stands at a place is of a set, or anything will do.
    fn can_be(&self, set: SetNumber, at: usize) -> bool {
        self.program.set(set).is_none_or(|set| self.bytes.get(at).is_some_and(|byte| set.contains(*byte)))
    }

    fn is_border(&self, at: usize) -> bool {
        self.is_word(at.wrapping_sub(1)) != self.is_word(at)
    }

    fn is_word(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    }

    /// The end of a character of a class.
    fn character(&self, class: usize, at: usize) -> Option<usize> {
        let class = &self.program.classes[class];
        let byte = *self.bytes.get(at)?;
        if byte.is_ascii() {
            return class.ascii.contains(byte).then_some(at + 1);
        }
        // Within a character none begins.
        let c = self.text.get(at..)?.chars().next()?;
        let ranges = &class.ranges;
        let place = ranges.partition_point(|(_, last)| *last < c);
        ranges.get(place).is_some_and(|(first, _)| *first <= c).then_some(at + c.len_utf8())
    }

    #[cold]
    fn holds(&self, look: u32, at: usize) -> bool {
        Look::from_repr(look).is_some_and(|look| LookMatcher::new().matches(look, self.bytes, at))
    }
}

fn all_in(set: Option<&ByteSet>, bytes: &[u8]) -> bool {
    set.is_some_and(|set| bytes.iter().all(|byte| set.contains(*byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ruleset::matching::expression::read_guard;

    /// Expressions of every kind of step, and of what is easily got wrong: loops of what can be empty,
    /// alternatives that begin alike, bounds, laziness.
    const EXPRESSIONS: [&str; 40] = [
        "",
        "a",
        "ab|a",
        "a|ab",
        "(a|ab)(c|bcd)",
        "^a",
        "a$",
        "^$",
        "^(a|b)*c$",
        r"\ba",
        r"\Ba",
        r"a\b",
        "a*",
        "a*?",
        "a+?b",
        "(ab)*",
        "(ab)*?c",
        "(a*)*b",
        "(a*?)*?b",
        "(a|b*)+c",
        "(a*|b)+",
        "(|a)+",
        "(a|)+b",
        "(a?b?){2,3}c",
        "(ab?){0,2}a",
        "a{2}",
        "a{1,2}?b",
        "a{2,}b",
        ".{1,3}c",
        ".{0,2}?c",
        "[^a]+a",
        "(?-i)A[ab]*",
        "(?-i)[A-Z]+a",
        r"[é—]+a",
        r"(?-i)\p{Lu}+",
        "[ab]*[bc]*(a b|-)+",
        "[aé]{0,2}é",
        "[aé]{1,2}?(b|é)",
        ".?[aé]{0,3}.",
        "(a[bé]{0,2}|[aé]{0,3})+c",
    ];

    /// Compares the matches of an expression with those of the regex crate.
    fn assert_same(expression: &str, texts: &[&str]) {
        let expression = read_guard(expression).unwrap();
        let mut builder = regex::bytes::RegexBuilder::new(&expression.translated);
        let regex = builder.case_insensitive(true).unicode(false).build().unwrap();
        for text in texts {
            let wanted: Vec<_> = regex.find_iter(text.as_bytes()).map(|found| found.range()).collect();
            let found: Vec<_> = find_iter(&expression.program, text, 0..=text.len()).collect();
            assert_eq!(found, wanted, "`{}` in {text:?}", expression.source);
        }
    }

    #[test]
    fn matches_are_those_of_the_regex_crate() {
        // All texts of up to six of these.
        let mut texts = vec![String::new()];
        let mut first = 0;
        for _ in 0..6 {
            let end = texts.len();
            for at in first..end {
                texts.extend(["a", "b", "c", "A", "é", " "].map(|c| format!("{}{c}", texts[at])));
            }
            first = end;
        }
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        for expression in EXPRESSIONS {
            assert_same(expression, &texts);
        }
    }

    #[test]
    fn an_expression_can_go_on_inside_a_character_that_a_run_passed() {
        // Many choices, so that they are noted; `[^a]` takes half of the pound sign, `\W` the other.
        assert_same(r"slug (?:b|ca)*[^a]??[£©§]*\W7", &[&format!("slug {}£7 x", "b".repeat(100)), "slug bbb£7 x"]);
    }

    /// Any expression of the dialect, of a few small parts.
    fn expressions() -> impl Strategy<Value = String> {
        const PARTS: &[&str] = &[
            "a",
            "b",
            "ab",
            "A",
            "é",
            "“",
            " ",
            "-",
            ".",
            "[ab]",
            "[^a]",
            "[aé“]{0,2}",
            "[bé]{1,3}?",
            r"\w",
            r"\W",
            r"\d",
            r"\s",
            r"\b",
            r"\B",
            "^",
            "$",
            "(?-i:A)",
            r"(?-i:\p{Lu})",
            "",
        ];
        let part = proptest::sample::select(PARTS).prop_map(str::to_owned);
        const COUNTS: &[&str] = &["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}?", "{2,}", "{2,}?"];
        part.prop_recursive(4, 24, 3, move |inner| {
            let several = proptest::collection::vec(inner.clone(), 1..4);
            prop_oneof![
                several.clone().prop_map(|parts| parts.concat()),
                several.prop_map(|ways| format!("({})", ways.join("|"))),
                (inner, proptest::sample::select(COUNTS)).prop_map(|(part, count)| format!("({part}){count}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_expression_matches_as_in_the_regex_crate(
            expression in expressions(),
            texts in proptest::collection::vec("[abAB1é“” .-]{0,14}", 8),
        ) {
            // Some are refused: those that no word or symbol tells, and those that count too far.
            if read_guard(&expression).is_ok() {
                let texts: Vec<_> = texts.iter().map(String::as_str).collect();
                assert_same(&expression, &texts);
            }
        }
    }

    #[test]
    fn other_assertions_hold_as_in_the_regex_crate() {
        for expression in [r"(?m)^a", r"(?m)a$", r"(?u)\ba", r"\b{start}a", r"\b{end-half}a"] {
            assert_same(expression, &["a", "ba\na", "éa a", "a\nab"]);
        }
    }

    /// Expressions that take engines which forget where they were an hour or a year.
    #[test]
    fn the_time_is_bounded() {
        let text = "a".repeat(1400);
        for expression in ["(a*)*b", "(a|a)*b", "(a|aa)+b", r"(\w+ ?)+b", r"\w+@", r"(\w+\W?){1,9}@", "(.{0,80}a){3}b"]
        {
            assert!(!is_match(&read_guard(expression).unwrap().program, &text));
        }
    }

    #[test]
    fn what_has_no_end_is_refused() {
        assert!(read_guard("((ab){500}){500}").is_err());
        assert!(read_guard(".{5,200}").unwrap().program.steps.len() < 5);
    }
}
