//! Characters that ordinary prose does not hold, found in one pass for all encoding rules.

/// A character worth a look, with its byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusual {
    /// Byte offset in the text.
    pub at: u32,
    /// The character.
    pub character: char,
}

/// Control and format characters, blanks other than the space, U+FFFD and noncharacters of a
/// text, in order.
#[must_use]
pub fn unusual(text: &str) -> Vec<Unusual> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        // Nearly all text is printable ASCII: sixteen bytes at a time are checked without a branch
        // each, which the compiler turns into vector instructions.
        if let Some(chunk) = bytes.get(at..at + 16)
            && chunk.iter().fold(true, |plain, byte| plain & (0x20..0x7F).contains(byte))
        {
            at += 16;
            continue;
        }
        let end = (at + 16).min(bytes.len());
        while at < end {
            let byte = bytes[at];
            if byte.is_ascii() {
                if byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t') || byte == 0x7F {
                    found.push(Unusual { at: at as u32, character: char::from(byte) });
                }
                at += 1;
            } else {
                let Some(character) = text[at..].chars().next() else { break };
                if is_unusual(character) {
                    found.push(Unusual { at: at as u32, character });
                }
                at += character.len_utf8();
            }
        }
    }
    found
}

fn is_unusual(c: char) -> bool {
    match c {
        // The marks and letters that news is full of come first.
        '\u{2010}'..='\u{2027}' | '\u{C0}'..='\u{24F}' => false,
        '\u{80}'..='\u{9F}' | '\u{A0}' | '\u{AD}' => true,
        '\u{61C}' | '\u{180E}' | '\u{2000}'..='\u{200F}' => true,
        '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}' | '\u{3000}' => true,
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}' | '\u{FDD0}'..='\u{FDEF}' => true,
        '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => (c as u32) & 0xFFFE == 0xFFFE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_hides_among_prose() {
        let text = "A long sentence of plain words, “quoted” — é\u{A0}x\u{200B}\u{7}\u{FFFD}\tend\r\n";
        let found: Vec<_> = unusual(text).iter().map(|unusual| unusual.character).collect();
        assert_eq!(found, ['\u{A0}', '\u{200B}', '\u{7}', '\u{FFFD}']);
        for Unusual { at, character } in unusual(text) {
            assert!(text[at as usize..].starts_with(character));
        }
    }
}
