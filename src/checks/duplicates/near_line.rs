//! `duplicates/near-line`: a line that stands in the document before but for quotation marks,
//! dashes, case, blanks or a word or two.

use crate::checks::Context;
use crate::document::Span;
use crate::hashed_map::HashedMap;
use crate::repetition::fold::{Difference, LineEnd, difference, key, sketch, words};
use crate::repetition::{Recurring, ends_like_sentence};

/// Bytes that two near-equal lines can differ in for each differing word, marks included.
const WORD_BYTES: usize = 24;

/// Words from which on a line that does not end like a sentence is no item of a list.
const NO_ITEM: usize = 10;

/// Reports the worse copy of each pair of lines that are nearly the same.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let shortest = context.options().integer("min-length") as usize;
    let fewest_words = context.options().integer("min-words") as usize;
    let long = context.options().integer("long-line") as usize;
    let most = context.options().integer("max-words-differing") as usize;
    let lines = context.filled_lines().all();
    let mut sketches = Recurring::with_room(lines.len());
    let mut sketched = Vec::with_capacity(lines.len());
    let spans = document.lines();
    for line in lines {
        if line.text.len() >= shortest || spans.span(document.text(), line.line as usize).len() >= shortest {
            let text = &document.text().as_bytes()[line.text.range()];
            let [first, last] = [sketch(text, LineEnd::First), sketch(text, LineEnd::Last)];
            sketched.push((line, [sketches.add(first), sketches.add(last)]));
        }
    }
    let mut seen: HashedMap<u64, usize> = HashedMap::default();
    for (line, [first, last]) in sketched {
        let (first, last) = (sketches.is_again(first), sketches.is_again(last));
        // Most lines are like no other.
        if !first && !last {
            continue;
        }
        let index = line.line as usize;
        let line = document.slice(line.text);
        // Lines that share the first words, and lines that share the last; the earliest of each.
        let mut earliest = |end: LineEnd| *seen.entry(key(line, end)).or_insert(index);
        let candidates = [first.then(|| earliest(LineEnd::First)), last.then(|| earliest(LineEnd::Last))];
        let pair = candidates.into_iter().flatten().filter(|first| *first != index).find_map(|first| {
            let other = document.slice(document.line(first)).trim();
            if other == line || other.len().abs_diff(line.len()) > (most + 1) * WORD_BYTES {
                return None;
            }
            if !ends_like_sentence(line) && words(line).take(NO_ITEM).count() < NO_ITEM {
                return None;
            }
            let difference = difference(other, line, most)?;
            let fewest = if difference.len() == 0 { fewest_words } else { long.max(fewest_words) };
            let is_long = words(line).take(fewest).count() == fewest;
            (is_long && is_accident(&difference)).then_some((first, difference))
        });
        let Some((first, difference)) = pair else { continue };
        let other = document.slice(document.line(first)).trim();
        let first_is_worse = faults(other, &difference.only_first) > faults(line, &difference.only_second);
        let (worse, better) = if first_is_worse { (first, index) } else { (index, first) };
        report(context, worse, better, &difference);
    }
}

fn report(context: &mut Context<'_>, worse: usize, better: usize, difference: &Difference<'_>) {
    let document = context.document();
    let span: Span = document.line(worse);
    let what = match difference.len() {
        0 => "but for marks, case or blanks",
        1 => "but for one word",
        _ => "but for a few words",
    };
    let message = format!("this line also stands at line {}, {what}; this copy is the worse or later one", better + 1);
    context.report(span, message).delete_line(worse).related(document.line(better), "the copy to keep");
}

/// Whether a difference looks like damage of one text and not like two texts. Figures change between
/// lines that are alike by design (tables, results, calendars), and so do names, days and things: a
/// word may stand for another only when both are short, as function words are, or begin alike.
fn is_accident(difference: &Difference<'_>) -> bool {
    let (first, second) = (&difference.only_first, &difference.only_second);
    let is_short = |word: &str| word.chars().count() <= 4 && !word.starts_with(char::is_uppercase);
    let alike = |a: &str, b: &str| a.chars().take(3).eq(b.chars().take(3)) || is_short(a) && is_short(b);
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let replaced_alike = first.len() != second.len() || first.iter().zip(second).all(|(a, b)| alike(a, b));
    replaced_alike && !first.iter().chain(second).any(|word| has_digit(word))
}

/// How damaged a copy looks.
fn faults(line: &str, only_here: &[&str]) -> usize {
    let count = |mark: char| line.matches(mark).count();
    let unbalanced = count('“').abs_diff(count('”')) + count('"') % 2;
    let mixed = usize::from(line.contains('"') && line.contains(['“', '”']))
        + usize::from(line.contains('\'') && line.contains('’'));
    // A word with a capital that the other copy has not, inside the sentence, is a stray one.
    let stray = only_here.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    let replaced = count('\u{FFFD}');
    let cut = usize::from(line.ends_with(['…', ',']));
    4 * replaced + 2 * stray + unbalanced + mixed + cut
}
