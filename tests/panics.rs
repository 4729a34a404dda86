//! A rule that panics is named; the other rules go on, and what it had reported is dropped.

use newslint::checks::Context;
use newslint::document::{Document, Span};
use newslint::lint::{Profile, lint, lint_all};
use newslint::ruleset::{Rule, RuleId, RuleSet};

fn rule(rules: &RuleSet, like: &str, id: &str, check: fn(&mut Context<'_>)) -> Rule {
    let mut rule = rules.get(like).expect("a built-in rule").clone();
    rule.id = RuleId::new(id);
    rule.file.id = id.to_owned();
    rule.check = Some(check);
    rule
}

fn breaks_down(context: &mut Context<'_>) {
    context.report(Span::new(0, 1), "reported before the end");
    let nothing = context.document().text().as_bytes().get(1_000_000);
    assert!(nothing.is_some(), "no such byte");
}

fn goes_on(context: &mut Context<'_>) {
    context.report(Span::new(0, 3), "found");
}

/// All rules with code have one guard: behind a rule that breaks down it goes on with the next one.
#[test]
fn the_others_go_on() {
    let built_in = RuleSet::built_in();
    let [first, copies, last] = ["encoding/html-entity", "duplicates/line", "structure/truncated"];
    let rules = RuleSet::of(vec![
        rule(&built_in, first, "house/a-goes-on", goes_on),
        rule(&built_in, first, "house/b-breaks-down", breaks_down),
        rule(&built_in, first, "house/c-goes-on", goes_on),
        rule(&built_in, first, "house/d-breaks-down", breaks_down),
        rule(&built_in, copies, "duplicates/a-breaks-down", breaks_down),
        rule(&built_in, copies, "duplicates/b-goes-on", goes_on),
        rule(&built_in, last, "house/e-goes-on", goes_on),
        rule(&built_in, last, "house/f-breaks-down", breaks_down),
    ]);
    let document = Document::new("story.txt", "The story.");
    let linted = lint(&rules, &Profile::defaults(&rules), &document);
    let found: Vec<_> = linted.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(found, ["duplicates/b-goes-on", "house/a-goes-on", "house/c-goes-on", "house/e-goes-on"]);
    let panics: Vec<_> = linted.panics.iter().filter_map(|panic| panic.rule.map(RuleId::as_str)).collect();
    let expected = ["house/b-breaks-down", "house/d-breaks-down", "duplicates/a-breaks-down", "house/f-breaks-down"];
    assert_eq!(panics, expected);
    for panic in &linted.panics {
        assert!(panic.message.contains("no such byte") && panic.message.contains("panics.rs"), "{}", panic.message);
    }
}

fn breaks_down_on_numbers(context: &mut Context<'_>) {
    context.report(Span::new(0, 1), "reported before the end");
    assert!(!context.document().text().starts_with(char::is_numeric), "a number");
}

/// Of documents linted together, one on which a rule breaks down takes nothing from the others.
#[test]
fn other_documents_go_on() {
    let built_in = RuleSet::built_in();
    let [usual, last] = ["encoding/html-entity", "structure/truncated"];
    let rules = RuleSet::of(vec![
        rule(&built_in, usual, "house/a-goes-on", goes_on),
        rule(&built_in, usual, "house/b-breaks-down", breaks_down_on_numbers),
        rule(&built_in, last, "house/c-breaks-down", breaks_down_on_numbers),
        rule(&built_in, last, "house/d-goes-on", goes_on),
    ]);
    let profile = Profile::defaults(&rules);
    let texts = ["Two stories.", "2 stories.", "3 stories.", "Three stories.", "4 stories."];
    let documents = texts.map(|text| Document::new("story.txt", text));
    let together = lint_all(&rules, &profile, &documents.each_ref());
    assert_eq!(together.len(), texts.len());
    for (document, linted) in documents.iter().zip(&together) {
        let breaks_down = document.text().starts_with(char::is_numeric);
        assert_eq!((linted.findings.len(), linted.panics.len()), if breaks_down { (2, 2) } else { (4, 0) });
        let alone = lint(&rules, &profile, document);
        assert_eq!(format!("{linted:?}"), format!("{alone:?}"));
    }
}
