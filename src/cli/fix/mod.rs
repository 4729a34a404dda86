//! `newslint fix`: applies fixes to files.

mod diff;
mod job;
mod run;

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clap::Args;
use newslint::engine::for_each_in_order;
use newslint::finding::{Safety, Severity};
use newslint::input::{Feed, WalkOptions, walk};

use self::job::{Done, Job};
use self::run::Run;
use super::input::InputArguments;
use super::judge::Judge;
use super::naming::Naming;
use super::progress::Progress;
use super::stderr::{Messages, write as write_stderr};
use super::{
    ColorWhen, ConfigurationArguments, FAILED, FailLevel, STOP, parse_fail_level, parse_shown_level, stop_on_ctrl_c,
    threads,
};

/// Options of `newslint fix`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  newslint fix                                the safe fixes, in the files below this folder
  newslint fix --diff articles/               show what would change, and change nothing
  newslint fix --select encoding corpus.jsonl in the records of a file
  newslint fix --unsafe story.txt             also the fixes that somebody should look at
  newslint fix - < story.txt > fixed.txt

Text, JSON and CSV files are fixed, compressed or not. Only the bytes under a fix change; encoding, line
ends and permissions stay. Each file is replaced as a whole, when it is done.
Exit status: 0 nothing is left at or above the failing level (with --diff: nothing to change), 1
something is, 2 the run failed or was incomplete.")]
pub struct FixArguments {
    /// Files and folders; `-` fixes standard input and prints the result
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Apply also the fixes that are probably right and should be looked at
    #[arg(long = "unsafe", help_heading = "Fixing")]
    unsafe_fixes: bool,
    /// Print what would change as a unified diff, and change nothing
    #[arg(long, help_heading = "Fixing")]
    diff: bool,
    /// Fix findings from this severity up: info, warning, error [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = parse_shown_level, help_heading = "Fixing")]
    min_severity: Option<Severity>,
    /// Fail the run on findings that are left, from this severity up: info, warning, error, never [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = parse_fail_level, help_heading = "Output")]
    fail_on: Option<FailLevel>,
    /// Only errors: no summary, no warnings, no progress
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Tell about skipped files, too
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
    #[command(flatten)]
    input: InputArguments,
    /// The name that reports give to standard input; its folder decides which lint.toml holds, its ending what it is read as
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    stdin_filename: Option<PathBuf>,
    /// Fix files given by name even if the configuration excludes them
    #[arg(long, help_heading = "Input")]
    no_force_exclude: bool,
    /// Search hidden files and files that .gitignore and .ignore name, too
    #[arg(long, help_heading = "Input")]
    no_ignore: bool,
    /// Threads to use; 0 stands for one a processor
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Running")]
    threads: usize,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &FixArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
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
    if let Err(message) = stop_on_ctrl_c() {
        write_stderr(&messages.warning(&message));
    }
    let options =
        WalkOptions { force_exclude: !arguments.no_force_exclude, ignore_files: !arguments.no_ignore, changes: None };
    let progress = Progress::new(arguments.quiet, &arguments.paths, &options, &resolver);
    let job = Job {
        arguments,
        resolver: &resolver,
        naming,
        messages,
        judge: Judge { fail_on: arguments.fail_on, min_severity: arguments.min_severity, cache: None },
        allowed: if arguments.unsafe_fixes { Safety::Unsafe } else { Safety::Safe },
        bytes_read: progress.bytes_read(),
        color: color.for_stream(io::stdout().is_terminal()),
        is_terminal: io::stdout().is_terminal(),
    };
    let found = walk(&arguments.paths, &options, &resolver);
    let reading = |path: &Path, format| job.reading(path, format);
    let work = Feed::new(found, arguments.input.input_format, reading, progress.bytes_read())
        .with_standard_input(naming.standard_input_format());
    let work = work.take_while(|_| !STOP.load(Ordering::SeqCst));
    let mut run = Run::new(arguments, messages, progress);
    let threads = threads(arguments.threads);
    for_each_in_order(work, threads, |work| job.run(&work), Done::bytes, |done| run.take(done));
    run.finish()
}
