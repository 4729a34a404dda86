//! What short lines gave before.
//!
//! The same short lines stand on page after page of a site, and many of them (`Share`, `Read
//! more`, `All rights reserved`) on the pages of all sites. Each thread remembers what the rules
//! made of the short lines that it has seen, so that a line is matched once and looked up after
//! that. A result depends on nothing but the line's text, the rules and which of them are on, so
//! remembering changes no finding.

use std::cell::RefCell;

use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::Hit;
use crate::document::Span;
use crate::hashed_map::HashedMap;

/// Longest line that is remembered, in bytes. Longer lines are prose, which does not repeat.
const LONGEST: usize = 96;

/// Most lines that a thread remembers; beyond that it begins anew. About 4 MB.
const MOST_LINES: usize = 1 << 15;

/// A hit on a line, placed from the line's start.
#[derive(Clone, Copy, Debug)]
struct LineHit {
    clause: u32,
    start: u8,
    end: u8,
    pattern: Option<u32>,
}

thread_local! {
    static LINES: RefCell<HashedMap<u128, Box<[LineHit]>>> = RefCell::default();
}

/// The key of a line, or `None` for one that is not remembered. `seed` stands for the rules and
/// which of them are on. That two lines share one of 2^128 keys by accident is out of reach.
#[must_use]
pub(super) fn key(line: &str, seed: u64) -> Option<u128> {
    (line.len() <= LONGEST).then(|| xxh3_128_with_seed(line.as_bytes(), seed))
}

/// Adds the hits of a line seen before; the result is whether it was seen.
pub(super) fn recall(key: u128, line: usize, start: usize, hits: &mut Vec<Hit>) -> bool {
    LINES.with_borrow(|lines| {
        let Some(known) = lines.get(&key) else { return false };
        hits.extend(known.iter().map(|hit| Hit {
            clause: hit.clause as usize,
            cue: Span::new(start + usize::from(hit.start), start + usize::from(hit.end)),
            line,
            pattern: hit.pattern.map(|pattern| pattern as usize),
        }));
        true
    })
}

/// Remembers the hits of a line that begins at `start`.
pub(super) fn remember(key: u128, start: usize, hits: &[Hit]) {
    let placed = hits.iter().map(|hit| LineHit {
        clause: hit.clause as u32,
        start: (hit.cue.start as usize - start) as u8,
        end: (hit.cue.end as usize - start) as u8,
        pattern: hit.pattern.map(|pattern| pattern as u32),
    });
    LINES.with_borrow_mut(|lines| {
        if lines.len() >= MOST_LINES {
            lines.clear();
        }
        lines.insert(key, placed.collect());
    });
}
