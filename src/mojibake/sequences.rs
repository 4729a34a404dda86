//! What a run of non-ASCII characters is when it is taken for UTF-8 that was read as one code page.

use super::codepages::{LOST, Page};
use super::utf8::{decode, sequence_length};

/// Sequences of UTF-8 that stand side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Where the group stands in the run, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// What the sequences stand for; `None` if that is not to be known.
    pub(super) text: Option<String>,
    /// Whether each byte is there, so that `text` is no guess.
    pub(super) complete: bool,
    /// Whether a sequence is complete.
    pub(super) some_complete: bool,
    /// Whether the group ends in `â€`, the beginning of a quotation mark.
    pub(super) cut_quote: bool,
    /// Whether it begins as misread UTF-8 of Western languages mostly does: with a letter, with
    /// punctuation or with an emoji.
    pub(super) usual_lead: bool,
}

/// Finds the groups of a run.
pub(super) fn groups(run: &str, page: Page) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < run.len() {
        let rest = &run[at..];
        let Some(sequence) = sequence(rest, page) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let end = at + sequence.length;
        let cut_quote = sequence.cut && sequence.text == Some('”');
        match groups.last_mut() {
            Some(group) if group.end == at => {
                group.end = end;
                group.complete &= sequence.complete;
                group.some_complete |= sequence.complete;
                group.cut_quote = cut_quote;
                match (&mut group.text, sequence.text) {
                    (Some(text), Some(c)) => text.push(c),
                    _ => group.text = None,
                }
            }
            _ => groups.push(Group {
                start: at,
                end,
                text: sequence.text.map(String::from),
                complete: sequence.complete,
                some_complete: sequence.complete,
                cut_quote,
                usual_lead: sequence.usual_lead,
            }),
        }
        at = end;
    }
    groups
}

struct Sequence {
    length: usize,
    text: Option<char>,
    complete: bool,
    cut: bool,
    usual_lead: bool,
}

/// The sequence that `rest` begins with.
fn sequence(rest: &str, page: Page) -> Option<Sequence> {
    let mut chars = rest.chars();
    // Six bytes are the most: two surrogates.
    let mut bytes = [0; 6];
    bytes[0] = page.byte(chars.next()?)?;
    let wanted = sequence_length(bytes[0]);
    if wanted == 1 {
        return None;
    }
    let mut count = 1;
    let mut length = rest.len() - chars.as_str().len();
    let mut lost = false;
    while count < wanted {
        match chars.next().and_then(|c| page.byte(c)) {
            Some(byte @ (LOST | 0x80..=0xbf)) => {
                lost |= byte == LOST;
                bytes[count] = byte;
                count += 1;
                length = rest.len() - chars.as_str().len();
            }
            _ => break,
        }
    }
    let usual_lead = matches!(bytes, [0xc2 | 0xc3, ..] | [0xe2, 0x80, ..] | [0xf0, 0x9f, ..]);
    let found = |text, complete, cut| Some(Sequence { length, text, complete, cut, usual_lead });
    let western = matches!(page, Page::Windows1252 | Page::Latin1 | Page::WesternMix);
    if count < wanted {
        // Cut off. Only two beginnings are worth a report: of a quotation mark, whose last byte
        // 9D is no character of Windows-1252 and is lost easily, and of an emoji.
        return match bytes[..count] {
            [0xe2, 0x80] if western => found(Some('”'), false, true),
            [0xf0, 0x9f, ..] if western && !lost => found(None, false, true),
            _ => None,
        };
    }
    if lost {
        return match bytes[..count] {
            // Of the five bytes that Windows-1252 has no character for, 9D is the only one
            // that makes likely punctuation here.
            [0xe2, 0x80, LOST] => found(Some('”'), false, false),
            [0xc2..=0xdf, LOST] => found(None, false, false),
            [_, 0x80..=0xbf, ..] => found(None, false, false),
            _ => None,
        };
    }
    if let Some(c) = only_char(&bytes[..count]) {
        return found(Some(c), true, false);
    }
    // The first of two surrogates.
    while count < 6 {
        bytes[count] = page.byte(chars.next()?)?;
        count += 1;
    }
    let length = rest.len() - chars.as_str().len();
    let text = Some(only_char(&bytes)?);
    Some(Sequence { length, text, complete: true, cut: false, usual_lead })
}

fn only_char(bytes: &[u8]) -> Option<char> {
    let text = decode(bytes)?;
    let mut chars = text.chars();
    let only = chars.next()?;
    chars.next().is_none().then_some(only)
}
