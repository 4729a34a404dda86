//! The lint.toml that `newslint init` writes.

/// A configuration that changes nothing, with every key explained. A test reads it with all
/// comments taken off.
pub const TEMPLATE: &str = r#"# lint.toml: the configuration of newslint (https://docs.rs/newslint).
# Nothing here is needed: without this file all rules run as their files have them.
# `newslint rules` lists the rules, `newslint explain RULE` describes one,
# `newslint config PATH` shows what holds for a file and why.

# Other configuration files that this one builds on. Paths are relative to this file.
# extends = ["../lint.toml"]

# Folders with rule files of your own: house-rules/<family>/<rule>.toml.
# rules = ["house-rules"]

# The rules to run, by name or family, and those to leave out of them.
# select = ["all"]
# ignore = ["boilerplate/byline"]

# Paths to leave out, written as in a .gitignore. They hold for paths given by name, too.
# exclude = ["raw/"]

# Findings that were there before; `newslint baseline` writes them, `newslint check` reports only others.
# baseline = "newslint.baseline"

# Severity by rule or family: off, info, warning, error.
# [severity]
# "duplicates/line" = "warning"
# paywall = "error"

# Names that are right as they stand, and a list of people of your own: name, role, aliases, wrong forms.
# [names]
# accept = ["Ji Chaoqun"]
# people = "people.toml"

# Options of rules; `newslint explain RULE` lists them.
# [rule."duplicates/line"]
# min-length = 40

# Other severities for some paths.
# [[override]]
# paths = ["wire/"]
# severity = { "boilerplate/agency-note" = "off" }

# A finding that is right to leave: by path, rule and the flagged text, or its fingerprint.
# `newslint ignore FINGERPRINT --reason TEXT` adds such entries.
# [[ignore-text]]
# path = "2024/story.txt"
# rule = "structure/repeated-word"
# text = "had"
# reason = "a quotation"

# The fields of records; without this they are guessed. Dots reach into objects.
# [input.jsonl]
# text = "text"
# id = "id"
# url = "url"

# When a run fails: never, info, warning, error; and budgets for each thousand documents.
# [gate]
# fail-on = "warning"
# max-per-1000-documents = { encoding = 0, boilerplate = 5 }
"#;
