//! One rule as its TOML file states it: metadata, how it matches, how it fixes, its examples.
//!
//! The build script reads `rules/` with this module and embeds the result; at run time the same
//! code reads the rule files of the user's own folders.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::matching::anchors;
use super::matching::expression::Expression;
use super::matching::fold::{folded, without_leading_decoration, without_trailing_decoration};
use crate::severity::{Safety, Severity};
use crate::toml_source::{Problem, Table, Word, read_file};
use crate::unread::Unread;

/// How a rule repairs what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixKind {
    /// The whole line goes, with one line end.
    DeleteLine,
    /// The span goes.
    Delete,
    /// The span becomes something else; `replacement` says what, or the rule's code does.
    Replace,
}

impl FixKind {
    /// The words of rule files.
    pub const NAMES: [&'static str; 3] = ["delete-line", "delete", "replace"];

    fn from_name(name: &str) -> Option<FixKind> {
        match name {
            "delete-line" => Some(FixKind::DeleteLine),
            "delete" => Some(FixKind::Delete),
            "replace" => Some(FixKind::Replace),
            _ => None,
        }
    }

    /// The word used in rule files and in `newslint rules`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FixKind::DeleteLine => "delete-line",
            FixKind::Delete => "delete",
            FixKind::Replace => "replace",
        }
    }
}

/// What a hit covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The finding is the whole line.
    Line,
    /// The finding is the match itself.
    Phrase,
}

/// The words for [`Scope`] in rule files.
pub const SCOPE_NAMES: [&str; 2] = ["line", "phrase"];

/// Evidence that has to stand nearby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// A finding of this family …
    pub family: String,
    /// … at most so many lines away, blank lines not counted.
    pub lines: u32,
    /// Where the family is named in the rule file, in bytes.
    pub place: (u32, u32),
}

/// Literals, folded, each with the key by which the matcher finds it. One text holds them all, because
/// there are thousands. Those of built-in rules stay where they lie in the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Literals {
    /// The texts, one after the other; a run begins without a look at them.
    #[serde(borrow)]
    text: Cow<'static, [u8]>,
    /// The end and the anchor of each, in four and twelve bytes.
    #[serde(borrow)]
    ends: Cow<'static, [u8]>,
}

/// A literal of [`Literals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<'l> {
    /// The text, folded.
    pub folded: &'l str,
    /// Its anchor.
    pub anchor: anchors::OfLiteral,
}

impl Literals {
    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Literal<'_>> {
        let mut start = 0;
        self.ends().iter().map(move |[e0, e1, e2, e3, anchor @ ..]| {
            let text = &self.text[start..u32::from_le_bytes([*e0, *e1, *e2, *e3]) as usize];
            start += text.len();
            let folded = str::from_utf8(text).expect("the texts of strings");
            Literal { folded, anchor: anchors::OfLiteral::from_bytes(*anchor) }
        })
    }

    fn ends(&self) -> &[[u8; 16]] {
        self.ends.as_chunks().0
    }

    /// How many there are, and how many bytes they take together.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.ends().len(), self.text.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, folded: &str, anchor: Option<anchors::OfLiteral>) {
        let Some(anchor) = anchor else { return };
        self.text.to_mut().extend_from_slice(folded.as_bytes());
        let end = self.text.len() as u32;
        self.ends.to_mut().extend_from_slice(&end.to_le_bytes());
        self.ends.to_mut().extend_from_slice(&anchor.to_bytes());
    }

    /// Literals that can stand anywhere.
    pub fn anywhere(literals: impl IntoIterator<Item = String>) -> Literals {
        Literals::with_anchors(literals, anchors::of_literal)
    }

    /// Literals that begin a line.
    fn at_start(literals: impl IntoIterator<Item = String>) -> Literals {
        Literals::with_anchors(literals, anchors::of_start)
    }

    /// Literals that are the same once folded are one.
    fn with_anchors(
        literals: impl IntoIterator<Item = String>,
        anchor: impl Fn(&str) -> Option<anchors::OfLiteral>,
    ) -> Literals {
        let mut all = Literals::default();
        let mut seen = BTreeSet::new();
        for folded in literals.into_iter().map(|literal| folded(&literal)) {
            all.push(&folded, anchor(&folded).filter(|_| !seen.contains(&folded)));
            seen.insert(folded);
        }
        all
    }
}

/// Literals anywhere, each with what to write in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Substitutions {
    /// The literals of all entries.
    pub literals: Literals,
    /// What to do about them.
    entries: Unread<Entries>,
}

/// The entries of `substitutions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entries {
    /// Entry and choice of each literal.
    choices: Vec<(u32, u32)>,
    entries: Vec<Substitution>,
}

/// An entry of `substitutions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// What to do, groups and all.
    instead: Instead,
    /// Where such phrases come from; printed in brackets.
    note: Option<String>,
}

/// What to do about a literal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Instead {
    /// Write this.
    Use(String),
    /// Nothing can simply be put in its place: advice in words.
    Advice(String),
}

impl Substitutions {
    /// What to do about a literal, given by its place, and where such phrases come from.
    #[must_use]
    pub fn get(&self, literal: usize) -> (Instead, Option<&str>) {
        let Entries { choices, entries } = &*self.entries;
        let (entry, choice) = choices[literal];
        let entry = &entries[entry as usize];
        let instead = match &entry.instead {
            Instead::Advice(advice) => Instead::Advice(advice.clone()),
            Instead::Use(text) => {
                let parts = groups(text).unwrap_or_default();
                // The choices of all groups of `find` were counted; those of `use` are its first.
                Instead::Use(choose(&parts, choice as usize))
            }
        };
        (instead, entry.note.as_deref())
    }
}

/// One `[match]` table. A text matches when one of its literals or patterns does and no guard
/// speaks against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Matching {
    /// What a hit covers.
    pub scope: Scope,
    /// Literals that are a whole line, decoration at both ends apart.
    pub lines: Literals,
    /// Literals that a line begins with, decoration apart.
    pub starts: Literals,
    /// Literals anywhere.
    pub phrases: Literals,
    /// Literals anywhere, each with what to write in its place.
    pub substitutions: Substitutions,
    /// Words and phrases; a line that holds two or more of them and nothing else matches.
    pub vocabulary: Unread<Vec<String>>,
    /// Regular expressions.
    pub patterns: Vec<Unread<Expression>>,
    /// Regular expressions that speak against a finding.
    pub unless: Vec<Unread<Expression>>,
    /// Only lines of at most so many words; `None` stands for [`MAX_WORDS`] in scope `line` and
    /// for no limit in scope `phrase`.
    pub max_words: Option<u32>,
    /// Only beside other evidence.
    pub near: Option<Near>,
}

/// The type of an option's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionKind {
    /// A whole number from `least` up.
    Integer {
        /// Its value when nobody sets it.
        default: u32,
        /// The smallest value allowed.
        least: u32,
    },
    /// True or false.
    Boolean {
        /// Its value when nobody sets it.
        default: bool,
    },
    /// A list of strings.
    Strings {
        /// Its value when nobody sets it.
        default: Vec<String>,
    },
}

impl OptionKind {
    /// Type and default in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            OptionKind::Integer { default, least } => format!("integer from {least}, default {default}"),
            OptionKind::Boolean { default } => format!("true or false, default {default}"),
            OptionKind::Strings { default } if default.is_empty() => "list of strings, default empty".to_owned(),
            OptionKind::Strings { default } => format!("list of strings, default {default:?}"),
        }
    }
}

/// An option of a rule, settable in lint.toml under `[rule."family/name"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionDeclaration {
    /// The key in lint.toml.
    pub name: String,
    /// Type and default.
    pub kind: OptionKind,
    /// One sentence for the documentation.
    pub description: String,
}

/// A text and what the rule flags in it: the rule's test and its illustration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The text, of one or more lines.
    pub text: String,
    /// The texts of the spans flagged, in order.
    pub flags: Vec<String>,
    /// The text after the rule's fixes, where the example states it.
    pub fixed: Option<String>,
    /// The encoding of the file that the text comes from, where it is not UTF-8.
    pub encoding: Option<String>,
    /// Where the example begins in the rule file, in bytes.
    pub place: u32,
}

/// A rule file, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFile {
    /// `family/name`, from the file's place.
    pub id: String,
    /// One line: what kind of text it finds. It is the message of findings, so those of the built-in rules stay
    /// where they are.
    #[serde(borrow)]
    pub summary: Cow<'static, str>,
    /// Severity unless the configuration says otherwise.
    pub severity: Severity,
    /// How it repairs, if it does.
    pub fix: Option<FixKind>,
    /// What a match is replaced with (`$1` is the first group of a pattern).
    pub replacement: Option<String>,
    /// How far the fix can be trusted.
    pub safety: Safety,
    /// A paragraph or two for the person who meets the finding.
    pub why: String,
    /// Measured precision, and on what.
    pub measured: String,
    /// Families whose findings this rule has to see first; only rules with code.
    pub evidence: Vec<String>,
    /// How it matches; empty for rules with code.
    pub matching: Vec<Matching>,
    /// Options that lint.toml can set.
    pub options: Vec<OptionDeclaration>,
    /// Its examples.
    pub examples: Unread<Vec<Example>>,
}

/// Longest line, in words, that a rule of scope `line` looks at unless its file says otherwise.
///
/// Of 21,000 lines of page furniture in real extractor output 99.6 % are shorter; a longer line
/// with a cue word in it is a paragraph that mentions the subject, or a whole article on one line.
pub const MAX_WORDS: u32 = 60;

/// What a line that reads as a sentence of an article looks like: it begins with a capital or a number,
/// holds seven words or more, and ends as sentences do.
///
/// Two or three words of a cue (`billed as`, `site by`) stand in such sentences, too.
const PROSE: &str = r#"(?-i)^["“‘'(]?[A-Z0-9]\S*( \S+){6,}[.!?]["”’')]*$"#;

/// How expressions are read. The build script has no regex crate at hand, which fills in replacements;
/// a test reads what it embedded with that, too.
pub struct Syntax<'a> {
    /// Reads an expression of `patterns`, or says what is wrong with it.
    pub pattern: &'a dyn Fn(&str) -> Result<Expression, String>,
    /// Reads an expression of `unless`, or says what is wrong with it.
    pub guard: &'a dyn Fn(&str) -> Result<Expression, String>,
}

/// Reads the rule file of the rule `id`.
///
/// # Errors
/// Every problem of the file, with its place.
pub fn parse(id: &str, text: &str, syntax: &Syntax<'_>) -> Result<RuleFile, Vec<Problem>> {
    read_file(text, |table| read_rule(id, table, syntax)).and_then(|rule| rule.ok_or_else(Vec::new))
}

fn read_rule(id: &str, table: &Table<'_>, syntax: &Syntax<'_>) -> Option<RuleFile> {
    let problems = table.problems();
    let summary = table.required_string("summary");
    if let Some(summary) = &summary
        && (summary.get_ref().trim().is_empty() || summary.get_ref().contains('\n'))
    {
        problems.add(summary.span(), "`summary` is one line that says what kind of text the rule finds");
    }
    let severity = table.choice("severity", &Severity::ALL.map(Severity::name), Severity::from_name);
    if !table.has("severity") {
        table.missing("severity");
    }
    let fix = table.choice("fix", &FixKind::NAMES, FixKind::from_name);
    let replacement = table.string("replacement");
    if let Some(replacement) = &replacement
        && fix != Some(FixKind::Replace)
    {
        problems.add_with_help(
            replacement.span(),
            "`replacement` does nothing here",
            Some("add `fix = \"replace\"`".to_owned()),
        );
    }
    let safety = table.choice("safety", &Safety::ALL.map(Safety::name), Safety::from_name);
    let why = table.required_string("why");
    let measured = table.string("measured");
    let evidence = table.strings("evidence").unwrap_or_default();
    let matching = table.tables("match", |table| read_matching(table, syntax));
    let needs_replacement = |matching: &Matching| {
        let others = [&matching.phrases, &matching.lines, &matching.starts];
        let has_literals = others.iter().any(|literals| !literals.is_empty());
        has_literals || !matching.vocabulary.is_empty() || !matching.patterns.is_empty()
    };
    if matching.iter().any(needs_replacement) && fix == Some(FixKind::Replace) && replacement.is_none() {
        table.missing("replacement");
    }
    let options = table.table("options", read_options).unwrap_or_default();
    for key in ["options", "evidence"] {
        if !matching.is_empty() && table.has(key) {
            problems
                .add(table.span(), format!("`{key}` is for rules with code; a rule with [match] has no use for it"));
        }
    }
    let examples = table.tables("example", read_example);
    Some(RuleFile {
        id: id.to_owned(),
        summary: summary?.into_inner().into(),
        severity: severity?,
        fix,
        replacement: replacement.map(Word::into_inner),
        safety: safety.unwrap_or(Safety::Unsafe),
        why: why?.into_inner().trim().to_owned(),
        measured: measured.map(Word::into_inner).unwrap_or_default(),
        evidence: evidence.into_iter().map(Word::into_inner).collect(),
        matching,
        options,
        examples: examples.into_iter().flatten().collect::<Vec<_>>().into(),
    })
}

fn read_matching(table: &Table<'_>, syntax: &Syntax<'_>) -> Matching {
    let problems = table.problems();
    let literals = |key: &str| -> Vec<String> {
        let words = table.strings(key).unwrap_or_default();
        for word in words.iter().filter(|word| !can_stand_alone(word.get_ref())) {
            problems.add_with_help(
                word.span(),
                format!("`{}` holds no letter, digit or symbol to find it by", word.get_ref()),
                Some("add the words that stand beside it".to_owned()),
            );
        }
        for word in words.iter().filter(|word| word.get_ref().contains(['\n', '\r'])) {
            problems.add(word.span(), "a literal stands on one line");
        }
        let mut seen = BTreeSet::new();
        for word in words.iter().filter(|word| !seen.insert(word.get_ref().to_lowercase())) {
            problems.add_with_help(
                word.span(),
                format!("`{}` stands twice in this list", word.get_ref()),
                Some("delete one, or write what was meant".to_owned()),
            );
        }
        words.into_iter().map(Word::into_inner).collect()
    };
    let mut has_patterns = false;
    let mut expressions = |key: &str, read: &dyn Fn(&str) -> Result<Expression, String>| -> Vec<Unread<Expression>> {
        let mut expressions = Vec::new();
        for word in table.strings(key).unwrap_or_default() {
            has_patterns |= key == "patterns";
            match read(word.get_ref()) {
                Ok(expression) => expressions.push(expression.into()),
                Err(message) => problems.add(word.span(), message),
            }
        }
        expressions
    };
    let scope = table.choice("scope", &SCOPE_NAMES, |name| match name {
        "line" => Some(Scope::Line),
        "phrase" => Some(Scope::Phrase),
        _ => None,
    });
    let mut unless = expressions("unless", syntax.guard);
    let prose = table.boolean("prose");
    if prose == Some(false) {
        unless.extend((syntax.guard)(PROSE).map(Unread::from));
    }
    let matching = Matching {
        scope: scope.unwrap_or(Scope::Line),
        // A line is compared without its decoration, so its literal has none either.
        lines: Literals::at_start(
            literals("lines")
                .iter()
                .map(|line| without_trailing_decoration(without_leading_decoration(line)).to_owned()),
        ),
        starts: Literals::at_start(literals("starts")),
        phrases: Literals::anywhere(literals("phrases")),
        substitutions: read_substitutions(table),
        vocabulary: literals("vocabulary").into(),
        patterns: expressions("patterns", syntax.pattern),
        unless,
        max_words: table.count("max-words", 1),
        near: table.table("near", read_near).flatten(),
    };
    let none_of_lines = matching.lines.is_empty() && matching.starts.is_empty() && matching.vocabulary.is_empty();
    let is_empty = none_of_lines && matching.phrases.is_empty() && matching.substitutions.literals.is_empty();
    if is_empty && !has_patterns {
        problems.add_with_help(
            table.span(),
            "[match] holds nothing to match",
            Some("add `phrases`, `substitutions`, `lines`, `starts`, `vocabulary` or `patterns`".to_owned()),
        );
    }
    if matching.scope == Scope::Phrase && !none_of_lines {
        problems.add_with_help(
            table.span(),
            "`lines`, `starts` and `vocabulary` go with `scope = \"line\"`",
            Some("use `phrases` or `patterns`".to_owned()),
        );
    }
    if matching.scope == Scope::Phrase && prose.is_some() {
        problems.add_with_help(
            table.span(),
            "`prose` goes with `scope = \"line\"`: it looks at the line, and here the finding is the match",
            Some("take the key out, or use `unless`".to_owned()),
        );
    }
    matching
}

/// Reads `substitutions` and writes the groups of each entry out: `{make,makes} sense` is two literals,
/// and a group in `use` goes by the choice made in the group of the same place in `find`.
fn read_substitutions(table: &Table<'_>) -> Substitutions {
    let (mut literals, mut entries) = (Literals::default(), Entries::default());
    let mut seen = BTreeSet::new();
    for (entry, mut finds) in table.tables("substitutions", read_substitution).into_iter().flatten() {
        // Groups of two entries can overlap; the first entry holds.
        finds.retain(|(find, _)| seen.insert(folded(find)));
        for (find, choice) in finds {
            let folded = folded(&find);
            let anchor = anchors::of_literal(&folded);
            if anchor.is_some() {
                literals.push(&folded, anchor);
                entries.choices.push((entries.entries.len() as u32, choice as u32));
            }
        }
        entries.entries.push(entry);
    }
    Substitutions { literals, entries: entries.into() }
}

fn read_substitution(table: &Table<'_>) -> Option<(Substitution, Vec<(String, usize)>)> {
    let problems = table.problems();
    let find = table.required_string("find");
    let (replacement, advice) = (table.string("use"), table.string("advice"));
    let note = table.string("note").map(Word::into_inner);
    let find = find?;
    let instead = match (replacement, advice) {
        (Some(text), None) => Instead::Use(text.into_inner()),
        (None, Some(text)) => Instead::Advice(text.into_inner()),
        _ => {
            problems.add(table.span(), "an entry of `substitutions` has either `use` or `advice`");
            return None;
        }
    };
    let finds = match write_out(find.get_ref(), &instead) {
        Ok(finds) => finds,
        Err(message) => {
            problems.add(find.span(), message);
            return None;
        }
    };
    if finds.iter().any(|(find, _)| !can_stand_alone(find) || find.contains(['\n', '\r'])) {
        problems.add(find.span(), "each literal holds a letter, digit or symbol to find it by, and stands on one line");
    }
    Some((Substitution { instead, note }, finds))
}

/// Most literals that one entry stands for.
const MOST_LITERALS: usize = 500;

/// All choices of the groups of `find`, numbered; the groups of what to write have to go with them.
fn write_out(find: &str, instead: &Instead) -> Result<Vec<(String, usize)>, String> {
    let find_parts = groups(find)?;
    let sizes: Vec<usize> = find_parts.iter().skip(1).step_by(2).map(Vec::len).collect();
    if let Instead::Use(text) = instead {
        for (index, size) in groups(text)?.iter().skip(1).step_by(2).map(Vec::len).enumerate() {
            if sizes.get(index) != Some(&size) {
                let place = index + 1;
                return Err(format!("group {place} of `use` has {size} choices, the one of `find` another number"));
            }
        }
    }
    let total: usize = sizes.iter().product();
    if total > MOST_LITERALS {
        return Err(format!("this stands for {total} literals, more than {MOST_LITERALS}"));
    }
    Ok((0..total).map(|number| (choose(&find_parts, number), number)).collect())
}

/// The text with the choices of this number: the first group turns fastest.
fn choose(parts: &[Vec<&str>], mut number: usize) -> String {
    let mut out = String::new();
    for part in parts {
        out.push_str(part.get(number % part.len().max(1)).copied().unwrap_or_default());
        number /= part.len().max(1);
    }
    out.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text cut at its groups: every second part is a group with its choices, the others have one.
fn groups(text: &str) -> Result<Vec<Vec<&str>>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((inside, after)) = behind.split_once('}').filter(|(inside, _)| !inside.contains('{')) else {
            return Err("a group `{…}` is not closed, or stands inside another".to_owned());
        };
        parts.push(vec![before]);
        parts.push(inside.split(',').map(str::trim).collect());
        rest = after;
    }
    if rest.contains('}') {
        return Err("`}` closes no group".to_owned());
    }
    parts.push(vec![rest]);
    Ok(parts)
}

/// Whether a literal holds anything that the matcher can look it up by: a letter, a digit, or a
/// symbol such as `©` or `$`.
fn can_stand_alone(literal: &str) -> bool {
    literal.chars().any(|c| c.is_alphanumeric() || "©®₹€£¥$%#@|&".contains(c))
}

fn read_near(table: &Table<'_>) -> Option<Near> {
    let family = table.required_string("family");
    let lines = table.count("lines", 1).unwrap_or(1);
    let family = family?;
    let place = (family.span().start as u32, family.span().end as u32);
    Some(Near { family: family.into_inner(), lines, place })
}

fn read_options(table: &Table<'_>) -> Vec<OptionDeclaration> {
    let names = table.names();
    names.iter().filter_map(|name| table.table(name.get_ref(), |table| read_option(name, table)).flatten()).collect()
}

fn read_option(name: &Word, table: &Table<'_>) -> Option<OptionDeclaration> {
    let description = table.required_string("description");
    let kind = match table.required_string("type")?.get_ref().as_str() {
        "integer" => {
            let least = table.count("least", 0).unwrap_or(0);
            OptionKind::Integer { default: table.count("default", least)?, least }
        }
        "boolean" => OptionKind::Boolean { default: table.boolean("default")? },
        "strings" => {
            OptionKind::Strings { default: table.strings("default")?.into_iter().map(Word::into_inner).collect() }
        }
        other => {
            table.problems().add_with_help(
                table.span(),
                format!("an option cannot be of type `{other}`"),
                Some("it is `integer`, `boolean` or `strings`".to_owned()),
            );
            return None;
        }
    };
    Some(OptionDeclaration { name: name.get_ref().clone(), kind, description: description?.into_inner() })
}

fn read_example(table: &Table<'_>) -> Option<Example> {
    let text = table.required_string("text");
    let flags = table.strings("flags");
    if flags.is_none() && !table.has("flags") {
        table.missing("flags");
    }
    let fixed = table.string("fixed");
    let encoding = table.string("encoding");
    Some(Example {
        text: text?.into_inner(),
        flags: flags?.into_iter().map(Word::into_inner).collect(),
        fixed: fixed.map(Word::into_inner),
        encoding: encoding.map(Word::into_inner),
        place: u32::try_from(table.span().start).unwrap_or(u32::MAX),
    })
}
