//! A rule that panics is named; the other rules go on, and what it had reported is dropped.

use newslint::checks::Context;
use newslint::document::{Document, Span};
use newslint::lint::{Profile, lint};
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

#[test]
fn the_others_go_on() {
    let built_in = RuleSet::built_in();
    let like = "encoding/html-entity";
    let rules = RuleSet::of(vec![
        rule(&built_in, like, "house/breaks-down", breaks_down),
        rule(&built_in, like, "house/goes-on", goes_on),
    ]);
    let document = Document::new("story.txt", "The story.");
    let linted = lint(&rules, &Profile::defaults(&rules), &document);
    let found: Vec<_> = linted.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(found, ["house/goes-on"]);
    assert_eq!(linted.panics.len(), 1);
    assert_eq!(linted.panics[0].rule.map(RuleId::as_str), Some("house/breaks-down"));
    assert!(linted.panics[0].message.contains("no such byte"), "{}", linted.panics[0].message);
    assert!(linted.panics[0].message.contains("panics.rs"), "{}", linted.panics[0].message);
}
