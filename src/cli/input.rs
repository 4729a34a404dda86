//! What the command line says of the format of the input.

use clap::Args;
use newslint::config::Settings;
use newslint::input::format::InputFormat;
use newslint::input::records::FormatOptions;
use newslint::input::records::fields::{FIELDS, Field};

/// Options of the commands that read articles.
#[derive(Args, Clone, Default)]
pub struct InputArguments {
    /// The format of files given by name and of standard input: text, jsonl, json, csv, tsv, parquet, warc, zip, tar
    /// [default: by ending]
    #[arg(long, value_name = "FORMAT", help_heading = "Input", hide_possible_values = true)]
    pub input_format: Option<InputFormat>,
    /// The field that holds the text, id, url, title or date of a record, such as text=body (repeatable)
    #[arg(long, value_name = "KEY=NAME", value_delimiter = ',', value_parser = parse_field, help_heading = "Input")]
    pub field: Vec<(Field, String)>,
}

impl InputArguments {
    /// How a format is read: the configuration, and what the command line says over it.
    pub fn options(&self, settings: &Settings, format: InputFormat) -> FormatOptions {
        let mut options = settings.format_options(format);
        for (field, name) in &self.field {
            options.names.set(*field, name.as_str());
        }
        options
    }
}

fn parse_field(text: &str) -> Result<(Field, String), String> {
    let keys = || FIELDS.map(|(_, key)| key).join(", ");
    let (key, name) = text.split_once('=').ok_or_else(|| "write it as KEY=NAME, such as text=body".to_owned())?;
    let field =
        FIELDS.iter().find(|(_, known)| *known == key).ok_or_else(|| format!("the key is one of {}", keys()))?;
    if name.is_empty() {
        return Err("the name of the field is empty".to_owned());
    }
    Ok((field.0, name.to_owned()))
}
