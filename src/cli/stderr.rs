//! What goes to standard error: errors, warnings and notes about the run itself.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::termcolor::{Buffer, Color, ColorSpec, WriteColor as _};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use newslint::config::ConfigError;
use newslint::report::escape::visible;
use newslint::toml_source::Problem;

use super::ColorWhen;

/// Whether messages on standard error are coloured.
#[derive(Clone, Copy)]
pub struct Messages {
    color: bool,
}

impl Messages {
    /// Messages for this process's standard error.
    pub fn new(when: ColorWhen) -> Messages {
        Messages { color: when.for_stream(std::io::stderr().is_terminal()) }
    }

    fn buffer(self) -> Buffer {
        if self.color { Buffer::ansi() } else { Buffer::no_color() }
    }

    /// `error: …`, as bytes for later.
    pub fn error(self, message: &str) -> Vec<u8> {
        self.line("error", Color::Red, message)
    }

    /// `warning: …`, as bytes for later.
    pub fn warning(self, message: &str) -> Vec<u8> {
        self.line("warning", Color::Yellow, message)
    }

    /// `note: …`, as bytes for later.
    pub fn note(self, message: &str) -> Vec<u8> {
        self.line("note", Color::Green, message)
    }

    fn line(self, kind: &str, color: Color, message: &str) -> Vec<u8> {
        let mut buffer = self.buffer();
        // Writing to memory cannot fail.
        let _ = buffer.set_color(ColorSpec::new().set_fg(Some(color)).set_bold(true));
        let _ = write!(buffer, "{kind}");
        let _ = buffer.reset();
        let _ = writeln!(buffer, ": {}", visible(message));
        buffer.into_inner()
    }

    /// Everything that is wrong with a configuration, with its source lines.
    pub fn config_errors(self, errors: &[ConfigError]) -> Vec<u8> {
        let mut out = Vec::new();
        for error in errors {
            match error {
                ConfigError::Invalid { path, text, problems } => out.extend(self.problems(path, text, problems)),
                ConfigError::Argument { message, help } => {
                    let help = help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
                    out.extend(self.error(&format!("{message}{help}")));
                }
                ConfigError::Several(errors) => out.extend(self.config_errors(errors)),
                ConfigError::Unreadable { .. } => out.extend(self.error(&error.to_string())),
            }
        }
        out
    }

    /// Problems of a TOML file, with its source lines.
    pub fn problems(self, path: &Path, text: &str, problems: &[Problem]) -> Vec<u8> {
        let mut buffer = self.buffer();
        let styles = if self.color { Styles::default() } else { Styles::no_color() };
        let name = path.display().to_string();
        // A long string value would fill the screen: its lines are shown, not the whole file.
        let file = SimpleFile::new(visible(&name).into_owned(), text);
        for problem in problems {
            let end = text[problem.span.clone()].find('\n').map_or(problem.span.end, |at| problem.span.start + at);
            let diagnostic = Diagnostic::error()
                .with_message(visible(&problem.message))
                .with_label(Label::primary((), problem.span.start..end))
                .with_notes(problem.help.iter().map(|help| visible(help).into_owned()).collect());
            let mut writer = StylesWriter::new(&mut buffer, &styles);
            // Writing to memory cannot fail, and the spans come from this very text.
            let _ = term::emit_to_write_style(&mut writer, &Config::default(), &file, &diagnostic);
        }
        buffer.into_inner()
    }
}

/// Writes to standard error. Nothing can be done when that fails.
pub fn write(bytes: &[u8]) {
    let _ = std::io::stderr().lock().write_all(bytes);
}
