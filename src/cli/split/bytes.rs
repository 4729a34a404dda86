//! Splitting files whose records are stretches of bytes: JSON, CSV, WARC.

use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use newslint::engine::for_each_in_order;
use newslint::input::format::{Compression, InputFormat};
use newslint::input::records::cut::Piece;
use newslint::input::records::{Batch, Content, Outcome, Raw, RecordFile, Source};
use newslint::output::annotate::{csv_field, findings_json, json_field};
use newslint::output::compress::{Compressor, member};

use super::{Counts, Job, unwritable};
use crate::cli::STOP;
use crate::cli::sink::Sink;
use crate::cli::stderr::write as write_stderr;

/// What stands between two elements of a JSON array.
const BETWEEN: &[u8] = b",\n";

/// The records of a batch, sorted and compressed.
#[derive(Default)]
struct Sorted {
    clean: Vec<u8>,
    flagged: Vec<u8>,
    counts: Counts,
    messages: Vec<u8>,
    error: Option<io::Error>,
}

/// One output, with what stands before, between and behind the records.
struct Half {
    sink: Sink,
    compression: Option<Compression>,
    is_array: bool,
    any: bool,
    /// Bytes written, as they are on the disk.
    written: u64,
}

impl Half {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.is_array && self.any {
            self.write_frame(BETWEEN.to_vec())?;
        }
        self.any = true;
        self.written += bytes.len() as u64;
        self.sink.write_all(bytes)
    }

    fn write_frame(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        let packed = member(bytes, self.compression)?;
        self.written += packed.len() as u64;
        self.sink.write_all(&packed)
    }

    fn finish(mut self) -> Result<(), String> {
        let end = if self.is_array { b"\n]\n".to_vec() } else { Vec::new() };
        let write = || {
            self.write_frame(end)?;
            // A compressed file without a member is none.
            if self.compression.is_some() && self.written == 0 {
                self.sink.write_all(&Compressor::new(Vec::new(), self.compression)?.finish()?)?;
            }
            Ok(())
        };
        write().map_err(|error| unwritable(&error))?;
        self.sink.finish()
    }
}

/// Splits a file.
pub fn split(job: &Job<'_>, mut source: Box<dyn Source>) -> Result<Counts, String> {
    let file = source.file().clone();
    let (clean_head, flagged_head) = heads(job, &file)?;
    let compressions = (job.compression(&job.arguments.clean, &file), job.compression(&job.arguments.flagged, &file));
    let outputs = job.outputs()?;
    let half = |sink, compression| Half { sink, compression, is_array: file.is_array, any: false, written: 0 };
    let (mut clean, mut flagged) = (half(outputs.clean, compressions.0), half(outputs.flagged, compressions.1));
    let heads = clean.write_frame(clean_head).and_then(|()| flagged.write_frame(flagged_head));
    heads.map_err(|error| unwritable(&error))?;

    let (mut counts, mut failure) = (Counts::default(), None);
    let batches = std::iter::from_fn(move || source.next_batch()).take_while(|_| !STOP.load(Ordering::SeqCst));
    let weigh = |sorted: &Sorted| sorted.clean.len() + sorted.flagged.len();
    let work = |batch: Batch| sort(job, &batch, compressions);
    for_each_in_order(batches, job.threads, work, weigh, |sorted: Sorted| {
        if !sorted.messages.is_empty() {
            job.progress.aside(|| write_stderr(&sorted.messages));
        }
        job.progress.advance(sorted.counts.clean + sorted.counts.flagged + sorted.counts.broken);
        counts.add(sorted.counts);
        let written = match sorted.error {
            Some(error) => Err(error),
            None => clean.write(&sorted.clean).and_then(|()| flagged.write(&sorted.flagged)),
        };
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(error) = failure {
        return Err(unwritable(&error));
    }
    // Nothing takes its place after Ctrl-C.
    if !STOP.load(Ordering::SeqCst) {
        clean.finish()?;
        flagged.finish()?;
    }
    Ok(counts)
}

/// What stands before the records in each output.
fn heads(job: &Job<'_>, file: &RecordFile) -> Result<(Vec<u8>, Vec<u8>), String> {
    let mut clean = file.head.clone();
    let mut flagged = file.head.clone();
    if let (Some(field), InputFormat::Csv | InputFormat::Tsv) = (&job.arguments.annotate, file.format) {
        let header = String::from_utf8(flagged).map_err(|_| format!("the header of {} is not UTF-8", file.name))?;
        flagged = csv_field(&header, file.delimiter(), field).into_bytes();
    }
    if file.is_array {
        clean.extend(b"[\n");
        flagged.extend(b"[\n");
    }
    Ok((clean, flagged))
}

/// Sorts the records of a batch.
fn sort(job: &Job<'_>, batch: &Batch, compressions: (Option<Compression>, Option<Compression>)) -> Sorted {
    let mut sorted = Sorted::default();
    let Content::Raw(raw) = &batch.content else { return sorted };
    let (mut clean, mut flagged) = (Vec::new(), Vec::new());
    batch.for_each(|item| {
        let Some(piece) = raw.pieces().get(item.number) else { return };
        let record = raw.bytes(piece.range.clone());
        match item.outcome {
            Outcome::Document(document) => {
                let (findings, is_flagged, messages) = job.lint(&document);
                sorted.counts.failed |= !messages.is_empty();
                sorted.messages.extend(messages);
                if !is_flagged {
                    sorted.counts.clean += 1;
                    clean.push(record.to_vec());
                } else {
                    sorted.counts.flagged += 1;
                    let annotated = job.arguments.annotate.as_ref().and_then(|field| {
                        annotated(&batch.file, raw, piece, field, &findings_json(&document, &findings))
                    });
                    flagged.push(annotated.map_or_else(|| record.to_vec(), String::into_bytes));
                }
            }
            Outcome::NoText => {
                sorted.counts.clean += 1;
                clean.push(record.to_vec());
            }
            Outcome::Broken(error) => {
                // A file that is cut short is told of a piece without bytes.
                sorted.counts.broken += u64::from(!record.is_empty());
                sorted.counts.failed = true;
                sorted.messages.extend(job.messages.error(&error.to_string()));
                flagged.push(record.to_vec());
            }
            Outcome::Rest => match flagged.last_mut() {
                Some(begun) => begun.extend_from_slice(record),
                None => flagged.push(record.to_vec()),
            },
        }
    });
    // What comes behind damage does not go on where the record before it broke off.
    if batch.broken.is_some() && !matches!(batch.file.format, InputFormat::Warc | InputFormat::Json) {
        for last in [clean.last_mut(), flagged.last_mut()].into_iter().flatten() {
            if !last.ends_with(b"\n") {
                last.push(b'\n');
            }
        }
    }
    clean.retain(|record| !record.is_empty());
    flagged.retain(|record| !record.is_empty());
    if let Some(message) = job.broken_message(batch) {
        sorted.counts.failed = true;
        sorted.messages.extend(message);
    }
    let packed = pack(&batch.file, clean, compressions.0)
        .and_then(|clean| Ok((clean, pack(&batch.file, flagged, compressions.1)?)));
    match packed {
        Ok((clean, flagged)) => (sorted.clean, sorted.flagged) = (clean, flagged),
        Err(error) => sorted.error = Some(error),
    }
    sorted
}

fn annotated(file: &RecordFile, raw: &Raw, piece: &Piece, field: &str, findings: &str) -> Option<String> {
    let record = std::str::from_utf8(raw.bytes(piece.range.clone())).ok()?;
    match file.format {
        InputFormat::Csv | InputFormat::Tsv => Some(csv_field(record, file.delimiter(), findings)),
        _ => json_field(record, field, findings),
    }
}

/// Puts records together as their format has it, and compresses them.
fn pack(file: &RecordFile, records: Vec<Vec<u8>>, compression: Option<Compression>) -> io::Result<Vec<u8>> {
    // A reader of compressed WARC finds a record by its member.
    if file.format == InputFormat::Warc {
        let members: io::Result<Vec<_>> = records.into_iter().map(|record| member(record, compression)).collect();
        return members.map(|members| members.concat());
    }
    let joined = if file.is_array {
        records.join(BETWEEN)
    } else if file.format == InputFormat::Json {
        // Values that followed each other without line ends.
        let lines = records.into_iter().map(|mut record| {
            if !record.ends_with(b"\n") {
                record.push(b'\n');
            }
            record
        });
        lines.collect::<Vec<_>>().concat()
    } else {
        records.concat()
    };
    member(joined, compression)
}
