//! Regular expressions of rule files: their dialect, and what the shared scan has to know of them.
//!
//! A pattern is Rust regex syntax, case-insensitive, with `\d \w \s \b` in ASCII, a space for any
//! run of blanks, and `'`, `"` and `-` for all their typographic forms, as in literals.
//!
//! Expressions work on bytes, with Unicode only in classes that hold other than ASCII characters,
//! because bytes are quicker to look at. So `.` and negated ASCII classes match one byte, and counts
//! of them count bytes; a match that ends inside a character is widened to the whole character.
//!
//! The build script reads the built-in rules with this module, so that a run does not have to.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::program::Program;
use super::rarity;
use super::reach::longest;
use super::words::Words;

/// Blanks that scraped text holds between words: space, tab, U+00A0, U+2009 and U+202F, as bytes.
const BLANK: &str = r"(?:[ \t]|\xC2\xA0|\xE2\x80[\x89\xAF])";

/// Apostrophes and single quotation marks: ' ` ´ ʼ ‘ ’ ‛
const SINGLE_QUOTE: &str = r"(?:['`]|\xC2\xB4|\xCA\xBC|\xE2\x80[\x98\x99\x9B])";

/// Double quotation marks: " « » “ ” „ ‟
const DOUBLE_QUOTE: &str = r#"(?:"|\xC2[\xAB\xBB]|\xE2\x80[\x9C-\x9F])"#;

/// Hyphens and dashes: - ‐ ‑ ‒ – — ― −
const DASH: &str = r"(?:-|\xE2\x80[\x90-\x95]|\xE2\x88\x92)";

/// An expression of a rule file, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expression {
    /// As the rule file has it.
    pub source: String,
    /// In the dialect of the regex crate.
    pub translated: String,
    /// As the steps of a search for it.
    pub program: Program,
    /// Words to look it up by; every text that it matches holds one of these as complete words.
    /// Empty for guards, which are not looked up.
    pub anchors: Vec<Anchor>,
    /// Most bytes of a match before one of these words, a run of blanks counted as one; none when there may be
    /// many, or when a match can only begin at the start of a line.
    pub reach: Option<u32>,
    /// What the first byte of a matching line can be, for expressions that begin with `^`.
    pub first: Option<ByteSet>,
    /// What the last byte of a matching line can be, for expressions that end with `$`.
    pub last: Option<ByteSet>,
    /// Sets of rare bytes; every match holds a byte of each.
    pub required: Vec<ByteSet>,
    /// For guards that are no more than a list of words, `\b(said|according to)\b`: the words.
    /// Looking for words is quicker than a search.
    pub words: Vec<String>,
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteSet([u64; 4]);

/// As bytes, which a run begins with reading thousands of: numbers of varying length are read byte by byte.
impl Serialize for ByteSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.map(u64::to_le_bytes).as_flattened().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ByteSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ByteSet, D::Error> {
        let mut set = ByteSet::default();
        let (numbers, _) = <&[u8]>::deserialize(deserializer)?.as_chunks();
        set.0.iter_mut().zip(numbers).for_each(|(number, bytes)| *number = u64::from_le_bytes(*bytes));
        Ok(set)
    }
}

impl ByteSet {
    /// Adds bytes.
    pub fn insert(&mut self, bytes: RangeInclusive<u8>) {
        bytes.for_each(|byte| self.0[usize::from(byte / 64)] |= 1 << (byte % 64));
    }

    /// The bytes of a text.
    #[must_use]
    pub fn of(text: &[u8]) -> ByteSet {
        // A number for each byte is set at less cost than a bit.
        let mut seen = [0; 256];
        text.iter().for_each(|byte| seen[usize::from(*byte)] = 1);
        let mut set = ByteSet::default();
        for (eight, numbers) in seen.as_chunks().0.iter().enumerate() {
            set.0[eight / 8] |= bits_of(*numbers) << (eight % 8 * 8);
        }
        set
    }

    /// Whether a byte is in both.
    #[must_use]
    pub fn meets(&self, other: &ByteSet) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }

    /// The bytes of either set.
    #[must_use]
    pub fn union(mut self, other: ByteSet) -> ByteSet {
        self.0.iter_mut().zip(other.0).for_each(|(own, other)| *own |= other);
        self
    }

    /// Whether the byte is in the set.
    #[must_use]
    pub fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] & 1 << (byte % 64) != 0
    }

    /// How much of a text has bytes of the set, by a rough scale on which a set beyond
    /// [`TOO_COMMON`] tells nothing of a line.
    fn commonness(&self) -> u32 {
        let of_byte = |byte: u8| match byte.to_ascii_lowercase() {
            b'j' | b'q' | b'x' | b'z' => 3,
            b'k' | b'v' => 15,
            b'b' | b'f' | b'g' | b'm' | b'p' | b'w' | b'y' => 35,
            b'a'..=b'z' | b' ' => 100,
            b'.' | b',' | b'-' | b'\'' | b'"' => 40,
            0xE2 => 20,
            b'0'..=b'9' => 2,
            _ => 1,
        };
        (0..=255).filter(|byte| self.contains(*byte)).map(of_byte).sum()
    }
}

/// The bits of eight numbers that are 0 or 1: multiplying moves each to a place of its own in the highest byte.
fn bits_of(numbers: [u8; 8]) -> u64 {
    u64::from_le_bytes(numbers).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The [`ByteSet::commonness`] from which on a set is on most lines: ASCII digits and all rare
/// symbols together stay below, and so does each of the rarer letters.
const TOO_COMMON: u32 = 100;

/// The highest [`Expression::reach`] that is used.
const MOST_REACH: u32 = 100;

/// Most sets of required bytes that are looked for.
const MOST_REQUIRED: usize = 4;

/// One or two words that a pattern can be looked up by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Anchor {
    /// The words.
    pub words: String,
    /// Whether no letter or digit can stand before them on the line.
    pub at_start: bool,
}

/// Reads an expression of `patterns`.
///
/// # Errors
/// A syntax error, or the lack of a complete word by which the shared scan could find it.
pub fn read_pattern(source: &str) -> Result<Expression, String> {
    let mut expression = read_guard(source)?;
    let ast = parse(source)?;
    expression.anchors = anchors(&ast, &[]).ok_or_else(|| {
        format!(
            "the pattern `{source}` has an alternative without a complete literal word to find it by; \
             add one (a word counts as complete between blanks, punctuation, `\\b` or the pattern's ends)"
        )
    })?;
    if !expression.program.at_start {
        expression.reach = reach(source, &ast, &expression.anchors)?.filter(|reach| *reach <= MOST_REACH);
    }
    Ok(expression)
}

/// See [`Expression::reach`].
fn reach(source: &str, ast: &Ast, anchors_of_all: &[Anchor]) -> Result<Option<u32>, String> {
    let parts = if let Ast::Concat(concat) = ast { &concat.asts[..] } else { &[] };
    let heads = parts.iter().map(|part| &source[..part.span().end.offset]);
    // The shortest head in which one of the words stands whatever follows.
    for head in heads {
        let anchors = anchors(&parse(head)?, &[Piece::Unknown]);
        if anchors.is_some_and(|anchors| anchors.iter().all(|anchor| anchors_of_all.contains(anchor))) {
            return Ok(longest(&hir_of(head, &translate(head)?)?));
        }
    }
    Ok(longest(&hir_of(source, &translate(source)?)?))
}

/// Reads an expression of `unless`, which needs no word to be found by.
///
/// # Errors
/// A syntax error.
pub fn read_guard(source: &str) -> Result<Expression, String> {
    let translated = translate(source)?;
    let hir = hir_of(source, &translated)?;
    let mut sets = required(&hir);
    sets.retain(|set| set.commonness() < TOO_COMMON);
    sets.sort_by_key(ByteSet::commonness);
    sets.dedup();
    sets.truncate(MOST_REQUIRED);
    let (first, last) = (first_bytes(&hir), last_bytes(&hir));
    let program =
        Program::new(&hir).map_err(|_| format!("the pattern `{source}` is too large: its counts multiply"))?;
    // With flags of its own, such as `(?-i)`, an expression means more than its words.
    let may_be_list = source.starts_with(r"\b") && source.ends_with(r"\b") && !source.contains("(?");
    let words = if may_be_list { word_list(&parse(source)?) } else { None }.unwrap_or_default();
    Ok(Expression {
        source: source.to_owned(),
        translated,
        program,
        anchors: Vec::new(),
        reach: None,
        first,
        last,
        required: sets,
        words,
    })
}

/// Parses a translated expression.
fn hir_of(source: &str, translated: &str) -> Result<Hir, String> {
    let mut parser = regex_syntax::ParserBuilder::new().utf8(false).unicode(false).case_insensitive(true).build();
    parser.parse(translated).map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        format!("the pattern `{source}` does not compile: {}", last.trim().trim_start_matches("error: "))
    })
}

/// The bytes that a match can begin with, if it can only begin at the line's start and is never
/// empty.
fn first_bytes(hir: &Hir) -> Option<ByteSet> {
    let mut set = ByteSet::default();
    let at_start = hir.properties().look_set_prefix().contains(Look::Start);
    (at_start && !can_be_empty(hir, Side::First, &mut set)).then_some(set)
}

/// The bytes that a match can end with, if it can only end at the line's end and is never empty.
fn last_bytes(hir: &Hir) -> Option<ByteSet> {
    let mut set = ByteSet::default();
    let at_end = hir.properties().look_set_suffix().contains(Look::End);
    (at_end && !can_be_empty(hir, Side::Last, &mut set)).then_some(set)
}

/// An end of a match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

/// Adds the bytes that a match of `hir` can have at one side; the result is whether a match can be
/// empty, so that what stands beside it counts, too.
fn can_be_empty(hir: &Hir, side: Side, set: &mut ByteSet) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            let byte = if side == Side::First { literal.0.first() } else { literal.0.last() };
            byte.into_iter().for_each(|byte| set.insert(*byte..=*byte));
            byte.is_none()
        }
        HirKind::Class(class) => {
            *set = set.union(if side == Side::First { leading_bytes(class) } else { trailing_bytes(class) });
            false
        }
        HirKind::Repetition(repetition) => can_be_empty(&repetition.sub, side, set) || repetition.min == 0,
        HirKind::Capture(capture) => can_be_empty(&capture.sub, side, set),
        HirKind::Concat(parts) if side == Side::Last => parts.iter().rev().all(|part| can_be_empty(part, side, set)),
        HirKind::Concat(parts) => parts.iter().all(|part| can_be_empty(part, side, set)),
        HirKind::Alternation(parts) => parts.iter().fold(false, |empty, part| can_be_empty(part, side, set) | empty),
    }
}

/// The first bytes of a class's members.
fn leading_bytes(class: &Class) -> ByteSet {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(class) => class.ranges().iter().for_each(|range| set.insert(range.start()..=range.end())),
        Class::Unicode(class) => {
            for range in class.ranges() {
                let lead = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
                set.insert(lead(range.start())..=lead(range.end()));
            }
        }
    }
    set
}

/// The last bytes of a class's members.
fn trailing_bytes(class: &Class) -> ByteSet {
    let mut set = leading_bytes(class);
    if set.0[3] != 0 && matches!(class, Class::Unicode(_)) {
        // What begins with a high byte ends with one of those that only go on.
        (set.0[2], set.0[3]) = (u64::MAX, 0);
    }
    set
}

/// Sets of bytes of which every match holds one: looking for rare bytes costs a tenth of running
/// the expression.
fn required(hir: &Hir) -> Vec<ByteSet> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => {
            let one = |byte: &u8| {
                let mut set = ByteSet::default();
                set.insert(*byte..=*byte);
                set
            };
            literal.0.iter().map(one).collect()
        }
        HirKind::Class(class) => vec![leading_bytes(class)],
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => required(&repetition.sub),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(required).collect(),
        // One of the alternatives matches, and with it the rarest of its sets.
        HirKind::Alternation(parts) => {
            let rarest = |part: &Hir| required(part).into_iter().min_by_key(ByteSet::commonness);
            let sets: Option<Vec<_>> = parts.iter().map(rarest).collect();
            sets.into_iter().map(|sets| sets.into_iter().fold(ByteSet::default(), ByteSet::union)).collect()
        }
    }
}

fn parse(pattern: &str) -> Result<Ast, String> {
    ast::parse::Parser::new()
        .parse(pattern)
        .map_err(|error| format!("the pattern `{pattern}` is no regular expression: {}", error.kind()))
}

/// Rewrites a pattern from the dialect of rule files to that of the regex crate.
fn translate(pattern: &str) -> Result<String, String> {
    let ast = parse(pattern)?;
    let mut edits = Vec::new();
    collect_edits(&ast, pattern, &mut edits);
    Ok(apply(pattern, 0..pattern.len(), edits))
}

/// A part of a pattern with its edits made.
fn apply(pattern: &str, part: Range<usize>, mut edits: Vec<(ast::Span, String)>) -> String {
    edits.sort_by_key(|(span, _)| span.start.offset);
    let mut out = String::with_capacity(part.len() + edits.len() * 24);
    let mut at = part.start;
    for (span, replacement) in edits {
        out.push_str(&pattern[at..span.start.offset]);
        out.push_str(&replacement);
        at = span.end.offset;
    }
    out.push_str(&pattern[at..part.end]);
    out
}

fn collect_edits(ast: &Ast, pattern: &str, edits: &mut Vec<(ast::Span, String)>) {
    let mut all = |asts: &[Ast]| asts.iter().for_each(|ast| collect_edits(ast, pattern, edits));
    match ast {
        Ast::Literal(literal) if literal.kind == ast::LiteralKind::Verbatim => {
            let replacement = match literal.c {
                ' ' => format!("(?:{BLANK}+)"),
                '\'' => SINGLE_QUOTE.to_owned(),
                '"' => DOUBLE_QUOTE.to_owned(),
                '-' => DASH.to_owned(),
                _ => return,
            };
            edits.push((literal.span, replacement));
        }
        Ast::ClassPerl(class) if class.kind == ast::ClassPerlKind::Space && !class.negated => {
            edits.push((class.span, format!(r"(?:{BLANK}|[\n\r\x0B\x0C])")));
        }
        Ast::ClassPerl(class) => edits.push((class.span, ascii_class(class))),
        Ast::ClassUnicode(class) => {
            edits.push((class.span, format!("(?u:{})", &pattern[class.span.start.offset..class.span.end.offset])));
        }
        Ast::ClassBracketed(class) => {
            let mut inner = Vec::new();
            collect_class_edits(&class.kind, &mut inner);
            let text = apply(pattern, class.span.start.offset..class.span.end.offset, inner);
            let needs_unicode =
                !text.is_ascii() || [r"\x{", r"\u", r"\p", r"\P"].iter().any(|mark| text.contains(mark));
            edits.push((class.span, if needs_unicode { format!("(?u:{text})") } else { text }));
        }
        Ast::Repetition(repetition) => collect_edits(&repetition.ast, pattern, edits),
        Ast::Group(group) => collect_edits(&group.ast, pattern, edits),
        Ast::Alternation(alternation) => all(&alternation.asts),
        Ast::Concat(concat) => all(&concat.asts),
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
        ast::ClassPerlKind::Digit => "0-9",
        ast::ClassPerlKind::Word => "0-9A-Za-z_",
        ast::ClassPerlKind::Space => r" \t\n\r\x0B\x0C",
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
    /// One or more characters that are no letters or digits; some count as words.
    Decoration,
    /// The start of the line.
    Start,
    /// The end of the line, or a border of a word.
    Border,
    /// Anything, or nothing.
    Unknown,
}

/// Most texts that a pattern is expanded to before the rest counts as unknown.
const MOST_EXPANSIONS: usize = 160;

/// The words or pairs of words of an expression that matches one of them anywhere and nothing else.
fn word_list(ast: &Ast) -> Option<Vec<String>> {
    let mut list = Vec::new();
    for pieces in expand(ast) {
        // Whole words: a border on either side, and nothing that is not known between them.
        let [Piece::Border, inner @ .., Piece::Border] = &pieces[..] else { return None };
        let mut words = String::new();
        for piece in inner {
            match piece {
                Piece::Character(c) if c.is_alphanumeric() => words.extend(c.to_lowercase()),
                Piece::Separators => words.push(' '),
                _ => return None,
            }
        }
        let count = words.split(' ').count();
        if count > 2 || words.split(' ').any(str::is_empty) {
            return None;
        }
        list.push(words);
    }
    Some(list)
}

/// The words to look a pattern up by that is followed by something. `None` when there is no such set.
fn anchors(ast: &Ast, behind: &[Piece]) -> Option<Vec<Anchor>> {
    let mut found = BTreeSet::new();
    for mut pieces in expand(ast) {
        pieces.extend_from_slice(behind);
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
            ast::AssertionKind::StartLine | ast::AssertionKind::StartText => one(Piece::Start),
            _ => one(Piece::Border),
        },
        Ast::ClassPerl(class) if class.kind == ast::ClassPerlKind::Space && !class.negated => one(Piece::Separators),
        Ast::ClassPerl(class) if class.kind == ast::ClassPerlKind::Word && class.negated => one(Piece::Decoration),
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
            let between_words = inner == one(Piece::Separators) || inner == one(Piece::Decoration);
            let mut texts = if once || between_words { inner } else { unknown() };
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

/// The characters of a bracketed class, when they are few, or none is a letter or digit.
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
        pieces.insert(match item {
            ast::ClassSetItem::Literal(literal) if is_separator(literal.c) => Piece::Separators,
            ast::ClassSetItem::Literal(literal) => Piece::Character(literal.c.to_lowercase().next()?),
            ast::ClassSetItem::Perl(class) if class.kind == ast::ClassPerlKind::Space && !class.negated => {
                Piece::Separators
            }
            ast::ClassSetItem::Perl(class) if class.kind == ast::ClassPerlKind::Word && class.negated => {
                Piece::Decoration
            }
            _ => return None,
        });
    }
    let is_decoration = |piece: &Piece| !matches!(piece, Piece::Character(c) if c.is_alphanumeric());
    // A few symbols, such as those of currencies, are words to look the pattern up by.
    let is_symbols = !pieces.contains(&Piece::Separators) && pieces.len() <= MOST_CHARACTERS;
    if pieces.len() > 1 && !is_symbols && pieces.iter().all(is_decoration) {
        return Some(BTreeSet::from([vec![Piece::Decoration]]));
    }
    (pieces.len() <= MOST_CHARACTERS).then(|| pieces.into_iter().map(|piece| vec![piece]).collect())
}

/// Whether a character parts words and is none itself.
fn is_separator(c: char) -> bool {
    !c.is_alphanumeric() && Words::new(c.encode_utf8(&mut [0; 4])).next().is_none()
}

/// The best word or pair of words among the complete words of a text. At the start of a line the
/// first ones are best, whatever they are: one look at what stands before them tells most hits
/// from others.
fn best_anchor(pieces: &[Piece]) -> Option<Anchor> {
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
                if !word.is_empty() {
                    words.push(complete.then(|| word.clone()));
                }
                word.clear();
                complete = true;
                match other {
                    Piece::Character(c) if !is_separator(*c) => words.push(Some(c.to_string())),
                    // Nothing that may be a word stands at the very start.
                    Piece::Decoration if !words.is_empty() => words.push(None),
                    _ => {}
                }
            }
        }
    }
    let texts: Vec<_> = words.iter().map(Option::as_deref).collect();
    let chosen = rarity::best(&texts)?;
    let joined = |range: Range<usize>| texts[range].iter().flatten().copied().collect::<Vec<_>>().join(" ");
    if pieces.first() == Some(&Piece::Start) {
        if let [Some(_), Some(_), ..] = texts[..] {
            return Some(Anchor { words: joined(0..2), at_start: true });
        }
        // A common word that begins a line is worse than a rare pair inside it.
        if let [Some(first), ..] = texts[..]
            && (chosen.len() == 1 || rarity::weight(first) > 1)
        {
            return Some(Anchor { words: joined(0..1), at_start: true });
        }
    }
    Some(Anchor { words: joined(chosen), at_start: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Option<String> {
        let anchors = read_pattern(pattern).ok()?.anchors;
        let texts = anchors.iter().map(|anchor| format!("{}{}", if anchor.at_start { "^" } else { "" }, anchor.words));
        Some(texts.collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn words_of_patterns() {
        assert_eq!(of(r"join for \d+p/week").as_deref(), Some("join for"));
        assert_eq!(of(r"^\d+ mins?(ute)? read$").as_deref(), Some("min read|mins read|minsute read|minute read"));
        assert_eq!(of(r"(?:sign|log) in\b").as_deref(), Some("log in|sign in"));
        assert_eq!(of(r"^\d+:\d+$"), None);
        assert_eq!(of(r"[₹€$]\s?\d+").as_deref(), Some("$|€|₹"));
        assert_eq!(of(r"(?:€|\$)\s?\d+").as_deref(), Some("$|€"));
        assert_eq!(of(r"foo\w*"), None);
        assert_eq!(of(r"foo bar\w+").as_deref(), Some("foo"));
    }

    #[test]
    fn bytes_before_the_words() {
        let reach = |pattern: &str| read_pattern(pattern).unwrap().reach;
        assert_eq!(reach(r"\d{1,3} \d{3} people"), Some(3 + 1 + 3 + 1 + 6));
        assert_eq!(reach(r"\b(read|know) more here\W*$"), Some(4 + 1 + 4 + 1));
        assert_eq!(reach(r"sign up (\S+ ){0,10}\bnewsletter"), Some(4 + 1 + 2 + 1));
        assert_eq!((reach("^by me"), reach(r"\d+ people")), (None, None));
        assert_eq!((reach("one two|“three four”"), reach("three (four|a five)")), (Some(16), Some(12)));
    }

    #[test]
    fn the_texts_of_a_long_alternative_are_not_written_out() {
        // Each letter stands for two: these would be 2^32.
        assert!(read_pattern(r"^share (?:facebook\.com/sharer/sharer\.php\?u=story|foo)$").is_ok());
    }

    #[test]
    fn words_at_the_start() {
        assert_eq!(of(r"^[-*•·|> ]*read (more|on)\b").as_deref(), Some("^read more|^read on"));
        assert_eq!(of(r"^\W*file photo").as_deref(), Some("^file photo"));
        assert_eq!(of(r"^by [A-Z]\w+, reporter$").as_deref(), Some("^by"));
        assert_eq!(of(r"^.+ reporter$").as_deref(), Some("reporter"));
    }

    #[test]
    fn first_bytes_of_lines() {
        let can_begin = |pattern: &str, byte: u8| read_pattern(pattern).unwrap().first.unwrap().contains(byte);
        assert!(can_begin(r"^\d+ of \d+$", b'7') && !can_begin(r"^\d+ of \d+$", b'o'));
        assert!(can_begin("^(a|b)?c word", b'A') && can_begin("^(a|b)?c word", b'c'));
        assert!(!can_begin("^(a|b)?c word", b'w'));
        assert_eq!(read_pattern("word$").unwrap().first, None);
    }

    #[test]
    fn last_bytes_of_lines() {
        let can_end = |pattern: &str, byte: u8| read_pattern(pattern).unwrap().last.unwrap().contains(byte);
        assert!(can_end("word (ab|cd)[)]?$", b'B') && can_end("word (ab|cd)[)]?$", b')'));
        assert!(!can_end("word (ab|cd)[)]?$", b'a') && !can_end("word (ab|cd)[)]?$", b'('));
        assert!("é”".bytes().all(|byte| can_end("word [éx”]$", byte) == (byte & 0xC0 == 0x80)));
        assert!(can_end("word[.]?$", b'd'));
        assert_eq!(read_pattern("word").unwrap().last, None);
        assert_eq!(read_pattern("word .*").unwrap().last, None);
    }

    #[test]
    fn guards_that_are_lists_of_words() {
        let words = |guard: &str| {
            let mut words = read_guard(guard).unwrap().words;
            words.sort();
            words
        };
        assert_eq!(words(r"\b(said|he|according to|users?)\b"), ["according to", "he", "said", "user", "users"]);
        assert!(words(r"\bsaid").is_empty() && words(r"\bsaid$").is_empty());
        assert!(words(r"\b(said|\d+)\b").is_empty());
        assert!(words(r"(?-i)\b(US|said)\b").is_empty());
    }

    #[test]
    fn required_bytes() {
        let required = |pattern: &str| {
            let sets = read_pattern(pattern).unwrap().required;
            let text =
                |set: &ByteSet| (b' '..b'~').filter(|byte| set.contains(*byte)).map(char::from).collect::<String>();
            sets.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(required(r"^posted .* at \d+:\d\d"), [":", "0123456789", "Pp"]);
        assert_eq!(required(r"word(\||»|#)x"), ["#|", "Xx", "Ww"]);
        assert!(required(r"rate (\d+)?(a|:)").is_empty());
    }
}
