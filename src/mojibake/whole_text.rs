//! The repair of a whole text.

use super::badness::is_bad;
use super::codepages::{Page, PageSet, continues, leads, windows_1252_of_control};
use super::utf8::{decode, mark_lost_sequences, restore_no_break_bytes};
use std::borrow::Cow;

/// Repairs a text as ftfy's `fix_encoding` does.
///
/// The text is taken to have been misread as a whole, so this suits a text from one source. It is
/// repaired step by step until it looks sound or no step helps. Unlike [`damages`] it guesses
/// where bytes are lost, and it may decode a sound `NESTLÉ®` together with damage elsewhere.
///
/// The results are ftfy's, but for long texts that each step repairs by a character or two only
/// (thousands of `ƒ` after one `Ã`): there the work is cut off, to keep the time linear.
///
/// [`damages`]: super::damages
pub fn fix_encoding(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !is_bad(text) {
        return Cow::Borrowed(text);
    }
    // No real text has been misread more than a few times. The limit keeps the time linear on
    // texts that are made so that each step repairs one character only.
    let mut budget = text.len().saturating_mul(40).saturating_add(10_000);
    match repair(text, &mut budget) {
        Some(repaired) => Cow::Owned(repaired),
        None => Cow::Borrowed(text),
    }
}

/// Repairs a text step by step; `None` if there is nothing to repair. `budget` is the number of
/// bytes that the steps may still read.
fn repair(text: &str, budget: &mut usize) -> Option<String> {
    let mut repaired: Option<String> = None;
    loop {
        let text = repaired.as_deref().unwrap_or(text);
        if text.is_ascii() || *budget < text.len() || !is_bad(text) {
            return repaired;
        }
        *budget -= text.len();
        match step(text, budget) {
            Some(better) if better != text => repaired = Some(better),
            _ => return repaired,
        }
    }
}

/// One step of the repair of a text that looks bad.
fn step(text: &str, budget: &mut usize) -> Option<String> {
    for page in Page::WHOLE_TEXT {
        if let Some(decoded) = page.encode(text).and_then(|bytes| decode_damaged(bytes, page)) {
            return Some(decoded);
        }
    }
    repair_sequences(text, budget).or_else(|| replace_controls(text))
}

/// Decodes the bytes that a text has in `page`.
fn decode_damaged(mut bytes: Vec<u8>, page: Page) -> Option<String> {
    // In MacRoman D0 is a dash, which has a space after it often enough.
    if page != Page::MacRoman {
        bytes = restore_no_break_bytes(bytes);
    }
    if page.marks_lost_bytes() {
        bytes = mark_lost_sequences(bytes);
    }
    decode(&bytes)
}

/// Repairs those parts of a text that look like misread UTF-8, each by itself.
fn repair_sequences(text: &str, budget: &mut usize) -> Option<String> {
    let mut repaired = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut previous = None;
    while at < text.len() {
        let rest = &text[at..];
        let length = match previous {
            // Repairing the end of a garble whose beginning makes no sense would only hide it.
            Some(c) if is_in(c, &continues) && !is_common_punctuation(c) => 0,
            _ => sequences_length(rest),
        };
        let length = if length > 0 { length } else { rest.chars().next().map_or(1, char::len_utf8) };
        let part = &rest[..length];
        // A part that is the whole text has just been tried as such.
        if part.len() > 1
            && part.len() < text.len()
            && is_bad(part)
            && sequences_length(part) > 0
            && let Some(better) = repair(part, budget)
        {
            repaired.push_str(&text[copied..at]);
            repaired.push_str(&better);
            copied = at + length;
        }
        at += length;
        previous = part.chars().next_back();
    }
    (copied > 0).then(|| {
        repaired.push_str(&text[copied..]);
        repaired
    })
}

/// The length of what looks like sequences of UTF-8 at the beginning of `rest`: their characters
/// may come of different pages.
fn sequences_length(rest: &str) -> usize {
    let mut length = 0;
    let mut chars = rest.chars();
    'sequences: loop {
        let Some(lead) = chars.next() else { return length };
        for count in 1..=3 {
            if !begins(lead, count) {
                continue;
            }
            let mut beyond = chars.clone();
            if beyond.by_ref().take(count).filter(|&c| c == ' ' || is_in(c, &continues)).count() == count {
                chars = beyond;
                length = rest.len() - chars.as_str().len();
                continue 'sequences;
            }
        }
        return length;
    }
}

/// The pages whose misreadings [`repair_sequences`] looks for.
const SEQUENCE_PAGES: PageSet = Page::Latin1.bit()
    | Page::Windows1252.bit()
    | Page::Windows1250.bit()
    | Page::Windows1251.bit()
    | Page::Windows1253.bit()
    | Page::Windows1254.bit()
    | Page::Windows1257.bit();

fn is_in(c: char, set: &dyn Fn(char) -> PageSet) -> bool {
    c != '\u{fffd}' && set(c) & SEQUENCE_PAGES != 0
}

/// Whether `lead` may begin a sequence with `count` more bytes in one of the pages. Of the longest
/// sequences only those count that begin with F0 and F3; the others give no characters.
fn begins(lead: char, count: usize) -> bool {
    let pages = Page::WHOLE_TEXT.iter().filter(|page| page.bit() & SEQUENCE_PAGES != 0);
    !lead.is_ascii()
        && is_in(lead, &leads)
        && pages.filter_map(|page| page.byte(lead)).any(|byte| match count {
            1 => matches!(byte, 0xc2..=0xdf),
            2 => matches!(byte, 0xe0..=0xef),
            _ => matches!(byte, 0xf0 | 0xf3),
        })
}

/// Punctuation that may well stand before a misread part.
fn is_common_punctuation(c: char) -> bool {
    matches!(c, '\u{2013}'..='\u{2015}' | '\u{2018}'..='\u{201a}' | '\u{201c}'..='\u{201e}') || matches!(c, '•' | '…')
}

/// Reads control characters as Windows-1252, which is what a browser does.
fn replace_controls(text: &str) -> Option<String> {
    let control = |c| windows_1252_of_control(c).is_some_and(|better| better != c);
    text.contains(control).then(|| text.chars().map(|c| windows_1252_of_control(c).unwrap_or(c)).collect())
}
