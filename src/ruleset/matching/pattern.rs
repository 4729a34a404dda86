//! Regular expressions of rule files: their dialect, and the words that stand for them in the
//! shared scan.
//!
//! A pattern is Rust regex syntax, case-insensitive, with `\d \w \s \b` in ASCII (a Unicode `\b`
//! makes the regex engine fall off its fast path on any text with a curly quote), a space for any
//! run of blanks, and `'`, `"` and `-` for all their typographic forms, as in literals.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, Ast};

const BLANKS: &str = r" \t\x{A0}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}";

/// A regular expression that is compiled when it is first needed: most of a run's documents touch
/// a small part of the rules, and a hook that lints one file should start at once.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Takes a pattern that [`check`] or [`check_guard`] has accepted.
    #[must_use]
    pub fn new(source: &str) -> Pattern {
        Pattern { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// The compiled expression, or `None` for one that does not compile, which never matches.
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }
}

/// What is wrong with an expression of `patterns`.
///
/// # Errors
/// A syntax error, or the lack of a complete word by which the shared scan could find it.
pub fn check(pattern: &str) -> Result<(), String> {
    check_guard(pattern)?;
    match anchors(pattern) {
        Some(_) => Ok(()),
        None => Err(format!(
            "the pattern `{pattern}` has an alternative without a complete literal word to find it by; \
             add one (a word counts as complete between blanks, punctuation, `\\b` or the pattern's ends)"
        )),
    }
}

/// What is wrong with an expression of `unless`, which needs no word to be found by.
///
/// # Errors
/// A syntax error.
pub fn check_guard(pattern: &str) -> Result<(), String> {
    compile(pattern).map(|_| ())
}

fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = translate(pattern)?;
    RegexBuilder::new(&translated).case_insensitive(true).build().map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        format!("the pattern `{pattern}` does not compile: {}", last.trim().trim_start_matches("error: "))
    })
}

fn parse(pattern: &str) -> Result<Ast, String> {
    ast::parse::Parser::new()
        .parse(pattern)
        .map_err(|error| format!("the pattern `{pattern}` is no regular expression: {}", error.kind()))
}

/// Rewrites a pattern from the dialect of rule files to that of the regex engine.
fn translate(pattern: &str) -> Result<String, String> {
    let ast = parse(pattern)?;
    let mut edits = Vec::new();
    collect_edits(&ast, &mut edits);
    edits.sort_by_key(|(span, _)| span.start.offset);
    let mut out = String::with_capacity(pattern.len() + edits.len() * 24);
    let mut at = 0;
    for (span, replacement) in edits {
        out.push_str(&pattern[at..span.start.offset]);
        out.push_str(&replacement);
        at = span.end.offset;
    }
    out.push_str(&pattern[at..]);
    Ok(out)
}

fn collect_edits(ast: &Ast, edits: &mut Vec<(ast::Span, String)>) {
    match ast {
        Ast::Literal(literal) if literal.kind == ast::LiteralKind::Verbatim => {
            let replacement = match literal.c {
                ' ' => format!("(?:[{BLANKS}]+)"),
                '\'' => "['’‘‛´`ʼ]".to_owned(),
                '"' => "[\"“”„‟«»]".to_owned(),
                '-' => "[-‐‑–—―−]".to_owned(),
                _ => return,
            };
            edits.push((literal.span, replacement));
        }
        Ast::ClassPerl(class) => edits.push((class.span, ascii_class(class))),
        Ast::Assertion(assertion) if assertion.kind == ast::AssertionKind::WordBoundary => {
            edits.push((assertion.span, r"(?-u:\b)".to_owned()));
        }
        Ast::ClassBracketed(class) => collect_class_edits(&class.kind, edits),
        Ast::Repetition(repetition) => collect_edits(&repetition.ast, edits),
        Ast::Group(group) => collect_edits(&group.ast, edits),
        Ast::Alternation(alternation) => alternation.asts.iter().for_each(|ast| collect_edits(ast, edits)),
        Ast::Concat(concat) => concat.asts.iter().for_each(|ast| collect_edits(ast, edits)),
        _ => {}
    }
}

fn collect_class_edits(set: &ast::ClassSet, edits: &mut Vec<(ast::Span, String)>) {
    let mut items = vec![];
    match set {
        ast::ClassSet::Item(item) => items.push(item),
        ast::ClassSet::BinaryOp(operation) => {
            collect_class_edits(&operation.lhs, edits);
            collect_class_edits(&operation.rhs, edits);
        }
    }
    while let Some(item) = items.pop() {
        match item {
            ast::ClassSetItem::Perl(class) => edits.push((class.span, ascii_class(class))),
            ast::ClassSetItem::Bracketed(class) => collect_class_edits(&class.kind, edits),
            ast::ClassSetItem::Union(union) => items.extend(&union.items),
            _ => {}
        }
    }
}

fn ascii_class(class: &ast::ClassPerl) -> String {
    let members = match class.kind {
        ast::ClassPerlKind::Digit => "0-9".to_owned(),
        ast::ClassPerlKind::Word => "0-9A-Za-z_".to_owned(),
        ast::ClassPerlKind::Space => format!(r"{BLANKS}\n\r\x0B\x0C"),
    };
    if class.negated { format!("[^{members}]") } else { format!("[{members}]") }
}

/// One piece of a text that a pattern matches, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// This character.
    Character(char),
    /// One or more separators of words.
    Separators,
    /// A border of the text or of a word.
    Border,
    /// Anything, or nothing.
    Unknown,
}

/// Most texts that a pattern is expanded to before the rest counts as unknown.
const MOST_EXPANSIONS: usize = 96;

/// The words to look a pattern up by: every text that it matches holds at least one of these
/// word sequences (of one or two words) as complete words. `None` when there is no such set.
#[must_use]
pub fn anchors(pattern: &str) -> Option<Vec<String>> {
    let ast = parse(pattern).ok()?;
    let mut found = BTreeSet::new();
    for pieces in expand(&ast) {
        found.insert(best_anchor(&pieces)?);
    }
    Some(found.into_iter().collect())
}

/// The texts that a pattern matches. Too many texts, or texts too free, become [`Piece::Unknown`].
fn expand(ast: &Ast) -> BTreeSet<Vec<Piece>> {
    let unknown = || BTreeSet::from([vec![Piece::Unknown]]);
    let one = |piece: Piece| BTreeSet::from([vec![piece]]);
    match ast {
        Ast::Empty(_) | Ast::Flags(_) => BTreeSet::from([vec![]]),
        Ast::Literal(literal) => one(literal_piece(literal.c)),
        Ast::Assertion(assertion) => match assertion.kind {
            ast::AssertionKind::NotWordBoundary => unknown(),
            _ => one(Piece::Border),
        },
        Ast::ClassPerl(class) if class.kind == ast::ClassPerlKind::Space && !class.negated => one(Piece::Separators),
        Ast::ClassBracketed(class) => expand_class(class).unwrap_or_else(unknown),
        Ast::Group(group) => expand(&group.ast),
        Ast::Alternation(alternation) => {
            let all: BTreeSet<_> = alternation.asts.iter().flat_map(expand).collect();
            if all.len() > MOST_EXPANSIONS { unknown() } else { all }
        }
        Ast::Concat(concat) => {
            let mut all = BTreeSet::from([vec![]]);
            for part in &concat.asts {
                let mut texts = expand(part);
                if all.len() * texts.len() > MOST_EXPANSIONS {
                    texts = unknown();
                }
                all = all
                    .iter()
                    .flat_map(|head: &Vec<Piece>| texts.iter().map(move |tail| [&head[..], &tail[..]].concat()))
                    .collect();
            }
            all
        }
        Ast::Repetition(repetition) => {
            let (least, once) = match &repetition.op.kind {
                ast::RepetitionKind::ZeroOrOne => (0, true),
                ast::RepetitionKind::ZeroOrMore => (0, false),
                ast::RepetitionKind::OneOrMore => (1, false),
                ast::RepetitionKind::Range(range) => match range {
                    ast::RepetitionRange::Exactly(count) => (*count, *count == 1),
                    ast::RepetitionRange::AtLeast(least) => (*least, false),
                    ast::RepetitionRange::Bounded(least, most) => (*least, *most == 1),
                },
            };
            let inner = expand(&repetition.ast);
            let separators = inner == one(Piece::Separators);
            let mut texts = if once || separators { inner } else { unknown() };
            if least == 0 {
                texts.insert(vec![]);
            }
            texts
        }
        Ast::Dot(_) | Ast::ClassPerl(_) | Ast::ClassUnicode(_) => unknown(),
    }
}

fn literal_piece(c: char) -> Piece {
    // A literal blank, quotation mark or dash matches any number or form of it.
    if matches!(c, ' ' | '\'' | '"' | '-') { Piece::Separators } else { Piece::Character(c) }
}

/// The characters of a bracketed class, when they are few or all separators.
fn expand_class(class: &ast::ClassBracketed) -> Option<BTreeSet<Vec<Piece>>> {
    const MOST_CHARACTERS: usize = 4;
    if class.negated {
        return None;
    }
    let ast::ClassSet::Item(item) = &class.kind else { return None };
    let items = match item {
        ast::ClassSetItem::Union(union) => &union.items[..],
        item => std::slice::from_ref(item),
    };
    let mut pieces = BTreeSet::new();
    for item in items {
        match item {
            ast::ClassSetItem::Literal(literal) => {
                let folded = literal.c.to_lowercase().next().unwrap_or(literal.c);
                let separates =
                    !folded.is_alphanumeric() && super::words::Words::new(&folded.to_string()).next().is_none();
                pieces.insert(vec![if separates { Piece::Separators } else { Piece::Character(folded) }]);
            }
            ast::ClassSetItem::Perl(class) if class.kind == ast::ClassPerlKind::Space && !class.negated => {
                pieces.insert(vec![Piece::Separators]);
            }
            _ => return None,
        }
    }
    (pieces.len() <= MOST_CHARACTERS).then_some(pieces)
}

/// The best word or pair of words among the complete words of a text.
fn best_anchor(pieces: &[Piece]) -> Option<String> {
    // Complete words of the text; `None` stands for a stretch that may hold words.
    let mut words: Vec<Option<String>> = Vec::new();
    let mut word = String::new();
    let mut complete = true;
    for piece in pieces.iter().chain([&Piece::Border]) {
        match piece {
            Piece::Character(c) if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            Piece::Unknown => {
                word.clear();
                words.push(None);
                complete = false;
            }
            other => {
                if !word.is_empty() && complete {
                    words.push(Some(word.clone()));
                } else if !word.is_empty() {
                    words.push(None);
                }
                word.clear();
                complete = true;
                if let Piece::Character(c) = other
                    && super::words::Words::new(&c.to_string()).next().is_some()
                {
                    words.push(Some(c.to_string()));
                }
            }
        }
    }
    super::anchors::best(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_patterns() {
        let of = |pattern| anchors(pattern).map(|words| words.join("|"));
        assert_eq!(of(r"^join for \d+p/week").as_deref(), Some("join for"));
        assert_eq!(of(r"^\d+ min(ute)?s? read$").as_deref(), Some("min read|mins read|minute read|minutes read"));
        assert_eq!(of(r"(?:sign|log) in\b").as_deref(), Some("log in|sign in"));
        assert_eq!(of(r"^\d+:\d+$"), None);
        assert_eq!(of(r"^[₹€$]\s?\d+").as_deref(), Some("$|€|₹"));
        assert_eq!(of(r"foo\w*"), None);
        assert_eq!(of(r"foo bar\w*").as_deref(), Some("foo"));
    }

    #[test]
    fn the_dialect() {
        let matches = |pattern: &str, text: &str| compile(pattern).unwrap().is_match(text);
        assert!(matches("here's why", "HERE’S \u{A0}WHY"));
        assert!(matches(r"^[\d.]+ \w+$", "1.5\u{A0}km"));
        assert!(!matches(r"^\w+$", "é"));
        assert!(matches("e-mail", "E–mail"));
        assert!(check("(").is_err());
    }
}
