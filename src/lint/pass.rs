//! Documents on their way through the rules of one profile: first the shared matcher, then the rules with code, stage
//! by stage.

use super::guard::guarded;
use super::hit::of_hit;
use super::junk::drop_wrapped_prose;
use super::near::{FilledLines, is_near};
use super::profile::{Profile, Stage};
use super::{Linted, RulePanic};
use crate::checks::{Context, Evidence, Shared};
use crate::document::Document;
use crate::finding::{self, Finding};
use crate::lexicon::Lexicon;
use crate::ruleset::matching::{Hit, Noticed, Scanned};
use crate::ruleset::rule_file::Scope;
use crate::ruleset::{RuleId, RuleSet};

/// Bytes of text from which on its memory counts: analyses are let go early, and room is made for as many findings
/// as a text of nothing but copies has, one for so many bytes, up to a number that takes some hundred megabytes.
const LARGE: usize = 4 << 20;
const BYTES_A_FINDING: usize = 48;
const MOST_RESERVED: usize = 1 << 20;

/// One document on its way through the rules.
pub struct Pass<'a> {
    rules: &'a RuleSet,
    profile: &'a Profile,
    document: &'a Document,
    /// What the scan noticed besides the rules' hits.
    noticed: Noticed,
    /// What the rules found so far that others build on, sorted by line.
    pub evidence: Vec<Evidence>,
    /// The same of the stage at work, which sees none of it.
    late_evidence: Vec<Evidence>,
    /// Rules that build on the same families often follow one another.
    wanted: Wanted<'a>,
    shared: Shared,
    /// How many findings stand before those of the rule at work.
    before: usize,
    linted: Linted,
}

/// Runs all rules that need no evidence.
pub fn run_first(passes: &mut [Pass<'_>]) {
    passes.iter_mut().for_each(Pass::run_matcher);
    run_checks(passes, Stage::Usual);
    for document in passes.iter().map(|pass| pass.document).filter(|document| document.text().len() >= LARGE) {
        document.forget_blocks();
    }
    run_checks(passes, Stage::OfCopies);
}

/// Runs the rules with code of a stage on documents of one profile. What they find over whole lines is evidence
/// for those of the later stages.
pub fn run_checks(passes: &mut [Pass<'_>], stage: Stage) {
    let Some(profile) = passes.first().map(|pass| pass.profile) else { return };
    let due = &profile.checks[stage as usize];
    // The rule and the document at work.
    let (mut rule, mut at) = (0, 0);
    while rule < due.len() {
        // One guard for all, because most rules take less time than a guard of their own would.
        let outcome = guarded(|| {
            while let Some(index) = due.get(rule) {
                while let Some(pass) = passes.get_mut(at) {
                    pass.run_check(*index);
                    at += 1;
                }
                (rule, at) = (rule + 1, 0);
            }
        });
        if let Err(message) = outcome {
            passes[at].break_off(due[rule], message);
            at += 1;
        }
    }
    passes.iter_mut().for_each(Pass::end_stage);
}

impl<'a> Pass<'a> {
    pub fn new(rules: &'a RuleSet, profile: &'a Profile, document: &'a Document) -> Pass<'a> {
        Pass {
            rules,
            profile,
            document,
            noticed: Noticed::default(),
            evidence: Vec::new(),
            late_evidence: Vec::new(),
            wanted: Wanted::default(),
            shared: Shared::default(),
            before: 0,
            linted: Linted::default(),
        }
    }

    /// Runs the shared matcher.
    fn run_matcher(&mut self) {
        let (rules, profile, document) = (self.rules, self.profile, self.document);
        let is_on = |rule: usize| profile.levels[rule].is_some() || profile.gives_evidence[rule];
        let scanned = guarded(|| rules.matcher().run(document, is_on));
        let scanned = scanned.unwrap_or_else(|message| {
            self.linted.panics.push(RulePanic { rule: None, message });
            Scanned::default()
        });
        self.noticed = scanned.noticed;
        let hits = scanned.hits;
        // A hit of a clause with `near` is no evidence for another such clause.
        let evidence_of = |hit: &Hit| {
            let rule = rules.matcher().clause(hit).rule;
            Evidence { line: hit.line, rule: rules.rules()[rule].id }
        };
        let is_evidence = |hit: &&Hit| {
            let clause = rules.matcher().clause(hit);
            clause.near.is_none() && profile.gives_evidence[clause.rule]
        };
        let evidence: Vec<Evidence> = hits.iter().filter(is_evidence).map(evidence_of).collect();
        let mut late_evidence = Vec::new();
        let findings = &mut self.linted.findings;
        // Other rules find as many again; growing by and by would copy the findings over and over. Of a large text
        // each copy is as large as all that is known of it; room that stays empty is only an address there.
        findings.reserve(match document.text().len() {
            ..LARGE => 2 * hits.len(),
            bytes => (2 * hits.len()).max((bytes / BYTES_A_FINDING).min(MOST_RESERVED)),
        });
        let mut filled_lines = FilledLines::default();
        let mut last_of_rule = vec![None; rules.rules().len()];
        for hit in &hits {
            let clause = rules.matcher().clause(hit);
            if let Some((family, distance)) = &clause.near
                && (evidence.is_empty() || !is_near(filled_lines.before(document), &evidence, hit, family, *distance))
            {
                continue;
            }
            if clause.near.is_some() && profile.gives_evidence[clause.rule] {
                late_evidence.push(evidence_of(hit));
            }
            let Some(severity) = profile.levels[clause.rule] else { continue };
            let span = if clause.scope == Scope::Line { document.line(hit.line) } else { hit.cue };
            // Several clauses of a rule can hit a line, or the same words of it; it is one finding all the same.
            let is_same = |index: &usize| {
                let other = findings[*index].span;
                other == span || clause.scope == Scope::Phrase && other.overlaps(span)
            };
            match last_of_rule[clause.rule].filter(is_same) {
                Some(index) => {
                    if hit.cue.len() > findings[index].cue as usize {
                        findings[index] = of_hit(rules, severity, document, hit, span);
                    }
                }
                None => {
                    last_of_rule[clause.rule] = Some(findings.len());
                    findings.push(of_hit(rules, severity, document, hit, span));
                }
            }
        }
        self.evidence = evidence;
        self.evidence.append(&mut late_evidence);
        self.evidence.sort_by_key(|evidence| evidence.line);
    }

    /// Runs a rule with code, given by its place.
    fn run_check(&mut self, index: usize) {
        let rule = &self.rules.rules()[index];
        let Some(check) = rule.check else { return };
        let (level, gives_evidence) = (self.profile.levels[index], self.profile.gives_evidence[index]);
        self.before = self.linted.findings.len();
        check(&mut Context {
            document: self.document,
            rule,
            severity: level.unwrap_or(rule.file.severity),
            options: &self.profile.options[index],
            evidence: self.wanted.of_families(&rule.file.evidence, &self.evidence),
            noticed: &self.noticed,
            shared: &self.shared,
            lexicon: self.profile.names.lexicon.unwrap_or_else(Lexicon::built_in),
            findings: &mut self.linted.findings,
        });
        if gives_evidence {
            let lines = self.document.lines();
            self.late_evidence.extend(self.linted.findings[self.before..].iter().filter_map(|finding| {
                let line = lines.index_of(finding.span.start);
                let covers = self.document.line(line) == finding.span;
                covers.then_some(Evidence { line, rule: rule.id })
            }));
        }
        if level.is_none() {
            self.linted.findings.truncate(self.before);
        }
    }

    /// Takes back what a rule, given by its place, found before it broke down.
    fn break_off(&mut self, index: usize, message: String) {
        self.linted.findings.truncate(self.before);
        self.linted.panics.push(RulePanic { rule: Some(self.rules.rules()[index].id), message });
    }

    /// Makes what was found evidence, and lets go of what the rules of a stage share.
    fn end_stage(&mut self) {
        self.evidence.append(&mut self.late_evidence);
        self.evidence.sort_by_key(|evidence| evidence.line);
        self.wanted = Wanted::default();
        self.shared = Shared::default();
    }

    pub fn finish(mut self) -> Linted {
        let (document, accepted) = (self.document, &self.profile.names.accept);
        if !accepted.is_empty() {
            self.linted.findings.retain(|finding| !is_accepted_name(document, finding, accepted));
        }
        finding::sort(&mut self.linted.findings);
        drop_wrapped_prose(document, &mut self.linted.findings);
        self.linted
    }
}

/// Whether a finding of the family `names` is about a form that the user accepts: its text is that
/// form, or shares a character with a place where the form stands.
fn is_accepted_name(document: &Document, finding: &Finding, accepted: &[String]) -> bool {
    if finding.rule.family() != "names" {
        return false;
    }
    let text = document.text();
    let (start, end) = (finding.span.start as usize, finding.span.end as usize);
    accepted.iter().any(|form| {
        let from = text.ceil_char_boundary(start.saturating_sub(form.len()));
        let to = text.floor_char_boundary((end + form.len()).min(text.len()));
        let around = &text[from.min(start)..to.max(end)];
        around.match_indices(form.as_str()).any(|(at, _)| {
            let place = from.min(start) + at;
            place < end && start < place + form.len()
        })
    })
}

/// What the rules of some families have found, kept for the next rule that asks for the same families.
#[derive(Default)]
struct Wanted<'a> {
    families: &'a [String],
    evidence: Vec<Evidence>,
}

impl<'a> Wanted<'a> {
    fn of_families(&mut self, families: &'a [String], all: &[Evidence]) -> &[Evidence] {
        if self.families != families {
            self.families = families;
            self.evidence.clear();
            self.evidence.reserve(all.len());
            // Evidence in a row is often of one rule.
            let mut last: Option<(RuleId, bool)> = None;
            self.evidence.extend(all.iter().filter(|item| {
                let same = last.filter(|(rule, _)| *rule == item.rule).map(|(_, is_wanted)| is_wanted);
                let is_wanted = same.unwrap_or_else(|| families.iter().any(|family| family == item.family()));
                last = Some((item.rule, is_wanted));
                is_wanted
            }));
        }
        &self.evidence
    }
}
