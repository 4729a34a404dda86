//! Whether a repaired stretch could stand in a text: a repair may only make sense of nonsense,
//! not nonsense of sense (`NESTLÉ®` is UTF-8 for `NESTLɮ`).

use super::lost::may_be_cut_short;

/// The writing that a letter belongs to. The numbers of blocks tell scripts apart well enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    /// Chinese and Japanese, which mix.
    EastAsian,
    /// Any other, by number.
    Other(u32),
}

/// The number of Korean's script among the others.
const HANGUL: u32 = 9;

/// The script of a letter or mark; `None` for what is common to scripts.
pub(super) fn script(c: char) -> Option<Script> {
    let number = u32::from(c);
    Some(match number {
        0x41..=0x5a | 0x61..=0x7a => Script::Latin,
        0..=0xbf | 0xd7 | 0xf7 => return None,
        0xc0..=0x24f | 0x1e00..=0x1eff | 0xfb00..=0xfb06 => Script::Latin,
        // Greek punctuation, and the full stop of several Indian scripts.
        0x384 | 0x385 | 0x37e | 0x387 | 0x964 | 0x965 => return None,
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f => Script::Cyrillic,
        0x530..=0x58f => Script::Other(1),
        0x590..=0x5ff | 0xfb1d..=0xfb4f => Script::Other(2),
        0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfefc => Script::Other(3),
        0x780..=0x7bf => Script::Other(4),
        // Devanagari to Sinhala, Thai, Lao, Tibetan: one block of 128 numbers each.
        0x900..=0xfff => Script::Other(number >> 7),
        0x1000..=0x109f => Script::Other(5),
        0x10a0..=0x10ff => Script::Other(6),
        0x1200..=0x139f => Script::Other(7),
        0x1780..=0x17ff => Script::Other(8),
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7a3 => Script::Other(HANGUL),
        0x3041..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff => Script::EastAsian,
        0x2_0000..=0x3_ffff => Script::EastAsian,
        // Cherokee to Lepcha, Yi to Meetei Mayek, and the historic and rare scripts.
        0x1400..=0x1c7f | 0xa000..=0xabff | 0x1_0000..=0x1_cfff if c.is_alphabetic() => Script::Other(number >> 7),
        _ => return None,
    })
}

/// A set of scripts.
#[derive(Clone, Copy, Default)]
pub(super) struct ScriptSet(u64);

impl ScriptSet {
    /// The set and the scripts of `text`.
    pub(super) fn with(self, text: &str) -> ScriptSet {
        ScriptSet(text.chars().filter_map(script).fold(self.0, |set, script| set | bit(script)))
    }
}

/// A script's bit in a [`ScriptSet`].
fn bit(script: Script) -> u64 {
    let number = match script {
        Script::Latin => 0,
        Script::Greek => 1,
        Script::Cyrillic => 2,
        Script::EastAsian => 3,
        Script::Other(number) => 4 + number % 32,
    };
    1 << number
}

/// What is known of the place of a repair.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) before: &'t str,
    pub(super) after: &'t str,
    /// Whether what stood there could not be meant.
    pub(super) sure: bool,
    /// The scripts of the line's sure repairs.
    pub(super) scripts: ScriptSet,
}

/// Whether `repaired` may stand at its place.
pub(super) fn is_plausible(repaired: &str, mut place: Place<'_>) -> bool {
    // Of the rarer scripts, two letters make a word.
    let (mut once, mut twice) = (0, 0);
    for script in repaired.chars().filter_map(script) {
        twice |= once & bit(script);
        once |= bit(script);
    }
    place.scripts.0 |= twice;
    let mut previous = place.before.chars().next_back();
    let mut chars = repaired.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().or_else(|| place.after.chars().next());
        if !fits(c, previous, next, place) {
            return false;
        }
        previous = Some(c);
    }
    !clashes_in_case(repaired, place.before, place.after)
}

/// Whether a plausible repair leaves no doubt. Doubtful are a capital after a small letter, a
/// single letter of a foreign alphabet, and a letter that may have lost its second byte.
pub(super) fn is_sound(repaired: &str, place: Place<'_>) -> bool {
    let mut previous = place.before.chars().next_back();
    let mut foreign = 0;
    for c in repaired.chars() {
        if c.is_uppercase() && previous.is_some_and(char::is_lowercase) {
            return false;
        }
        foreign += usize::from(script(c).is_some_and(|script| script == Script::Cyrillic));
        previous = Some(c);
    }
    let known = place.scripts.0 & bit(Script::Cyrillic) != 0;
    let cut = previous.is_some_and(|last| may_be_cut_short(last, place.after));
    (foreign != 1 || known) && !cut
}

/// Whether one character may stand between its neighbours.
fn fits(c: char, previous: Option<char>, next: Option<char>, place: Place<'_>) -> bool {
    let near = |wanted: fn(char) -> bool| previous.is_some_and(wanted) || next.is_some_and(wanted);
    let Some(script) = script(c) else {
        return sign_fits(c, previous, next);
    };
    let in_latin_word = near(|c| c.is_ascii_alphabetic());
    let known = place.scripts.0 & bit(script) != 0
        || [previous, next].into_iter().flatten().any(|c| self::script(c) == Some(script));
    match script {
        Script::Latin => latin_fits(c, place.sure && (near(char::is_alphabetic) || c.is_uppercase())),
        // Greek letters stand in formulas and in names of proteins and units: `μm`, `α-synuclein`.
        Script::Greek => known || place.sure && ('Α'..='ω').contains(&c),
        Script::Cyrillic => !in_latin_word && (known || ('Ё'..='џ').contains(&c)),
        // Chinese, Japanese and Korean set Latin words without a space.
        Script::EastAsian | Script::Other(HANGUL) => known,
        Script::Other(_) => known && !in_latin_word,
    }
}

/// Whether a Latin letter is one of those that European languages, Vietnamese and romanised
/// Chinese have; the rare ones only where they are `backed` by what stands around.
fn latin_fits(c: char, backed: bool) -> bool {
    match u32::from(c) {
        0x41..=0x17e | 0x218..=0x21b | 0x1e80..=0x1e85 | 0x1ea0..=0x1ef9 => true,
        0x192 | 0x18f | 0x1a0 | 0x1a1 | 0x1af | 0x1b0 | 0x1cd..=0x1dc | 0x1e5..=0x1ed => backed,
        0x1e00..=0x1e7f | 0x1e86..=0x1e9f | 0xfb00..=0xfb06 => backed,
        _ => false,
    }
}

/// Whether a character that is no letter of a script may stand between its neighbours.
fn sign_fits(c: char, previous: Option<char>, next: Option<char>) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    match u32::from(c) {
        0x09 | 0x0a | 0x0d | 0x20..=0x7e | 0xa0..=0xbf | 0xd7 | 0xf7 => true,
        // Letters of phonetic writing: only the one that Azerbaijani has.
        0x259 => in_word(previous) || in_word(next),
        // Apostrophes of Hawaiian, Arabic and Ukrainian words.
        0x2b9..=0x2bc | 0x2be | 0x2bf => in_word(previous) || in_word(next),
        0x2c6 | 0x2c7 | 0x2d8..=0x2dd | 0x384 | 0x385 | 0x387 | 0x37e | 0x964 | 0x965 => true,
        // Marks above and below a letter.
        0x300..=0x36f => in_word(previous),
        0x2000..=0x2064 | 0x2066..=0x20c0 | 0x20d0..=0x20f0 | 0x2100..=0x27bf => true,
        0x27c0..=0x2bff | 0x3000..=0x303f | 0xfe00..=0xfe0f | 0xfe30..=0xfe4f | 0xfeff => true,
        0xff01..=0xffe6 | 0x1_d400..=0x1_d7ff | 0x1_f000..=0x1_faff | 0xe_0020..=0xe_007f => true,
        _ => false,
    }
}

/// Whether a repair would end a word in capitals with a small letter: `«MAÇÃ»` is no `«MAÇû`.
fn clashes_in_case(repaired: &str, before: &str, after: &str) -> bool {
    let small_end = repaired.chars().next_back().is_some_and(char::is_lowercase)
        && !after.chars().next().is_some_and(char::is_lowercase);
    let mut earlier = before.chars().rev();
    let capitals = earlier.by_ref().take(2).filter(|c| c.is_uppercase()).count() == 2;
    small_end && repaired.chars().count() == 1 && capitals
}
