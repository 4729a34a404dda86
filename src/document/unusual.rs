//! Characters that ordinary prose does not hold; the scan for marks finds them.

/// A character worth a look, with its byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusual {
    /// Byte offset in the text.
    pub at: u32,
    /// The character.
    pub character: char,
}

/// Whether a character outside ASCII is one.
pub(super) fn is_unusual(c: char) -> bool {
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
