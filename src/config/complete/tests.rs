use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::config::check::{problems, rule_problems};
use crate::config::template::TEMPLATE;
use crate::files::Files;

/// The completions at the `|` of a text, each as the text with it applied, `|` behind it.
fn completed(text: &str, kind: FileKind) -> Vec<(Completion, String)> {
    let cursor = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    let all = completions(&text, cursor, &RuleSet::built_in(), kind);
    let apply = |completion: Completion| {
        let Range { start, end } = completion.replaces;
        assert!(start <= cursor && cursor <= end && !text[start..end].contains('\n'), "{completion:?}");
        let new = format!("{}{}|{}", &text[..start], completion.insert, &text[end..]);
        (completion, new)
    };
    all.into_iter().map(apply).collect()
}

fn labels(text: &str) -> Vec<String> {
    completed(text, FileKind::LintToml).into_iter().map(|(completion, _)| completion.label).collect()
}

/// The text with the completion of this label.
fn with(text: &str, label: &str) -> String {
    let all = completed(text, FileKind::LintToml);
    let found = all.iter().find(|(completion, _)| completion.label == label);
    let labels = || all.iter().map(|(completion, _)| completion.label.as_str()).collect::<Vec<_>>();
    found.unwrap_or_else(|| panic!("no {label} at {text}: {:?}", labels())).1.clone()
}

#[test]
fn keys_of_a_configuration() {
    assert_eq!(with("|", "select"), "select = |");
    assert_eq!(with("sel|", "select"), "select = |");
    assert_eq!(with("se|l = []", "select"), "select| = []");
    assert_eq!(with("sev|\n", "[severity]"), "[severity]|\n");
    assert_eq!(with("select = []\n[gate]\nf|", "fail-on"), "select = []\n[gate]\nfail-on = |");
    assert_eq!(with("gate.f|", "fail-on"), "gate.fail-on = |");
    assert_eq!(with("gate = { |", "max-per-1000-documents"), "gate = { max-per-1000-documents = { }|");
    assert_eq!(with("[[override]]\n|", "severity"), "[[override]]\nseverity = { }|");
    assert!(!labels("select = []\n|").contains(&"select".to_owned()));
    assert!(!labels("|\nselect = []\n").contains(&"select".to_owned()));
    assert!(labels("[[override]]\npaths = []\n[[override]]\n|").contains(&"paths".to_owned()));
    assert!(labels("ignore-text = [{ path = 'a' }, { |").contains(&"path".to_owned()));
    assert!(!labels("ignore-text = [{ path = 'a', |").contains(&"path".to_owned()));
    assert_eq!(labels("[nosuch]\nx = { |"), [""; 0]);
    assert_eq!(labels("# |"), [""; 0]);
    assert_eq!(labels("[input.csv]\ndelimiter = '|'"), [""; 0]);
}

#[test]
fn headers() {
    for (text, label, expected) in [
        ("[|", "[severity]", "[severity]|"),
        ("[|]", "[[ignore-text]]", "[[ignore-text]]|"),
        ("[[ov|", "[[override]]", "[[override]]|"),
        ("[ru|]\n[gate]", "[rule.\"duplicates/line\"]", "[rule.\"duplicates/line\"]|\n[gate]"),
        ("[rule.\"dup|", "[rule.\"duplicates/line\"]", "[rule.\"duplicates/line\"]|"),
        ("[input.|]", "[input.jsonl]", "[input.jsonl]|"),
        ("[|", "[gate.max-per-1000-documents]", "[gate.max-per-1000-documents]|"),
    ] {
        assert_eq!(with(text, label), expected);
    }
    let all = labels("[names]\n[[override]]\nseverity.all = 'off'\n[|");
    assert!(all.contains(&"[severity]".to_owned()) && all.contains(&"[[override]]".to_owned()));
    assert!(!all.contains(&"[names]".to_owned()) && !all.contains(&"[rule]".to_owned()));
    assert!(labels("[[|").iter().all(|label| label.starts_with("[[")));
}

#[test]
fn names_and_levels() {
    for (text, label, filter) in [
        ("sev|", "[severity]", "severity"),
        ("[sev|", "[severity]", "[severity]"),
        ("[severity]\nboi|", "boilerplate/byline", "boilerplate/byline"),
        ("[severity]\nall = 'o|", "off", "off"),
    ] {
        let all = completed(text, FileKind::LintToml);
        assert!(
            all.iter().any(|(found, _)| (found.label.as_str(), found.filter.as_str()) == (label, filter)),
            "{text}"
        );
    }
    for (text, label, expected) in [
        ("[severity]\nboiler|", "boilerplate", "[severity]\nboilerplate = |"),
        ("[severity]\nboilerplate/b|", "boilerplate/byline", "[severity]\n\"boilerplate/byline\" = |"),
        ("[severity]\n\"boiler|", "boilerplate/byline", "[severity]\n\"boilerplate/byline\" = |"),
        ("[severity]\n\"boiler|\" = 'off'", "boilerplate/byline", "[severity]\n\"boilerplate/byline|\" = 'off'"),
        ("[severity]\nnames = |", "off", "[severity]\nnames = \"off\"|"),
        ("[severity]\nnames = \"|", "error", "[severity]\nnames = \"error\"|"),
        ("[severity]\nnames = 'wa|'", "warning", "[severity]\nnames = 'warning|'"),
        ("severity = { names = \"|\" }", "info", "severity = { names = \"info|\" }"),
        ("[[override]]\nseverity = { pay|", "paywall", "[[override]]\nseverity = { paywall = |"),
        ("select = [|]", "names", "select = [\"names\"|]"),
        ("select = [\"al|\"]", "all", "select = [\"all|\"]"),
        ("select = [\"al|]", "all", "select = [\"all\"|]"),
        ("select = [\"al|, \"names\"]", "all", "select = [\"all\"|, \"names\"]"),
        ("select = |", "all", "select = [\"all\"]|"),
        ("ignore = ['names', \"dup|\n", "duplicates/line", "ignore = ['names', \"duplicates/line\"|\n"),
        ("[[ignore-text]]\nrule = '|", "names/misspelled", "[[ignore-text]]\nrule = 'names/misspelled'|"),
        ("[gate]\nfail-on = \"|\"", "never", "[gate]\nfail-on = \"never|\""),
        ("[gate]\nmax-per-1000-documents = { enc|oding", "encoding", "[gate]\nmax-per-1000-documents = { encoding = |"),
        ("[rule]\ndup|", "duplicates/line", "[rule]\n\"duplicates/line\" = { }|"),
        ("[rule.\"duplicates/line\"]\nmin|", "min-length", "[rule.\"duplicates/line\"]\nmin-length = |"),
        ("[rule.\"duplicates/line\"]\nmin-length = |", "30", "[rule.\"duplicates/line\"]\nmin-length = 30|"),
    ] {
        assert_eq!(with(text, label), expected);
    }
    assert!(!labels("ignore = ['names', |]").contains(&"names".to_owned()));
    assert_eq!(labels("[severity]\nnames = \"off\"|"), [""; 0]);
    let all = completed("[rule.\"duplicates/line\"]\n|", FileKind::LintToml);
    let (length, _) = all.iter().find(|(completion, _)| completion.label == "min-length").unwrap();
    assert_eq!(length.detail, "integer from 1, default 30");
    assert!(length.documentation.as_ref().unwrap().ends_with("Shortest line that counts, in characters."));
}

#[test]
fn keys_and_values_of_a_rule_file() {
    let labels = |text: &str| -> Vec<String> {
        completed(text, FileKind::RuleFile).into_iter().map(|(completion, _)| completion.label).collect()
    };
    let top = labels("|");
    for label in ["summary", "severity", "fix", "why", "[[match]]", "[[example]]"] {
        assert!(top.contains(&label.to_owned()), "{top:?}");
    }
    assert_eq!(labels("fix = \"|\""), ["delete-line", "delete", "replace"]);
    assert_eq!(labels("safety = |"), ["safe", "unsafe", "display"]);
    assert_eq!(labels("severity = '|"), ["info", "warning", "error"]);
    assert_eq!(labels("[match]\nscope = '|"), ["line", "phrase"]);
    assert!(labels("[match]\nphrases = []\n|").contains(&"max-words".to_owned()));
    assert!(labels("[match]\nnear = { family = '|' }").contains(&"paywall".to_owned()));
    assert_eq!(labels("[match]\nnear = { |"), ["family", "lines"]);
    assert_eq!(labels("[match]\nsubstitutions = [\n  { find = 'a', |"), ["advice", "note", "use"]);
    assert_eq!(labels("why = \"\"\"\nse|\n\"\"\"\n"), [""; 0]);
}

#[test]
fn hovers() {
    let rules = RuleSet::built_in();
    let hover = |text: &str, kind: FileKind| {
        let cursor = text.find('|').expect("a cursor");
        let text = text.replacen('|', "", 1);
        hover(&text, cursor, &rules, kind).map(|(span, markdown)| (text[span].to_owned(), markdown))
    };
    for (text, word, beginning) in [
        ("sel|ect = []", "select", "**select** (list of rules and families)\n\nThe rules to run"),
        ("[sev|erity]", "severity", "**severity** (table)\n\nSeverity by rule"),
        ("[severity]\n\"names/miss|pelled\" = 'off'", "\"names/misspelled\"", "**names/misspelled** ("),
        ("[severity]\nna|mes = 'off'", "names", "**names**, a family of "),
        ("ignore = ['du|plicates/line']", "'duplicates/line'", "**duplicates/line** (error; fix: delete-line, safe)"),
        ("[rule.\"names/miss|pelled\"]", "\"names/misspelled\"", "**names/misspelled** ("),
        ("[gate]\nfail-on = 'ne|ver'", "'never'", "**fail-on** (`never`, `info`, `warning`, `error`)"),
        ("[rule.'duplicates/line']\nmin-|length = 3", "min-length", "**min-length** (integer from 1, default 30)"),
        ("select = ['al|l']", "'all'", "**all** "),
    ] {
        let (found, markdown) = hover(text, FileKind::LintToml).expect(text);
        assert_eq!(found, word);
        assert!(markdown.starts_with(beginning), "{text}: {markdown}");
    }
    let (_, options) = hover("ignore = ['duplicates/lin|e']", FileKind::LintToml).unwrap();
    assert!(options.contains("\n- `min-length` (integer from 1, default 30): Shortest line"), "{options}");
    let (_, markdown) = hover("fix| = 'delete'", FileKind::RuleFile).unwrap();
    assert!(markdown.starts_with("**fix** (`delete-line`, `delete`, `replace`)"), "{markdown}");
    for text in ["# select|", "nosuch| = 1", "select = [] |", "|"] {
        assert_eq!(hover(text, FileKind::LintToml), None, "{text}");
    }
}

/// Whatever is offered where nothing is yet leads to a file without problems of its own.
#[test]
fn what_is_offered_is_right() {
    let check = |text: &str| problems(Path::new("/nowhere/lint.toml"), text, &Files::on_disk());
    for text in ["[severity]\nall = |", "[gate]\nfail-on = |", "[input.csv]\nurl = ''|\n", "[|"] {
        for (completion, new) in completed(text, FileKind::LintToml) {
            let problems = check(&new.replacen('|', "", 1));
            let is_right = problems.iter().all(|problem| problem.message.contains(" is missing"));
            assert!(is_right, "{}: {problems:?}", completion.label);
        }
    }
}

/// Reading goes on from any depth, and its time and memory grow with the text.
#[test]
fn hostile_texts() {
    let parts = ["[", "{", "{a=", "a=[", "a.", "\"", "'''", "\"\\", "a={b=[{", "[[a]]\n", "a = [\n", "\n{", "[\n'a\n"];
    for part in parts {
        for text in ["", "a = [", "a = {"].map(|start| format!("{start}{}", part.repeat(20_000))) {
            for cursor in [text.len() / 2, text.len()] {
                let outline = Outline::of(&text, cursor);
                assert!(outline.words.iter().all(|word| word.path.len() < 64), "{part}");
            }
        }
    }
}

const RULE_FILE: &str = include_str!("../../../rules/paywall/price-list.toml");

/// A file with its middle cut out, or put in twice, and junk at the seam.
fn broken_file() -> impl Strategy<Value = (String, FileKind)> {
    let parts = (any::<bool>(), 0..6000_usize, 0..6000_usize, "[\\[\\]{}\"'=.,#\\\\\n a-cé]{0,12}");
    parts.prop_map(|(is_rule, from, to, junk)| {
        let uncommented = TEMPLATE.replace("# ", "");
        let (whole, kind) =
            if is_rule { (RULE_FILE, FileKind::RuleFile) } else { (uncommented.as_str(), FileKind::LintToml) };
        let (from, to) = (whole.floor_char_boundary(from), whole.floor_char_boundary(to));
        (format!("{}{junk}{}", &whole[..from], &whole[to..]), kind)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_text_and_any_place((text, kind) in broken_file(), offset in 0..9000_usize) {
        static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::built_in);
        let cursor = text.floor_char_boundary(offset);
        for completion in completions(&text, offset, &RULES, kind) {
            let Range { start, end } = completion.replaces;
            prop_assert!(start <= cursor && cursor <= end, "{completion:?}");
            prop_assert!(text.get(start..end).is_some_and(|replaced| !replaced.contains('\n')));
        }
        if let Some((span, _)) = hover(&text, offset, &RULES, kind) {
            prop_assert!(text.get(span).is_some_and(|word| !word.is_empty()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_can_be_checked((text, _) in broken_file()) {
        let path = Path::new("/nowhere/lint.toml");
        for problem in problems(path, &text, &Files::on_disk()) {
            prop_assert!(text.get(problem.span).is_some());
        }
        for problem in rule_problems(Path::new("/nowhere/desk/slug.toml"), &text, &RuleSet::built_in()) {
            prop_assert!(text.get(problem.span).is_some());
        }
    }
}
