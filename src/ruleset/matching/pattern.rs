//! Compiled regular expressions.

use std::sync::OnceLock;

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;

use super::expression::{Expression, read_guard, read_pattern};

/// A regular expression that is compiled when it is first needed: most of a run's documents touch
/// a small part of the rules, and a hook that lints one file should start at once.
#[derive(Debug)]
pub struct Pattern {
    expression: Expression,
    compiled: OnceLock<Option<Regex>>,
    /// With groups, for replacements; few patterns need it.
    with_groups: OnceLock<Option<regex::bytes::Regex>>,
}

impl Pattern {
    /// Takes an expression of a rule.
    #[must_use]
    pub fn new(expression: &Expression) -> Pattern {
        Pattern { expression: expression.clone(), compiled: OnceLock::new(), with_groups: OnceLock::new() }
    }

    /// Replaces the match of the expression in a text by a template in which `$1` is the first
    /// group; `None` where it does not match.
    #[must_use]
    pub fn expand(&self, text: &str, template: &str) -> Option<String> {
        let compile = || {
            let mut builder = regex::bytes::RegexBuilder::new(&self.expression.translated);
            builder.case_insensitive(true).unicode(false).build().ok()
        };
        let regex = self.with_groups.get_or_init(compile).as_ref()?;
        let mut out = Vec::new();
        regex.captures(text.as_bytes())?.expand(template.as_bytes(), &mut out);
        Some(String::from_utf8_lossy(&out).into_owned())
    }

    /// The compiled expression, or `None` for one that does not compile, which never matches;
    /// [`check`] accepts none such, and a test checks the built-in rules.
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.expression).ok()).as_ref()
    }

    /// Whether the expression could match a line, as far as a glance tells: by the line's first
    /// byte, and by rare bytes that every match holds.
    #[must_use]
    pub fn could_match(&self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let begins = self.expression.first.is_none_or(|set| bytes.first().is_some_and(|byte| set.contains(*byte)));
        begins && self.expression.required.iter().all(|set| bytes.iter().any(|byte| set.contains(*byte)))
    }
}

/// Reads an expression of `patterns` and sees whether it compiles.
///
/// # Errors
/// What is wrong with it.
pub fn check(source: &str) -> Result<Expression, String> {
    read_pattern(source).and_then(checked)
}

/// Reads an expression of `unless` and sees whether it compiles.
///
/// # Errors
/// What is wrong with it.
pub fn check_guard(source: &str) -> Result<Expression, String> {
    read_guard(source).and_then(checked)
}

fn checked(expression: Expression) -> Result<Expression, String> {
    match compile(&expression) {
        Ok(_) => Ok(expression),
        Err(error) => Err(format!("the pattern `{}` does not compile: {error}", expression.source)),
    }
}

/// The engine of the regex crate, without what pays only for long texts: literal prefilters (lines
/// come here because their words stand in them) and engines for capture groups. That halves the
/// time to compile, which is a fifth of a run over fifty megabytes.
fn compile(expression: &Expression) -> Result<Regex, Box<BuildError>> {
    let config = Config::new()
        .auto_prefilter(false)
        .onepass(false)
        .backtrack(false)
        .utf8_empty(false)
        .which_captures(WhichCaptures::Implicit);
    let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(true);
    Regex::builder().configure(config).syntax(syntax).build(&expression.translated).map_err(Box::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect() {
        let matches =
            |pattern: &str, text: &str| compile(&read_guard(pattern).unwrap()).unwrap().is_match(text.as_bytes());
        assert!(matches("here's why", "HERE’S \u{A0}WHY"));
        assert!(matches(r"^[\d.]+ \w+$", "1.5\u{A0}km"));
        assert!(!matches(r"^\w+$", "é"));
        assert!(matches("e-mail", "E–mail"));
        assert!(check("(").is_err());
    }
}
