//! Everything that is wrong with a lint.toml or a rule file that somebody is writing, for editors.

use std::path::Path;

use super::read::{Fault, read, unknown_evidence};
use crate::files::Files;
use crate::ruleset::examples::{self, Failure};
use crate::ruleset::{RuleSet, read_rule};
use crate::toml_source::{FileError, Problem};

/// What is wrong with a lint.toml of this text, in the order of the file; `files` holds what it draws
/// in. What is wrong with another file is reported at the words that draw that in.
#[must_use]
pub fn problems(path: &Path, text: &str, files: &Files) -> Vec<Problem> {
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    let files = files.clone().with(path, text);
    let faults = read(path, &shown, &files).err().unwrap_or_default();
    in_order(text, faults.into_iter().flat_map(problems_of).collect())
}

fn problems_of(fault: Fault) -> Vec<Problem> {
    match (fault.error, fault.drawn_by) {
        (FileError::Invalid { problems, .. }, None) => problems,
        (error, drawn_by) => {
            let span = drawn_by.unwrap_or(0..0);
            let helps: Vec<Option<String>> = match &error {
                FileError::Invalid { problems, .. } => problems.iter().map(|problem| problem.help.clone()).collect(),
                FileError::Unreadable { .. } => vec![None],
            };
            let problem = |(message, help)| Problem { span: span.clone(), message, help };
            error.messages().into_iter().zip(helps).map(problem).collect()
        }
    }
}

/// What is wrong with a rule file of this text, in the order of the file, its examples included. `rules`
/// are those that it is to run beside; its own former version among them does not matter.
#[must_use]
pub fn rule_problems(path: &Path, text: &str, rules: &RuleSet) -> Vec<Problem> {
    let problems = match read_rule(path, text) {
        Err(problems) => problems,
        Ok(rule) => {
            let id = rule.id;
            let others = rules.rules().iter().filter(|other| other.id != id).cloned();
            let rules = RuleSet::of(others.chain([rule]).collect());
            let rule = rules.get(id.as_str());
            let problems = |rule| {
                let failures = examples::run(&rules, rule).into_iter().map(Failure::problem);
                unknown_evidence(rule, &rules).into_iter().chain(failures).collect()
            };
            rule.map(problems).unwrap_or_default()
        }
    };
    in_order(text, problems)
}

/// Sorts problems, and lets those that have a place but no length reach to the end of the line: nobody
/// sees a mark without length.
fn in_order(text: &str, mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in &mut problems {
        let start = problem.span.start.min(text.len());
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let code = line.find(" #").map_or(line, |comment| &line[..comment]).trim_end();
        problem.span = start..problem.span.end.clamp(start, text.len());
        if problem.span.is_empty() {
            problem.span.end += code.len();
        }
    }
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "summary = \"Slug line\"\nseverity = \"error\"\nwhy = \"It is the desk's.\"\n\
                        [match]\nphrases = [\"slug:\"]\n[[example]]\ntext = \"SLUG: a\"\nflags = [\"SLUG: a\"]\n";

    /// Each problem as `the marked text: message (help)`.
    fn said(text: &str, problems: &[Problem]) -> Vec<String> {
        let help = |problem: &Problem| problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        let line = |problem: &Problem| format!("{}: {}{}", &text[problem.span.clone()], problem.message, help(problem));
        problems.iter().map(line).collect()
    }

    #[test]
    fn a_configuration_nobody_saved() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lint.toml");
        let check = |text: &str, files: &Files| said(text, &problems(&path, text, files));
        let disk = Files::on_disk();
        assert_eq!(check("select = ['all']\n[severity]\npaywall = 'off'\n", &disk), [""; 0]);
        assert_eq!(
            check("selct = []\n[severity]\npaywal = 'off'\n[[override]] # why\n", &disk),
            [
                "selct: unknown key `selct` (did you mean `select`?)",
                "paywal: there is no rule or family `paywal` (did you mean `paywall`?)",
                "[[override]]: the key `override.paths` is missing",
            ]
        );
        assert_eq!(check("select = [", &disk).len(), 1);

        // Files drawn in are read as they stand in the editor, and their mistakes told at the word.
        let rule = root.path().join("house/desk/slug.toml");
        let files = disk.clone().with(&rule, RULE).with(&root.path().join("base.toml"), "extends = ['deep.toml']");
        let files = files.with(&root.path().join("deep.toml"), "[gate]\nfail-on = 'of'\n");
        let text = "rules = ['house']\nignore = ['desk', 'desk/slug', 'desk/slag']\n";
        assert_eq!(check(text, &files), ["'desk/slag': there is no rule `desk/slag` (did you mean `desk/slug`?)"]);
        let text = "extends = ['base.toml', 'none.toml']\nfoo = 1\nignore = ['desk']\n";
        let found = check(text, &files);
        assert!(found[0].starts_with("'base.toml': deep.toml:2: `gate.fail-on` cannot be `of` (it is"), "{found:?}");
        assert!(found[1].starts_with("'none.toml': cannot extend `none.toml`"), "{found:?}");
        // A name that is unknown may be that of a rule which could not be read.
        assert!(found[2].starts_with("foo: unknown key `foo`") && found.len() == 3, "{found:?}");
        let files = disk.with(&rule, RULE.replace("why", "whi"));
        let found = check("rules = ['house']\nignore = ['desk/slug']\n", &files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "'house': house/desk/slug.toml:1: the key `why` is missing");
        assert_eq!(found[1], "'house': house/desk/slug.toml:3: unknown key `whi` (did you mean `why`?)");
        let files = files.with(&rule, RULE.replace("[[", "near = { family = 'x' }\n[["));
        assert_eq!(check("rules = ['house']", &files), ["'house': house/desk/slug.toml:6: there is no family `x`"]);
    }

    #[test]
    fn a_rule_file_nobody_saved() {
        let rules = RuleSet::built_in();
        let check = |path: &str, text: &str| said(text, &rule_problems(Path::new(path), text, &rules));
        let path = "/house/desk/slug.toml";
        assert_eq!(check(path, RULE), [""; 0]);
        assert_eq!(check("/house/desk/Slug.toml", RULE).len(), 1);
        assert_eq!(
            check(path, &RULE.replace("SLUG: a\"]", "SLUG\"]")),
            ["[[example]]: expected [\"SLUG\"], flagged [\"SLUG: a\"]"]
        );
        let text = RULE.replace("[[", "near = { family = 'paywal' }\n[[");
        let found = check(path, &text);
        assert_eq!(found[0], "'paywal': there is no family `paywal` (did you mean `paywall`?)");
        assert!(check(path, "summary = 'a").len() == 1 && !check(path, "").is_empty());
        let without = check(path, RULE.split("[match]").next().unwrap());
        assert!(without[0].contains("has no [match] table"), "{without:?}");
    }
}
