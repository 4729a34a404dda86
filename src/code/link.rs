//! Links and images of Markdown.

use super::{Coded, Found, Kind, Piece, Spot};

/// Bytes of a link's text and of its address at most.
const TEXT: usize = 400;
const ADDRESS: usize = 2000;

/// What an address begins with.
const STARTS: [&str; 8] = ["http://", "https://", "//", "/", "www.", "mailto:", "../", "data:"];

/// The link or image whose text ends at a bracket.
pub fn at(spot: Spot<'_>) -> Option<Found> {
    let behind = &spot.text[spot.at..spot.line.end as usize];
    let target = behind.strip_prefix("](")?;
    if spot.may_link {
        return None;
    }
    let target = &target[..target.floor_char_boundary(ADDRESS)];
    let length = address_length(target)?;
    let address = target[..length].trim();
    let open = opening(spot)?;
    let is_image = spot.text[spot.from..open].ends_with('!');
    let is_address = STARTS.iter().any(|start| address.starts_with(start));
    let end = spot.at + 2 + length + 1;
    let text = &spot.text[open + 1..spot.at];
    if is_image && (is_address || address.is_empty() || address.contains('.')) {
        // An image that is a link: `[![…](…)](…)`.
        let mut piece = Piece { start: open - 1, end, kind: Kind::Template, sure: false };
        if spot.text[..piece.start].ends_with('[') && piece.start > spot.from && spot.text[end..].starts_with("](") {
            let rest = &spot.text[end + 2..spot.line.end as usize];
            let rest = &rest[..rest.floor_char_boundary(ADDRESS)];
            if let Some(length) = address_length(rest) {
                (piece.start, piece.end) = (piece.start - 1, end + 2 + length + 1);
            }
        }
        let (start, end) = (piece.start, piece.end);
        let message = "an image in Markdown was left in the text".to_owned();
        return Some(Found::Coded(Coded { start, end, plain: String::new(), sure: false, message }));
    }
    if !is_address || text.contains("](") {
        return None;
    }
    let message = "a link in Markdown was left in the text".to_owned();
    Some(Found::Coded(Coded { start: open, end, plain: text.trim().to_owned(), sure: false, message }))
}

/// Bytes of the address up to the bracket that closes it; brackets in it come in pairs.
fn address_length(target: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in target.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return is_one(&target[..at]).then_some(at),
            b')' => depth -= 1,
            b'[' | b']' => return None,
            _ => {}
        }
    }
    None
}

/// Whether a text is one address, or one with a title in quotation marks.
fn is_one(target: &str) -> bool {
    let mut words = target.trim().splitn(2, [' ', '\u{A0}']);
    let _address = words.next();
    words.next().is_none_or(|title| title.trim_start().starts_with(['"', '\'', '“', '‘', '=']))
}

/// The bracket that opens the text of a link.
fn opening(spot: Spot<'_>) -> Option<usize> {
    let bytes = spot.text.as_bytes();
    let mut depth = 0_usize;
    for at in (spot.from.max(spot.at.saturating_sub(TEXT))..spot.at).rev() {
        match bytes[at] {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(at),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}
