//! What goes to standard error: errors, warnings and notes about the run itself.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::termcolor::{Buffer, Color, ColorSpec, WriteColor as _};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use newslint::config::ConfigError;
use newslint::report::escape::{push_visible, visible};
use newslint::toml_source::{FileError, Problem};

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
                ConfigError::File(FileError::Invalid { path, text, problems }) => {
                    out.extend(self.problems(path, text, problems));
                }
                ConfigError::Argument { message, help } => {
                    let help = help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
                    out.extend(self.error(&format!("{message}{help}")));
                }
                ConfigError::Several(errors) => out.extend(self.config_errors(errors)),
                ConfigError::File(_) => out.extend(self.error(&error.to_string())),
            }
        }
        out
    }

    /// Problems of a TOML file, with its source lines.
    pub fn problems(self, path: &Path, text: &str, problems: &[Problem]) -> Vec<u8> {
        let mut buffer = self.buffer();
        let styles = if self.color { Styles::default() } else { Styles::no_color() };
        let name = path.display().to_string();
        let harmless = Harmless::new(text);
        let file = SimpleFile::new(visible(&name).into_owned(), &harmless.text);
        for problem in problems {
            let end = text[problem.span.clone()].find('\n').map_or(problem.span.end, |at| problem.span.start + at);
            let span = harmless.place(problem.span.start)..harmless.place(end);
            let diagnostic = Diagnostic::error()
                .with_message(visible(&problem.message))
                .with_label(Label::primary((), span))
                .with_notes(problem.help.iter().map(|help| visible(help).into_owned()).collect());
            let mut writer = StylesWriter::new(&mut buffer, &styles);
            // Writing to memory cannot fail, and the spans come from this very text.
            let _ = term::emit_to_write_style(&mut writer, &Config::default(), &file, &diagnostic);
        }
        buffer.into_inner()
    }
}

/// A text with hostile characters made visible, line ends kept.
struct Harmless {
    text: String,
    /// Where each hostile character stood, and by how much it grew.
    grown: Vec<(usize, usize)>,
}

impl Harmless {
    fn new(text: &str) -> Harmless {
        let mut harmless = Harmless { text: String::with_capacity(text.len()), grown: Vec::new() };
        for (at, c) in text.char_indices() {
            let before = harmless.text.len();
            if matches!(c, '\n' | '\r') {
                harmless.text.push(c);
            } else {
                push_visible(&mut harmless.text, c);
            }
            let grown = harmless.text.len() - before - c.len_utf8();
            if grown > 0 {
                harmless.grown.push((at, grown));
            }
        }
        harmless
    }

    /// The place of an offset of the original text.
    fn place(&self, offset: usize) -> usize {
        offset + self.grown.iter().take_while(|(at, _)| *at < offset).map(|(_, grown)| grown).sum::<usize>()
    }
}

/// Writes to standard error. Nothing can be done when that fails.
pub fn write(bytes: &[u8]) {
    let _ = std::io::stderr().lock().write_all(bytes);
}
