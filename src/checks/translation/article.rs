//! `translation/article`: `a` before a vowel sound, `an` before a consonant.

use crate::checks::Context;
use crate::document::{Document, Span};
use crate::lexicon::Lexicon;

/// Beginnings of words that are spelled with a vowel and spoken with a consonant: `a one-off`, `a
/// university`, `a European`, `a ewe`.
const SPOKEN_CONSONANT: [&str; 26] = [
    "eu", "ewe", "oax", "once", "one", "oua", "oue", "oui", "ubi", "uefa", "uga", "uig", "uk", "ulez", "unani",
    "unesco", "uni", "ura", "ure", "uri", "uro", "uru", "us", "ut", "uv", "uyg",
];

/// Beginnings of those that are spoken with a vowel all the same: `an onerous`, `an unimportant`, `an
/// urn`, `an usher`, `an utter`.
const SPOKEN_VOWEL: [&str; 12] =
    ["oner", "unescort", "unid", "unim", "unin", "urb", "urd", "urge", "urn", "usher", "utm", "utt"];

/// Words with a silent h, and those that some editors write with `an`.
const SILENT_H: [&str; 12] = [
    "heir",
    "herb",
    "hilarious",
    "historian",
    "historic",
    "history",
    "homage",
    "honest",
    "honor",
    "honour",
    "hotel",
    "hour",
];

/// Signs of money that are spoken behind the number: `Rs 11 crore`, `Sh500`.
const MONEY: [&str; 6] = ["ksh", "rs", "sh", "shs", "tsh", "ush"];

/// Signs of money that are spoken behind the number, too, but stand before it in all of English.
const MONEY_SIGNS: [char; 3] = ['$', '£', '€'];

/// Reports each article that does not go with the sound of the word behind it.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    for (article, word) in &context.noticed().articles {
        if let Some(right) = right_article(document, context.lexicon(), *article, *word) {
            // Capitals and numbers can be read in more than one way.
            let is_spelled =
                document.slice(*word).bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            let written = document.slice(*article);
            let word = with_amount(document.text(), *word);
            let next = document.slice(word);
            let right = if !written.starts_with('A') {
                right.to_owned()
            } else if right == "an" {
                "An".to_owned()
            } else {
                "A".to_owned()
            };
            let span = Span { start: article.start, end: word.end };
            let edit = crate::finding::Edit { span: *article, replacement: right.clone() };
            let message = format!("`{written} {next}`: the sound of the word asks for `{right}`");
            let report = context.report(span, message).edit(edit, format!("replace with `{right}`"));
            if is_spelled {
                report.unsure();
            }
        }
    }
}

/// A sign of money with the digits behind it; any other word as it is.
fn with_amount(text: &str, word: Span) -> Span {
    let digits = text[word.end as usize..].bytes().take_while(u8::is_ascii_digit).count();
    let is_sign = !text[word.range()].starts_with(char::is_alphanumeric);
    if is_sign { Span { end: word.end + digits as u32, ..word } } else { word }
}

/// The article that belongs before the word, when the text has the other one.
fn right_article(document: &Document, lexicon: &Lexicon, article: Span, word: Span) -> Option<&'static str> {
    let text = document.text();
    let written = document.slice(article);
    let next = document.slice(word);
    let (before, behind) = (&text[..article.start as usize], &text[word.end as usize..]);
    // `vitamin A intake`, `Plan A is`, `serie A and`, `A in maths`, `a.m.`: letters, no articles.
    let lead = before.trim_end_matches([' ', '\t', '\u{A0}']);
    let is_start = lead.is_empty() || lead.ends_with(['\n', '\r', '.', '!', '?', '“', '"', '‘', '—', '(', ':']);
    if matches!(written, "AN" | "aN") || written == "A" && !is_start {
        return None;
    }
    // `An Jing` is a name; `A Interview` may be what a lost link left.
    if written == "An" && next.starts_with(char::is_uppercase) {
        return None;
    }
    if before.ends_with(['-', '’', '\'', '.', '&', '/', '@', '#', '$', '_'])
        || &text[article.end as usize..word.start as usize] != " "
    {
        return None;
    }
    let shape = document.shape_at(article.start).filter(|shape| shape.words >= 4 && shape.upper <= shape.words / 2)?;
    // In other languages these are words, too (`a un`, `a Inglaterra`).
    if shape.stop_words <= shape.words / 8 {
        return None;
    }
    let letters = next.chars().take_while(|c| c.is_ascii_alphabetic()).count();
    let lower = next.to_ascii_lowercase();
    let first = *next.as_bytes().first()?;
    let starts = |list: &[&str]| list.iter().any(|head| lower.starts_with(head));
    let vowel = if next.starts_with(MONEY_SIGNS) {
        opens_with_vowel(&text[word.start as usize..])?
    } else if !first.is_ascii_alphanumeric() {
        // `an @name`, `an #tag`: handles and tags are spoken in ways of their own.
        return None;
    } else if first.is_ascii_digit() {
        // `an 8`, `an 80`, `an 11`, `an 18`; `a 100`, `a 1`.
        let digits: String = lower.chars().take_while(char::is_ascii_digit).collect();
        let grouped = behind.starts_with([',', '.']) && behind[1..].starts_with(|c: char| c.is_ascii_digit());
        if grouped || digits.len() != next.len() {
            return None;
        }
        digits.starts_with('8') || matches!(digits.as_str(), "11" | "18")
    } else if letters >= 2 && next.len() == letters && next.bytes().all(|byte| byte.is_ascii_uppercase()) {
        // Capitals are spelled out or spoken as a word; nobody knows which, but for those without a vowel.
        let has_vowel = lower.contains(['a', 'e', 'i', 'o', 'u']);
        if has_vowel && !matches!(first, b'A' | b'E' | b'I' | b'O') || lower == "us" || lower == "uk" {
            return None;
        }
        matches!(first, b'A' | b'E' | b'F' | b'H' | b'I' | b'L' | b'M' | b'N' | b'O' | b'R' | b'S' | b'X')
    } else if letters == 1 || MONEY.contains(&&lower[..letters]) {
        // `a U-turn`, `an X-ray`, `an e-mail`, `a h`.
        return None;
    } else if letters <= 3 && matches!(behind.as_bytes(), [b'-', digit, ..] if digit.is_ascii_digit()) {
        // `an Su-30`, `a MiG-29`: types of aircraft, spelled or spoken.
        return None;
    } else if matches!(first | 0x20, b'm' | b'n')
        && !matches!(lower.as_bytes()[1], b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
    {
        // `an Mbeki`, `a Nkrumah`, `an mpox`: both are written.
        return None;
    } else if lower == "uber" || lower == "ubers" {
        return None;
    } else if next[1..].bytes().any(|byte| byte.is_ascii_uppercase()) {
        // `an iPhone`, `an mRNA`, `a YouTube`: brands and signs are spoken in ways of their own.
        return None;
    } else if matches!(first | 0x20, b'a' | b'e' | b'i' | b'o' | b'u') {
        !starts(&SPOKEN_CONSONANT) || starts(&SPOKEN_VOWEL)
    } else if first | 0x20 == b'h' {
        if SILENT_H.iter().any(|head| lower.starts_with(head)) {
            return None;
        }
        false
    } else if first | 0x20 == b'x' {
        // `an Xbox`, `a xenophobe`.
        return None;
    } else if first | 0x20 == b'y' && !lower[1..].starts_with(['a', 'e', 'i', 'o', 'u']) {
        // `an Ypres`, `a Yttrium`.
        return None;
    } else {
        false
    };
    let right = if vowel { "an" } else { "a" };
    if right.eq_ignore_ascii_case(written) {
        return None;
    }
    // `an fMRI`, `an s`; `a an`: a slip of another kind.
    // How a name that no list knows is spoken nobody can tell (`a Uzo`), nor a capital U before a lone consonant.
    let is_name = first.is_ascii_uppercase() && letters >= 2 && next[1..].bytes().any(|byte| byte.is_ascii_lowercase());
    let is_open_u = first == b'U'
        && !starts(&SPOKEN_CONSONANT)
        && lower.as_bytes().get(2).is_none_or(|third| matches!(third, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    if is_name && vowel && (is_open_u || !lexicon.is_known(next)) {
        return None;
    }
    (!matches!(lower.as_str(), "a" | "an" | "and" | "is" | "of" | "in" | "or" | "as" | "at" | "it" | "on") || !vowel)
        .then_some(right)
}

/// Whether an amount of money, from its sign on, is spoken with a vowel first: `$8 million`, `$80`, `$11`. `None`
/// where it is read in more than one way, or no number stands there.
fn opens_with_vowel(amount: &str) -> Option<bool> {
    let number = amount.trim_start_matches(MONEY_SIGNS);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    match &number[..digits.min(3)] {
        "" => None,
        first if first.starts_with('8') => Some(true),
        // `$11,000` and `$11000`, but `$1,100`; `$1100` is read in two ways.
        "11" | "18" => Some(true),
        first if first.len() == 3 && matches!(&first[..2], "11" | "18") => match digits {
            5 | 8 => Some(true),
            4 => None,
            _ => Some(false),
        },
        _ => Some(false),
    }
}
