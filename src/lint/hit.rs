//! From a hit of a declarative rule to its finding.

use crate::checks::{delete_line, fills_line};
use crate::document::{Document, Span};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::ruleset::matching::Hit;
use crate::ruleset::rule_file::{FixKind, Instead, Scope};
use crate::ruleset::{Rule, RuleSet};

/// The finding over a span that a hit of a declarative rule makes.
pub fn of_hit(rules: &RuleSet, severity: Severity, document: &Document, hit: &Hit, span: Span) -> Finding {
    let clause = rules.matcher().clause(hit);
    let rule: &Rule = &rules.rules()[clause.rule];
    let cue = document.slice(hit.cue);
    let substitution = hit.substitution().map(|literal| rule.file.matching[clause.table].substitutions.get(literal));
    let message = if let Some((instead, note)) = &substitution {
        let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
        match instead {
            Instead::Use(text) => format!("{}{note}: `{cue}`; write `{text}`", rule.file.summary).into(),
            Instead::Advice(advice) => format!("{}{note}: `{cue}`; {advice}", rule.file.summary).into(),
        }
    } else if clause.scope == Scope::Line && (hit.cue == span || fills_line(document, hit.cue, 2)) {
        rule.file.summary.clone()
    } else {
        [&rule.file.summary, ": `", cue, "`"].concat().into()
    };
    let cannot_replace = substitution.as_ref().is_some_and(|(instead, _)| match instead {
        Instead::Advice(_) => true,
        // `the COVID-19`, `a the NATO`: behind an article a name or another article does not do.
        Instead::Use(text) => {
            let before = document.text()[..hit.cue.start as usize].trim_end();
            let article = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            let has_article = ["a", "an", "the", "new"].iter().any(|word| article.eq_ignore_ascii_case(word));
            has_article && (text.starts_with(char::is_uppercase) || text.starts_with("the ") || text.starts_with("a "))
        }
    });
    let fix = rule.file.fix.filter(|_| !cannot_replace).map(|kind| {
        let (edit, message) = match kind {
            FixKind::DeleteLine => (delete_line(document, hit.line), "delete the line".into()),
            FixKind::Delete => (Edit { span, replacement: String::new() }, "delete it".into()),
            FixKind::Replace => {
                let template = match substitution.as_ref().map(|(instead, _)| instead) {
                    Some(Instead::Use(text)) => text,
                    _ => rule.file.replacement.as_deref().unwrap_or_default(),
                };
                let replacement = rules.matcher().replacement(template, hit, cue);
                let message = format!("replace with `{replacement}`").into();
                (Edit { span, replacement }, message)
            }
        };
        Fix { safety: rule.file.safety, message, edits: edit.into() }
    });
    Finding {
        rule: rule.id,
        severity,
        span,
        message,
        fix,
        related: Vec::new(),
        cue: hit.cue.end - hit.cue.start,
        number: 0,
    }
}
