//! The JSON schema of lint.toml, for editors that complete and check TOML.
//!
//! It names the built-in rules and their options, so it is made from the rules themselves;
//! `docs/lint.schema.json` holds a copy that a test keeps fresh.

use serde_json::{Map, Value, json};

use super::layer::FAIL_ON_NAMES;
use super::levels::LEVEL_NAMES;
use crate::input::records::fields::{FIELDS, Field};
use crate::ruleset::rule_file::OptionKind;
use crate::ruleset::{Rule, RuleSet};

/// The schema (JSON Schema draft 7, which all TOML editors read).
#[must_use]
pub fn schema(rules: &RuleSet) -> Value {
    let families = rules.families();
    let ids: Vec<_> = rules.rules().iter().map(|rule| rule.id.as_str()).collect();
    let selectors: Vec<&str> = ["all"].into_iter().chain(families.iter().copied()).chain(ids.iter().copied()).collect();
    let strings =
        |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let chosen = |description: &str| json!({ "type": "array", "items": { "$ref": "#/definitions/selector" }, "description": description });
    let of_selectors = |value: Value, description: &str| {
        json!({
            "type": "object",
            "propertyNames": { "$ref": "#/definitions/selector" },
            "additionalProperties": value,
            "description": description,
        })
    };
    let severity = of_selectors(json!({ "enum": LEVEL_NAMES }), "Severity by rule or family, or for `all`.");
    let options: Map<String, Value> = rules
        .rules()
        .iter()
        .filter(|rule| !rule.file.options.is_empty())
        .map(|rule| (rule.id.as_str().to_owned(), options_of(rule)))
        .collect();
    let fields = |description: &str, has_delimiter: bool| {
        let described = |(field, key): (Field, &str)| {
            (key.to_owned(), json!({ "type": "string", "minLength": 1, "description": field.description() }))
        };
        let mut properties: Map<String, Value> = FIELDS.into_iter().map(described).collect();
        if has_delimiter {
            let description = "What stands between two fields; guessed unless set.";
            let value = json!({ "type": "string", "minLength": 1, "maxLength": 1, "description": description });
            properties.insert("delimiter".to_owned(), value);
        }
        json!({
            "type": "object",
            "additionalProperties": false,
            "description": description,
            "properties": properties,
        })
    };
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "lint.toml, the configuration of newslint",
        "type": "object",
        "additionalProperties": false,
        "definitions": {
            "selector": {
                "description": "A rule, a family, or `all`. Rules of your own folders have names that are not listed here.",
                "anyOf": [{ "enum": selectors }, { "type": "string", "pattern": "^[^/]+/[^/]+$" }],
            },
        },
        "properties": {
            "extends": strings("Configuration files that this one builds on, relative to this file."),
            "rules": strings("Folders with rule files of your own, relative to this file."),
            "select": chosen("The rules to run; `[\"all\"]` unless set."),
            "ignore": chosen("Rules to leave out of the selected ones."),
            "baseline": {
                "type": "string",
                "description": "The file with the findings that are known already, relative to this file; `newslint baseline` writes it.",
            },
            "exclude": strings("Paths to leave out, as in a .gitignore, relative to this file."),
            "severity": severity.clone(),
            "rule": {
                "type": "object",
                "description": "Options of rules.",
                "properties": options,
            },
            "override": {
                "type": "array",
                "description": "Other severities for some paths.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["paths"],
                    "properties": { "paths": strings("Paths, as in a .gitignore."), "severity": severity },
                },
            },
            "ignore-text": {
                "type": "array",
                "description": "Findings that are right to leave.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["path", "rule"],
                    "oneOf": [{ "required": ["text"] }, { "required": ["fingerprint"] }],
                    "properties": {
                        "path": { "type": "string", "description": "The file, as in a .gitignore." },
                        "rule": { "$ref": "#/definitions/selector" },
                        "text": { "type": "string", "description": "The flagged text." },
                        "fingerprint": {
                            "type": "string",
                            "pattern": "^[0-9a-f]{32}$",
                            "description": "The finding's fingerprint, in place of its text.",
                        },
                        "reason": { "type": "string", "description": "Why, for people." },
                    },
                },
            },
            "input": {
                "type": "object",
                "additionalProperties": false,
                "description": "Which fields of a record are what, by format.",
                "properties": {
                    "jsonl": fields("JSON Lines and JSON.", false),
                    "csv": fields("CSV and TSV.", true),
                    "parquet": fields("Parquet.", false),
                },
            },
            "names": {
                "type": "object",
                "additionalProperties": false,
                "description": "What you know of names.",
                "properties": {
                    "accept": strings("Names that are right as they stand and never flagged."),
                    "people": { "type": "string", "description": "A list of people of your own, relative to this file." },
                },
            },
            "gate": {
                "type": "object",
                "additionalProperties": false,
                "description": "When a run fails.",
                "properties": {
                    "fail-on": { "enum": FAIL_ON_NAMES, "description": "The lowest severity that fails a run." },
                    "max-per-1000-documents": of_selectors(
                        json!({ "type": "integer", "minimum": 0 }),
                        "Most findings for each thousand documents, by rule or family.",
                    ),
                },
            },
        },
    })
}

fn options_of(rule: &Rule) -> Value {
    let properties: Map<String, Value> = rule
        .file
        .options
        .iter()
        .map(|option| {
            let mut value = match &option.kind {
                OptionKind::Integer { default, least } => {
                    json!({ "type": "integer", "minimum": least, "default": default })
                }
                OptionKind::Boolean { default } => json!({ "type": "boolean", "default": default }),
                OptionKind::Strings { default } => {
                    json!({ "type": "array", "items": { "type": "string" }, "default": default })
                }
            };
            value["description"] = option.description.clone().into();
            (option.name.clone(), value)
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}
