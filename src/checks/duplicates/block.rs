//! `duplicates/block`: a run of lines that stands in the document before.

use xxhash_rust::xxh3::xxh3_64;

use crate::checks::Context;
use crate::hashed_map::HashedMap;
use crate::repetition::{ends_like_sentence, filled_lines};

/// Lines by which a run is found.
const SEED: usize = 3;

/// Reports the lines of every run that repeats an earlier one.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let fewest = (context.options().integer("min-lines") as usize).max(SEED);
    let shortest = context.options().integer("min-length") as usize;
    let lines = filled_lines(document);
    let hashes: Vec<u64> = lines.iter().map(|(_, text)| xxh3_64(text.as_bytes())).collect();
    let mut seen: HashedMap<[u64; SEED], usize> = HashedMap::default();
    let mut at = 0;
    while at + SEED <= lines.len() {
        let key = [hashes[at], hashes[at + 1], hashes[at + 2]];
        let first = *seen.entry(key).or_insert(at);
        // A run ends where its copy begins, so that equal lines in a row are no block of themselves.
        let reach = (lines.len() - at).min(at - first);
        let length = (0..reach).take_while(|step| hashes[first + step] == hashes[at + step]).count();
        let run = &lines[at..at + length];
        let bytes: usize = run.iter().map(|(_, text)| text.len()).sum();
        // Equal lines are the business of `duplicates/line`; a block has several. Tables and lists of
        // features repeat rows rightly, so a block has a sentence, too.
        let is_varied = run.windows(2).any(|pair| pair[0].1 != pair[1].1);
        let is_sentence = |line: &str| ends_like_sentence(line) && line.split_whitespace().take(5).count() == 5;
        if length < fewest || bytes < shortest {
            at += 1;
            continue;
        }
        if !is_varied || !run.iter().any(|(_, line)| is_sentence(line)) {
            // No part of such a run is a block either; going on line by line would compare a million
            // equal lines a million times.
            at += length;
            continue;
        }
        let (from, to) = (lines[first].0, lines[first + length - 1].0);
        for (step, (line, _)) in run.iter().enumerate() {
            let message = format!("line of a block that already stands at lines {} to {}", from + 1, to + 1);
            let original = document.line(lines[first + step].0);
            context.report(document.line(*line), message).delete_line(*line).related(original, "first here");
        }
        at += length;
    }
}
