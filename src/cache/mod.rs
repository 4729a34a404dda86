//! What earlier runs found, so that a document that has not changed is not linted again.
//!
//! Stands around [`lint`](mod@crate::lint) and the rendering of reports, and remembers what these two
//! gave for what they were given: all that they depend on is in the key, so nothing ever has to be
//! declared out of date. A document's path is not in the key of its findings, so a moved file and a
//! fresh clone profit, and neither are `[[ignore-text]]`, budgets and formats, which come after.
//!
//! Entries stand in few [segment]s in one [folder]; opening a file for each document would take longer
//! than linting it. Each run writes what is new into a segment of its own, so runs at the same time do
//! not meet. A cache can be lost or damaged, but never fails a run.

pub mod folder;
mod segment;
mod stored;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::document::{Document, Origin};
use crate::finding::Finding;
use crate::lint::{Linted, Profile, lint_all};
use crate::report::{Format, TextStyle};
use crate::ruleset::RuleSet;
use segment::{RECORD_BYTES, Segment, SegmentWriter};

/// Bytes that the folder holds at the most, over all versions of newslint that use it. A corpus whose
/// findings take more is remembered in part.
pub const MOST_CACHE_BYTES: u64 = 256 << 20;

/// Bytes of index that a run holds in memory at the most, and again for what it adds: those of 1.8
/// million entries.
const MOST_INDEX_BYTES: usize = 64 << 20;

/// Bytes of the largest entry; what takes more is rare and may as well be made again.
const MOST_ENTRY_BYTES: usize = 16 << 20;

/// An open cache.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    segments: Vec<OpenSegment>,
    addition: Mutex<Addition>,
    /// Nothing more is kept: the folder takes no file, or is full.
    closed: AtomicBool,
}

#[derive(Debug)]
struct OpenSegment {
    segment: Segment,
    /// Whether an entry of it was of use in this run.
    used: AtomicBool,
}

/// What this run adds.
#[derive(Debug, Default)]
struct Addition {
    writer: Option<SegmentWriter>,
    notes: Vec<String>,
}

impl Cache {
    /// Opens the cache in a folder, which need not be there. Whatever is wrong with the folder or a file
    /// in it becomes a note that [`Cache::finish`] returns.
    #[must_use]
    pub fn open(folder: PathBuf) -> Cache {
        let mut notes = Vec::new();
        let mut segments = Vec::new();
        let (mut bytes, mut index_bytes) = (0, 0);
        for listed in folder::segments(&folder, build(), &mut notes) {
            bytes += listed.bytes;
            // Runs at the same time can leave more than there should be.
            if bytes > MOST_CACHE_BYTES || index_bytes > MOST_INDEX_BYTES {
                break;
            }
            match Segment::open(&listed.path, build()) {
                Ok(segment) => {
                    index_bytes += segment.index_bytes();
                    segments.push(OpenSegment { segment, used: AtomicBool::new(false) });
                }
                Err(error) => notes.push(format!("cannot use the cache file {}: {error}", listed.path.display())),
            }
        }
        let addition = Mutex::new(Addition { writer: None, notes });
        Cache { folder, segments, addition, closed: AtomicBool::new(false) }
    }

    /// Lints documents as [`lint_all`] does, or recalls what linting them gave.
    #[must_use]
    pub fn lint_all(&self, rules: &RuleSet, profile: &Profile, documents: &[&Document]) -> Vec<Linted> {
        let keys: Vec<u128> = documents.iter().map(|document| lint_key(rules, profile, document)).collect();
        let recall = |(key, document): (&u128, &&Document)| {
            let findings = stored::decode(&self.recall(*key)?, rules, document)?;
            Some(Linted { findings, panics: Vec::new() })
        };
        let recalled: Vec<Option<Linted>> = keys.iter().zip(documents).map(recall).collect();
        let unknown = recalled.iter().zip(documents).filter(|(known, _)| known.is_none());
        let unknown: Vec<&Document> = unknown.map(|(_, document)| *document).collect();
        let mut linted = lint_all(rules, profile, &unknown).into_iter();
        let lint = |(known, key): (Option<Linted>, u128)| {
            let linted = match known {
                Some(known) => return known,
                None => linted.next().unwrap_or_default(),
            };
            // A rule that broke down may do better another time.
            if linted.panics.is_empty() {
                self.remember(key, &stored::encode(&linted.findings));
            }
            linted
        };
        recalled.into_iter().zip(keys).map(lint).collect()
    }

    /// Renders a document's findings, or recalls what rendering them gave. Only `text` is worth
    /// remembering: the other formats are written as fast as they are read.
    #[must_use]
    pub fn render(&self, format: Format, document: &Document, findings: &[Finding], style: TextStyle) -> Vec<u8> {
        let is_plain = document.record().is_none() && matches!(document.origin(), Origin::Identity);
        // Fingerprints depend on which findings were dropped, too.
        if format != Format::Text || style.fingerprints || !is_plain || findings.is_empty() {
            return format.render(document, findings, style);
        }
        let key = render_key(document, findings, style.color);
        if let Some(rendered) = self.recall(key) {
            return rendered;
        }
        let rendered = format.render(document, findings, style);
        self.remember(key, &rendered);
        rendered
    }

    /// The entry of this key.
    fn recall(&self, key: u128) -> Option<Vec<u8>> {
        self.segments.iter().find_map(|open| {
            let entry = open.segment.get(key)?;
            open.used.store(true, Ordering::Relaxed);
            Some(entry)
        })
    }

    /// Keeps an entry for later runs, as long as there is room.
    fn remember(&self, key: u128, entry: &[u8]) {
        if entry.len() > MOST_ENTRY_BYTES || self.closed.load(Ordering::Relaxed) {
            return;
        }
        let mut addition = self.addition();
        let (bytes, index_bytes) = addition.writer.as_ref().map_or((0, 0), SegmentWriter::bytes);
        let (mut bytes, mut index_bytes) = (bytes + (entry.len() + RECORD_BYTES) as u64, index_bytes + RECORD_BYTES);
        for open in self.segments.iter().filter(|open| open.used.load(Ordering::Relaxed)) {
            bytes += open.segment.bytes();
            index_bytes += open.segment.index_bytes();
        }
        // Where a corpus does not fit, dropping one part of it for another would be of no use to anybody.
        if bytes > MOST_CACHE_BYTES || index_bytes > MOST_INDEX_BYTES {
            self.closed.store(true, Ordering::Relaxed);
            return;
        }
        let added = match &mut addition.writer {
            Some(writer) => writer.add(key, entry),
            None => folder::create(&self.folder)
                .and_then(|()| SegmentWriter::begin(&self.folder, build()))
                .and_then(|writer| addition.writer.insert(writer).add(key, entry)),
        };
        if let Err(error) = added {
            self.closed.store(true, Ordering::Relaxed);
            addition.writer = None;
            addition.notes.push(format!("cannot write to the cache {}: {error}", self.folder.display()));
        }
    }

    /// Keeps what is new, and the folder in bounds. Returns what went wrong, for those who want to know.
    #[must_use]
    pub fn finish(self) -> Vec<String> {
        let Addition { writer, mut notes } = self.addition.into_inner().unwrap_or_else(PoisonError::into_inner);
        let used = self.segments.iter().filter(|open| open.used.load(Ordering::Relaxed));
        used.for_each(|open| folder::mark_as_used(open.segment.path()));
        drop(self.segments);
        if let Some(writer) = writer {
            let kept = writer.finish().and_then(|()| folder::tidy(&self.folder, build(), MOST_CACHE_BYTES));
            if let Err(error) = kept {
                notes.push(format!("cannot write to the cache {}: {error}", self.folder.display()));
            }
        }
        notes
    }

    fn addition(&self) -> MutexGuard<'_, Addition> {
        self.addition.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells this build of newslint from others: a hash of its sources, rules and lexicons, and of the
/// versions of the crates that it is made of. The build script computes it.
fn build() -> u128 {
    u128::from_str_radix(env!("NEWSLINT_BUILD"), 16).expect("the build script wrote these digits")
}

/// The key of a document's findings: all that linting depends on, beside the build.
fn lint_key(rules: &RuleSet, profile: &Profile, document: &Document) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(b"lint\0");
    hash.update(&profile.fingerprint(rules).to_le_bytes());
    hash.update(&text_hash(document).to_le_bytes());
    hash.digest128()
}

/// The key of a rendered document, which is UTF-8 as it stands in its file.
fn render_key(document: &Document, findings: &[Finding], color: bool) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(b"text\0");
    hash.update(&[u8::from(color)]);
    hash.update(&xxh3_128(document.name().as_bytes()).to_le_bytes());
    hash.update(&text_hash(document).to_le_bytes());
    hash.update(&stored::encode(findings));
    hash.digest128()
}

/// A hash of what rules see of a document that is no record. They look at neither its name nor its
/// place in the file.
fn text_hash(document: &Document) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(document.encoding().as_bytes());
    hash.update(b"\0");
    hash.update(document.text().as_bytes());
    hash.digest128()
}

#[cfg(test)]
mod tests;
