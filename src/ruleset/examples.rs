//! The examples in rule files, run as tests: `newslint rules --test`.

use encoding_rs::Encoding;

use crate::document::Document;
use crate::finding::Edit;
use crate::lint::{Profile, find_all};
use crate::toml_source::Problem;

use super::rule_file::Example;
use super::{Rule, RuleSet};

/// An example that a rule does not live up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where the example begins in its rule file, in bytes.
    pub place: usize,
    /// What was expected and what came.
    pub message: String,
}

impl Failure {
    /// The failure as a problem of the rule file.
    #[must_use]
    pub fn problem(self) -> Problem {
        Problem { span: self.place..self.place, message: self.message, help: None }
    }
}

/// Runs the examples of one rule, before the most telling finding of each line is chosen.
#[must_use]
pub fn run(rules: &RuleSet, rule: &Rule) -> Vec<Failure> {
    rule.file.examples.iter().filter_map(|example| check(rules, rule, example)).collect()
}

fn check(rules: &RuleSet, rule: &Rule, example: &Example) -> Option<Failure> {
    let profile = Profile::with_defaults(rules, |other| other.id == rule.id);
    let mut document = Document::new("example", example.text.as_str());
    let failure = |message| Some(Failure { place: example.place as usize, message });
    if let Some(label) = &example.encoding {
        let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
            return failure(format!("`{label}` is no encoding of the WHATWG Encoding Standard"));
        };
        document = document.with_encoding(encoding.name());
    }
    let linted = find_all(rules, &profile, &document);
    let flagged: Vec<&str> = linted.findings.iter().map(|finding| document.slice(finding.span)).collect();
    if let Some(panic) = linted.panics.first() {
        return failure(format!("the rule broke down: {}", panic.message));
    }
    if flagged != example.flags {
        return failure(format!("expected {:?}, flagged {flagged:?}", example.flags));
    }
    let fixed = example.fixed.as_deref()?;
    let edits = linted.findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits);
    let result = apply(document.text(), edits.cloned().collect());
    (result != fixed).then(|| Failure {
        place: example.place as usize,
        message: format!("expected the fixes to give {fixed:?}, they give {result:?}"),
    })
}

/// Applies edits that do not overlap.
fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        if edit.span.start as usize >= at {
            out.push_str(&text[at..edit.span.start as usize]);
            out.push_str(&edit.replacement);
            at = edit.span.end as usize;
        }
    }
    out.push_str(&text[at..]);
    out
}
