//! Findings as bytes and back.
//!
//! Rules go by their name, and what is read back is looked at again: a finding of an unknown rule or
//! with a span that is none of the document's makes the whole entry void.

use postcard::{take_from_bytes, to_stdvec};
use serde::{Deserialize, Serialize};

use crate::document::{Document, Span};
use crate::finding::{Edit, Finding, Fix, Related, Safety, Severity};
use crate::ruleset::RuleSet;

#[derive(Serialize, Deserialize)]
struct StoredFinding<'a> {
    rule: &'a str,
    severity: Severity,
    span: (u32, u32),
    message: &'a str,
    #[serde(borrow)]
    fix: Option<StoredFix<'a>>,
    #[serde(borrow)]
    related: Vec<((u32, u32), &'a str)>,
    cue: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredFix<'a> {
    safety: Safety,
    message: &'a str,
    #[serde(borrow)]
    edits: Vec<((u32, u32), &'a str)>,
}

/// The bytes of a document's findings.
pub fn encode(findings: &[Finding]) -> Vec<u8> {
    if findings.is_empty() {
        return Vec::new();
    }
    let place = |span: Span| (span.start, span.end);
    let stored: Vec<StoredFinding<'_>> = findings
        .iter()
        .map(|finding| StoredFinding {
            rule: finding.rule.as_str(),
            severity: finding.severity,
            span: place(finding.span),
            message: &finding.message,
            fix: finding.fix.as_ref().map(|fix| StoredFix {
                safety: fix.safety,
                message: &fix.message,
                edits: fix.edits.iter().map(|edit| (place(edit.span), edit.replacement.as_str())).collect(),
            }),
            related: finding.related.iter().map(|other| (place(other.span), &*other.message)).collect(),
            cue: finding.cue,
        })
        .collect();
    to_stdvec(&stored).expect("memory takes all bytes, and all lengths are known")
}

/// The findings of a document; `None` where the bytes cannot be its findings.
pub fn decode(bytes: &[u8], rules: &RuleSet, document: &Document) -> Option<Vec<Finding>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let (stored, rest) = take_from_bytes::<Vec<StoredFinding<'_>>>(bytes).ok()?;
    if !rest.is_empty() {
        return None;
    }
    stored.into_iter().map(|finding| read(finding, rules, document.text())).collect()
}

fn read(stored: StoredFinding<'_>, rules: &RuleSet, text: &str) -> Option<Finding> {
    let span = |(start, end): (u32, u32)| {
        let is_place = text.get(start as usize..end as usize).is_some();
        is_place.then_some(Span { start, end })
    };
    let edit = |(place, replacement): &((u32, u32), &str)| {
        Some(Edit { span: span(*place)?, replacement: (*replacement).to_owned() })
    };
    let fix = match stored.fix {
        Some(fix) => Some(Fix {
            safety: fix.safety,
            message: fix.message.to_owned().into(),
            edits: fix.edits.iter().map(edit).collect::<Option<_>>()?,
        }),
        None => None,
    };
    let related = stored.related.iter().map(|(place, message)| {
        let message = (*message).to_owned().into();
        Some(Related { span: span(*place)?, message })
    });
    Some(Finding {
        rule: rules.get(stored.rule)?.id,
        severity: stored.severity,
        span: span(stored.span)?,
        message: stored.message.to_owned().into(),
        fix,
        related: related.collect::<Option<_>>()?,
        cue: stored.cue,
        number: 0,
    })
}
