//! `duplicates/block`: a run of lines that stands in the document before.

use xxhash_rust::xxh3::xxh3_64;

use crate::checks::Context;
use crate::hashed_map::HashedMap;
use crate::repetition::{FilledLine, ends_like_sentence};

/// Lines by which a run is found.
const SEED: usize = 3;

/// Reports the lines of every run that repeats an earlier one.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let fewest = (context.options().integer("min-lines") as usize).max(SEED);
    let shortest = context.options().integer("min-length") as usize;
    let (lines, copies) = (context.filled_lines().all(), context.filled_lines().copies());
    if copies.len() < SEED {
        return;
    }
    // Runs that repeat begin with lines that do.
    let mut repeats = vec![false; lines.len()];
    for copy in copies {
        repeats[*copy as usize] = true;
        repeats[lines[*copy as usize].first as usize] = true;
    }
    let mut seen: HashedMap<u64, usize> = HashedMap::default();
    let mut at = 0;
    while at + SEED <= lines.len() {
        if !repeats[at] {
            at += 1;
            continue;
        }
        let first = *seen.entry(seed(&lines[at..at + SEED])).or_insert(at);
        // A run ends where its copy begins, so that equal lines in a row are no block of themselves.
        let reach = (lines.len() - at).min(at - first);
        let length = (0..reach).take_while(|step| lines[first + step].first == lines[at + step].first).count();
        let run = &lines[at..at + length];
        let bytes: usize = run.iter().map(|line| line.text.len()).sum();
        // Equal lines are the business of `duplicates/line`; a block has several. Tables and lists of
        // features repeat rows rightly, so a block has a sentence, too.
        let is_varied = run.windows(2).any(|pair| pair[0].first != pair[1].first);
        let is_sentence = |line: &str| ends_like_sentence(line) && line.split_whitespace().take(5).count() == 5;
        let text_of = |line: &FilledLine| document.slice(line.text);
        if length < fewest || bytes < shortest {
            at += 1;
            continue;
        }
        if !is_varied || !run.iter().any(|line| is_sentence(text_of(line))) {
            // No part of such a run is a block either; going on line by line would compare a million
            // equal lines a million times.
            at += length;
            continue;
        }
        let (from, to) = (lines[first].line, lines[first + length - 1].line);
        let message = format!("line of a block that already stands at lines {} to {}", from + 1, to + 1);
        for (step, line) in run.iter().enumerate() {
            let line = line.line as usize;
            let original = document.line(lines[first + step].line as usize);
            // A copy takes no more than it needs, and a text can hold any number of copies.
            context.report(document.line(line), message.clone()).delete_line(line).related(original, "first here");
        }
        at += length;
    }
}

/// A hash by which the runs that begin with the same lines are found.
fn seed(lines: &[FilledLine]) -> u64 {
    let mut bytes = [0; 4 * SEED];
    for (part, line) in bytes.chunks_exact_mut(4).zip(lines) {
        part.copy_from_slice(&line.first.to_le_bytes());
    }
    xxh3_64(&bytes)
}
