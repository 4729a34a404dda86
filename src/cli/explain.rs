//! `newslint explain`: one rule in full.

use std::path::Path;

use clap::Args;
use newslint::config::ConfigError;
use newslint::config::levels::Selector;

use super::rule_text::{object, text};
use super::stderr::{Messages, write as write_stderr};
use super::{ColorWhen, ConfigurationArguments, FAILED, ListFormat, print};

/// Options of `newslint explain`.
#[derive(Args)]
#[command(after_help = "Example: newslint explain duplicates/line")]
pub struct ExplainArguments {
    /// The rule's name
    rule: String,
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &ExplainArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
    let settings = arguments.configuration.resolver().and_then(|resolver| {
        let folder = resolver.absolute(Path::new("."));
        resolver.for_folder(&folder).map_err(|errors| vec![ConfigError::Several(errors)])
    });
    let found = settings.and_then(|settings| {
        let rule = match Selector::parse(&arguments.rule, settings.rules()) {
            Ok(Selector::Rule(id)) => settings.rules().get(id.as_str()).cloned(),
            Ok(_) => None,
            Err((message, help)) => return Err(vec![ConfigError::Argument { message, help }]),
        };
        rule.ok_or_else(|| {
            let message = format!("`{}` is a family; name one of its rules", arguments.rule);
            vec![ConfigError::Argument { message, help: Some("`newslint rules` lists them".to_owned()) }]
        })
    });
    match found {
        Ok(rule) => match arguments.format {
            ListFormat::Json => print(format!("{}\n", object(&rule)).as_bytes()),
            ListFormat::Text | ListFormat::Markdown => print(text(&rule).as_bytes()),
        },
        Err(errors) => {
            write_stderr(&messages.config_errors(&errors));
            FAILED
        }
    }
}
