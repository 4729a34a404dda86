//! The run as a whole: what the workers give comes in here, in the order of the files.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use newslint::config::levels::is_selected;
use newslint::config::{ConfigError, Resolver, Settings};
use newslint::finding::Severity;
use newslint::report::{Format, RuleInfo, RunSummary, Statistics};

use super::CheckArguments;
use super::job::Done;
use crate::cli::progress::Progress;
use crate::cli::sink::Sink;
use crate::cli::stderr::{Messages, write as write_stderr};
use crate::cli::{CLEAN, FAILED, FINDINGS, INTERRUPTED, STOP, counted};

/// The run as a whole: results come in here in the order of the files.
pub struct Run<'a> {
    arguments: &'a CheckArguments,
    messages: Messages,
    progress: Progress,
    /// Files taken.
    files: u64,
    /// Whether some file held records.
    has_records: bool,
    statistics: Statistics,
    failing: bool,
    unseen: u64,
    failed: bool,
    closed: bool,
    any_output: bool,
    /// Findings in the report, where the format lists no more than so many.
    listed: u64,
    broken: Vec<Arc<Vec<ConfigError>>>,
    /// Counts for the budgets of each configuration.
    budgets: HashMap<usize, (Arc<Settings>, Statistics)>,
}

impl<'a> Run<'a> {
    pub fn new(arguments: &'a CheckArguments, messages: Messages, progress: Progress) -> Run<'a> {
        Run {
            arguments,
            messages,
            progress,
            files: 0,
            has_records: false,
            statistics: Statistics::default(),
            failing: false,
            unseen: 0,
            failed: false,
            closed: false,
            any_output: false,
            listed: 0,
            broken: Vec::new(),
            budgets: HashMap::new(),
        }
    }

    /// Takes in what came of a piece of work.
    pub fn take(&mut self, done: Done, sink: &mut Sink) -> ControlFlow<()> {
        let documents = done.linted.as_ref().map_or(0, |linted| linted.shown.documents());
        self.progress.advance(documents);
        self.files += u64::from(done.is_file);
        self.has_records |= done.has_records;
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
        let format = self.arguments.format;
        let (shown, findings) = format.within_limit(&done.output, self.listed);
        self.listed += findings;
        if shown == 0 {
            return ControlFlow::Continue(());
        }
        let before = if self.any_output { format.between().to_vec() } else { format.head() };
        self.any_output = true;
        self.write(sink, &[&before, &done.output[..shown]])
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

    /// Ends the run; the result is the exit status.
    pub fn finish(mut self, mut sink: Sink, resolver: &Resolver) -> u8 {
        self.progress.finish();
        let exceeded = self.exceeded_budgets();
        self.failing |= !exceeded.is_empty();
        if STOP.load(Ordering::SeqCst) {
            return INTERRUPTED;
        }
        if !self.closed {
            let mut tail = Vec::new();
            match (self.arguments.statistics, self.arguments.format) {
                (true, Format::Json | Format::Jsonl) => self.statistics.render_json(self.files, &mut tail),
                (true, Format::Text | Format::Concise) => self.statistics.render_table(&mut tail),
                // A page has the totals in any case; with --statistics, only these.
                (true, Format::Html) | (false, _) => {
                    if !self.any_output {
                        tail.extend(self.arguments.format.head());
                    }
                    let met = resolver.met();
                    let rules = rules_of(&met);
                    let run = RunSummary { rules: &rules, statistics: &self.statistics, is_complete: !self.failed };
                    tail.extend(self.arguments.format.tail(&run));
                }
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
        let of = |severity| self.statistics.of_severity(severity);
        let total = self.statistics.findings(|_, _| true);
        let documents = self.statistics.documents();
        // A file is a document, unless it holds many.
        let all = counted(documents, if self.has_records { "document" } else { "file" });
        let mut out = if total == 0 {
            // A run that fails, or looked at nothing, has not shown that there are none.
            if self.failing || documents == 0 {
                return String::new();
            }
            format!("No problems found in {all}")
        } else {
            let parts: Vec<_> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")]
                .into_iter()
                .filter(|(severity, _)| of(*severity) > 0)
                .map(|(severity, word)| counted(of(severity), word))
                .collect();
            let flagged = self.statistics.flagged();
            let parts = parts.join(", ");
            format!("Found {} ({parts}) in {flagged} of {all}", counted(total, "problem"))
        };
        let fixable = self.statistics.safe_fixes();
        if fixable > 0 {
            out.push_str(&format!("; {fixable} with a safe fix"));
        }
        if self.statistics.broken() > 0 {
            out.push_str(&format!("; {} could not be read", counted(self.statistics.broken(), "record")));
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
            let message =
                "no documents to lint; folders are searched for the endings that `newslint check --help` lists";
            write_stderr(&self.messages.warning(message));
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

/// The rules of several configurations, each once, by name.
fn rules_of(met: &[Arc<Settings>]) -> Vec<RuleInfo<'_>> {
    let mut rules: BTreeMap<&str, RuleInfo<'_>> = BTreeMap::new();
    for rule in met.iter().flat_map(|settings| settings.rules().rules()) {
        let (summary, why, severity) = (rule.file.summary.as_str(), rule.file.why.as_str(), rule.file.severity);
        rules.entry(rule.id.as_str()).or_insert(RuleInfo { id: rule.id, summary, why, severity });
    }
    rules.into_values().collect()
}
