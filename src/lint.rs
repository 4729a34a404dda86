//! Documents through all rules.
//!
//! First the shared matcher, then the rules with code, then those that need evidence of the
//! others; at the end one finding a junk line, in the order of the text. A rule that panics is
//! named and left out; the others go on.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, OnceLock};

use xxhash_rust::xxh3::xxh3_128;

use crate::checks::{Context, Evidence, Shared, delete_line, fills_line, is_blank_line};
use crate::document::{Document, Ending, Span, Wrapped};
use crate::finding::{self, Edit, Finding, Fix, Safety, Severity};
use crate::lexicon::Lexicon;
use crate::ruleset::matching::{Hit, Noticed, Scanned};
use crate::ruleset::options::OptionValues;
use crate::ruleset::rule_file::{FixKind, Instead, Scope};
use crate::ruleset::{Rule, RuleId, RuleSet, Source};

/// What a configuration says of each rule, in the order of [`RuleSet::rules`].
#[derive(Clone, Debug)]
pub struct Profile {
    /// The severity of each rule; `None` turns it off.
    levels: Vec<Option<Severity>>,
    /// The values of each rule's options.
    options: Vec<OptionValues>,
    /// Which rules are looked at as evidence, whether their findings are wanted or not: what a line
    /// is does not depend on what the user asks for.
    gives_evidence: Vec<bool>,
    /// What `[names]` says.
    names: NameSettings,
    /// The rules with code that have anything to do, by [`Stage`].
    checks: [Vec<usize>; STAGES.len()],
    fingerprint: OnceLock<u128>,
}

/// What `[names]` in lint.toml says.
#[derive(Clone, Debug, Default)]
pub struct NameSettings {
    /// Forms that are right, whatever the rules of the family `names` think.
    pub accept: Vec<String>,
    /// The built-in lexicon with the people of `people`, where that is set.
    pub lexicon: Option<&'static Lexicon>,
}

/// When a rule with code runs. What the rules of a stage share is let go behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Most rules.
    Usual,
    /// Those of the family `duplicates`, which can find something in each line of a large text: behind those that
    /// share the names, so that not all findings and all names are held at a time.
    OfCopies,
    /// Those that need evidence.
    OnEvidence,
}

const STAGES: [Stage; 3] = [Stage::Usual, Stage::OfCopies, Stage::OnEvidence];

impl Stage {
    fn of(rule: &Rule) -> Stage {
        match (rule.file.evidence.is_empty(), rule.id.family()) {
            (false, _) => Stage::OnEvidence,
            (true, "duplicates") => Stage::OfCopies,
            (true, _) => Stage::Usual,
        }
    }
}

/// Bytes of text from which on its memory counts: analyses are let go early, and room is made for as many findings
/// as a text of nothing but copies has, one for so many bytes, up to a number that takes some hundred megabytes.
const LARGE: usize = 4 << 20;
const BYTES_A_FINDING: usize = 48;
const MOST_RESERVED: usize = 1 << 20;

impl Profile {
    /// A profile of these levels and options, one for each rule of the set.
    #[must_use]
    pub fn new(rules: &RuleSet, levels: Vec<Option<Severity>>, options: Vec<OptionValues>) -> Profile {
        let on = rules.rules().iter().zip(&levels).filter(|(_, level)| level.is_some());
        let needed: BTreeSet<&str> = on
            .flat_map(|(rule, _)| {
                let near = rule.file.matching.iter().filter_map(|matching| matching.near.as_ref());
                rule.file.evidence.iter().chain(near.map(|near| &near.family)).map(String::as_str)
            })
            .collect();
        // Captions and bylines say nothing of a line's neighbours, so rules of level `info` are none.
        let gives_evidence = |rule: &Rule| rule.file.severity > Severity::Info && needed.contains(rule.id.family());
        let gives_evidence: Vec<bool> = rules.rules().iter().map(gives_evidence).collect();
        let checks = STAGES.map(|stage| {
            let is_due = |(index, rule): &(usize, &Rule)| {
                rule.check.is_some() && Stage::of(rule) == stage && (levels[*index].is_some() || gives_evidence[*index])
            };
            rules.rules().iter().enumerate().filter(is_due).map(|(index, _)| index).collect()
        });
        let (names, fingerprint) = (NameSettings::default(), OnceLock::new());
        Profile { levels, options, gives_evidence, names, checks, fingerprint }
    }

    /// The same profile with what `[names]` says.
    #[must_use]
    pub fn with_names(mut self, names: NameSettings) -> Profile {
        self.names = names;
        self.fingerprint = OnceLock::new();
        self
    }

    /// Whether the rule of this index in the set is on.
    #[must_use]
    pub fn is_on(&self, rule: usize) -> bool {
        self.levels[rule].is_some()
    }

    /// A hash of everything besides the document that linting with this profile depends on in one build
    /// of newslint. `rules` is the set that the profile was made for.
    #[must_use]
    pub fn fingerprint(&self, rules: &RuleSet) -> u128 {
        *self.fingerprint.get_or_init(|| {
            let of_rule = |((rule, level), options): ((&Rule, &Option<Severity>), &OptionValues)| {
                // What the built-in rules' files say is a part of the build.
                let own = (rule.source != Source::BuiltIn).then(|| rule.file.clone());
                (rule.id.as_str(), own, *level, options.clone())
            };
            let rules = rules.rules().iter().zip(&self.levels).zip(&self.options).map(of_rule);
            let rules: Vec<_> = rules.collect();
            let people = self.names.lexicon.map(Lexicon::own_people);
            let all = (rules, &self.gives_evidence, &self.names.accept, people);
            xxh3_128(&postcard::to_stdvec(&all).expect("memory takes all bytes, and all lengths are known"))
        })
    }

    /// Every rule on, as its file has it.
    #[must_use]
    pub fn defaults(rules: &RuleSet) -> Profile {
        Profile::with_defaults(rules, |_| true)
    }

    /// The rules that `is_on` picks, as their files have them.
    #[must_use]
    pub fn with_defaults(rules: &RuleSet, is_on: impl Fn(&Rule) -> bool) -> Profile {
        let levels = rules.rules().iter().map(|rule| is_on(rule).then_some(rule.file.severity)).collect();
        let options = rules.rules().iter().map(|rule| OptionValues::defaults(&rule.file)).collect();
        Profile::new(rules, levels, options)
    }
}

/// A rule that panicked on a document: a fault of newslint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePanic {
    /// The rule; `None` when it happened in the shared matcher.
    pub rule: Option<RuleId>,
    /// What it said, and where in the source.
    pub message: String,
}

/// What linting a document gave.
#[derive(Debug, Default)]
pub struct Linted {
    /// The findings, in the order of the text.
    pub findings: Vec<Finding>,
    /// Rules that broke down.
    pub panics: Vec<RulePanic>,
}

/// Whether no more documents should be linted together with so many, of so many bytes of text. With more, a rule
/// runs longer for each time that its code is read in; but what is known of the documents leaves the second-level
/// cache meanwhile, and other threads wait at the end of a run.
#[must_use]
pub fn are_enough_together(documents: usize, bytes: usize) -> bool {
    const ENOUGH_DOCUMENTS: usize = 48;
    const ENOUGH_BYTES: usize = 256 << 10;
    documents >= ENOUGH_DOCUMENTS || bytes >= ENOUGH_BYTES
}

/// Lints one document.
#[must_use]
pub fn lint(rules: &RuleSet, profile: &Profile, document: &Document) -> Linted {
    lint_all(rules, profile, &[document]).pop().unwrap_or_default()
}

/// Lints several documents, each for itself; what is found in each, in their order.
///
/// Each rule goes through all of them before the next one does, so that its code is read into the processor's
/// first-level cache once: there are more rules than fit there, and most documents are short.
/// [`are_enough_together`] tells how many to take.
#[must_use]
pub fn lint_all(rules: &RuleSet, profile: &Profile, documents: &[&Document]) -> Vec<Linted> {
    let found = find_in_all(rules, profile, documents).into_iter().zip(documents);
    found
        .map(|(mut linted, document)| {
            keep_most_telling(document, &mut linted.findings);
            drop_inside_code(&mut linted.findings);
            linted
        })
        .collect()
}

/// Everything that the rules find, in the order of the text; a junk line can have findings of several rules.
pub(crate) fn find_all(rules: &RuleSet, profile: &Profile, document: &Document) -> Linted {
    find_in_all(rules, profile, &[document]).pop().unwrap_or_default()
}

/// Everything that the rules find in each of some documents, as [`find_all`] has it.
fn find_in_all(rules: &RuleSet, profile: &Profile, documents: &[&Document]) -> Vec<Linted> {
    let mut passes: Vec<Pass> = documents.iter().map(|document| Pass::new(rules, profile, document)).collect();
    run_first(&mut passes);
    run_checks(&mut passes, Stage::OnEvidence);
    passes.into_iter().map(Pass::finish).collect()
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

/// The lines, counted from 0 and sorted, that the rules of these families find: what a rule with
/// `evidence` in its file gets to see.
#[must_use]
pub fn evidence(rules: &RuleSet, profile: &Profile, document: &Document, families: &[&str]) -> Vec<usize> {
    let mut passes = [Pass::new(rules, profile, document)];
    run_first(&mut passes);
    let wanted = passes[0].evidence.iter().filter(|item| families.contains(&item.family()));
    let mut lines: Vec<usize> = wanted.map(|item| item.line).collect();
    lines.dedup();
    lines
}

/// One document on its way through the rules.
struct Pass<'a> {
    rules: &'a RuleSet,
    profile: &'a Profile,
    document: &'a Document,
    /// What the scan noticed besides the rules' hits.
    noticed: Noticed,
    /// What the rules found so far that others build on, sorted by line.
    evidence: Vec<Evidence>,
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
fn run_first(passes: &mut [Pass<'_>]) {
    passes.iter_mut().for_each(Pass::run_matcher);
    run_checks(passes, Stage::Usual);
    for document in passes.iter().map(|pass| pass.document).filter(|document| document.text().len() >= LARGE) {
        document.forget_blocks();
    }
    run_checks(passes, Stage::OfCopies);
}

/// Runs the rules with code of a stage on documents of one profile. What they find over whole lines is evidence
/// for those of the later stages.
fn run_checks(passes: &mut [Pass<'_>], stage: Stage) {
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
    fn new(rules: &'a RuleSet, profile: &'a Profile, document: &'a Document) -> Pass<'a> {
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

    fn finish(mut self) -> Linted {
        let (document, accepted) = (self.document, &self.profile.names.accept);
        if !accepted.is_empty() {
            self.linted.findings.retain(|finding| !is_accepted_name(document, finding, accepted));
        }
        finding::sort(&mut self.linted.findings);
        drop_wrapped_prose(document, &mut self.linted.findings);
        self.linted
    }
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

/// How many lines with text stand before each line: the distance between lines where blank ones do
/// not count. Made when the first hit asks, because few documents need it.
#[derive(Default)]
struct FilledLines(Option<Vec<u32>>);

impl FilledLines {
    fn before<'a>(&'a mut self, document: &Document) -> &'a [u32] {
        self.0.get_or_insert_with(|| {
            let count = |filled: &mut u32, line: usize| {
                let before = *filled;
                *filled += u32::from(!is_blank_line(document, line));
                Some(before)
            };
            (0..document.lines().count()).scan(0, count).collect()
        })
    }
}

/// Whether evidence of the family stands on the hit's own line or close enough to it. The evidence
/// is sorted by line.
fn is_near(filled_before: &[u32], evidence: &[Evidence], hit: &Hit, family: &str, distance: u32) -> bool {
    let away = |item: &Evidence| filled_before[hit.line].abs_diff(filled_before[item.line]);
    let middle = evidence.partition_point(|item| item.line < hit.line);
    let (above, below) = evidence.split_at(middle);
    let mut close = above.iter().rev().take_while(|item| away(item) <= distance);
    let found = close.any(|item| item.family() == family);
    found || below.iter().take_while(|item| away(item) <= distance).any(|item| item.family() == family)
}

/// The finding over a span that a hit of a declarative rule makes.
fn of_hit(rules: &RuleSet, severity: Severity, document: &Document, hit: &Hit, span: Span) -> Finding {
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

/// Families whose findings say that a line is no article text. Of several such findings over one
/// line only the most telling is kept: the most severe, then the one with the longest cue, then
/// the first by name. What is found inside such a line goes with it, unless it is more severe.
const JUNK_FAMILIES: [&str; 3] = ["boilerplate", "duplicates", "paywall"];

fn keep_most_telling(document: &Document, findings: &mut Vec<Finding>) {
    let over_line = |finding: &Finding| {
        JUNK_FAMILIES.contains(&finding.rule.family())
            && document.line(document.lines().index_of(finding.span.start)) == finding.span
    };
    findings.dedup_by(|finding, rival| {
        let are_rivals = rival.span == finding.span && over_line(rival) && over_line(finding);
        let rank = |finding: &Finding| (finding.severity, finding.cue, Reverse(finding.rule));
        if are_rivals && rank(finding) > rank(rival) {
            std::mem::swap(finding, rival);
        }
        are_rivals
    });
    // Most lines have one finding, so whether one covers its line is asked only where another stands in it.
    let mut last: Option<(Span, Severity)> = None;
    findings.retain(|finding| {
        if !JUNK_FAMILIES.contains(&finding.rule.family()) {
            return true;
        }
        let Some((span, severity)) = last.filter(|(span, _)| finding.span.end <= span.end) else {
            last = Some((finding.span, finding.severity));
            return true;
        };
        finding.severity > severity || document.line(document.lines().index_of(span.start)) != span
    });
}

/// Drops findings of junk over lines that go on with a paragraph of hard-wrapped text: `register.` alone on a
/// line is the end of a sentence. Where the line beside it is junk as well, so is the paragraph; and where neither
/// the sentence ends in the line nor the paragraph goes on, it is a button below a caption. What is kept of a
/// wrapped paragraph is never deleted unseen, because only some of its lines are found.
fn drop_wrapped_prose(document: &Document, findings: &mut Vec<Finding>) {
    let is_junk = |finding: &Finding| JUNK_FAMILIES.contains(&finding.rule.family());
    if !findings.iter().any(is_junk) {
        return;
    }
    let line_of = |finding: &Finding| document.lines().index_of(finding.span.start);
    let is_unseen_deletion = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    let ends_a_sentence = |finding: &Finding| {
        is_unseen_deletion(finding) && is_junk(finding) && ends_sentence_above(document, finding.span)
    };
    let places: Vec<usize> = (0..findings.len()).filter(|place| ends_a_sentence(&findings[*place])).collect();
    if !places.is_empty() {
        // A notice can be of two lines, and all of it is junk then. A repeated line can be prose.
        let is_notice = |finding: &&Finding| is_junk(finding) && finding.rule.family() != "duplicates";
        let notices: Vec<usize> = findings.iter().filter(is_notice).map(line_of).collect();
        for place in places {
            let above = line_of(&findings[place]).checked_sub(1);
            if above.is_none_or(|above| notices.binary_search(&above).is_err()) {
                findings[place].fix.iter_mut().for_each(|fix| fix.safety = Safety::Unsafe);
            }
        }
    }
    let Some(wrapping) = document.wrapping() else { return };
    let junk: Vec<usize> = findings.iter().filter(|finding| is_junk(finding)).map(line_of).collect();
    let is_junk_line = |line: usize| junk.binary_search(&line).is_ok();
    // A line can have any number of findings.
    let mut last = None;
    findings.retain_mut(|finding| {
        if !is_junk(finding) {
            return true;
        }
        let line = line_of(finding);
        let whole = document.line(line);
        let known = last.filter(|(known, _)| *known == line).map(|(_, wrapped)| wrapped);
        let wrapped = known.unwrap_or_else(|| wrapping.line(document, line));
        last = Some((line, wrapped));
        let goes_on = || wrapping.line(document, line + 1) == Wrapped::Continues;
        let is_beside_junk = || line.checked_sub(1).is_some_and(is_junk_line) || is_junk_line(line + 1) && goes_on();
        // `… they said. AFP`, and the next line goes on: `reported that …`.
        let breaks_off = finding.span.start > whole.start && finding.span.end == whole.end;
        let ends = || document.shape_at(finding.span.start).is_some_and(|shape| shape.ending.ends_sentence());
        let continues = wrapped == Wrapped::Continues && finding.span == whole && (ends() || goes_on());
        if (continues || breaks_off && goes_on()) && !is_beside_junk() {
            return false;
        }
        if let (Wrapped::Continues | Wrapped::Begins, Some(fix)) = (wrapped, &mut finding.fix) {
            fix.safety = fix.safety.max(Safety::Unsafe);
        }
        true
    });
}

/// Whether a line can be the end of a sentence that the line right above leaves open: it begins in lower case and
/// ends with a full stop. A text of few wrapped lines is not known to be wrapped.
fn ends_sentence_above(document: &Document, span: Span) -> bool {
    // Few do, and the rest takes longer to find out.
    if !document.slice(span).trim_start_matches(['>', ' ']).starts_with(char::is_lowercase) {
        return false;
    }
    let line = document.lines().index_of(span.start);
    let Some(above) = line.checked_sub(1).and_then(|above| document.shape_at(document.line(above).start)) else {
        return false;
    };
    document.line(line) == span
        && document.shape_at(span.start).is_some_and(|shape| shape.ending == Ending::Stop)
        && (above.words >= FEWEST_WORDS_ABOVE || above.words > above.stop_words && above.stop_words > 0)
        && matches!(above.ending, Ending::Open | Ending::Comma)
}

/// Words of a line that a sentence goes on behind at least, or one of them a function word: buttons and
/// labels have fewer.
const FEWEST_WORDS_ABOVE: u8 = 4;

/// The rule whose findings speak for all that stands inside them.
const CODE: &str = "structure/code-leftover";

/// Bytes that an escape stands for at most. What stays of more, as the words of a link, is prose.
const MOST_OF_AN_ESCAPE: usize = 4;

/// Bytes that a finding's fix puts in the place of what it found.
fn most_that_stays(finding: &Finding) -> usize {
    finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.replacement.len()).sum()
}

/// Drops what other rules make of code: its brackets, quotation marks and tags are no prose. The findings
/// are in the order of the text.
fn drop_inside_code(findings: &mut Vec<Finding>) {
    let is_code = |finding: &Finding| finding.rule.as_str() == CODE;
    let goes = |finding: &&Finding| is_code(finding) && most_that_stays(finding) <= MOST_OF_AN_ESCAPE;
    let code: Vec<Span> = findings.iter().filter(goes).map(|finding| finding.span).collect();
    if code.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let at = code.partition_point(|span| span.end <= finding.span.start);
        let inside = code.get(at).is_some_and(|span| span.start <= finding.span.start && finding.span.end <= span.end);
        !inside || is_code(finding)
    });
}

thread_local! {
    /// What the panic now unwinding said, kept by the hook for [`guarded`].
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
    static GUARDED: RefCell<bool> = const { RefCell::new(false) };
}

/// Runs rules; of a panic, what it said.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if GUARDED.with_borrow(|guarded| *guarded) {
                let message = info.payload_as_str().unwrap_or("panic");
                let place = info.location().map(|place| format!(" ({place})")).unwrap_or_default();
                PANIC.set(Some(format!("{message}{place}")));
            } else {
                default(info);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(false);
    result.map_err(|_| PANIC.take().unwrap_or_default())
}
