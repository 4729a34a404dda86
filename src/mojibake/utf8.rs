//! UTF-8 as it is found after a misreading: with no-break spaces turned into spaces, with bytes
//! lost, and in the variants that some programs write.

use super::codepages::LOST;

/// Decodes UTF-8 and two variants of it: CESU-8, which writes a character beyond U+FFFF as two
/// surrogates of three bytes each, and Java's `C0 80` for U+0000.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(sound) => {
                text.push_str(sound);
                return Some(text);
            }
            Err(error) => {
                let (sound, odd) = rest.split_at_checked(error.valid_up_to())?;
                text.push_str(std::str::from_utf8(sound).ok()?);
                let (c, length) = variant(odd)?;
                text.push(c);
                rest = &odd[length..];
            }
        }
    }
}

/// The character of a variant of UTF-8 that `bytes` begin with, and its length.
fn variant(bytes: &[u8]) -> Option<(char, usize)> {
    match *bytes {
        [0xc0, 0x80, ..] => Some(('\0', 2)),
        [0xed, a @ 0xa0..=0xaf, b @ 0x80..=0xbf, 0xed, c @ 0xb0..=0xbf, d @ 0x80..=0xbf, ..] => {
            let high = u32::from(a & 0x0f) << 6 | u32::from(b & 0x3f);
            let low = u32::from(c & 0x0f) << 6 | u32::from(d & 0x3f);
            char::from_u32(0x1_0000 + (high << 10 | low)).map(|c| (c, 6))
        }
        _ => None,
    }
}

/// How long the sequence is that this lead byte begins; 1 for a byte that begins none.
pub(super) fn sequence_length(lead: u8) -> usize {
    match lead {
        0xc0 | 0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}

/// Puts byte A0 back where a program has made a space of it inside a sequence.
pub(super) fn restore_no_break_bytes(bytes: Vec<u8>) -> Vec<u8> {
    // Each sequence that may be restored begins with a lead byte and holds exactly one space.
    if !(0..bytes.len()).any(|at| sequence_with_space(&bytes[at..]).is_some()) {
        return bytes;
    }
    let mut restored = Vec::with_capacity(bytes.len() + 8);
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if is_grave_a_alone(rest) {
            restored.extend_from_slice(b"\xc3\xa0 ");
            at += 2;
        } else if let Some(length) = sequence_with_space(rest) {
            let sequence = rest[..length].iter();
            restored.extend(sequence.map(|&byte| if byte == b' ' { 0xa0 } else { byte }));
            at += length;
        } else {
            restored.push(rest[0]);
            at += 1;
        }
    }
    restored
}

/// Whether `Ã` with a space is the whole word `à`: two spaces have run together, and both are
/// wanted back. In Portuguese `à` also begins a few words.
fn is_grave_a_alone(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\xc3 ").is_some_and(|rest| !grave_a_begins_word(rest))
}

/// Whether `rest`, which stands after `Ã` and a space, goes on a word that begins with `à`. A
/// second space counts too: the first one then is the lost byte.
pub(super) fn grave_a_begins_word(rest: &[u8]) -> bool {
    [&b" "[..], b"quele", b"quela", b"quilo", b"s "].iter().any(|word| rest.starts_with(word))
}

/// The length of the sequence at the beginning of `bytes` that would be UTF-8 if a space in it
/// were byte A0. Only those sequences count that give likely characters: of two bytes, the
/// no-break space, à, Š, Π, Р and the Arabic zero; of three, no Samaritan, Mongolian or Chinese;
/// of four, only those that begin like emoji. 85 is left out, as `…` may have come of it.
fn sequence_with_space(bytes: &[u8]) -> Option<usize> {
    let continues = |byte: u8| (0x80..0xc0).contains(&byte);
    let in_three = |byte: u8| continues(byte) && byte != 0x85 && byte != 0xa0;
    match *bytes {
        [0xc2 | 0xc3 | 0xc5 | 0xce | 0xd0 | 0xd9, b' ', ..] => Some(2),
        [0xe2 | 0xe3, b' ', third, ..] if in_three(third) => Some(3),
        [0xe0..=0xe3, second, b' ', ..] if in_three(second) => Some(3),
        [0xf0, b' ', c, d, ..] if continues(c) && continues(d) => Some(4),
        [0xf0, b, b' ', d, ..] if continues(b) && continues(d) => Some(4),
        [0xf0, b, c, b' ', ..] if continues(b) && continues(c) => Some(4),
        _ => None,
    }
}

/// Makes U+FFFD of each sequence that has lost a byte, and of a lost byte outside a sequence.
pub(super) fn mark_lost_sequences(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.iter().any(|&byte| byte == LOST || byte == b'?') {
        return bytes;
    }
    let mut marked = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match lost_sequence(&bytes[at..]) {
            Some(length) => {
                marked.extend_from_slice("\u{fffd}".as_bytes());
                at += length;
            }
            None => {
                marked.push(bytes[at]);
                at += 1;
            }
        }
    }
    marked
}

/// The length of the sequence with a lost byte that `bytes` begin with. A question mark may stand
/// for the byte as well, but for one byte of a sequence only, and in sequences of two bytes only
/// after the two leads of accented letters.
fn lost_sequence(bytes: &[u8]) -> Option<usize> {
    let open = |byte: u8| byte == LOST || byte == b'?';
    let fills = |byte: u8| byte == LOST || (0x80..0xc0).contains(&byte);
    match *bytes {
        [LOST, ..] => Some(1),
        [0xc2..=0xdf, LOST, ..] | [0xc2 | 0xc3, b'?', ..] => Some(2),
        [0xed, 0xa0..=0xaf, b, 0xed, 0xb0..=0xbf, d, ..] if lost_surrogates(b, d) => Some(6),
        [0xe0..=0xef, b, c, ..] if open(b) && fills(c) || fills(b) && open(c) => Some(3),
        [0xf0..=0xf4, b, c, d, ..]
            if open(b) && fills(c) && fills(d)
                || fills(b) && open(c) && fills(d)
                || fills(b) && fills(c) && open(d) =>
        {
            Some(4)
        }
        _ => None,
    }
}

/// Whether one of the last bytes of two surrogates is lost and the other one is there or lost.
fn lost_surrogates(high: u8, low: u8) -> bool {
    let open = |byte: u8| byte == LOST || byte == b'?';
    let any = |byte: u8| open(byte) || (0x80..0xc0).contains(&byte);
    open(high) && any(low) || any(high) && open(low)
}
