//! The single-byte code pages that UTF-8 is mistaken for.
//!
//! The Windows pages leave a few bytes unassigned. Programs pass these through as the control
//! characters of the same number, as the WHATWG standard wants, so that is what the tables hold.
//! In addition a Windows page takes U+FFFD for byte 1A: a stricter program has put the
//! replacement character where the page knew no character, and the byte that stood there is lost.

/// The byte that stands for a lost one, see the module's head.
pub(super) const LOST: u8 = 0x1a;

/// Western European.
const WINDOWS_1252: &str = "\
    €\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ\
    \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß\
    àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
/// Cyrillic.
const WINDOWS_1251: &str = "\
    ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\
    \u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмнопрстуфхцчшщъыьэюя";
/// Central European.
const WINDOWS_1250: &str = "\
    €\u{81}‚\u{83}„…†‡\u{88}‰Š‹ŚŤŽŹ\u{90}‘’“”•–—\u{98}™š›śťžź\
    \u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż\
    ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
    ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";
/// Greek.
const WINDOWS_1253: &str = "\
    €\u{81}‚ƒ„…†‡\u{88}‰\u{8a}‹\u{8c}\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}\u{9d}\u{9e}\u{9f}\
    \u{a0}΅Ά£¤¥¦§¨©ª«¬\u{ad}®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏ\
    ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡÒΣΤΥΦΧΨΩΪΫάέήί\
    ΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώÿ";
/// Turkish.
const WINDOWS_1254: &str = "\
    €\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}\u{9e}Ÿ\
    \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß\
    àáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ";
/// Baltic.
const WINDOWS_1257: &str = "\
    €\u{81}‚\u{83}„…†‡\u{88}‰\u{8a}‹\u{8c}¨ˇ¸\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}¯˛\u{9f}\
    \u{a0}¡¢£¤¥¦§Ø©Ŗ«¬\u{ad}®Æ°±²³´µ¶·ø¹ŗ»¼½¾æ\
    ĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽß\
    ąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙";
/// Central European; from byte A0 on, as 80 to 9F are control characters.
const ISO_8859_2: &str = "\
    \u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žż\
    ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
    ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";
/// Western European on the Macintosh.
const MACROMAN: &str = "\
    ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü\
    †°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
    ¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ\
    ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
/// The IBM PC's first code page.
const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A code page, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// ISO-8859-1, with the control characters U+0080 to U+009F.
    Latin1,
    Windows1252,
    Windows1251,
    Windows1250,
    Windows1253,
    Windows1254,
    Windows1257,
    Iso8859_2,
    MacRoman,
    Cp437,
    /// Windows-1252 and ISO-8859-1 in one text: what was read as Latin-1 in one layer and had its
    /// control characters turned into Windows-1252's characters here and there. Not one of
    /// ftfy's pages, and used for single stretches only.
    WesternMix,
}

/// How many pages there are.
const PAGES: usize = 11;

impl Page {
    /// Every page that a whole text is tried with, in the order of trying.
    pub(super) const WHOLE_TEXT: [Page; 10] = [
        Page::Latin1,
        Page::Windows1252,
        Page::Windows1251,
        Page::Windows1250,
        Page::Windows1253,
        Page::Windows1254,
        Page::Windows1257,
        Page::Iso8859_2,
        Page::MacRoman,
        Page::Cp437,
    ];

    /// Every page that a stretch of text is tried with. Windows-1252 stands before Latin-1 here,
    /// as that is what Latin-1 means on the web.
    pub(super) const STRETCH: [Page; PAGES] = [
        Page::Windows1252,
        Page::Latin1,
        Page::Windows1251,
        Page::Windows1250,
        Page::Windows1253,
        Page::Windows1254,
        Page::Windows1257,
        Page::Iso8859_2,
        Page::MacRoman,
        Page::Cp437,
        Page::WesternMix,
    ];

    /// The page's usual name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Page::Latin1 => "latin-1",
            Page::Windows1252 | Page::WesternMix => "windows-1252",
            Page::Windows1251 => "windows-1251",
            Page::Windows1250 => "windows-1250",
            Page::Windows1253 => "windows-1253",
            Page::Windows1254 => "windows-1254",
            Page::Windows1257 => "windows-1257",
            Page::Iso8859_2 => "iso-8859-2",
            Page::MacRoman => "macroman",
            Page::Cp437 => "cp437",
        }
    }

    /// Whether U+FFFD stands for a lost byte of this page.
    pub(super) const fn marks_lost_bytes(self) -> bool {
        matches!(
            self,
            Page::Windows1252
                | Page::Windows1251
                | Page::Windows1250
                | Page::Windows1253
                | Page::Windows1254
                | Page::Windows1257
                | Page::WesternMix
        )
    }

    /// The page's bit in a [`PageSet`].
    pub(super) const fn bit(self) -> PageSet {
        1 << self as u8
    }

    /// The byte that the page has for `c`.
    pub(super) fn byte(self, c: char) -> Option<u8> {
        if c.is_ascii() {
            // Byte 1A of these pages is taken by U+FFFD, so U+001A has none.
            return (c != '\u{1a}' || !self.marks_lost_bytes()).then_some(c as u8);
        }
        match row(c).bytes[self as usize] {
            0 => None,
            byte => Some(byte),
        }
    }

    /// The bytes of `text` in this page, if it has every character.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(text.len());
        for c in text.chars() {
            bytes.push(self.byte(c)?);
        }
        Some(bytes)
    }
}

/// A set of pages, one bit each.
pub(super) type PageSet = u16;

/// The pages in which `c` begins a UTF-8 sequence of two bytes or more.
pub(super) fn leads(c: char) -> PageSet {
    row(c).leads
}

/// The pages in which `c` continues a UTF-8 sequence; U+FFFD continues it in those pages in which
/// it stands for a lost byte.
pub(super) fn continues(c: char) -> PageSet {
    row(c).continues
}

/// Whether two characters can be one letter that was read as a code page of one byte a character. Of sound
/// text small letters such as `é` stand before a soft hyphen, too.
pub fn completes(before: char, c: char) -> bool {
    leads(before) & continues(c) != 0 && !before.is_lowercase()
}

/// The character that Windows-1252 has where Latin-1 has the control character `c`.
pub(super) fn windows_1252_of_control(c: char) -> Option<char> {
    let number = c as usize;
    if !(0x80..0xa0).contains(&number) {
        return None;
    }
    char::from_u32(u32::from(CONTROLS[number - 0x80]))
}

/// What a reader of Windows-1252 makes of a byte.
#[cfg(test)]
pub(super) fn misread_as_windows_1252(byte: u8) -> char {
    windows_1252_of_control(char::from(byte)).unwrap_or(char::from(byte))
}

/// The characters of bytes 80 to 9F of Windows-1252.
const CONTROLS: [u16; 32] = {
    let mut controls = [0; 32];
    let mut at = 0;
    let mut number = 0;
    while number < 32 {
        let (c, next) = decode_at(WINDOWS_1252.as_bytes(), at);
        controls[number] = c as u16;
        at = next;
        number += 1;
    }
    controls
};

/// What the pages have for one character.
#[derive(Clone, Copy)]
struct Row {
    /// The byte in each page, 0 for none.
    bytes: [u8; PAGES],
    leads: PageSet,
    continues: PageSet,
}

const NOTHING: Row = Row { bytes: [0; PAGES], leads: 0, continues: 0 };

/// Rows for U+0080 up to the last Cyrillic letter of the pages.
const LOW_START: usize = 0x80;
const LOW_END: usize = 0x4a0;
/// Rows for punctuation, signs and box drawings.
const HIGH_START: usize = 0x2000;
const HIGH_END: usize = 0x2600;

struct Rows {
    low: [Row; LOW_END - LOW_START],
    high: [Row; HIGH_END - HIGH_START],
    fi: Row,
    fl: Row,
    apple: Row,
    lost: Row,
}

/// The row of a non-ASCII character.
fn row(c: char) -> &'static Row {
    match c as usize {
        number @ LOW_START..LOW_END => &ROWS.low[number - LOW_START],
        number @ HIGH_START..HIGH_END => &ROWS.high[number - HIGH_START],
        0xfb01 => &ROWS.fi,
        0xfb02 => &ROWS.fl,
        0xf8ff => &ROWS.apple,
        0xfffd => &ROWS.lost,
        _ => &NOTHING,
    }
}

static ROWS: Rows = {
    let mut rows = Rows {
        low: [NOTHING; LOW_END - LOW_START],
        high: [NOTHING; HIGH_END - HIGH_START],
        fi: NOTHING,
        fl: NOTHING,
        apple: NOTHING,
        lost: NOTHING,
    };
    let mut byte = 0xff_u8;
    while byte >= 0x80 {
        add(&mut rows, byte as u32, Page::Latin1, byte);
        if byte < 0xa0 {
            add(&mut rows, byte as u32, Page::Iso8859_2, byte);
            add(&mut rows, byte as u32, Page::WesternMix, byte);
        }
        byte -= 1;
    }
    add_table(&mut rows, WINDOWS_1252, Page::WesternMix, 0x80);
    add_table(&mut rows, WINDOWS_1252, Page::Windows1252, 0x80);
    add_table(&mut rows, WINDOWS_1251, Page::Windows1251, 0x80);
    add_table(&mut rows, WINDOWS_1250, Page::Windows1250, 0x80);
    add_table(&mut rows, WINDOWS_1253, Page::Windows1253, 0x80);
    add_table(&mut rows, WINDOWS_1254, Page::Windows1254, 0x80);
    add_table(&mut rows, WINDOWS_1257, Page::Windows1257, 0x80);
    add_table(&mut rows, ISO_8859_2, Page::Iso8859_2, 0xa0);
    add_table(&mut rows, MACROMAN, Page::MacRoman, 0x80);
    add_table(&mut rows, CP437, Page::Cp437, 0x80);
    let mut at = 0;
    while at < Page::STRETCH.len() {
        let page = Page::STRETCH[at];
        if page.marks_lost_bytes() {
            rows.lost.bytes[page as usize] = LOST;
            rows.lost.continues |= page.bit();
        }
        at += 1;
    }
    rows
};

const fn add_table(rows: &mut Rows, table: &str, page: Page, first: u8) {
    let mut at = 0;
    let mut byte = first as u16;
    while at < table.len() {
        let (c, next) = decode_at(table.as_bytes(), at);
        add(rows, c, page, byte as u8);
        at = next;
        byte += 1;
    }
    assert!(byte == 0x100, "a table must reach up to byte FF");
}

const fn add(rows: &mut Rows, c: u32, page: Page, byte: u8) {
    let number = c as usize;
    let row = match number {
        LOW_START..LOW_END => &mut rows.low[number - LOW_START],
        HIGH_START..HIGH_END => &mut rows.high[number - HIGH_START],
        0xfb01 => &mut rows.fi,
        0xfb02 => &mut rows.fl,
        0xf8ff => &mut rows.apple,
        _ => panic!("a table holds a character that has no row"),
    };
    row.bytes[page as usize] = byte;
    match byte {
        0x80..=0xbf => row.continues |= page.bit(),
        // C0 is no lead byte of UTF-8, but C0 80 is how Java writes U+0000.
        0xc0 | 0xc2..=0xf4 => row.leads |= page.bit(),
        _ => {}
    }
}

/// The character at byte `at` of UTF-8 text, with the byte after it; `str::chars` is not to be had
/// at compile time. Knows sequences of up to three bytes, all that the tables need.
pub(super) const fn decode_at(text: &[u8], at: usize) -> (u32, usize) {
    let first = text[at] as u32;
    if first < 0x80 {
        (first, at + 1)
    } else if first < 0xe0 {
        ((first & 0x1f) << 6 | (text[at + 1] as u32 & 0x3f), at + 2)
    } else {
        let low = (text[at + 1] as u32 & 0x3f) << 6 | (text[at + 2] as u32 & 0x3f);
        ((first & 0x0f) << 12 | low, at + 3)
    }
}
