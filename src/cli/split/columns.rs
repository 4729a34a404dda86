//! Splitting Parquet: the columns of the rows are copied as they are stored.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use newslint::input::records::parquet::{ParquetSplit, Verdict};
use newslint::input::records::{Batch, Content, Outcome, RecordFile, parquet_columns, seekable};
use newslint::output::annotate::findings_json;
use rayon::prelude::*;

use super::{Counts, Job, Outputs};
use crate::cli::STOP;
use crate::cli::stderr::write as write_stderr;

/// Splits a file.
pub fn split(job: &Job<'_>, file: &Arc<RecordFile>) -> Result<Counts, String> {
    let (raw, _) = seekable(&file.path).map_err(|error| format!("cannot read {}: {error}", file.name))?;
    let Outputs { clean, flagged } = job.outputs()?;
    let columns = parquet_columns(&file.names);
    let annotate = job.arguments.annotate.as_deref();
    let failed = |message: String| format!("cannot split {}: {message}", file.name);
    let mut split = ParquetSplit::new(raw, &columns, clean, flagged, annotate).map_err(failed)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(job.threads).build().map_err(|error| error.to_string())?;
    let mut counts = Counts::default();
    let mut index = 0;
    while let Some(rows) = split.next_batch() {
        if STOP.load(Ordering::SeqCst) {
            return Ok(counts);
        }
        let rows = rows.map_err(failed)?;
        let batch = Batch { file: Arc::clone(file), index, content: Content::Rows(rows), broken: None };
        index += batch.records() as u64;
        let mut outcomes = Vec::with_capacity(batch.records());
        batch.for_each(|item| outcomes.push(item.outcome));
        let judged: Vec<(Verdict, Counts, Vec<u8>)> =
            pool.install(|| outcomes.into_par_iter().map(|outcome| judge(job, outcome)).collect());
        let mut verdicts = Vec::with_capacity(judged.len());
        for (verdict, one, messages) in judged {
            counts.add(one);
            verdicts.push(verdict);
            if !messages.is_empty() {
                job.progress.aside(|| write_stderr(&messages));
            }
        }
        job.progress.advance(verdicts.len() as u64);
        split.write(verdicts).map_err(failed)?;
    }
    let (clean, flagged) = split.finish().map_err(failed)?;
    Outputs { clean, flagged }.finish()?;
    Ok(counts)
}

fn judge(job: &Job<'_>, outcome: Outcome) -> (Verdict, Counts, Vec<u8>) {
    let mut counts = Counts::default();
    match outcome {
        Outcome::Document(document) => {
            let (findings, is_flagged, messages) = job.lint(&document);
            counts.failed = !messages.is_empty();
            if is_flagged {
                counts.flagged = 1;
                (Verdict::Flagged(findings_json(&document, &findings)), counts, messages)
            } else {
                counts.clean = 1;
                (Verdict::Clean, counts, messages)
            }
        }
        Outcome::Broken(error) => {
            counts.broken = 1;
            (Verdict::Flagged("[]".to_owned()), counts, job.messages.error(&error.to_string()))
        }
        Outcome::NoText | Outcome::Rest => {
            counts.clean = 1;
            (Verdict::Clean, counts, Vec::new())
        }
    }
}
