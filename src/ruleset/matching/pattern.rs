//! Regular expressions, ready to run.

use std::cell::OnceCell;
use std::ops::{Range, RangeInclusive};
use std::sync::OnceLock;

use super::expression::{ByteSet, Expression, read_guard, read_pattern};
use super::search;
use crate::unread::Unread;

/// A regular expression of a rule.
#[derive(Debug)]
pub struct Pattern {
    /// Few documents need more than a few of all.
    expression: Unread<Expression>,
    /// With groups, for replacements; few patterns need it.
    with_groups: OnceLock<Option<regex::bytes::Regex>>,
}

impl Pattern {
    /// Takes an expression of a rule.
    #[must_use]
    pub fn new(expression: &Unread<Expression>) -> Pattern {
        Pattern { expression: expression.clone(), with_groups: OnceLock::new() }
    }

    /// Replaces the match of the expression in a text by a template in which `$1` is the first
    /// group; `None` where it does not match.
    #[must_use]
    pub fn expand(&self, text: &str, template: &str) -> Option<String> {
        let compiled = || with_groups(&self.expression).ok();
        let regex = self.with_groups.get_or_init(compiled).as_ref()?;
        let mut out = Vec::new();
        regex.captures(text.as_bytes())?.expand(template.as_bytes(), &mut out);
        Some(String::from_utf8_lossy(&out).into_owned())
    }

    /// As [`Expression::words`].
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.expression.words
    }

    /// Whether the expression matches anywhere in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        search::is_match(&self.expression.program, text)
    }

    /// All matches in a text that begin at some places and do not overlap, in bytes.
    pub fn find_iter<'p>(
        &'p self,
        text: &'p str,
        starts: RangeInclusive<usize>,
    ) -> impl Iterator<Item = Range<usize>> + 'p {
        search::find_iter(&self.expression.program, text, starts)
    }

    /// As [`Expression::reach`].
    #[must_use]
    pub fn reach(&self) -> Option<u32> {
        self.expression.reach
    }

    /// Whether the expression could match a line, as far as a glance tells: by the line's first
    /// and last byte, and by rare bytes that every match holds. `present` are the bytes of the line,
    /// looked for when they are first asked for.
    #[must_use]
    pub fn could_match(&self, line: &str, present: &OnceCell<ByteSet>) -> bool {
        let bytes = line.as_bytes();
        self.could_border(line)
            && self.expression.required.iter().all(|set| set.meets(present.get_or_init(|| ByteSet::of(bytes))))
    }

    /// Whether a match could begin or end where the line does, as far as it has to.
    #[must_use]
    pub fn could_border(&self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let is_in = |set: &Option<ByteSet>, byte: Option<&u8>| {
            set.is_none_or(|set| byte.is_some_and(|byte| set.contains(*byte)))
        };
        is_in(&self.expression.first, bytes.first()) && is_in(&self.expression.last, bytes.last())
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
    match with_groups(&expression) {
        Ok(_) => Ok(expression),
        Err(error) => Err(format!("the pattern `{}` does not compile: {error}", expression.source)),
    }
}

fn with_groups(expression: &Expression) -> Result<regex::bytes::Regex, regex::Error> {
    regex::bytes::RegexBuilder::new(&expression.translated).case_insensitive(true).unicode(false).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect() {
        let matches = |pattern: &str, text: &str| search::is_match(&read_guard(pattern).unwrap().program, text);
        assert!(matches("here's why", "HERE’S \u{A0}WHY"));
        assert!(matches(r"^[\d.]+ \w+$", "1.5\u{A0}km"));
        assert!(!matches(r"^\w+$", "é"));
        assert!(matches("e-mail", "E–mail"));
        assert!(check("(").is_err());
    }
}
