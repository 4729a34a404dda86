//! `newslint ignore`: adds `[[ignore-text]]` entries for findings to lint.toml.

mod entries;
mod job;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clap::Args;
use newslint::engine::for_each_in_order;
use newslint::finding::Fingerprint;
use newslint::input::{Feed, WalkOptions, walk};
use newslint::report::escape::visible;

use self::entries::{Addition, additions, write};
use self::job::{Done, Job, Match};
use super::input::InputArguments;
use super::progress::Progress;
use super::stderr::{Messages, write as write_stderr};
use super::{ColorWhen, ConfigurationArguments, FAILED, INTERRUPTED, STOP, print, stop_on_ctrl_c, threads};

/// Options of `newslint ignore`.
#[derive(Args)]
#[command(
    override_usage = "newslint ignore [OPTIONS] --reason <TEXT> <FINGERPRINT>... [PATH]...",
    after_help = "\
Examples:
  newslint check --verbose articles/              shows the fingerprint of each finding
  newslint ignore 3f6c12ab90de articles/ --reason \"quoted from a placard\"
  newslint ignore 3f6c12 77b0e1 --reason \"names of ships\" --dry-run

The entry goes to the lint.toml that holds for the finding's file; where none does, one is made in this
folder. It names the finding by its text, and so covers this text in all of the file; a long text goes
by its fingerprint. A finding that stands in several files gets an entry for each.
Exit status: 0 the findings are ignored, 2 nothing was written."
)]
pub struct IgnoreArguments {
    /// Fingerprints of findings, or their first 6 or more digits; then the files and folders that hold the
    /// findings [default: .]
    #[arg(value_name = "FINGERPRINT|PATH", required = true)]
    arguments: Vec<PathBuf>,
    /// Why these findings are right to leave, for people
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Show what would be added, and add nothing
    #[arg(long)]
    dry_run: bool,
    /// Use this configuration for every file, and add to it
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    config: Option<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
    /// Search hidden files and files that .gitignore and .ignore name, too
    #[arg(long, help_heading = "Input")]
    no_ignore: bool,
    /// Threads to use; 0 stands for one a processor
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Running")]
    threads: usize,
}

/// The fewest digits of a fingerprint that name a finding.
const FEWEST_DIGITS: usize = 6;

/// Findings that a message lists.
const MOST_LISTED: usize = 5;

/// Runs the command; the result is the exit status.
pub fn run(arguments: &IgnoreArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
    match ignore(arguments, messages) {
        Ok(status) => status,
        Err(bytes) => {
            write_stderr(&bytes);
            FAILED
        }
    }
}

/// The exit status, or what to say of a failure.
fn ignore(arguments: &IgnoreArguments, messages: Messages) -> Result<u8, Vec<u8>> {
    let (prefixes, paths) = sort_arguments(&arguments.arguments).map_err(|message| messages.error(&message))?;
    if arguments.reason.trim().is_empty() {
        return Err(messages.error("the reason is empty; say why the finding is right to leave"));
    }
    let configuration = ConfigurationArguments { config: arguments.config.clone(), ..Default::default() };
    let resolver = Arc::new(configuration.resolver().map_err(|errors| messages.config_errors(&errors))?);
    if let Err(message) = stop_on_ctrl_c() {
        write_stderr(&messages.warning(&message));
    }
    let options = WalkOptions { force_exclude: true, ignore_files: !arguments.no_ignore, changes: None };
    let progress = Progress::new(false, &paths, &options, &resolver);
    let job = Job { input: &arguments.input, resolver: &resolver, messages, prefixes: &prefixes };
    let found = walk(&paths, &options, &resolver);
    let reading = |path: &Path, format| job.reading(path, format);
    let work = Feed::new(found, arguments.input.input_format, reading, progress.bytes_read());
    let work = work.take_while(|_| !STOP.load(Ordering::SeqCst));
    let mut all = Done::default();
    let threads = threads(arguments.threads);
    for_each_in_order(
        work,
        threads,
        |work| job.run(&work),
        Done::bytes,
        |done| {
            progress.advance(done.documents);
            all.add(done);
            ControlFlow::Continue(())
        },
    );
    progress.finish();
    if STOP.load(Ordering::SeqCst) {
        return Ok(INTERRUPTED);
    }
    let Done { mut messages_out, matches, broken, .. } = all;
    for errors in &broken {
        messages_out.extend(messages.config_errors(errors));
    }
    let chosen = choose(&prefixes, &matches).map_err(|errors| {
        messages_out.extend(errors.iter().flat_map(|error| messages.error(error)));
        std::mem::take(&mut messages_out)
    })?;
    let (ignored, new): (Vec<&Match>, Vec<&Match>) = chosen.into_iter().partition(|found| found.ignored_by.is_some());
    let additions = additions(&new, &resolver, &arguments.reason).map_err(|message| messages.error(&message))?;
    // What could not be read may hold the finding, too.
    write_stderr(&messages_out);
    let mut out = String::new();
    for found in ignored {
        let by = found.ignored_by.as_deref().unwrap_or_default();
        out.push_str(&format!("{} is ignored already, by {}\n", visible(&found.place), visible(by)));
    }
    for addition in &additions {
        if !arguments.dry_run {
            write(addition).map_err(|message| messages.error(&message))?;
        }
        out.push_str(&said(addition, arguments.dry_run));
    }
    Ok(print(out.as_bytes()))
}

/// What was written.
fn said(addition: &Addition, dry_run: bool) -> String {
    let verb = if dry_run { "would add to" } else { "added to" };
    let mut out = format!("{verb} {}:\n", visible(&addition.shown));
    for entry in &addition.entries {
        out.push('\n');
        for line in entry.text().lines() {
            out.push_str(&visible(line));
            out.push('\n');
        }
    }
    out
}

/// Tells fingerprints from paths: the first argument is a fingerprint, and so are those behind it that
/// look like one, unless there is a file of that name.
fn sort_arguments(arguments: &[PathBuf]) -> Result<(Vec<String>, Vec<PathBuf>), String> {
    let digits = |path: &Path| {
        let text = path.to_str()?.to_ascii_lowercase();
        let is_digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let length = FEWEST_DIGITS..=size_of::<Fingerprint>();
        (is_digits && length.contains(&text.len())).then_some(text)
    };
    let is_fingerprint = |(index, path): &(usize, &PathBuf)| *index == 0 || digits(path).is_some() && !path.exists();
    let count = arguments.iter().enumerate().take_while(is_fingerprint).count();
    let (fingerprints, paths) = arguments.split_at(count);
    let read = |path: &PathBuf| {
        digits(path).ok_or_else(|| {
            format!(
                "`{}` is no fingerprint: {FEWEST_DIGITS} to {} hexadecimal digits (`newslint check --verbose` shows them)",
                path.display(),
                size_of::<Fingerprint>()
            )
        })
    };
    let fingerprints = fingerprints.iter().map(read).collect::<Result<_, _>>()?;
    let paths = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
    if paths.iter().any(|path| path == Path::new("-")) {
        return Err("standard input has no lint.toml; name the file that holds the finding".to_owned());
    }
    Ok((fingerprints, paths))
}

/// The findings that the fingerprints name, or what is wrong with these.
fn choose<'m>(prefixes: &[String], matches: &'m [Match]) -> Result<Vec<&'m Match>, Vec<String>> {
    let mut errors = Vec::new();
    let mut chosen = Vec::new();
    for prefix in prefixes {
        let found: Vec<&Match> = matches.iter().filter(|found| found.has_prefix(prefix)).collect();
        match found.first() {
            None => errors.push(format!(
                "no finding has the fingerprint `{prefix}` here (name the file or folder that holds it; \
                 `newslint check --verbose` shows fingerprints)"
            )),
            Some(first) if found.iter().any(|other| other.fingerprint != first.fingerprint) => {
                errors.push(ambiguous(prefix, &found));
            }
            Some(_) => chosen.extend(found),
        }
    }
    if errors.is_empty() { Ok(chosen) } else { Err(errors) }
}

fn ambiguous(prefix: &str, found: &[&Match]) -> String {
    let listed: Vec<_> =
        found.iter().take(MOST_LISTED).map(|found| format!("{} at {}", found.digits(), found.place)).collect();
    let more = if found.len() > MOST_LISTED { ", …" } else { "" };
    format!("several findings have a fingerprint that begins with `{prefix}`: {}{more} (add digits)", listed.join(", "))
}
