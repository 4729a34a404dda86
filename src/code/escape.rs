//! Escapes of strings in programs.

use super::{Coded, Spot};

/// Bytes looked at around a backslash.
const REACH: usize = 200;

/// The escapes that begin at a backslash.
pub fn at(spot: Spot<'_>) -> Option<Coded> {
    let ahead = spot.ahead(REACH);
    // `\\u2019` was escaped twice.
    let slashes = ahead.bytes().take_while(|byte| *byte == b'\\').count();
    let body = &ahead[slashes..];
    if slashes > 4 || is_path(spot) {
        return None;
    }
    match body.as_bytes().first()? {
        b'u' | b'U' => unicode(spot, slashes),
        b'x' => bytes(spot, slashes),
        b'n' | b'r' => line_end(spot, slashes),
        b'"' | b'\'' if !spot.is_markdown => quotation_mark(spot, slashes),
        b'/' if !spot.is_markdown && slashes == 1 => slash(spot),
        _ => None,
    }
}

/// `C:\Users`, `\\server\share`, `dir\name\file`: no escapes.
fn is_path(spot: Spot<'_>) -> bool {
    let before = spot.before();
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(REACH))..];
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    // A path can hold blanks, as in `C:\Program Files\`, but its drive stands before all of them.
    let has_drive = before.match_indices(":\\").any(|(at, _)| {
        let letter = before[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphabetic());
        letter && !before[..at - 1].ends_with(char::is_alphanumeric)
    });
    let drive =
        word.strip_suffix(':').and_then(|word| word.chars().next_back()).is_some_and(|c| c.is_ascii_uppercase());
    has_drive || drive && word.len() <= 3 || word.starts_with("\\\\")
}

/// `\u2019`, `\ud83d\ude00`, `\U0001F600`, as many as stand in a row.
fn unicode(spot: Spot<'_>, slashes: usize) -> Option<Coded> {
    let ahead = spot.ahead(REACH);
    let slash = &ahead[..slashes];
    let mut units = Vec::new();
    let mut end = 0;
    while let Some(rest) = ahead[end..].strip_prefix(slash) {
        let (digits, unit) = match rest.as_bytes().first() {
            Some(b'u') => (4, hexadecimal(&rest[1..], 4)),
            Some(b'U') => (8, hexadecimal(&rest[1..], 8)),
            _ => break,
        };
        let Some(unit) = unit else { break };
        match char::from_u32(unit) {
            Some(c) => {
                let mut pair = [0; 2];
                units.extend_from_slice(c.encode_utf16(&mut pair));
            }
            None => units.push(u16::try_from(unit).ok()?),
        }
        end += slashes + 1 + digits;
    }
    let decoded = String::from_utf16(&units).ok().filter(|decoded| !decoded.is_empty())?;
    Some(coded(spot, end, &decoded, true))
}

/// `\xe2\x80\x99`: bytes of UTF-8; `\xa0`: a character of Latin-1, as Python shows it.
fn bytes(spot: Spot<'_>, slashes: usize) -> Option<Coded> {
    // All of it: half a character would be read as Latin-1.
    let ahead = spot.ahead(usize::MAX);
    let slash = &ahead[..slashes];
    let mut found = Vec::new();
    let mut end = 0;
    while let Some(rest) = ahead[end..].strip_prefix(slash).and_then(|rest| rest.strip_prefix('x')) {
        let Some(byte) = hexadecimal(rest, 2).and_then(|byte| u8::try_from(byte).ok()) else { break };
        found.push(byte);
        end += slashes + 3;
    }
    if found.is_empty() {
        return None;
    }
    let (decoded, sure) = match String::from_utf8(found) {
        Ok(decoded) => (decoded, true),
        Err(error) => (error.as_bytes().iter().map(|byte| char::from(*byte)).collect(), error.as_bytes().len() == 1),
    };
    Some(coded(spot, end, &decoded, sure))
}

/// The number that a text begins with, of so many hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(..digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Escapes that stand for characters.
fn coded(spot: Spot<'_>, length: usize, decoded: &str, sure: bool) -> Coded {
    let mut plain = String::new();
    for c in decoded.chars() {
        match c {
            '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\t' => plain.push(' '),
            '\u{AD}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            c => plain.push(c),
        }
    }
    let sure = sure && !plain.contains(|c: char| c.is_control());
    let escapes = &spot.text[spot.at..spot.at + length];
    let shown = match plain.as_str() {
        "" => "nothing visible".to_owned(),
        " " => "a space".to_owned(),
        plain if plain.trim().is_empty() || !sure => "a control character".to_owned(),
        plain => format!("`{plain}`"),
    };
    let message = format!("the escape `{escapes}` was left in the text; it stands for {shown}");
    Coded { start: spot.at, end: spot.at + length, plain, sure, message }
}

/// `\n`, `\n\n`, `\r\n` behind the end of a sentence or before the begin of one.
fn line_end(spot: Spot<'_>, slashes: usize) -> Option<Coded> {
    let ahead = spot.ahead(REACH);
    let slash = &ahead[..slashes];
    let (mut end, mut ends) = (0, 0);
    while let Some(rest) = ahead[end..].strip_prefix(slash) {
        match rest.as_bytes().first() {
            Some(b'n') => ends += 1,
            Some(b'r' | b't') => {}
            _ => break,
        }
        end += slashes + 1;
    }
    let before = spot.text[spot.line.start as usize..spot.at].chars().next_back();
    let behind = spot.text[spot.at + end..spot.line.end as usize].chars().next();
    let ends_sentence =
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | '!' | '?' | '"' | '”' | '’' | ':' | ')' | '…'));
    let begins = behind.is_none_or(|c| !c.is_lowercase() && c != '\\' && c != '_');
    let begins_word = behind.is_some_and(char::is_uppercase) && before.is_some_and(char::is_alphanumeric);
    // `\r` by itself is no line end of our time.
    if ends == 0 || !((ends_sentence || ends > 1) && begins || begins_word) {
        return None;
    }
    let message = format!("the escape `{}` was left in the text; it stands for a line end", &ahead[..end]);
    Some(Coded { start: spot.at, end: spot.at + end, plain: "\n".repeat(ends.min(2)), sure: false, message })
}

/// `\"` and `\'`.
fn quotation_mark(spot: Spot<'_>, slashes: usize) -> Option<Coded> {
    let mark = &spot.ahead(REACH)[slashes..=slashes];
    let before = spot.text[spot.line.start as usize..spot.at].chars().next_back();
    let behind = spot.text[spot.at + slashes + 1..spot.line.end as usize].chars().next();
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let parts = |c: Option<char>| {
        c.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | '?' | '!' | '(' | ')' | ';' | ':'))
    };
    let stands = is_letter(behind) || is_letter(before) || parts(before) && parts(behind);
    stands.then(|| Coded {
        start: spot.at,
        end: spot.at + slashes + 1,
        plain: mark.to_owned(),
        sure: true,
        message: format!("the escape `\\{mark}` was left in the text; it stands for `{mark}`"),
    })
}

/// `\/`: all of them in the address or word.
fn slash(spot: Spot<'_>) -> Option<Coded> {
    let before = spot.text[spot.line.start as usize..spot.at].chars().next_back()?;
    let ahead = spot.ahead(4 * REACH);
    let chunk =
        ahead.split(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '’' | '<' | '>')).next().unwrap_or_default();
    let last = chunk.rfind("\\/")? + 2;
    let behind = chunk[last..].chars().next();
    let is_word = |c: char| c.is_alphanumeric() || c == ':';
    if !is_word(before) || !(behind.is_some_and(char::is_alphanumeric) || chunk.starts_with("\\/\\/")) {
        return None;
    }
    let plain = chunk[..last].replace("\\/", "/");
    let message = "the escape `\\/` was left in the text; it stands for `/`".to_owned();
    Some(Coded { start: spot.at, end: spot.at + last, plain, sure: true, message })
}
