//! The JSON schema of rule files of the user's own, from which editors are helped.
//!
//! What only rules with code have (`options`, `evidence`) is left out.

use serde_json::{Value, json};

use super::rule_file::{FixKind, SCOPE_NAMES};
use crate::severity::{Safety, Severity};

/// The schema (JSON Schema draft 7).
#[must_use]
pub fn schema() -> Value {
    let string = |description: &str| json!({ "type": "string", "description": description });
    let strings =
        |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let choice = |names: &[&str], description: &str| json!({ "enum": names, "description": description });
    let table = |description: &str, required: &[&str], properties: Value| {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": required,
            "properties": properties,
            "description": description,
        })
    };
    let tables = |description: &str, required: &[&str], properties: Value| json!({ "type": "array", "items": table(description, required, properties), "description": description });
    let count = |description: &str| json!({ "type": "integer", "minimum": 1, "description": description });
    let substitutions = json!({
        "find": string("The literal. `{make,makes} a proof` stands for each of its choices."),
        "use": string("What to write; its groups go with those of `find`."),
        "advice": string("What to do where nothing can simply be put in its place."),
        "note": string("Where such phrases come from; printed in brackets."),
    });
    let near = json!({
        "family": { "$ref": "#/definitions/family" },
        "lines": count("At most so many lines away, blank lines not counted; 1 unless set."),
    });
    let matching = json!({
        "scope": choice(&SCOPE_NAMES, "`line` (the default): the finding is the line. `phrase`: the finding is the match."),
        "phrases": strings("Literals anywhere: any case, any run of blanks, straight or curly quotation marks."),
        "substitutions": tables("Literals anywhere, each with what to write.", &["find"], substitutions),
        "lines": strings("Literals that are the whole line, bullets, arrows and final punctuation apart."),
        "starts": strings("Literals that the line begins with, bullets apart."),
        "vocabulary": strings("Words and phrases; lines of two or more of these and nothing else match."),
        "patterns": strings("Regular expressions, for what literals cannot say; each alternative needs a complete literal word."),
        "unless": strings("Regular expressions: no finding on a line (or, in scope `phrase`, a match) like these."),
        "prose": json!({
            "type": "boolean",
            "description": "`false`: no finding on a line that reads as a sentence of an article, of seven words or more.",
        }),
        "max-words": count("Only lines of at most so many words; 60 in scope `line` unless set."),
        "near": table("Only with a finding of the family so near.", &["family"], near),
    });
    let example = json!({
        "text": string("The text, of one or more lines."),
        "flags": strings("The flagged spans, in order; none where the rule leaves the text alone."),
        "fixed": string("The text after the rule's fixes."),
        "encoding": string("The encoding of the file that the text comes from, where it is not UTF-8."),
    });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A rule of newslint",
        "type": "object",
        "additionalProperties": false,
        "required": ["summary", "severity", "why", "match"],
        "definitions": { "family": { "type": "string", "description": "A family of rules." } },
        "properties": {
            "summary": string("One line: what kind of text the rule finds. It is the finding's message."),
            "severity": choice(
                &Severity::ALL.map(Severity::name),
                "`error` (the text is wrong), `warning` (very likely) or `info` (style or policy).",
            ),
            "fix": choice(&FixKind::NAMES, "What the fix does with a finding; there is none without this key."),
            "safety": choice(
                &Safety::ALL.map(Safety::name),
                "`safe` (can be applied unseen), `unsafe` (the default) or `display` (advice).",
            ),
            "replacement": string("For `fix = \"replace\"`: the new text; `$1` is the first group of a pattern."),
            "why": string("A paragraph or two for the person who meets the finding."),
            "measured": string("Measured precision, and on what."),
            "match": tables("How the rule matches. Several tables are tried one by one.", &[], matching),
            "example": tables("A text and what the rule flags in it: the rule's test.", &["text", "flags"], example),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::read_rule;
    use std::path::Path;

    /// The keys of a table as the reader knows them: it lists them when it meets one that it does not know.
    fn known(text: &str) -> Vec<String> {
        let problems = read_rule(Path::new("/house/desk/slug.toml"), text).unwrap_err();
        let help = problems.iter().filter_map(|problem| problem.help.as_deref()?.strip_prefix("known here: ")).next();
        help.expect("a list").split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn the_schema_has_the_keys_of_the_reader() {
        let schema = schema();
        let matching = "/properties/match/items";
        for (text, pointer) in [
            ("zzzzzzzzzzzz = 1", ""),
            ("[match]\nzzzzzzzzzzzz = 1", matching),
            ("[match]\nnear = { zzzzzzzzzzzz = 1 }", "/properties/match/items/properties/near"),
            (
                "[match]\nsubstitutions = [{ zzzzzzzzzzzz = 1, find = 'a', use = 'b' }]",
                "/properties/match/items/properties/substitutions/items",
            ),
            ("[[example]]\nzzzzzzzzzzzz = 1", "/properties/example/items"),
        ] {
            let table = schema.pointer(pointer).expect("a table");
            let mut keys: Vec<&str> = table["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            if pointer.is_empty() {
                keys.extend(["options", "evidence"]);
                keys.sort_unstable();
            }
            assert_eq!(known(text), keys, "{text}");
        }
    }
}
