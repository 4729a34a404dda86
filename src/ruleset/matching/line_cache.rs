//! What short lines gave before.
//!
//! The same short lines stand on page after page of a site, and many of them (`Share`, `Read
//! more`, `All rights reserved`) on the pages of all sites. What the rules made of a short line is
//! remembered, so that a line is matched once and looked up after that, by all threads. A result
//! depends on nothing but the line's text, the rules and which of them are on, so
//! remembering changes no finding.

use std::sync::{LazyLock, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::Hit;
use crate::document::Span;
use crate::hashed_map::HashedMap;

/// Longest line that is remembered, in bytes. Longer lines are prose, which does not repeat.
const LONGEST: usize = 96;

/// Parts of the memory, each with a lock of its own, so that threads seldom meet.
const PARTS: usize = 64;

/// Most lines that a part holds; beyond that it begins anew. All parts together take about 8 MB.
const MOST_LINES: usize = 1 << 10;

/// A hit on a line, placed from the line's start.
#[derive(Clone, Copy, Debug)]
struct LineHit {
    clause: u32,
    start: u8,
    end: u8,
    pattern: Option<u32>,
}

type Part = RwLock<HashedMap<u128, Box<[LineHit]>>>;

static LINES: LazyLock<[Part; PARTS]> = LazyLock::new(|| std::array::from_fn(|_| Part::default()));

/// The key of a line, or `None` for one that is not remembered. `seed` stands for the rules and
/// which of them are on. That two lines share one of 2^128 keys by accident is out of reach.
#[must_use]
pub(super) fn key(line: &str, seed: u64) -> Option<u128> {
    (line.len() <= LONGEST).then(|| xxh3_128_with_seed(line.as_bytes(), seed))
}

fn part(key: u128) -> &'static Part {
    // The map goes by the lower half of the key.
    &LINES[(key >> 120) as usize % PARTS]
}

/// Adds the hits of a line seen before; the result is whether it was seen.
pub(super) fn recall(key: u128, line: usize, start: usize, hits: &mut Vec<Hit>) -> bool {
    let lines = part(key).read().unwrap_or_else(PoisonError::into_inner);
    let Some(known) = lines.get(&key) else { return false };
    hits.extend(known.iter().map(|hit| Hit {
        clause: hit.clause as usize,
        cue: Span::new(start + usize::from(hit.start), start + usize::from(hit.end)),
        line,
        pattern: hit.pattern.map(|pattern| pattern as usize),
    }));
    true
}

/// Remembers the hits of a line that begins at `start`.
pub(super) fn remember(key: u128, start: usize, hits: &[Hit]) {
    let placed = hits.iter().map(|hit| LineHit {
        clause: hit.clause as u32,
        start: (hit.cue.start as usize - start) as u8,
        end: (hit.cue.end as usize - start) as u8,
        pattern: hit.pattern.map(|pattern| pattern as u32),
    });
    let placed = placed.collect();
    let mut lines = part(key).write().unwrap_or_else(PoisonError::into_inner);
    if lines.len() >= MOST_LINES {
        lines.clear();
    }
    lines.insert(key, placed);
}
