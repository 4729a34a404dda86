//! Regular expressions as programs: what [`super::search`] runs.
//!
//! A run tries some three hundred expressions, most of them on a few dozen lines. Engines that build
//! automata pay for building them each time, on each thread, more than for all searches together, and
//! keep some ten megabytes of tables. So the build script writes programs for a matcher that goes back
//! and tries the next way where one fails: they are small, are ready when they are read, and hold
//! nothing that a search changes.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use serde::{Deserialize, Deserializer, Serialize};

use super::expression::ByteSet;

/// Most steps of a program, and most bytes of its texts. The longest of the built-in rules has a few
/// hundred; an expression of nested counts can ask for millions.
const MOST_STEPS: usize = 1 << 15;

/// Most steps that are looked at to find what can follow one.
const MOST_LOOKED_AT: usize = 400;

/// Most texts of an expression that are looked at one by one: more than there are forms of any one mark.
const MOST_TEXTS: usize = 16;

/// The place of a set in a program's list, or [`ANYTHING`].
pub type SetNumber = u16;

/// No set: whatever follows, even the end of the text.
pub const ANYTHING: SetNumber = SetNumber::MAX;

/// Steps are taken in order, unless they say otherwise. Numbers of steps are places in the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// These bytes of the program's texts, letters in either case.
    Folded(u32, u32),
    /// These bytes of the program's texts.
    Exact(u32, u32),
    /// A byte of a set.
    Set(SetNumber),
    /// A character of one of the program's classes.
    Character(u16),
    /// The start of the text.
    Start,
    /// The end of the text.
    End,
    /// A border of an ASCII word.
    Border,
    /// Any other assertion, as regex-syntax numbers it.
    Look(u32),
    /// Goes on at another step.
    Jump(u32),
    /// Goes on at the first of the ways `from..to` of the program that leads to a match.
    Choice {
        /// The first way.
        from: u32,
        /// The way behind the last.
        to: u32,
        /// The bytes that any of the ways can begin with.
        begins: SetNumber,
        /// Under which number it is noted where this was tried.
        mark: u16,
    },
    /// So many bytes of a set.
    Times(SetNumber, u32),
    /// Bytes of a set, none or some.
    Run {
        /// The set.
        set: SetNumber,
        /// Most bytes; [`u32::MAX`] stands for any number.
        most: u32,
        /// Whether as many bytes as possible are tried first, or as few.
        greedy: bool,
        /// What can follow the run.
        then: SetNumber,
        /// Under which number it is noted where this was tried.
        mark: u16,
    },
    /// Characters of one of the program's classes, none or some; as in [`Step::Run`].
    Characters {
        /// The class.
        class: u16,
        /// Most characters; [`u32::MAX`] stands for any number.
        most: u32,
        /// Whether as many characters as possible are tried first, or as few.
        greedy: bool,
        /// What can follow them.
        then: SetNumber,
        /// Under which number it is noted where this was tried.
        mark: u16,
    },
    /// The expression matches.
    Match,
}

/// A way of a [`Step::Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The step it begins with.
    pub step: u32,
    /// The bytes it can begin with.
    pub begins: SetNumber,
}

/// A class of characters that are not all ASCII.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Characters {
    /// Its members of one byte, which most characters of a text are compared with.
    pub ascii: ByteSet,
    /// All members, as sorted ranges.
    pub ranges: Vec<(char, char)>,
}

/// An expression, ready to be searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// What to do.
    pub steps: Vec<Step>,
    /// The ways of all choices.
    pub ways: Vec<Way>,
    /// Sets of bytes.
    pub sets: Vec<ByteSet>,
    /// Classes of characters.
    pub classes: Vec<Characters>,
    /// The texts of all steps.
    #[serde(deserialize_with = "in_one_piece")]
    pub texts: Vec<u8>,
    /// How many choices and runs there are.
    pub marks: u16,
    /// The bytes that a match can begin with.
    pub begins: SetNumber,
    /// Whether a match can only begin at the start of the text.
    pub at_start: bool,
    /// Whether a loop can go round without a step ahead. Only notes of where it was keep it from that, and which
    /// match is found depends on them.
    pub has_empty_loop: bool,
}

/// Reads bytes as they stand, and not one after the other as members of a list.
fn in_one_piece<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    <&[u8]>::deserialize(deserializer).map(<[u8]>::to_vec)
}

/// The expression takes too many steps.
#[derive(Clone, Copy, Debug)]
pub struct TooLarge;

impl Program {
    /// Writes the program of an expression.
    ///
    /// # Errors
    /// When there is no end to it.
    pub fn new(expression: &Hir) -> Result<Program, TooLarge> {
        let mut compiler = Compiler { program: Program::default(), fixed: 0 };
        compiler.expression(expression)?;
        compiler.push(Step::Match)?;
        let mut program = compiler.program;
        program.look_ahead();
        program.at_start = expression.properties().look_set_prefix().contains(Look::Start);
        Ok(program)
    }

    /// The set of this number; none for [`ANYTHING`].
    #[must_use]
    pub fn set(&self, number: SetNumber) -> Option<&ByteSet> {
        self.sets.get(usize::from(number))
    }

    fn number_of(&mut self, set: ByteSet) -> SetNumber {
        let place = self.sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        // The sets of steps come first and are fewer than there are numbers; what can follow a step may
        // go without a set.
        SetNumber::try_from(place).unwrap_or(ANYTHING)
    }

    /// Notes what choices and runs can go on with, once all steps are known.
    fn look_ahead(&mut self) {
        let number = |program: &mut Program, step: usize| {
            let mut set = ByteSet::default();
            let mut left = MOST_LOOKED_AT;
            if program.begin_of(step, &mut set, &mut left) { program.number_of(set) } else { ANYTHING }
        };
        for way in 0..self.ways.len() {
            self.ways[way].begins = number(self, self.ways[way].step as usize);
        }
        for step in 0..self.steps.len() {
            match self.steps[step] {
                Step::Choice { from, to, mark, .. } => {
                    let begins = number(self, step);
                    self.steps[step] = Step::Choice { from, to, begins, mark };
                }
                Step::Run { set, most, greedy, mark, .. } => {
                    let then = number(self, step + 1);
                    self.steps[step] = Step::Run { set, most, greedy, then, mark };
                }
                Step::Characters { class, most, greedy, mark, .. } => {
                    let then = number(self, step + 1);
                    self.steps[step] = Step::Characters { class, most, greedy, then, mark };
                }
                _ => {}
            }
        }
        self.begins = number(self, 0);
    }

    /// Adds the bytes that a match can go on with from a step; the result is whether that is all: no
    /// when nothing needs to follow, or when there is too much to look at.
    fn begin_of(&self, mut step: usize, set: &mut ByteSet, left: &mut usize) -> bool {
        loop {
            if *left == 0 {
                return false;
            }
            *left -= 1;
            match self.steps.get(step) {
                None | Some(Step::Match | Step::End) => return false,
                Some(Step::Character(class)) => {
                    self.add_class(*class, set);
                    return true;
                }
                Some(Step::Characters { class, .. }) => {
                    self.add_class(*class, set);
                    step += 1;
                }
                Some(Step::Folded(start, _)) => {
                    let byte = self.texts[*start as usize];
                    set.insert(byte.to_ascii_lowercase()..=byte.to_ascii_lowercase());
                    set.insert(byte.to_ascii_uppercase()..=byte.to_ascii_uppercase());
                    return true;
                }
                Some(Step::Exact(start, _)) => {
                    let byte = self.texts[*start as usize];
                    set.insert(byte..=byte);
                    return true;
                }
                Some(Step::Set(number) | Step::Times(number, _)) => return self.add(*number, set),
                Some(Step::Run { set: number, .. }) => {
                    if !self.add(*number, set) {
                        return false;
                    }
                    step += 1;
                }
                Some(Step::Start | Step::Border | Step::Look(_)) => step += 1,
                Some(Step::Jump(to)) => step = *to as usize,
                Some(Step::Choice { from, to, .. }) => {
                    let mut ways = self.ways[*from as usize..*to as usize].iter();
                    return ways.all(|way| self.begin_of(way.step as usize, set, left));
                }
            }
        }
    }

    /// Adds the bytes that the characters of a class begin with.
    fn add_class(&self, class: u16, set: &mut ByteSet) {
        let lead = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
        for (first, last) in &self.classes[usize::from(class)].ranges {
            set.insert(lead(*first)..=lead(*last));
        }
    }

    fn add(&self, number: SetNumber, set: &mut ByteSet) -> bool {
        self.set(number).is_some_and(|own| {
            *set = set.union(*own);
            true
        })
    }
}

struct Compiler {
    program: Program,
    /// Steps before this one stay as they are, because another step leads behind them.
    fixed: usize,
}

impl Compiler {
    fn push(&mut self, step: Step) -> Result<usize, TooLarge> {
        if self.program.steps.len() >= MOST_STEPS {
            return Err(TooLarge);
        }
        self.program.steps.push(step);
        Ok(self.program.steps.len() - 1)
    }

    /// The next step, to which another leads.
    fn here(&mut self) -> u32 {
        self.fixed = self.program.steps.len();
        self.fixed as u32
    }

    fn mark(&mut self) -> Result<u16, TooLarge> {
        self.program.marks = self.program.marks.checked_add(1).ok_or(TooLarge)?;
        Ok(self.program.marks - 1)
    }

    /// Adds a choice whose ways become known later.
    fn choice(&mut self, ways: usize) -> Result<(usize, usize), TooLarge> {
        let from = self.program.ways.len();
        self.program.ways.resize(from + ways, Way { step: 0, begins: ANYTHING });
        let mark = self.mark()?;
        let step = self.push(Step::Choice { from: from as u32, to: (from + ways) as u32, begins: ANYTHING, mark })?;
        self.here();
        Ok((step, from))
    }

    fn expression(&mut self, expression: &Hir) -> Result<(), TooLarge> {
        match expression.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                for byte in &literal.0 {
                    let mut set = ByteSet::default();
                    set.insert(*byte..=*byte);
                    self.set(set)?;
                }
            }
            HirKind::Class(class) => match set_of(class) {
                Some(set) => self.set(set)?,
                None => {
                    let class = self.class_of(expression)?.ok_or(TooLarge)?;
                    self.push(Step::Character(class))?;
                }
            },
            HirKind::Look(look) => {
                self.push(match look {
                    Look::Start => Step::Start,
                    Look::End => Step::End,
                    Look::WordAscii => Step::Border,
                    other => Step::Look(other.as_repr()),
                })?;
            }
            HirKind::Repetition(repetition) => self.repetition(repetition)?,
            HirKind::Capture(capture) => self.expression(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.expression(part))?,
            HirKind::Alternation(parts) => {
                if let Some(class) = self.class_of(expression)? {
                    self.push(Step::Character(class))?;
                    return Ok(());
                }
                let (_, from) = self.choice(parts.len())?;
                let mut ends = Vec::with_capacity(parts.len());
                for (place, part) in parts.iter().enumerate() {
                    self.program.ways[from + place].step = self.here();
                    self.expression(part)?;
                    ends.push(self.push(Step::Jump(0))?);
                }
                let behind = self.here();
                ends.into_iter().for_each(|end| self.program.steps[end] = Step::Jump(behind));
            }
        }
        Ok(())
    }

    /// One byte of a set. Bytes and letters in a row become one text.
    fn set(&mut self, set: ByteSet) -> Result<(), TooLarge> {
        let program = &mut self.program;
        let Some((byte, is_folded)) = letter_of(&set) else {
            let number = program.number_of(set);
            self.push(Step::Set(number))?;
            return Ok(());
        };
        if program.texts.len() >= MOST_STEPS {
            return Err(TooLarge);
        }
        let start = program.texts.len() as u32;
        program.texts.push(byte);
        let is_open = program.steps.len() > self.fixed;
        match program.steps.last_mut().filter(|_| is_open) {
            Some(Step::Folded(_, end)) if *end == start && (is_folded || !byte.is_ascii_alphabetic()) => *end += 1,
            Some(Step::Exact(_, end)) if *end == start && !is_folded => *end += 1,
            _ => {
                let text = if is_folded { Step::Folded } else { Step::Exact };
                self.push(text(start, start + 1))?;
            }
        }
        Ok(())
    }

    /// The number of a class of characters that are not all ASCII; none for what matches anything else. The blanks,
    /// quotation marks and dashes of the dialect are alternatives of bytes and the most frequent of these classes.
    fn class_of(&mut self, expression: &Hir) -> Result<Option<u16>, TooLarge> {
        let ranges: Vec<(char, char)> = match expression.kind() {
            HirKind::Class(Class::Unicode(class)) => {
                class.ranges().iter().map(|range| (range.start(), range.end())).collect()
            }
            HirKind::Alternation(_) => {
                let Some(characters) = texts_of(expression).and_then(|texts| characters_of(&texts)) else {
                    return Ok(None);
                };
                characters.into_iter().map(|c| (c, c)).collect()
            }
            _ => return Ok(None),
        };
        let classes = &mut self.program.classes;
        let place = classes.iter().position(|known| known.ranges == ranges).unwrap_or_else(|| {
            let mut ascii = ByteSet::default();
            for (first, last) in ranges.iter().filter(|(first, _)| first.is_ascii()) {
                ascii.insert(*first as u8..=(*last).min('\x7F') as u8);
            }
            classes.push(Characters { ascii, ranges });
            classes.len() - 1
        });
        u16::try_from(place).map(Some).map_err(|_| TooLarge)
    }

    fn repetition(&mut self, repetition: &Repetition) -> Result<(), TooLarge> {
        let (sub, least, greedy) = (&*repetition.sub, repetition.min, repetition.greedy);
        self.program.has_empty_loop |= repetition.max.is_none() && sub.properties().minimum_len() == Some(0);
        let set = match sub.kind() {
            HirKind::Class(class) => set_of(class),
            HirKind::Literal(literal) if literal.0.len() == 1 => {
                let mut set = ByteSet::default();
                set.insert(literal.0[0]..=literal.0[0]);
                Some(set)
            }
            _ => None,
        };
        if let Some(set) = set {
            let set = self.program.number_of(set);
            if least > 0 {
                self.push(Step::Times(set, least))?;
            }
            let most = repetition.max.map_or(u32::MAX, |most| most - least);
            if most > 0 {
                let mark = self.mark()?;
                self.push(Step::Run { set, most, greedy, then: ANYTHING, mark })?;
            }
            return Ok(());
        }
        // Lazy ones without a bound take the steps of other loops, which note each place they come by.
        let is_simple = repetition.max.is_some() || greedy;
        if let (true, Some(class)) = (is_simple, self.class_of(sub)?) {
            (0..least).try_for_each(|_| self.push(Step::Character(class)).map(|_| ()))?;
            let most = repetition.max.map_or(u32::MAX, |most| most - least);
            if most > 0 {
                let mark = self.mark()?;
                self.push(Step::Characters { class, most, greedy, then: ANYTHING, mark })?;
            }
            return Ok(());
        }
        // What can be empty is repeated as `(x+)?`, so that going round without a byte ends the loop as
        // it does in the regex crate.
        let can_be_empty = sub.properties().minimum_len().is_none_or(|length| length == 0);
        match (least, repetition.max) {
            (0, None) if can_be_empty => self.optional(greedy, |compiler| compiler.one_or_more(sub, greedy)),
            (0, None) => {
                let (choice, from) = self.choice(2)?;
                self.way(from, greedy);
                self.expression(sub)?;
                self.push(Step::Jump(choice as u32))?;
                self.way(from, !greedy);
                Ok(())
            }
            (least, None) => {
                (1..least).try_for_each(|_| self.expression(sub))?;
                self.one_or_more(sub, greedy)
            }
            (least, Some(most)) => {
                (0..least).try_for_each(|_| self.expression(sub))?;
                // Each optional one holds the next, so that all lead behind the last.
                let mut choices = Vec::new();
                for _ in least..most {
                    let (_, from) = self.choice(2)?;
                    self.way(from, greedy);
                    self.expression(sub)?;
                    choices.push(from);
                }
                choices.into_iter().for_each(|from| self.way(from, !greedy));
                Ok(())
            }
        }
    }

    fn one_or_more(&mut self, sub: &Hir, greedy: bool) -> Result<(), TooLarge> {
        let again = self.here();
        self.expression(sub)?;
        let (_, from) = self.choice(2)?;
        self.program.ways[from + usize::from(!greedy)].step = again;
        self.way(from, !greedy);
        Ok(())
    }

    fn optional(
        &mut self,
        greedy: bool,
        sub: impl FnOnce(&mut Compiler) -> Result<(), TooLarge>,
    ) -> Result<(), TooLarge> {
        let (_, from) = self.choice(2)?;
        self.way(from, greedy);
        sub(self)?;
        self.way(from, !greedy);
        Ok(())
    }

    /// Makes the next step the first or the second way of a choice of two.
    fn way(&mut self, from: usize, is_first: bool) {
        self.program.ways[from + usize::from(!is_first)].step = self.here();
    }
}

/// The byte or letter that a set stands for, and whether that is a letter in either case.
fn letter_of(set: &ByteSet) -> Option<(u8, bool)> {
    let mut bytes = (0..=255).filter(|byte| set.contains(*byte));
    let first = bytes.next()?;
    match (bytes.next(), bytes.next()) {
        (None, _) => Some((first, false)),
        (Some(second), None) if first.is_ascii_uppercase() && second == first.to_ascii_lowercase() => {
            Some((second, true))
        }
        _ => None,
    }
}

/// The texts that an expression matches, when they are few.
fn texts_of(expression: &Hir) -> Option<Vec<Vec<u8>>> {
    let texts = match expression.kind() {
        HirKind::Literal(literal) => vec![literal.0.to_vec()],
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().flat_map(|range| range.start()..=range.end()).map(|byte| vec![byte]).collect()
        }
        HirKind::Concat(parts) => parts.iter().try_fold(vec![vec![]], |heads: Vec<Vec<u8>>, part| {
            let tails = texts_of(part)?;
            let joined = || heads.iter().flat_map(|head| tails.iter().map(|tail| [&head[..], tail].concat())).collect();
            // Asked before they are made: each letter stands for two.
            (heads.len() * tails.len() <= MOST_TEXTS).then(joined)
        })?,
        HirKind::Alternation(parts) => parts.iter().map(texts_of).collect::<Option<Vec<_>>>()?.concat(),
        _ => return None,
    };
    (texts.len() <= MOST_TEXTS).then_some(texts)
}

/// The characters that texts are made of, one each, in their order; none when a text is no character.
fn characters_of(texts: &[Vec<u8>]) -> Option<BTreeSet<char>> {
    let character = |text: &Vec<u8>| {
        let mut characters = str::from_utf8(text).ok()?.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    texts.iter().map(character).collect()
}

/// The bytes of a class whose members are one byte each.
fn set_of(class: &Class) -> Option<ByteSet> {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(class) => class.ranges().iter().for_each(|range| set.insert(range.start()..=range.end())),
        Class::Unicode(class) => {
            for range in class.ranges() {
                if !range.end().is_ascii() {
                    return None;
                }
                set.insert(range.start() as u8..=range.end() as u8);
            }
        }
    }
    Some(set)
}
