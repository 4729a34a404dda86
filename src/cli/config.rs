//! `newslint config`: the effective configuration, or the schema of lint.toml.

use std::path::PathBuf;

use clap::Args;
use newslint::config::ConfigError;
use newslint::config::schema::schema;
use newslint::config::show::show;
use newslint::ruleset::RuleSet;

use super::stderr::{Messages, write as write_stderr};
use super::{ColorWhen, ConfigurationArguments, FAILED, print};

/// Options of `newslint config`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  newslint config articles/story.txt      what holds for this file, and who says so
  newslint config --schema > lint.schema.json")]
pub struct ConfigArguments {
    /// The file or folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Print the JSON schema of lint.toml instead
    #[arg(long)]
    schema: bool,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &ConfigArguments, color: ColorWhen) -> u8 {
    if arguments.schema {
        return print(format!("{:#}\n", schema(&RuleSet::built_in())).as_bytes());
    }
    let text = arguments.configuration.resolver().and_then(|resolver| {
        let path = resolver.absolute(&arguments.path);
        let settings = if path.is_dir() { resolver.for_folder(&path) } else { resolver.for_file(&path) };
        let settings = settings.map_err(|errors| vec![ConfigError::Several(errors)])?;
        Ok(show(&settings, &path, &arguments.path.display().to_string()))
    });
    match text {
        Ok(text) => print(text.as_bytes()),
        Err(errors) => {
            write_stderr(&Messages::new(color).config_errors(&errors));
            FAILED
        }
    }
}
