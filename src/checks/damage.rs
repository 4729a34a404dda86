//! The stretches of a document that are mojibake, found once for the rules that have to know.

use crate::document::{Document, Span};
use crate::mojibake::{Damage, damages};

/// The damaged stretches of a document, in order, each with its place.
#[must_use]
pub fn damaged_stretches(document: &Document) -> Vec<(Span, Damage)> {
    let marks = document.marks();
    let mut found = Vec::new();
    // Mojibake holds a letter or sign that English text is not made of; only such lines are read.
    let mut places: Vec<u32> = marks.latin.iter().chain(&marks.foreign).copied().collect();
    places.extend(document.unusual().iter().map(|unusual| unusual.at));
    places.sort_unstable();
    let mut done = 0;
    for place in places {
        if place < done {
            continue;
        }
        let line = document.line(document.lines().index_of(place));
        done = line.end.max(place + 1);
        for damage in damages(document.slice(line)) {
            // Control characters by themselves are another rule's.
            if damage.layers > 0 {
                let start = line.start as usize;
                found.push((Span::new(start + damage.start, start + damage.end), damage));
            }
        }
    }
    found
}
