//! Classes of the characters that occur in mojibake. Which character is in which class is ftfy's
//! finding; see the module's head.

use super::codepages::decode_at;

/// A set of character classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Classes(u16);

impl Classes {
    pub(super) const NONE: Classes = Classes(0);
    /// Stands in text of every kind: no-break space, dash, ellipsis, apostrophe.
    pub(super) const COMMON: Classes = Classes(1);
    /// Control characters U+0080 to U+009F.
    pub(super) const CONTROL: Classes = Classes(1 << 1);
    /// Hardly ever meant: `¨`, `¬`, `†`.
    pub(super) const BAD: Classes = Classes(1 << 2);
    /// Paragraph signs.
    pub(super) const LAW: Classes = Classes(1 << 3);
    pub(super) const CURRENCY: Classes = Classes(1 << 4);
    /// Punctuation before a word.
    pub(super) const OPENING: Classes = Classes(1 << 5);
    /// Punctuation after a word.
    pub(super) const CLOSING: Classes = Classes(1 << 6);
    /// Signs that stand with numbers.
    pub(super) const NUMERIC: Classes = Classes(1 << 7);
    /// Letters of which faces such as `(°ö°)` are made.
    pub(super) const FACE: Classes = Classes(1 << 8);
    /// Capital Latin letters with marks.
    pub(super) const UPPER: Classes = Classes(1 << 9);
    /// Small Latin letters with marks.
    pub(super) const LOWER: Classes = Classes(1 << 10);
    /// Capital Greek and Cyrillic letters.
    pub(super) const UPPER_OTHER: Classes = Classes(1 << 11);
    /// Small Greek and Cyrillic letters.
    pub(super) const LOWER_OTHER: Classes = Classes(1 << 12);
    /// Box drawings.
    pub(super) const BOX: Classes = Classes(1 << 13);

    pub(super) const fn or(self, other: Classes) -> Classes {
        Classes(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Classes) -> Classes {
        Classes(self.0 & !other.0)
    }

    /// Whether the two sets share a class.
    pub(super) const fn meets(self, other: Classes) -> bool {
        self.0 & other.0 != 0
    }

    /// The classes of `c`: none for most characters, two for `Ü` and `ü`.
    pub(super) fn of(c: char) -> Classes {
        match c as usize {
            number @ LOW_START..LOW_END => Classes(TABLE.low[number - LOW_START]),
            number @ HIGH_START..HIGH_END => Classes(TABLE.high[number - HIGH_START]),
            0xf8ff => Classes::OPENING,
            0xfb01 | 0xfb02 => Classes::LOWER,
            0xfffd => Classes::BAD,
            _ => Classes::NONE,
        }
    }
}

const LOW_START: usize = 0x80;
const LOW_END: usize = 0x4a0;
const HIGH_START: usize = 0x2000;
const HIGH_END: usize = 0x2600;

struct Table {
    low: [u16; LOW_END - LOW_START],
    high: [u16; HIGH_END - HIGH_START],
}

static TABLE: Table = {
    let mut table = Table { low: [0; LOW_END - LOW_START], high: [0; HIGH_END - HIGH_START] };
    add(&mut table, Classes::COMMON, "\u{a0}\u{ad}´·–—―’…", &[]);
    add(&mut table, Classes::CONTROL, "", &[('\u{80}', '\u{9f}')]);
    add(&mut table, Classes::BAD, "¤¦¨ª¬¯¸ºƒˆˇ˘˛˜†‡‰⌐◊", &[]);
    add(&mut table, Classes::LAW, "§¶", &[]);
    add(&mut table, Classes::CURRENCY, "¢£¥₧€", &[]);
    add(&mut table, Classes::OPENING, "¡©«¿΄΅‘‚“„•‹", &[]);
    add(&mut table, Classes::CLOSING, "®»˝”›™", &[]);
    add(&mut table, Classes::NUMERIC, "±²³µ¹¼½¾×÷⁄№∂∆∏∑√∞∩∫≈≠≡≤≥", &[]);
    add(&mut table, Classes::FACE, "°ÙÚÛÜŌŐŪŲ", &[('Ò', 'Ö'), ('ò', 'ö'), ('ø', 'ü')]);
    add(&mut table, Classes::UPPER, "ØÜÝĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŒŘŚŞŠŢŤŮŰŸŹŻŽҐ", &[('À', 'Ñ')]);
    add(&mut table, Classes::LOWER, "üāăąćčďđēėęěğģīįķĺļľłœŕśşšťźżžґ", &[('ß', 'ñ')]);
    add(&mut table, Classes::UPPER_OTHER, "ÞΆΈΉΊΌΎΏ", &[('Α', 'Ϋ'), ('Ё', 'Я')]);
    add(&mut table, Classes::LOWER_OTHER, "", &[('ά', 'ω'), ('а', 'џ')]);
    add(&mut table, Classes::BOX, "│┌┐┘├┤┬┼▀▄█▌▐░▒▓", &[('═', '╬')]);
    table
};

const fn add(table: &mut Table, classes: Classes, members: &str, ranges: &[(char, char)]) {
    let mut at = 0;
    while at < members.len() {
        let (c, next) = decode_at(members.as_bytes(), at);
        add_one(table, classes, c as usize);
        at = next;
    }
    let mut range = 0;
    while range < ranges.len() {
        let mut number = ranges[range].0 as usize;
        while number <= ranges[range].1 as usize {
            add_one(table, classes, number);
            number += 1;
        }
        range += 1;
    }
}

const fn add_one(table: &mut Table, classes: Classes, number: usize) {
    if number < LOW_END {
        table.low[number - LOW_START] |= classes.0;
    } else {
        table.high[number - HIGH_START] |= classes.0;
    }
}
