//! Known wrong forms of names, for the rules that each take one kind of them.

use super::{Context, Forms};
use crate::document::{Document, Names, Span, is_quoted_alone};
use crate::lexicon::file::{Mistake, WrongForm, key_of};
use crate::lexicon::{Lexicon, known};

/// A wrong form at a place of the document.
pub type Place = (Span, &'static WrongForm<'static>);

/// All known wrong forms of a document, in order.
#[must_use]
pub fn wrong_forms(document: &Document, names: Names<'_>, lexicon: &'static Lexicon, forms: &Forms) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    for form in forms.beginning_wrong_forms().map(|form| &names.forms()[form as usize]) {
        let is_known_alone = lexicon.may_find_wrong_form(form.hash);
        for index in names.places(form) {
            let name = &names.all()[index];
            let text = &document.text()[name.span.start as usize..];
            let length = name.span.len();
            let goes_on = known::goes_on(form.hash, &text[length..]);
            // Nearly all names go on otherwise than the wrong forms that begin with them.
            if !is_known_alone && !lexicon.may_find_wrong_form(goes_on) {
                continue;
            }
            let known = [form.hash, goes_on].into_iter().flat_map(|key| lexicon.wrong_forms(key));
            let matching = known.filter(|form| stands_there(text, form.wrong) && words_agree(text, length, form.wrong));
            let Some(form) = matching.max_by_key(|form| form.wrong.len()) else { continue };
            let span = Span { start: name.span.start, end: name.span.start + form.wrong.len() as u32 };
            let is_quoted = is_quoted_alone(document.text(), span.start as usize, span.end as usize);
            // A form of one word beside another name can be right (`Mary Volkswagon`).
            if !is_quoted && (form.wrong.contains(' ') || names.before(index).is_none()) {
                found.push((span, form));
            }
        }
    }
    found.sort_unstable_by_key(|(span, _)| span.start);
    // What begins inside another wrong form is a part of it.
    found.dedup_by(|(span, _), (last, _)| last.end > span.start);
    found
}

/// Reports the wrong forms of one kind, and gives their places.
pub fn report_wrong_forms(context: &mut Context<'_>, kind: Mistake) -> Vec<Span> {
    let found: Vec<Place> = context.wrong_forms().iter().filter(|(_, form)| form.kind == kind).copied().collect();
    for (span, form) in &found {
        report(context, *span, form);
    }
    found.into_iter().map(|(span, _)| span).collect()
}

fn report(context: &mut Context<'_>, span: Span, form: &WrongForm<'_>) {
    let WrongForm { wrong, right, what, kind } = form;
    let message = match kind {
        Mistake::Case => format!("`{wrong}` is written `{right}`"),
        Mistake::Split => format!("`{wrong}` is one word, `{right}`"),
        Mistake::GivenName => format!("`{wrong}` has another given name: `{right}` ({what})"),
        Mistake::Spelling if what.is_empty() => format!("`{wrong}` is a known misspelling of `{right}`"),
        Mistake::Spelling => format!("`{wrong}` is a known misspelling of `{right}` ({what})"),
    };
    context.report(span, message).replace(*right, format!("replace with `{right}`"));
}

/// Whether the first two words of a form, if it has two, are those of the text.
fn words_agree(text: &str, length: usize, form: &str) -> bool {
    !form.contains(' ') || two_words(text, length) == key_of(form)
}

/// Bytes that the first two words of a known form have at most; a text without blanks can be megabytes.
const LONGEST: usize = 128;

/// The first two words of a text, parted by a single blank, without marks behind the second. The text begins
/// with a name of `length` bytes.
fn two_words(text: &str, length: usize) -> &str {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let is_end = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '.'));
    // Most names end where their word does.
    let is_whole = text.as_bytes().get(length) == Some(&b' ');
    let Some(first) = Some(length).filter(|_| is_whole).or_else(|| text.find(' ')) else { return text };
    let rest = &text[first + 1..];
    // Most words are ASCII.
    let is_plain_end = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'\'' | b'.'));
    let end = match rest.bytes().position(|byte| is_plain_end(&byte)) {
        Some(end) if rest.as_bytes()[end].is_ascii() => end,
        _ => rest.find(is_end).unwrap_or(rest.len()),
    };
    let words = text[..first + 1 + end].trim_end_matches(['.', '\'', '’']);
    words.strip_suffix("'s").or_else(|| words.strip_suffix("’s")).unwrap_or(words)
}

/// Whether a form stands at the start of the text, as a word.
fn stands_there(text: &str, form: &str) -> bool {
    text.strip_prefix(form).is_some_and(|rest| {
        // `Hawai‘i` is written with a letter that looks like a mark.
        let has_stop =
            rest.strip_prefix(['‘', 'ʻ', 'ʼ', '`']).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        !has_stop && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}
