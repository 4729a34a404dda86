//! The command line: what can be typed, one file a subcommand.

mod check;
mod config;
mod explain;
mod fix;
mod ignore;
mod init;
mod input;
mod judge;
mod lsp;
mod naming;
mod progress;
mod rule_text;
mod rules;
mod sink;
mod split;
mod stderr;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use newslint::config::layer::{FAIL_ON_NAMES, parse_fail_on};
use newslint::config::levels::{LEVEL_NAMES, Level, parse_level};
use newslint::config::{Arguments, ConfigError, Resolver, Settings};
use newslint::files::Files;
use newslint::finding::Severity;
use newslint::toml_source::FileError;

/// Set by Ctrl-C: workers take no more work.
static STOP: AtomicBool = AtomicBool::new(false);

/// More threads than this are of no use to anybody.
const MOST_THREADS: usize = 256;

/// Nothing at or above the failing level.
const CLEAN: u8 = 0;
/// Findings at or above the failing level.
const FINDINGS: u8 = 1;
/// The run itself failed, or was incomplete.
const FAILED: u8 = 2;
/// Ended by Ctrl-C, as shells count it: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// A data-quality linter for scraped news text
///
/// newslint finds what went wrong between a news site and a text file: leftover page furniture and
/// paywall text, repeated lines, damaged characters, broken structure. It points at each spot, says
/// why, and offers a fix where there is one.
#[derive(Parser)]
#[command(name = "newslint", version, styles = STYLES, arg_required_else_help = true, after_help = "\
Examples:
  newslint check                     lint the text files below this folder
  newslint check story.txt -         lint a file and standard input
  newslint check --format jsonl articles/ > findings.jsonl
  newslint explain paywall/meter     what a rule finds and why
  newslint init                      write a commented lint.toml

Exit status: 0 nothing found, 1 findings, 2 the run failed or was incomplete.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colour; CLICOLOR, CLICOLOR_FORCE and NO_COLOR are heeded too
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorWhen,
}

#[derive(Subcommand)]
enum Command {
    /// Lint files and folders
    Check(Box<check::CheckArguments>),
    /// Apply fixes to files
    Fix(Box<fix::FixArguments>),
    /// Record today's findings, so that a gate sees only new ones
    Baseline(Box<check::baseline::BaselineArguments>),
    /// Sort the records of a file into clean and flagged ones
    Split(Box<split::SplitArguments>),
    /// Add findings that are right to leave to lint.toml
    Ignore(Box<ignore::IgnoreArguments>),
    /// List the rules, or run the examples in rule files
    Rules(rules::RulesArguments),
    /// Show what a rule finds, why, and how to set it
    Explain(explain::ExplainArguments),
    /// Show the configuration for a path, and where each value comes from
    Config(config::ConfigArguments),
    /// Write a commented lint.toml
    Init(init::InitArguments),
    /// Serve an editor: findings while you type
    Lsp(lsp::LspArguments),
    /// Print a script that completes commands in your shell
    #[command(after_help = "Example: newslint completions bash > /etc/bash_completion.d/newslint")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// When output is coloured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColorWhen {
    /// Whether to colour what goes to a terminal or elsewhere. The order of precedence is the one
    /// of <https://bixense.com/clicolors/>: the flag, NO_COLOR, CLICOLOR_FORCE, CLICOLOR.
    fn for_stream(self, is_terminal: bool) -> bool {
        match self {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if anstyle_query::no_color() => false,
            ColorWhen::Auto
                if std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") =>
            {
                true
            }
            ColorWhen::Auto => {
                is_terminal && anstyle_query::clicolor().unwrap_or(true) && anstyle_query::term_supports_color()
            }
        }
    }
}

/// Where the configuration comes from, and what is changed in it.
#[derive(Args, Clone, Default)]
struct ConfigurationArguments {
    /// Use this configuration for every file, whatever lint.toml stands beside it
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Configuration")]
    config: Option<PathBuf>,
    /// Ignore every lint.toml: built-in rules at their default
    #[arg(long, help_heading = "Configuration")]
    isolated: bool,
    /// Run these rules only: a rule, a family, or `all` (repeatable, or with commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Configuration")]
    select: Vec<String>,
    /// Leave these rules out (repeatable, or with commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Configuration")]
    ignore: Vec<String>,
    /// Set the severity of a rule, a family, or `all`: off, info, warning, error
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = parse_severity, help_heading = "Configuration")]
    severity: Vec<(String, Level)>,
}

impl ConfigurationArguments {
    fn resolver(&self) -> Result<Resolver, Vec<ConfigError>> {
        let arguments =
            Arguments { select: self.select.clone(), ignore: self.ignore.clone(), severity: self.severity.clone() };
        let folder = std::env::current_dir()
            .map_err(|error| vec![FileError::Unreadable { path: PathBuf::from("."), error }.into()])?;
        if self.isolated {
            let settings = Settings::isolated(&arguments).map_err(|error| vec![error])?;
            return Ok(Resolver::fixed(settings, &folder));
        }
        let files = Files::on_disk();
        match &self.config {
            Some(path) => {
                let shown = path.display().to_string();
                let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Ok(Resolver::fixed(Settings::read(&absolute, &shown, &arguments, &files)?, &folder))
            }
            None => Resolver::discovering(arguments, &folder, files),
        }
    }
}

fn parse_severity(text: &str) -> Result<(String, Level), String> {
    let (name, level) =
        text.split_once('=').ok_or_else(|| "write it as RULE=LEVEL, such as paywall=error".to_owned())?;
    let level = parse_level(level).ok_or_else(|| format!("the level is one of {}", LEVEL_NAMES.join(", ")))?;
    Ok((name.to_owned(), level))
}

/// The level of `--fail-on`; `None` is `never`.
#[derive(Clone, Copy)]
struct FailLevel(Option<Severity>);

fn parse_fail_level(text: &str) -> Result<FailLevel, String> {
    let level = parse_fail_on(text).map(FailLevel);
    level.ok_or_else(|| format!("it is one of {}", FAIL_ON_NAMES.join(", ")))
}

fn parse_shown_level(text: &str) -> Result<Severity, String> {
    Severity::from_name(text).ok_or_else(|| "it is one of info, warning, error".to_owned())
}

/// A listing for people or for programs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// The pages in docs/
    #[value(hide = true)]
    Markdown,
}

/// Runs the command line; the result is the exit status.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let status = match cli.command {
        Command::Check(arguments) => check::run(&arguments, cli.color),
        Command::Fix(arguments) => fix::run(&arguments, cli.color),
        Command::Baseline(arguments) => check::baseline::run(&arguments, cli.color),
        Command::Split(arguments) => split::run(&arguments, cli.color),
        Command::Ignore(arguments) => ignore::run(&arguments, cli.color),
        Command::Rules(arguments) => rules::run(&arguments, cli.color),
        Command::Explain(arguments) => explain::run(&arguments, cli.color),
        Command::Config(arguments) => config::run(&arguments, cli.color),
        Command::Init(arguments) => init::run(&arguments, cli.color),
        Command::Lsp(arguments) => lsp::run(&arguments, cli.color),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "newslint", &mut script);
            print(&script)
        }
    };
    ExitCode::from(status)
}

/// Prints to standard output. A closed pipe is no failure: the reader has had enough.
fn print(bytes: &[u8]) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            stderr::write(format!("error: cannot write: {error}\n").as_bytes());
            FAILED
        }
        _ => CLEAN,
    }
}

/// Lets Ctrl-C end the run between two pieces of work. A second one does not wait for those at work.
fn stop_on_ctrl_c() -> Result<(), String> {
    // `nohup`, and a script's `newslint … &`, have signals ignored; a handler would undo that.
    if ignores_ending_signals() {
        return Ok(());
    }
    let handler = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(INTERRUPTED.into());
        }
    });
    handler.map_err(|error| format!("Ctrl-C may leave a temporary file: {error}"))
}

/// Whether the process was started with SIGHUP or SIGINT ignored, where the system tells.
fn ignores_ending_signals() -> bool {
    const HANG_UP_AND_INTERRUPT: u64 = 0b11;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & HANG_UP_AND_INTERRUPT != 0)
}

/// The number of threads that `--threads` asks for.
fn threads(asked: usize) -> usize {
    match asked {
        0 => available_parallelism().map_or(1, usize::from),
        threads => threads.min(MOST_THREADS),
    }
}

/// The path as reports print it, with slashes on every system.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_prefix("./").unwrap_or(&text);
    if std::path::MAIN_SEPARATOR == '/' { text.to_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// `1 file`, `2 files`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
