//! A buffer of many documents: JSON Lines, JSON, CSV. Records that did not change since the last time are
//! not linted again.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::{Analysis, Fault, Found, Scope};
use crate::input::format::InputFormat;
use crate::input::records::{Batch, Content, OpenError, Outcome, RecordFile, open_bytes};

/// The findings of records by the hash of their bytes, with places counted from where the record begins.
/// It holds for one configuration and one way to read the file.
#[derive(Default)]
pub struct RecordCache {
    file: Option<Arc<RecordFile>>,
    known: HashMap<u128, Arc<Vec<Found>>>,
}

impl RecordCache {
    /// Whether what is known was read in this way.
    fn fits(&self, file: &RecordFile) -> bool {
        self.file.as_ref().is_some_and(|known| {
            (known.format, &known.names, known.delimiter()) == (file.format, &file.names, file.delimiter())
                && known.text_column() == file.text_column()
                && known.head == file.head
        })
    }
}

/// Everything found in a file of records. `early` gets what the first batch shows, when nothing was known
/// yet. The cache afterwards knows the records that are there now.
pub fn records(
    scope: &Scope,
    format: InputFormat,
    bytes: Vec<u8>,
    cache: &mut RecordCache,
    mut early: impl FnMut(Analysis),
) -> Analysis {
    let options = scope.settings.format_options(format);
    let file = RecordFile::new(PathBuf::from(&scope.name), scope.name.clone(), format, &options);
    let mut analysis = Analysis::default();
    let mut source = match open_bytes(file, bytes) {
        Ok(source) => source,
        Err(error) => {
            // A file that is no corpus is nobody's mistake, unless the user has said what it is.
            if let OpenError::Input(error) | OpenError::NoText { error, configured: true } = error {
                analysis.faults.push(Fault { span: 0..0, message: error.message, code: "records" });
            }
            return analysis;
        }
    };
    let file = Arc::clone(source.file());
    if !cache.fits(&file) {
        cache.known.clear();
    }
    let is_first = cache.known.is_empty();
    cache.file = Some(Arc::clone(&file));
    let mut known = HashMap::with_capacity(cache.known.len());
    let mut batches = 0;
    while let Some(batch) = source.next_batch() {
        lint_batch(scope, &batch, &cache.known, &mut known, &mut analysis);
        batches += 1;
        if is_first && batches == 1 {
            early(Analysis { file: Some(Arc::clone(&file)), ..analysis.clone() });
        }
    }
    cache.known = known;
    analysis.file = Some(file);
    analysis
}

fn lint_batch(
    scope: &Scope,
    batch: &Batch,
    old: &HashMap<u128, Arc<Vec<Found>>>,
    new: &mut HashMap<u128, Arc<Vec<Found>>>,
    analysis: &mut Analysis,
) {
    let Content::Raw(raw) = &batch.content else { return };
    let base = raw.start().byte as usize;
    let hashes: Vec<u128> = raw.pieces().iter().map(|piece| xxh3_128(raw.bytes(piece.range.clone()))).collect();
    let is_unknown = |number: usize| raw.pieces()[number].fault.is_some() || !old.contains_key(&hashes[number]);
    let mut fresh: HashMap<usize, Vec<Found>> = HashMap::new();
    batch.for_each_of(is_unknown, |item| {
        let range = raw.pieces()[item.number].range.clone();
        match item.outcome {
            Outcome::Document(document) => {
                let (findings, panics) = scope.lint(&document);
                for panic in panics {
                    if !analysis.panics.contains(&panic) {
                        analysis.panics.push(panic);
                    }
                }
                let place = |offset: u32| document.origin().raw(offset) as usize;
                fresh.insert(item.number, Found::all(&document, findings, place, Some(&(0..range.len()))));
            }
            Outcome::Broken(error) => {
                let at = error.place.map_or(range.start, |place| place.byte as usize - base).min(range.end);
                let rest = raw.bytes(at..range.end);
                let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                let span = base + at..base + at + length;
                analysis.faults.push(Fault { span, message: error.message, code: "record" });
            }
            Outcome::NoText | Outcome::Rest => {}
        }
    });
    for (number, piece) in raw.pieces().iter().enumerate() {
        let known = match fresh.remove(&number) {
            Some(found) => Arc::new(found),
            None => match old.get(&hashes[number]).filter(|_| piece.fault.is_none()) {
                Some(found) => Arc::clone(found),
                None => continue,
            },
        };
        let begin = base + piece.range.start;
        analysis.found.extend(known.iter().map(|found| found.clone().moved(begin)));
        new.insert(hashes[number], known);
    }
}
