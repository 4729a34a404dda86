//! `newslint split`: sorts the records of a file into clean and flagged ones.

mod archives;
mod bytes;
mod columns;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Args;
use newslint::config::Settings;
use newslint::document::Document;
use newslint::finding::Finding;
use newslint::input::WalkOptions;
use newslint::input::format::{Compression, InputFormat, by_ending};
use newslint::input::records::fields::Field;
use newslint::input::records::{self, Batch, OpenError, RecordFile, Source};
use newslint::report::escape::visible;

use super::input::InputArguments;
use super::judge::{Judge, panic_message};
use super::naming::Naming;
use super::progress::Progress;
use super::sink::Sink;
use super::stderr::{Messages, write as write_stderr};
use super::{
    CLEAN, ColorWhen, ConfigurationArguments, FAILED, FailLevel, INTERRUPTED, STOP, counted, parse_fail_level,
    stop_on_ctrl_c, threads,
};

/// Options of `newslint split`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  newslint split corpus.jsonl.gz --clean good.jsonl.gz --flagged bad.jsonl.gz
  newslint split dump.csv --clean good.csv --flagged bad.csv --fail-on error
  newslint split corpus.parquet --clean good.parquet --flagged bad.parquet --annotate
  zstdcat a.zst | newslint split - --input-format jsonl --clean - --flagged bad.jsonl

Records are written as they stand, byte for byte, in their order. Records that cannot be read go to the
flagged ones, what holds no text (a picture in a WARC file) to the clean ones. The outputs are compressed
as their names say, or else like the input; they appear when they are whole.
Exit status: 0 every record was sorted, 2 the run failed or some record could not be read.")]
pub struct SplitArguments {
    /// The file with the records; `-` is standard input
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Where the records without findings go; `-` is standard output
    #[arg(long, value_name = "OUT", help_heading = "Output")]
    clean: PathBuf,
    /// Where the others go; `-` is standard output
    #[arg(long, value_name = "OUT", help_heading = "Output")]
    flagged: PathBuf,
    /// Give each flagged record its findings in a field of this name [default: newslint]
    #[arg(long, value_name = "FIELD", num_args = 0..=1, require_equals = true, default_missing_value = "newslint", help_heading = "Output")]
    annotate: Option<String>,
    /// The severity from which on a finding makes a record a flagged one: info, warning, error, never
    /// [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = parse_fail_level, help_heading = "Output")]
    fail_on: Option<FailLevel>,
    /// Only errors: no summary, no notes, no progress
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    configuration: ConfigurationArguments,
    #[command(flatten)]
    input: InputArguments,
    /// The name that messages give to standard input; its folder decides which lint.toml holds, its ending what it is read as
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    stdin_filename: Option<PathBuf>,
    /// Threads to use; 0 stands for one a processor
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Running")]
    threads: usize,
}

/// What all ways to split share.
struct Job<'a> {
    arguments: &'a SplitArguments,
    messages: Messages,
    naming: Naming<'a>,
    settings: Arc<Settings>,
    /// The absolute path of the input, which decides on overrides.
    path: PathBuf,
    judge: Judge<'a>,
    threads: usize,
    progress: &'a Progress,
}

/// How many records went where.
#[derive(Clone, Copy, Default)]
struct Counts {
    clean: u64,
    flagged: u64,
    broken: u64,
    /// Rules broke down, or the input could not be read to its end.
    failed: bool,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.clean += other.clean;
        self.flagged += other.flagged;
        self.broken += other.broken;
        self.failed |= other.failed;
    }
}

/// The two outputs.
struct Outputs {
    clean: Sink,
    flagged: Sink,
}

impl Outputs {
    fn finish(self) -> Result<(), String> {
        self.clean.finish()?;
        self.flagged.finish()
    }
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &SplitArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
    if let Err(message) = stop_on_ctrl_c() {
        write_stderr(&messages.warning(&message));
    }
    let resolver = match arguments.configuration.resolver() {
        Ok(resolver) => Arc::new(resolver),
        Err(errors) => {
            write_stderr(&messages.config_errors(&errors));
            return FAILED;
        }
    };
    let naming = Naming { resolver: &resolver, stdin_filename: arguments.stdin_filename.as_deref() };
    if let Err(message) = naming.check(std::slice::from_ref(&arguments.path)) {
        write_stderr(&messages.error(&message));
        return FAILED;
    }
    let path = naming.absolute(&arguments.path);
    let settings = match resolver.for_file(&path) {
        Ok(settings) => settings,
        Err(errors) => {
            write_stderr(&messages.config_errors(&errors));
            return FAILED;
        }
    };
    match split(arguments, messages, naming, settings, path) {
        Ok(status) => status,
        Err(message) if message.is_empty() => CLEAN,
        Err(message) => {
            write_stderr(&messages.error(&message));
            FAILED
        }
    }
}

fn split(
    arguments: &SplitArguments,
    messages: Messages,
    naming: Naming<'_>,
    settings: Arc<Settings>,
    path: PathBuf,
) -> Result<u8, String> {
    refuse_same_files(arguments)?;
    let by_name = by_ending(&arguments.path).0.or(naming.standard_input_format());
    let format = arguments.input.input_format.or(by_name).unwrap_or(InputFormat::Text);
    let name = naming.name_of(&arguments.path);
    if !format.has_records() {
        return Err(format!("{name} is one text; split sorts the records of a file (see --input-format)"));
    }
    if arguments.annotate.as_ref().is_some_and(String::is_empty) {
        return Err("the name of the field for --annotate is empty".to_owned());
    }
    let is_read_twice = matches!(format, InputFormat::Parquet | InputFormat::Zip | InputFormat::Tar);
    if is_read_twice && arguments.path == Path::new("-") {
        return Err(format!("a {} file is read twice and cannot come from standard input", format.name()));
    }
    if arguments.annotate.is_some() && format.field_table().is_none() {
        return Err(format!("--annotate adds a field to records, and those of {} files have none", format.name()));
    }
    let options = WalkOptions { force_exclude: false, ignore_files: false, changes: None };
    let progress = Progress::new(arguments.quiet, std::slice::from_ref(&arguments.path), &options, naming.resolver);
    let file = RecordFile::new(arguments.path.clone(), name, format, &arguments.input.options(&settings, format));
    let job = Job {
        arguments,
        messages,
        naming,
        settings,
        path,
        judge: Judge { fail_on: arguments.fail_on, min_severity: None, cache: None },
        threads: threads(arguments.threads),
        progress: &progress,
    };
    let source = job.open(file, progress.bytes_read())?;
    if let Some(field) = arguments.annotate.as_ref().filter(|field| source.file().fields().contains(field)) {
        let name = &source.file().name;
        return Err(format!("{name} has a field `{field}` already; name another: --annotate=NAME"));
    }
    let counts = match format {
        InputFormat::Parquet => columns::split(&job, source.file()),
        InputFormat::Zip | InputFormat::Tar => archives::split(&job, source),
        _ => bytes::split(&job, source),
    };
    progress.finish();
    let counts = counts?;
    if STOP.load(Ordering::SeqCst) {
        return Ok(INTERRUPTED);
    }
    if !arguments.quiet {
        job.say(&counts);
    }
    Ok(if counts.failed || counts.broken > 0 { FAILED } else { CLEAN })
}

/// Writing over the input, or twice to one file, would lose records.
fn refuse_same_files(arguments: &SplitArguments) -> Result<(), String> {
    // Of a file that is not there yet, its folder is.
    let real = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let below = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(below).unwrap_or_else(|| path.into())
    };
    let (clean, flagged) = (real(&arguments.clean), real(&arguments.flagged));
    if clean == flagged && clean != Path::new("/dev/null") {
        return Err("--clean and --flagged name the same file".to_owned());
    }
    let input = real(&arguments.path);
    if arguments.path != Path::new("-") && (input == clean || input == flagged) {
        return Err(format!("{} is the input; write to another file", arguments.path.display()));
    }
    Ok(())
}

impl Job<'_> {
    fn open(&self, file: RecordFile, bytes_read: Arc<AtomicU64>) -> Result<Box<dyn Source>, String> {
        let source = records::open(file, bytes_read).map_err(|error| {
            let (OpenError::Input(error) | OpenError::NoText { error, .. }) = error;
            self.naming.unreadable(&error)
        })?;
        let file = source.file();
        if let Some(text) = file.names.get(Field::Text).filter(|text| file.guessed && *text != "text")
            && !self.arguments.quiet
        {
            let note = format!("{}: taking `{text}` as the text", file.name);
            write_stderr(&self.messages.note(&note));
        }
        Ok(source)
    }

    fn outputs(&self) -> Result<Outputs, String> {
        let open = |path: &Path| Sink::open(Some(path).filter(|path| *path != Path::new("-")));
        Ok(Outputs { clean: open(&self.arguments.clean)?, flagged: open(&self.arguments.flagged)? })
    }

    /// What an output is compressed with: what its name says, or else what the input has.
    fn compression(&self, output: &Path, file: &RecordFile) -> Option<Compression> {
        match by_ending(output) {
            (None, None) => file.compression,
            (_, compression) => compression,
        }
    }

    /// Lints a document: its findings, whether they flag it, and what to say of rules that broke down.
    fn lint(&self, document: &Document) -> (Vec<Finding>, bool, Vec<u8>) {
        let verdict = self.judge.judge(&self.settings, &self.path, document);
        let panics = verdict.panics.iter();
        let said = panics.flat_map(|panic| self.messages.error(&panic_message(document, panic))).collect();
        (verdict.findings, verdict.flagged, said)
    }

    /// What interrupted the reading of a batch, if anything did.
    fn broken_message(&self, batch: &Batch) -> Option<Vec<u8>> {
        let behind = batch.index + batch.records() as u64;
        let broken = batch.broken.as_ref()?;
        Some(self.messages.error(&format!("{}: behind record {behind}: {broken}", batch.file.name)))
    }

    fn say(&self, counts: &Counts) {
        let name = |path: &Path| {
            if path == Path::new("-") { "standard output".to_owned() } else { path.display().to_string() }
        };
        let (clean, flagged) = (name(&self.arguments.clean), name(&self.arguments.flagged));
        let broken = match counts.broken {
            0 => String::new(),
            broken => format!("; {broken} of these could not be read"),
        };
        let clean_count = counted(counts.clean, "clean record");
        let flagged_count = counts.flagged + counts.broken;
        let message = format!("{clean_count} written to {clean}, {flagged_count} flagged to {flagged}{broken}");
        write_stderr(format!("{}\n", visible(&message)).as_bytes());
    }
}

/// A failure to write an output. Whoever closed the pipe has seen enough.
fn unwritable(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return String::new();
    }
    format!("cannot write the records: {error}")
}
