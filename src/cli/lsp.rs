//! `newslint lsp`: the language server on standard input and output.

use std::io::{BufReader, stdin, stdout};
use std::path::PathBuf;

use clap::Args;
use newslint::lsp::{Ended, Options, serve};

use super::stderr::{Messages, write as write_stderr};
use super::{CLEAN, ColorWhen, FAILED};

/// The editor is gone without a farewell, as the protocol wants it told.
const ABANDONED: u8 = 1;

/// Options of `newslint lsp`.
#[derive(Args)]
#[command(after_help = "\
An editor starts this; docs/editors.md has settings for VS Code, Neovim, Helix, Emacs and others.
Exit status: 0 the editor ended it, 1 the editor is gone, 2 what came was no message.")]
pub struct LspArguments {
    /// Use this configuration for every file, whatever lint.toml stands beside it
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Ignore every lint.toml: built-in rules at their default
    #[arg(long)]
    isolated: bool,
    /// Many editors say so; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &LspArguments, color: ColorWhen) -> u8 {
    let configuration =
        arguments.config.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
    let options = Options { configuration, isolated: arguments.isolated };
    match serve(options, BufReader::new(stdin()), stdout()) {
        Ended::Orderly => CLEAN,
        Ended::Abandoned => ABANDONED,
        Ended::Broken(error) => {
            write_stderr(&Messages::new(color).error(&format!("the connection to the editor broke: {error}")));
            FAILED
        }
    }
}
