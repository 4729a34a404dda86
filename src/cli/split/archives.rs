//! Splitting archives: read once to sort their members, and once more to copy them as they are stored.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use newslint::engine::for_each_in_order;
use newslint::input::compressed::Decompressed;
use newslint::input::format::InputFormat;
use newslint::input::records::archive::{Place, split_tar, split_zip};
use newslint::input::records::{Batch, Content, Outcome, RecordFile, Source, bytes_of, seekable};
use newslint::output::compress::Compressor;

use super::{Counts, Job, unwritable};
use crate::cli::STOP;
use crate::cli::sink::Sink;
use crate::cli::stderr::write as write_stderr;

/// Splits a file.
pub fn split(job: &Job<'_>, mut source: Box<dyn Source>) -> Result<Counts, String> {
    let file = Arc::clone(source.file());
    let (mut counts, mut flagged) = (Counts::default(), BTreeSet::new());
    let batches = std::iter::from_fn(move || source.next_batch()).take_while(|_| !STOP.load(Ordering::SeqCst));
    for_each_in_order(
        batches,
        job.threads,
        |batch| sort(job, &batch),
        |_| 0,
        |(more, indices, messages)| {
            if !messages.is_empty() {
                job.progress.aside(|| write_stderr(&messages));
            }
            job.progress.advance(more.clean + more.flagged);
            counts.add(more);
            flagged.extend(indices);
            ControlFlow::Continue(())
        },
    );
    if STOP.load(Ordering::SeqCst) {
        return Ok(counts);
    }
    // What is no text, folders too, goes with the clean members.
    let place = |index: usize| if flagged.contains(&index) { Place::Flagged } else { Place::Clean };
    copy(job, &file, place)?;
    Ok(counts)
}

/// The numbers of the flagged members of a batch.
fn sort(job: &Job<'_>, batch: &Batch) -> (Counts, Vec<usize>, Vec<u8>) {
    let (mut counts, mut flagged, mut messages) = (Counts::default(), Vec::new(), Vec::new());
    let Content::Members(members) = &batch.content else { return (counts, flagged, messages) };
    batch.for_each(|item| {
        let index = match members.get(item.number) {
            Some(Ok(member)) => Some(member.index),
            Some(Err(fault)) => fault.index,
            None => None,
        };
        match item.outcome {
            Outcome::Document(document) => {
                let (_, is_flagged, said) = job.lint(&document);
                counts.failed |= !said.is_empty();
                messages.extend(said);
                if is_flagged {
                    flagged.extend(index);
                }
                *if is_flagged { &mut counts.flagged } else { &mut counts.clean } += 1;
            }
            Outcome::Broken(error) => {
                counts.broken += 1;
                messages.extend(job.messages.error(&error.to_string()));
                flagged.extend(index);
            }
            Outcome::NoText | Outcome::Rest => counts.clean += 1,
        }
    });
    if let Some(message) = job.broken_message(batch) {
        counts.failed = true;
        messages.extend(message);
    }
    (counts, flagged, messages)
}

fn copy(job: &Job<'_>, file: &RecordFile, place: impl FnMut(usize) -> Place) -> Result<(), String> {
    let failed = |message: String| format!("cannot split {}: {message}", file.name);
    let read = |error: io::Error| failed(error.to_string());
    let outputs = job.outputs()?;
    if file.format == InputFormat::Zip {
        let (raw, _) = seekable(&file.path).map_err(read)?;
        // A ZIP archive is not written from front to end, so it is put together apart.
        let temporary = || tempfile::tempfile().map_err(|error| unwritable(&error));
        let (clean, flagged) = (temporary()?, temporary()?);
        split_zip(raw, place, &clean, &flagged).map_err(failed)?;
        for (from, mut to) in [(clean, outputs.clean), (flagged, outputs.flagged)] {
            hand_over(from, &mut to).map_err(|error| unwritable(&error))?;
            to.finish()?;
        }
        return Ok(());
    }
    let bytes = bytes_of(&file.path).map_err(read)?;
    let stream = Decompressed::new(bytes, Arc::default()).map_err(read)?;
    let compressor =
        |sink, path: &Path| Compressor::new(sink, job.compression(path, file)).map_err(|error| unwritable(&error));
    let mut clean = compressor(outputs.clean, &job.arguments.clean)?;
    let mut flagged = compressor(outputs.flagged, &job.arguments.flagged)?;
    split_tar(stream, place, &mut clean, &mut flagged).map_err(failed)?;
    clean.finish().map_err(|error| unwritable(&error))?.finish()?;
    flagged.finish().map_err(|error| unwritable(&error))?.finish()
}

fn hand_over(mut from: File, to: &mut Sink) -> io::Result<u64> {
    from.seek(SeekFrom::Start(0))?;
    io::copy(&mut from, to)
}
