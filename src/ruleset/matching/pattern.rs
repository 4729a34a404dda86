//! Compiled regular expressions.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::expression::{Expression, read_guard, read_pattern};

/// A regular expression that is compiled when it is first needed: most of a run's documents touch
/// a small part of the rules, and a hook that lints one file should start at once.
#[derive(Debug)]
pub struct Pattern {
    expression: Expression,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Takes an expression of a rule.
    #[must_use]
    pub fn new(expression: &Expression) -> Pattern {
        Pattern { expression: expression.clone(), compiled: OnceLock::new() }
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

fn compile(expression: &Expression) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&expression.translated).case_insensitive(true).unicode(false).build()
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
