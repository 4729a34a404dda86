//! `newslint init`: writes a commented lint.toml.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use clap::Args;
use newslint::config::FILE_NAME;
use newslint::config::template::TEMPLATE;

use super::stderr::{Messages, write as write_stderr};
use super::{ColorWhen, FAILED, print};

/// Options of `newslint init`.
#[derive(Args)]
#[command(after_help = "Example: newslint init articles/")]
pub struct InitArguments {
    /// The folder to write lint.toml to
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
}

/// Runs the command; the result is the exit status. A lint.toml that is there stays as it is.
pub fn run(arguments: &InitArguments, color: ColorWhen) -> u8 {
    let path = arguments.folder.join(FILE_NAME);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    let message = match written {
        Ok(()) => return print(format!("wrote {}\n", path.display()).as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            format!("{} is there already, and stays as it is", path.display())
        }
        Err(error) => format!("cannot write {}: {error}", path.display()),
    };
    write_stderr(&Messages::new(color).error(&message));
    FAILED
}
