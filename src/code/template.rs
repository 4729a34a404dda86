//! Template tags, and the marks around scripts.

use super::{Kind, Piece, Spot};

/// Bytes of a tag at most.
const LONGEST: usize = 300;

/// `{{ title }}`, `{% if … %}`, `{* submitButton *}`, `${title}`, `#{title}`, `{article_title}`.
pub fn braces(spot: Spot<'_>) -> Option<Piece> {
    let ahead = spot.ahead(LONGEST);
    let before = spot.before();
    if ahead.starts_with("{{") {
        let depth = ahead.bytes().take_while(|byte| *byte == b'{').count();
        let body = &ahead[depth..];
        let end = body.find("}}")?;
        let closing = body[end..].bytes().take_while(|byte| *byte == b'}').count();
        // Objects in objects of a script are no tags.
        let is_script = body.contains("\":") || body.contains("':");
        return (!body[..end].trim().is_empty() && !is_script)
            .then(|| piece(spot.at, spot.at + depth + end + closing.min(depth), Kind::Template));
    }
    if let Some(body) = ahead.strip_prefix("{%") {
        let end = body.find("%}")? + 4;
        return Some(piece(spot.at, spot.at + end, Kind::Template));
    }
    // What Janrain's forms are made of.
    if let Some(body) = ahead.strip_prefix("{*") {
        let end = body.find("*}")?;
        let has_name = body[..end].bytes().any(|byte| byte.is_ascii_alphabetic());
        return has_name.then(|| piece(spot.at, spot.at + end + 4, Kind::Template));
    }
    let end = ahead.find('}')?;
    let name = ahead[1..end].trim();
    let is_expression = |byte: u8| byte.is_ascii_alphanumeric() || b"_.[]'-()|?".contains(&byte);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.bytes().all(is_expression);
    let sign = before.as_bytes().last().copied();
    let is_filled_in = matches!(sign, Some(b'$' | b'#' | b'%'));
    let is_own = name.contains('_')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'.')
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.ends_with(|c: char| c.is_ascii_lowercase());
    let start = spot.at - usize::from(is_filled_in);
    (is_name && (is_filled_in || is_own)).then(|| piece(start, spot.at + end + 1, Kind::Template))
}

/// `<%= title %>`, `<?php … ?>`.
pub fn tag(spot: Spot<'_>) -> Option<Piece> {
    let ahead = spot.ahead(4 * LONGEST);
    let end = match ahead.as_bytes() {
        [b'<', b'%', ..] => ahead.find("%>"),
        [b'<', b'?', b'p' | b'x' | b'=', ..] => ahead.find("?>"),
        _ => None,
    };
    end.map(|end| piece(spot.at, spot.at + end + 2, Kind::Template))
}

/// `%%title%%`.
pub fn percents(spot: Spot<'_>) -> Option<Piece> {
    let name = spot.ahead(60).strip_prefix("%%")?;
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_').count();
    (length >= 2 && name[length..].starts_with("%%")).then(|| piece(spot.at, spot.at + length + 4, Kind::Template))
}

/// `//<![CDATA[` and `//]]>`, with the comment around.
pub fn marker(spot: Spot<'_>) -> Option<Piece> {
    let ahead = spot.ahead(40);
    let before = spot.before();
    let (start, length) = if ahead.starts_with("[CDATA[") {
        (before.strip_suffix("<!")?, 7)
    } else if ahead.starts_with("]]>") {
        (before, 3)
    } else {
        return None;
    };
    let start = start.strip_suffix("<!--").unwrap_or(start).trim_end_matches(' ');
    let start = start.strip_suffix("//").or_else(|| start.strip_suffix("/*")).unwrap_or(start);
    let behind = ahead[length..].trim_start_matches(' ');
    let mut end = spot.at + length;
    for close in ["*/", "-->", "//-->", "//", ">"] {
        if behind.starts_with(close) {
            end = spot.at + ahead.len() - behind.len() + close.len();
            break;
        }
    }
    Some(piece(spot.from + start.len(), end, Kind::Marker))
}

fn piece(start: usize, end: usize, kind: Kind) -> Piece {
    Piece { start, end, kind, sure: true }
}
