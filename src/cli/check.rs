//! `newslint check`: lints files and folders.

use std::collections::HashMap;
use std::io::{self, IsTerminal as _, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, available_parallelism};
use std::time::Duration;

use clap::Args;
use newslint::config::levels::is_selected;
use newslint::config::{ConfigError, Resolver, Settings};
use newslint::document::Document;
use newslint::engine::for_each_in_order;
use newslint::finding::{Finding, Severity};
use newslint::input::{Found, Input, InputError, WalkOptions, read_file, read_standard_input, walk};
use newslint::lint::lint;
use newslint::report::{Format, Statistics};
use newslint::suppress::suppress;

use super::progress::Progress;
use super::stderr::{Messages, write as write_stderr};
use super::{CLEAN, ColorWhen, ConfigurationArguments, FAILED, FINDINGS, FailLevel, INTERRUPTED, parse_fail_level};

/// Options of `newslint check`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  newslint check                              the text files below this folder
  newslint check a.txt b.txt                  these files, whatever their ending
  curl -s $URL | html2text | newslint check - --stdin-filename page.txt
  newslint check --select paywall,boilerplate --format concise articles/
  newslint check --statistics articles/       how often each rule fires
  newslint check --fail-on error articles/    warnings do not fail the run

Folders are searched for .txt, .text and .md files; .gitignore and .ignore are heeded.
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
    /// Show how often each rule fires, not the findings
    #[arg(long, help_heading = "Output")]
    statistics: bool,
    /// Only findings and errors: no summary, no warnings, no progress
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Tell about skipped files and decoding, too
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
    /// The name that reports give to standard input; its folder decides which lint.toml holds
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    stdin_filename: Option<PathBuf>,
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
}

fn parse_shown_level(text: &str) -> Result<Severity, String> {
    Severity::from_name(text).ok_or_else(|| "it is one of info, warning, error".to_owned())
}

/// More threads than this are of no use to anybody.
const MOST_THREADS: usize = 256;

/// Set by Ctrl-C: workers take no more files.
static STOP: AtomicBool = AtomicBool::new(false);

/// What all workers share.
struct Job<'a> {
    arguments: &'a CheckArguments,
    resolver: &'a Resolver,
    messages: Messages,
    color: bool,
}

/// What came of one file.
#[derive(Default)]
struct Done {
    /// The rendered findings.
    output: Vec<u8>,
    /// Errors and notes for standard error.
    messages: Vec<u8>,
    /// The run is incomplete.
    failed: bool,
    /// A configuration that could not be used; reported once for all its files.
    broken: Option<Arc<Vec<ConfigError>>>,
    linted: Option<LintedFile>,
}

struct LintedFile {
    settings: Arc<Settings>,
    shown: Statistics,
    /// Findings at or above the failing level that no budget covers.
    failing: bool,
    /// Findings that fail the run and are not shown.
    unseen: u64,
    budgeted: Option<Statistics>,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &CheckArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
    if arguments.stdin_filename.is_some() && !arguments.paths.iter().any(|path| path == Path::new("-")) {
        write_stderr(&messages.error("--stdin-filename names standard input; add the path `-` to read it"));
        return FAILED;
    }
    let resolver = match arguments.configuration.resolver() {
        Ok(resolver) => Arc::new(resolver),
        Err(errors) => {
            write_stderr(&messages.config_errors(&errors));
            return FAILED;
        }
    };
    // A second Ctrl-C does not wait for the files at work.
    let handler = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(INTERRUPTED.into());
        }
    });
    if let Err(error) = handler {
        write_stderr(&messages.warning(&format!("Ctrl-C may leave a temporary file: {error}")));
    }
    let mut sink = match Sink::open(arguments.output.as_deref()) {
        Ok(sink) => sink,
        Err(error) => {
            write_stderr(&messages.error(&error));
            return FAILED;
        }
    };
    let job = Job {
        arguments,
        resolver: &resolver,
        messages,
        color: color.for_stream(arguments.output.is_none() && io::stdout().is_terminal()),
    };
    let options = WalkOptions { force_exclude: !arguments.no_force_exclude, ignore_files: !arguments.no_ignore };
    let found = walk(&arguments.paths, &options, &resolver).take_while(|_| !STOP.load(Ordering::SeqCst));
    let threads = match arguments.threads {
        0 => available_parallelism().map_or(1, usize::from),
        threads => threads.min(MOST_THREADS),
    };
    let mut run = Run::new(arguments, messages);
    for_each_in_order(found, threads, |found| job.do_file(&found), |done| run.take(done, &mut sink));
    run.finish(sink, &resolver)
}

impl Job<'_> {
    fn do_file(&self, found: &Found) -> Done {
        let name = match found {
            Found::File(path) | Found::Excluded(path) => shown(path),
            Found::StandardInput => self.arguments.stdin_filename.as_deref().map_or("<stdin>".to_owned(), shown),
            Found::Failed(error) => return self.failure(error),
        };
        // Rules are guarded one by one; this is for faults of everything around them.
        catch_unwind(AssertUnwindSafe(|| self.lint_file(found, &name))).unwrap_or_else(|_| Done {
            messages: self.messages.error(&format!("newslint broke down on {name}; this is a fault of newslint")),
            failed: true,
            ..Done::default()
        })
    }

    fn failure(&self, error: &InputError) -> Done {
        let message = format!("cannot read {}: {}", error.path.display(), error.message);
        Done { messages: self.messages.error(&message), failed: true, ..Done::default() }
    }

    fn note(&self, message: &str) -> Vec<u8> {
        if self.arguments.verbose { self.messages.note(message) } else { Vec::new() }
    }

    fn excluded(&self, name: &str) -> Done {
        let message = format!("skipped {name}: the configuration excludes it (--no-force-exclude lints it)");
        Done { messages: self.note(&message), ..Done::default() }
    }

    fn lint_file(&self, found: &Found, name: &str) -> Done {
        let read = match found {
            Found::File(path) => read_file(path, name),
            Found::StandardInput => match wait_for_standard_input(name) {
                Some(read) => read,
                None => return Done::default(),
            },
            Found::Excluded(_) => return self.excluded(name),
            Found::Failed(error) => return self.failure(error),
        };
        let path = match found {
            Found::File(path) => self.resolver.absolute(path),
            _ => self.resolver.absolute(self.arguments.stdin_filename.as_deref().unwrap_or(Path::new("stdin"))),
        };
        let settings = match self.resolver.for_file(&path) {
            Ok(settings) => settings,
            Err(errors) => return Done { failed: true, broken: Some(errors), ..Done::default() },
        };
        // Walking has dealt with the excludes of files; standard input goes by the name it is given.
        let by_name = matches!(found, Found::StandardInput) && self.arguments.stdin_filename.is_some();
        if by_name && !self.arguments.no_force_exclude && settings.is_excluded(&path, false) {
            return self.excluded(name);
        }
        match read {
            Err(error) => self.failure(&error),
            Ok(Input::Binary) => Done { messages: self.note(&format!("skipped {name}: not text")), ..Done::default() },
            Ok(Input::Text { document, encoding, damaged }) => {
                let mut notes = Vec::new();
                if encoding != "UTF-8" || damaged {
                    let damage = if damaged { "; some bytes made no sense in it" } else { "" };
                    notes = self.note(&format!("read {name} as {encoding}{damage}"));
                }
                let mut done = self.lint_document(&document, &path, settings);
                notes.append(&mut done.messages);
                done.messages = notes;
                done
            }
        }
    }

    fn lint_document(&self, document: &Document, path: &Path, settings: Arc<Settings>) -> Done {
        let chosen = self.arguments.fail_on.map(|level| level.0).or(settings.fail_on());
        let fail_on = chosen.unwrap_or(Some(Severity::Warning));
        // What fails a run has to be seen; what nobody sees need not be looked for.
        let usual = Severity::Warning.min(fail_on.unwrap_or(Severity::Warning));
        let lowest = self.arguments.min_severity.unwrap_or(usual);
        let budgets = settings.budgets();
        // A budget counts its findings whether they are shown or not.
        let needed = if budgets.is_empty() { lowest.min(fail_on.unwrap_or(lowest)) } else { Severity::Info };
        let profile = settings.profile(path, needed);
        let mut linted = lint(settings.rules(), &profile, document);
        suppress(&settings, path, document, &mut linted.findings);
        let mut messages = Vec::new();
        for panic in &linted.panics {
            let rule = panic.rule.map_or("the shared matcher".to_owned(), |rule| format!("the rule {rule}"));
            let message = format!(
                "{rule} broke down on {}: {}; this is a fault of newslint, the other rules went on",
                document.name(),
                panic.message
            );
            messages.extend(self.messages.error(&message));
        }
        let failed = !linted.panics.is_empty();

        let fails = |severity: Severity| fail_on.is_some_and(|level| severity >= level);
        let is_budgeted = |rule| budgets.iter().any(|(selector, _)| is_selected(rule, &[*selector], &[]));
        let failing = linted.findings.iter().any(|finding| fails(finding.severity) && !is_budgeted(finding.rule));
        let mut budgeted = None;
        if !budgets.is_empty() {
            let mut statistics = Statistics::default();
            statistics.add(&linted.findings);
            budgeted = Some(statistics);
        }
        let fails_unseen = |finding: &&Finding| finding.severity < lowest && fails(finding.severity);
        let unseen = linted.findings.iter().filter(fails_unseen).count() as u64;
        linted.findings.retain(|finding| finding.severity >= lowest);
        let mut shown = Statistics::default();
        shown.add(&linted.findings);
        let output = if self.arguments.statistics {
            Vec::new()
        } else {
            self.arguments.format.render(document, &linted.findings, self.color)
        };
        Done {
            output,
            messages,
            failed,
            broken: None,
            linted: Some(LintedFile { settings, shown, failing, unseen, budgeted }),
        }
    }
}

/// Reads standard input on a thread of its own, because nothing can interrupt the wait for it.
/// `None` after Ctrl-C.
fn wait_for_standard_input(name: &str) -> Option<Result<Input, InputError>> {
    const LOOK_FOR_CTRL_C: Duration = Duration::from_millis(20);
    let (sender, receiver) = mpsc::channel();
    let name = name.to_owned();
    thread::spawn(move || sender.send(read_standard_input(&name)));
    loop {
        match receiver.recv_timeout(LOOK_FOR_CTRL_C) {
            Ok(read) => return Some(read),
            Err(mpsc::RecvTimeoutError::Timeout) if !STOP.load(Ordering::SeqCst) => {}
            Err(_) => return None,
        }
    }
}

/// The path as reports print it, with slashes on every system.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_prefix("./").unwrap_or(&text);
    if std::path::MAIN_SEPARATOR == '/' { text.to_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// The run as a whole: results come in here in the order of the files.
struct Run<'a> {
    arguments: &'a CheckArguments,
    messages: Messages,
    progress: Progress,
    statistics: Statistics,
    failing: bool,
    unseen: u64,
    failed: bool,
    closed: bool,
    any_output: bool,
    broken: Vec<Arc<Vec<ConfigError>>>,
    /// Counts for the budgets of each configuration.
    budgets: HashMap<usize, (Arc<Settings>, Statistics)>,
}

impl<'a> Run<'a> {
    fn new(arguments: &'a CheckArguments, messages: Messages) -> Run<'a> {
        Run {
            arguments,
            messages,
            progress: Progress::new(arguments.quiet),
            statistics: Statistics::default(),
            failing: false,
            unseen: 0,
            failed: false,
            closed: false,
            any_output: false,
            broken: Vec::new(),
            budgets: HashMap::new(),
        }
    }

    fn take(&mut self, done: Done, sink: &mut Sink) -> ControlFlow<()> {
        self.progress.advance();
        self.failed |= done.failed;
        if let Some(errors) = done.broken
            && !self.broken.iter().any(|known| Arc::ptr_eq(known, &errors))
        {
            self.progress.aside(|| write_stderr(&self.messages.config_errors(&errors)));
            self.broken.push(errors);
        }
        if !done.messages.is_empty() {
            self.progress.aside(|| write_stderr(&done.messages));
        }
        if let Some(linted) = done.linted {
            self.statistics.merge(&linted.shown);
            self.failing |= linted.failing;
            self.unseen += linted.unseen;
            if let Some(budgeted) = linted.budgeted {
                let key = Arc::as_ptr(&linted.settings) as usize;
                let entry = self.budgets.entry(key).or_insert_with(|| (linted.settings, Statistics::default()));
                entry.1.merge(&budgeted);
            }
        }
        if done.output.is_empty() {
            return ControlFlow::Continue(());
        }
        let format = self.arguments.format;
        let before = if self.any_output { format.between() } else { format.head() };
        self.any_output = true;
        self.write(sink, &[before, &done.output])
    }

    fn write(&mut self, sink: &mut Sink, pieces: &[&[u8]]) -> ControlFlow<()> {
        let result = self.progress.aside(|| pieces.iter().try_for_each(|piece| sink.write_all(piece)));
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.closed = true;
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.failed = true;
                    write_stderr(&self.messages.error(&format!("cannot write the report: {error}")));
                }
                ControlFlow::Break(())
            }
        }
    }

    fn finish(mut self, mut sink: Sink, resolver: &Resolver) -> u8 {
        self.progress.finish();
        let exceeded = self.exceeded_budgets();
        self.failing |= !exceeded.is_empty();
        if STOP.load(Ordering::SeqCst) {
            return INTERRUPTED;
        }
        if !self.closed {
            let mut tail = Vec::new();
            if self.arguments.statistics {
                match self.arguments.format {
                    Format::Json | Format::Jsonl => self.statistics.render_json(&mut tail),
                    Format::Text | Format::Concise => self.statistics.render_table(&mut tail),
                }
            } else {
                if !self.any_output {
                    tail.extend_from_slice(self.arguments.format.head());
                }
                tail.extend_from_slice(self.arguments.format.tail());
            }
            if self.arguments.format == Format::Text && !self.arguments.quiet {
                tail.extend_from_slice(self.summary().as_bytes());
            }
            let _ = self.write(&mut sink, &[&tail]);
        }
        if !self.closed
            && let Err(error) = sink.finish()
        {
            self.failed = true;
            write_stderr(&self.messages.error(&error));
        }
        for message in &exceeded {
            write_stderr(&self.messages.error(message));
        }
        if self.unseen > 0 && self.statistics.flagged() == 0 && !self.arguments.quiet {
            let findings = counted(self.unseen, "finding");
            let message = format!("not shown, but failing the run: {findings} below --min-severity (see --fail-on)");
            write_stderr(&self.messages.warning(&message));
        }
        if !self.arguments.quiet {
            self.warn(resolver);
        }
        match (self.failed, self.failing) {
            (true, _) => FAILED,
            (false, true) => FINDINGS,
            (false, false) => CLEAN,
        }
    }

    /// The closing line for people.
    fn summary(&self) -> String {
        let of = |severity| self.statistics.findings(|_, found| found == severity);
        let total = self.statistics.findings(|_, _| true);
        let files = self.statistics.documents();
        let mut out = if total == 0 {
            // A run that fails, or looked at nothing, has not shown that there are none.
            if self.failing || files == 0 {
                return String::new();
            }
            format!("No problems found in {}", counted(files, "file"))
        } else {
            let parts: Vec<_> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")]
                .into_iter()
                .filter(|(severity, _)| of(*severity) > 0)
                .map(|(severity, word)| counted(of(severity), word))
                .collect();
            let flagged = self.statistics.flagged();
            let parts = parts.join(", ");
            format!("Found {} ({parts}) in {flagged} of {}", counted(total, "problem"), counted(files, "file"))
        };
        let fixable = self.statistics.safe_fixes();
        if fixable > 0 {
            out.push_str(&format!("; {fixable} with a safe fix"));
        }
        out.push_str(".\n");
        out
    }

    /// What to say of each budget of a configuration that the run exceeds.
    fn exceeded_budgets(&self) -> Vec<String> {
        let mut exceeded: Vec<String> = Vec::new();
        for (settings, statistics) in self.budgets.values() {
            for (selector, most) in settings.budgets() {
                let found = statistics.findings(|rule, _| is_selected(rule, &[selector], &[]));
                // Rates are compared without division: found / documents > most / 1000.
                if found * 1000 > u64::from(most) * statistics.documents() {
                    let documents = counted(statistics.documents(), "document");
                    let findings = counted(found, "finding");
                    exceeded.push(format!(
                        "{findings} of {} in {documents}: more than the {most} in 1,000 documents that [gate] allows",
                        selector.name()
                    ));
                }
            }
        }
        exceeded.sort();
        exceeded
    }

    /// Warns of what did nothing: paths without files, patterns that match nothing.
    fn warn(&self, resolver: &Resolver) {
        if self.statistics.documents() == 0 && !self.failed {
            let endings = newslint::input::TEXT_ENDINGS.map(|ending| format!(".{ending}")).join(", ");
            let message = format!("no files to lint; folders are searched for {endings}");
            write_stderr(&self.messages.warning(&message));
        }
        let walked: Vec<PathBuf> = self.arguments.paths.iter().map(|path| resolver.absolute(path)).collect();
        for settings in resolver.met() {
            settings.try_patterns_on_excluded_folders();
            // A run over a part of the tree cannot tell whether a pattern is idle.
            let idle = settings
                .patterns()
                .filter(|pattern| !pattern.was_used() && walked.iter().any(|path| pattern.root().starts_with(path)));
            for pattern in idle {
                let message = format!("{}: the path pattern `{}` matches nothing", pattern.place, pattern.text);
                write_stderr(&self.messages.warning(&message));
            }
        }
    }
}

/// `1 file`, `2 files`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Where the report goes: standard output, or a file that appears only when it is whole.
enum Sink {
    StandardOutput(io::Stdout),
    Device(std::fs::File),
    File { file: io::BufWriter<tempfile::NamedTempFile>, path: PathBuf },
}

impl Sink {
    fn open(path: Option<&Path>) -> Result<Sink, String> {
        let Some(path) = path else { return Ok(Sink::StandardOutput(io::stdout())) };
        // The system's own words, without the name of a temporary file.
        let failed = |error: io::Error| {
            // An error that wraps another names the temporary file; its kind does not.
            let reason = if error.raw_os_error().is_some() { error } else { error.kind().into() };
            format!("cannot write {}: {reason}", path.display())
        };
        // A pipe or device is written to as it stands, and a link is written through.
        if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
            return Ok(Sink::Device(file));
        }
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::metadata(folder).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        // A report is an ordinary file: its permissions are up to the user's umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Sink::File { file: io::BufWriter::new(file), path })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Sink::StandardOutput(stdout) => stdout.write_all(bytes),
            Sink::Device(file) => file.write_all(bytes),
            Sink::File { file, .. } => file.write_all(bytes),
        }
    }

    fn finish(self) -> Result<(), String> {
        match self {
            Sink::StandardOutput(mut stdout) => match stdout.flush() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    Err(format!("cannot write the report: {error}"))
                }
                _ => Ok(()),
            },
            Sink::Device(mut file) => file.flush().map_err(|error| format!("cannot write the report: {error}")),
            Sink::File { file, path } => {
                let failed = |error: &dyn std::fmt::Display| format!("cannot write {}: {error}", path.display());
                let file = file.into_inner().map_err(|error| failed(&error))?;
                file.persist(&path).map(|_| ()).map_err(|error| failed(&error.error))
            }
        }
    }
}
