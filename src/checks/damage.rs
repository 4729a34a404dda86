//! The stretches of a document that are mojibake, found once for the rules that have to know.

use crate::document::{Document, Span};
use crate::mojibake::{Damage, damages, wide_damages};

/// The damaged stretches of a document, in order, each with its place.
#[must_use]
pub fn damaged_stretches(document: &Document) -> Vec<(Span, Damage)> {
    let marks = document.marks();
    let mut found = Vec::new();
    // Mojibake holds a letter or sign that English text is not made of; only such lines are read.
    let mut places: Vec<u32> = marks.latin.iter().chain(&marks.foreign).copied().collect();
    places.extend(document.unusual().iter().map(|unusual| unusual.at));
    places.sort_unstable();
    // Where stretches stand that may be words of Chinese or Japanese.
    let mut unsure: Vec<u32> = Vec::new();
    let mut is_wide = false;
    let mut done = 0;
    for place in places {
        if place < done {
            continue;
        }
        let line = document.line(document.lines().index_of(place));
        done = line.end.max(place + 1);
        let slice = document.slice(line);
        let mut all = damages(slice);
        let foreign = marks.foreign.get(marks.foreign.partition_point(|at| *at < line.start));
        if foreign.is_some_and(|at| *at < line.end) {
            for (damage, is_sure) in wide_damages(slice) {
                is_wide |= is_sure;
                if !is_sure {
                    unsure.push(line.start + damage.start as u32);
                }
                all.push(damage);
            }
            all.sort_by_key(|damage| damage.start);
            all.dedup_by(|damage, before| damage.start < before.end);
        }
        for damage in all {
            // Control characters by themselves are another rule's.
            if damage.layers > 0 {
                let start = line.start as usize;
                found.push((Span::new(start + damage.start, start + damage.end), damage));
            }
        }
    }
    if !is_wide && !unsure.is_empty() {
        found.retain(|(span, _)| unsure.binary_search(&span.start).is_err());
    }
    found
}
