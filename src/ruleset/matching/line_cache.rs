//! What short lines gave before.
//!
//! The same short lines stand on page after page of a site, and many of them (`Share`, `Read
//! more`, `All rights reserved`) on the pages of all sites. What the rules made of a short line is
//! remembered, so that a line is matched once and looked up after that, by all threads. A result
//! depends on nothing but the line's text, the rules and which of them are on, so
//! remembering changes no finding.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{By, Hit};
use crate::document::Span;
use crate::hashed_map::HashedMap;

/// Longest line that is remembered, in bytes. Longer lines are prose, which does not repeat.
const LONGEST: usize = 96;

/// Parts of the memory, each with a lock of its own, so that threads seldom meet.
const PARTS: usize = 64;

/// Most lines that a part holds; beyond that it begins anew. All parts together take about 8 MB, and
/// as much for each thread.
const MOST_LINES: usize = 1 << 10;

/// A hit on a line, placed from the line's start.
#[derive(Clone, Copy, Debug)]
struct LineHit {
    clause: u32,
    start: u8,
    end: u8,
    by: By,
}

/// The hits of a line; most have none, and need no room for them.
type Known = Option<Arc<[LineHit]>>;

type Lines = HashedMap<u128, Known>;

/// What all threads share.
static SHARED: LazyLock<[RwLock<Lines>; PARTS]> = LazyLock::new(|| std::array::from_fn(|_| RwLock::default()));

thread_local! {
    /// What this thread has met: looked at first, because a lock costs more than the look-up.
    static OWN: RefCell<Lines> = RefCell::default();
}

/// The key of a line, or `None` for one that is not remembered. `seed` stands for the rules and
/// which of them are on. That two lines share one of 2^128 keys by accident is out of reach.
#[must_use]
pub(super) fn key(line: &str, seed: u64) -> Option<u128> {
    (line.len() <= LONGEST).then(|| xxh3_128_with_seed(line.as_bytes(), seed))
}

fn part(key: u128) -> &'static RwLock<Lines> {
    // The map goes by the lower half of the key.
    &SHARED[(key >> 120) as usize % PARTS]
}

fn insert(lines: &mut Lines, key: u128, hits: Known, most: usize) {
    if lines.len() >= most {
        lines.clear();
    }
    lines.insert(key, hits);
}

/// Adds the hits of a line seen before; the result is whether it was seen.
pub(super) fn recall(key: u128, line: usize, start: usize, hits: &mut Vec<Hit>) -> bool {
    let placed = |hit: &LineHit| Hit {
        clause: hit.clause as usize,
        cue: Span::new(start + usize::from(hit.start), start + usize::from(hit.end)),
        line,
        by: hit.by,
    };
    OWN.with_borrow_mut(|own| {
        if let Some(known) = own.get(&key) {
            hits.extend(known.iter().flat_map(|known| known.iter()).map(placed));
            return true;
        }
        let shared = part(key).read().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = shared.get(&key).cloned() else { return false };
        hits.extend(known.iter().flat_map(|known| known.iter()).map(placed));
        insert(own, key, known, PARTS * MOST_LINES);
        true
    })
}

/// Remembers the hits of a line that begins at `start`.
pub(super) fn remember(key: u128, start: usize, hits: &[Hit]) {
    let placed = hits.iter().map(|hit| LineHit {
        clause: hit.clause as u32,
        start: (hit.cue.start as usize - start) as u8,
        end: (hit.cue.end as usize - start) as u8,
        by: hit.by,
    });
    let placed: Known = (!hits.is_empty()).then(|| placed.collect());
    OWN.with_borrow_mut(|own| insert(own, key, placed.clone(), PARTS * MOST_LINES));
    let mut shared = part(key).write().unwrap_or_else(PoisonError::into_inner);
    insert(&mut shared, key, placed, MOST_LINES);
}
