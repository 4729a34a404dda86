//! `newslint check`: lints files and folders.

pub mod baseline;
mod done;
mod job;
mod known;
mod large;
mod run;

use std::env;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use clap::Args;
use newslint::baseline::Entry;
use newslint::cache::{Cache, folder};
use newslint::config::Resolver;
use newslint::engine::{Groups, for_each_group_in_order};
use newslint::finding::Severity;
use newslint::input::changes::Changes;
use newslint::input::{Feed, WalkOptions, walk};
use newslint::lint::are_enough_together;
use newslint::report::{Format, TextStyle};

use self::done::Done;
use self::job::Job;
use self::known::Known;
use self::run::Run;
use super::input::InputArguments;
use super::judge::Judge;
use super::naming::Naming;
use super::progress::Progress;
use super::sink::Sink;
use super::stderr::{Messages, write as write_stderr};
use super::{
    ColorWhen, ConfigurationArguments, FAILED, FailLevel, STOP, parse_fail_level, parse_shown_level, stop_on_ctrl_c,
    threads,
};

/// Options of `newslint check`.
#[derive(Args, Default)]
#[command(after_help = "\
Examples:
  newslint check                              the text files below this folder
  newslint check a.txt b.txt                  these files, whatever their ending
  curl -s $URL | html2text | newslint check - --stdin-filename page.txt
  newslint check --select paywall,boilerplate --format concise articles/
  newslint check --statistics articles/       how often each rule fires
  newslint check --fail-on error articles/    warnings do not fail the run
  newslint check corpus.jsonl.zst             each record is a document
  newslint check --field text=body dump.csv   the column `body` holds the text
  zstdcat a.zst | newslint check - --input-format jsonl
  newslint check --since origin/main...       what this branch changed

Folders are searched for text (.txt, .text, .md), records (.jsonl, .ndjson, .json, .csv, .tsv,
.parquet, .warc, .wet) and archives (.zip, .tar), each also compressed (.gz, .zst, .bz2, .xz);
.gitignore and .ignore are heeded.
Exit status: 0 nothing at or above the failing level, 1 findings, 2 the run failed or was incomplete.")]
pub struct CheckArguments {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Show findings from this severity up: info, warning, error [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = parse_shown_level, help_heading = "Output")]
    min_severity: Option<Severity>,
    /// Fail the run on findings from this severity up: info, warning, error, never [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = parse_fail_level, help_heading = "Output")]
    fail_on: Option<FailLevel>,
    /// How to print findings
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Report only findings that this file does not hold; `newslint baseline` writes it
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    baseline: Option<PathBuf>,
    /// Report all findings, whatever baseline the configuration names
    #[arg(long, conflicts_with = "baseline", help_heading = "Baseline")]
    no_baseline: bool,
    /// Take entries out of the baseline whose finding is gone
    #[arg(long, conflicts_with = "no_baseline", help_heading = "Baseline")]
    prune: bool,
    /// Show how often each rule fires, not the findings
    #[arg(long, help_heading = "Output")]
    statistics: bool,
    /// Only findings and errors: no summary, no warnings, no progress
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Tell about skipped files and decoding, and show the fingerprint of each finding in the text format
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
    /// The name that reports give to standard input; its folder decides which lint.toml holds, its ending what it is read as
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    stdin_filename: Option<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
    /// Lint only what changed since this git revision: files that changed, and in these the findings on changed
    /// lines; `REV...` stands for the common ancestor of REV and HEAD
    #[arg(long, value_name = "REV", help_heading = "Input")]
    since: Option<String>,
    /// Lint files given by name even if the configuration excludes them
    #[arg(long, help_heading = "Input")]
    no_force_exclude: bool,
    /// Search hidden files and files that .gitignore and .ignore name, too
    #[arg(long, help_heading = "Input")]
    no_ignore: bool,
    /// Threads to use; 0 stands for one a processor
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Running")]
    threads: usize,
    /// Lint every file afresh; nothing is kept between runs
    #[arg(long, help_heading = "Running")]
    no_cache: bool,
    /// Keep here what was found, so that text files that have not changed are not linted again; also
    /// NEWSLINT_CACHE_DIR [default: the user's cache folder]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache", help_heading = "Running")]
    cache_dir: Option<PathBuf>,
}

impl CheckArguments {
    /// The cache, where there is one.
    fn cache(&self) -> Option<Cache> {
        if self.no_cache {
            return None;
        }
        let named = || env::var_os("NEWSLINT_CACHE_DIR").filter(|name| !name.is_empty()).map(PathBuf::from);
        self.cache_dir.clone().or_else(named).or_else(folder::of_user).map(Cache::open)
    }
}

/// Takes findings in place of the report.
pub struct Collect {
    /// The folder from which the entries name their files.
    folder: PathBuf,
    entries: Mutex<Vec<Entry>>,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &CheckArguments, color: ColorWhen) -> u8 {
    lint_all(arguments, color, None)
}

fn lint_all(arguments: &CheckArguments, color: ColorWhen, collect: Option<&Collect>) -> u8 {
    let messages = Messages::new(color);
    let counts = [Format::Text, Format::Concise, Format::Json, Format::Jsonl, Format::Html];
    if arguments.statistics && !counts.contains(&arguments.format) {
        write_stderr(&messages.error("--statistics has the formats text, json and html only"));
        return FAILED;
    }
    let resolver = match arguments.configuration.resolver() {
        Ok(resolver) => Arc::new(resolver),
        Err(errors) => {
            write_stderr(&messages.config_errors(&errors));
            return FAILED;
        }
    };
    let naming = Naming { resolver: &resolver, stdin_filename: arguments.stdin_filename.as_deref() };
    if let Err(message) = naming.check(&arguments.paths) {
        write_stderr(&messages.error(&message));
        return FAILED;
    }
    let changes = match changes(arguments, &resolver) {
        Ok(changes) => changes.map(Arc::new),
        Err(message) => {
            write_stderr(&messages.error(&message));
            return FAILED;
        }
    };
    let known = match &arguments.baseline {
        _ if arguments.no_baseline
            || collect.is_some()
            || arguments.configuration.isolated && arguments.baseline.is_none() =>
        {
            Ok(Known::off())
        }
        Some(path) => Known::given(&resolver.absolute(path)),
        None => Ok(Known::default()),
    };
    let known = match known {
        Ok(known) => known,
        Err(message) => {
            write_stderr(&messages.error(&message));
            return FAILED;
        }
    };
    if let Err(message) = stop_on_ctrl_c() {
        write_stderr(&messages.warning(&message));
    }
    let mut sink = match Sink::open(arguments.output.as_deref()) {
        Ok(sink) => sink,
        Err(error) => {
            write_stderr(&messages.error(&error));
            return FAILED;
        }
    };
    let options = WalkOptions {
        force_exclude: !arguments.no_force_exclude,
        ignore_files: !arguments.no_ignore,
        changes: changes.clone(),
    };
    let progress = Progress::new(arguments.quiet, &arguments.paths, &options, &resolver);
    let cache = arguments.cache();
    let job = Job {
        arguments,
        resolver: &resolver,
        naming,
        messages,
        style: TextStyle {
            color: color.for_stream(arguments.output.is_none() && io::stdout().is_terminal()),
            fingerprints: arguments.verbose,
        },
        judge: Judge { fail_on: arguments.fail_on, min_severity: arguments.min_severity, cache: cache.as_ref() },
        bytes_read: progress.bytes_read(),
        changes,
        known,
        collect,
    };
    let found = walk(&arguments.paths, &options, &resolver);
    let reading = |path: &Path, format| job.reading(path, format);
    let work = Feed::new(found, arguments.input.input_format, reading, progress.bytes_read())
        .with_standard_input(naming.standard_input_format());
    let groups =
        Groups { items: UntilStopped(work), joins: |work| work.0.next_is_text_file(), is_enough: are_enough_together };
    let mut run = Run::new(arguments, messages, progress);
    let threads = threads(arguments.threads);
    for_each_group_in_order(
        groups,
        threads,
        |work| job.prepare(work),
        |group| job.run(group),
        Done::bytes,
        |done| run.take(done, &mut sink),
    );
    let status = run.finish(sink, &resolver, &job.known);
    let notes = cache.map(Cache::finish).unwrap_or_default();
    if arguments.verbose {
        notes.iter().for_each(|note| write_stderr(&messages.note(note)));
    }
    status
}

/// Work up to the moment of Ctrl-C.
struct UntilStopped<I>(I);

impl<I: Iterator> Iterator for UntilStopped<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let is_stopped = || STOP.load(Ordering::SeqCst);
        // Waiting for the next piece can take long.
        if is_stopped() { None } else { self.0.next().filter(|_| !is_stopped()) }
    }
}

/// What changed since the revision that `--since` names.
fn changes(arguments: &CheckArguments, resolver: &Resolver) -> Result<Option<Changes>, String> {
    let Some(revision) = &arguments.since else { return Ok(None) };
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return Err("--since asks git what changed, and git does not know standard input".to_owned());
    }
    let changes = Changes::since(revision, &arguments.paths, resolver.working_folder());
    changes.map(Some).map_err(|error| error.to_string())
}
