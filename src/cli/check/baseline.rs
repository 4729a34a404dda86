//! `newslint baseline`: records today's findings, so that a gate sees only new ones.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::Args;
use newslint::baseline::{Entry, write};
use newslint::finding::Severity;
use newslint::report::Format;

use super::{CheckArguments, Collect, lint_all};
use crate::cli::input::InputArguments;
use crate::cli::sink::Sink;
use crate::cli::stderr::{Messages, write as write_stderr};
use crate::cli::{CLEAN, ColorWhen, ConfigurationArguments, FAILED, FINDINGS, FailLevel, counted, parse_shown_level};
use std::io::Write as _;

/// Where the baseline goes unless somebody says otherwise.
const USUAL_NAME: &str = "newslint.baseline";

/// Options of `newslint baseline`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  newslint baseline                       the findings of the files below this folder
  newslint baseline articles/ --output known.txt
  newslint check --baseline known.txt     reports what is not in it
  newslint check --baseline known.txt --prune

Commit the file. It is sorted and has one finding a line, so branches that touch different articles
merge without conflict. With `baseline = \"known.txt\"` in lint.toml the option is not needed.")]
pub struct BaselineArguments {
    /// Files and folders
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Record findings from this severity up: info, warning, error [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = parse_shown_level, help_heading = "Output")]
    min_severity: Option<Severity>,
    /// Write to this file [default: the one that lint.toml names, or newslint.baseline]
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Only errors
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    input: InputArguments,
    /// Lint files given by name even if the configuration excludes them
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
pub fn run(arguments: &BaselineArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
    let output = match output(arguments) {
        Ok(output) => output,
        Err(errors) => {
            write_stderr(&errors(&messages));
            return FAILED;
        }
    };
    let absolute = std::path::absolute(&output).unwrap_or_else(|_| output.clone());
    // Names in the file count from where it lies, links resolved as they are for the files themselves.
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let collect = Collect { folder, entries: Mutex::default() };
    let check = CheckArguments {
        paths: arguments.paths.clone(),
        configuration: arguments.configuration.clone(),
        min_severity: arguments.min_severity,
        fail_on: Some(FailLevel(None)),
        format: Format::Jsonl,
        quiet: true,
        input: arguments.input.clone(),
        no_force_exclude: arguments.no_force_exclude,
        no_ignore: arguments.no_ignore,
        threads: arguments.threads,
        ..CheckArguments::default()
    };
    let status = lint_all(&check, color, Some(&collect));
    if status != CLEAN && status != FINDINGS {
        return status;
    }
    let entries: Vec<Entry> = collect.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
    let count = entries.len() as u64;
    let written = Sink::open(Some(&output)).and_then(|mut sink| {
        sink.write_all(write(entries).as_bytes()).map_err(|error| error.to_string())?;
        sink.finish()
    });
    if let Err(error) = written {
        write_stderr(&messages.error(&error));
        return FAILED;
    }
    if !arguments.quiet {
        write_stderr(format!("{} written to {}\n", counted(count, "known finding"), output.display()).as_bytes());
    }
    CLEAN
}

type Errors = Box<dyn Fn(&Messages) -> Vec<u8>>;

/// Where the baseline goes.
fn output(arguments: &BaselineArguments) -> Result<PathBuf, Errors> {
    if let Some(output) = &arguments.output {
        return Ok(output.clone());
    }
    let resolver = arguments.configuration.resolver().map_err(|errors| {
        let tell: Errors = Box::new(move |messages| messages.config_errors(&errors));
        tell
    })?;
    let settings = resolver.for_folder(&resolver.absolute(Path::new(".")));
    // A broken configuration is reported by the run.
    let named = settings.ok().and_then(|settings| settings.baseline().map(Path::to_owned));
    Ok(named.unwrap_or_else(|| PathBuf::from(USUAL_NAME)))
}
