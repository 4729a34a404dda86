//! Signs that a stretch is misread UTF-8, besides the implausible neighbours that `badness` knows.

use super::codepages::{Page, continues, leads};
use super::plausible::{Script, script};
use super::reading::Line;

/// What is known of a stretch.
pub(super) struct Evidence<'t> {
    pub(super) source: &'t str,
    pub(super) repaired: &'t str,
    pub(super) before: &'t str,
    pub(super) after: &'t str,
    pub(super) page: Page,
    /// Whether the stretch is all of its run of non-ASCII characters.
    pub(super) whole_run: bool,
    pub(super) line: &'t Line<'t>,
}

/// Whether a sign shows that the stretch is damaged and what it was.
pub(super) fn is_evident(stretch: &Evidence<'_>) -> bool {
    unmixes_scripts(stretch)
        || makes_foreign_word(stretch)
        || makes_price(stretch)
        || is_lone_foreign_sign(stretch)
        || is_mac_letter(stretch)
        || is_mac_sign(stretch)
        || is_dos_letter(stretch)
        || is_ring_a(stretch)
        || is_low_quote_in_word(stretch)
        || is_odd_pair(stretch)
        || lowers_capitals(stretch)
        || is_lone_grave_a(stretch)
}

/// Letters of two alphabets in one word, which the repair makes one alphabet: `EugГЄnio`.
fn unmixes_scripts(stretch: &Evidence<'_>) -> bool {
    mixes(stretch.before, stretch.source, stretch.after) && !mixes(stretch.before, stretch.repaired, stretch.after)
}

/// Whether letters of two of the European alphabets stand side by side.
fn mixes(before: &str, text: &str, after: &str) -> bool {
    let european =
        |c: char| script(c).filter(|script| matches!(script, Script::Latin | Script::Greek | Script::Cyrillic));
    let mut previous = before.chars().next_back().and_then(european);
    for c in text.chars().chain(after.chars().next()) {
        let next = european(c);
        if previous.is_some() && next.is_some() && previous != next {
            return true;
        }
        previous = next;
    }
    false
}

/// Two letters or more of an alphabet other than Latin, where no part of the run is left over.
/// Real runs of four characters are hardly ever UTF-8 from end to end.
fn makes_foreign_word(stretch: &Evidence<'_>) -> bool {
    if !stretch.whole_run || stretch.source.chars().count() < 4 {
        return false;
    }
    let mut letters = stretch.repaired.chars().filter_map(script);
    let Some(first) = letters.next().filter(|&script| script != Script::Latin) else {
        return false;
    };
    let mut others = letters.peekable();
    others.peek().is_some() && others.all(|script| script == first)
}

/// A sign of currency at a number, or another sign that follows numbers: `ВЈ20`, `20 в‚¬`, `5ВЅ`.
fn makes_price(stretch: &Evidence<'_>) -> bool {
    let amount_after = stretch.after.starts_with(|c: char| c.is_ascii_digit());
    let amount_before = stretch.before.trim_end_matches([' ', '\u{a0}']).ends_with(|c: char| c.is_ascii_digit());
    let in_word = stretch.before.ends_with(char::is_alphabetic);
    let has_letter = stretch.source.chars().any(char::is_alphabetic);
    let follows = matches!(stretch.repaired, "½" | "¼" | "¾" | "°" | "²" | "³")
        && stretch.before.ends_with(|c: char| c.is_ascii_digit());
    let currency = matches!(stretch.repaired, "£" | "€" | "¥")
        && !in_word
        && (amount_after || amount_before && stretch.repaired == "€");
    has_letter && (currency || follows)
}

/// A Cyrillic or Greek letter with a sign, in a line that has no other word in that alphabet:
/// `В© 2019`, `25В°`.
fn is_lone_foreign_sign(stretch: &Evidence<'_>) -> bool {
    if !matches!(stretch.page, Page::Windows1251 | Page::Windows1253) {
        return false;
    }
    let mut source = stretch.source.chars();
    let lead = source.next();
    // The leads of Latin-1's upper half and of common punctuation. In sequences of three and
    // four, letters may follow: `рџ™‚`.
    let usual = matches!(lead, Some('В' | 'Г' | 'в' | 'Β' | 'Γ' | 'β')) && source.clone().all(|c| !c.is_alphabetic());
    let long = stretch.source.chars().count() >= 3 * stretch.repaired.chars().count()
        && stretch.repaired.chars().all(|c| script(c).is_none())
        && source.any(|c| !c.is_alphabetic());
    (usual || long)
        && stretch.repaired.chars().all(|c| matches!(script(c), None | Some(Script::Latin)))
        && !stretch.line.has_other_letters(stretch.page)
}

/// Whether a line has a letter of an alphabet that is no part of what could be misread.
pub(super) fn has_other_letters(line: &str, alphabet: Script, page: Page) -> bool {
    let paired = |a: char, b: char| leads(a) & continues(b) & page.bit() != 0;
    let mut previous = ' ';
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let in_pair = paired(previous, c) || chars.peek().is_some_and(|&next| paired(c, next));
        if script(c) == Some(alphabet) && !in_pair {
            return true;
        }
        previous = c;
    }
    false
}

/// A root sign, `ƒ` or `≈` with another character in a word: `Weizs√§cker`. Apart from words, and
/// with a second mathematical sign, it may be a formula.
fn is_mac_letter(stretch: &Evidence<'_>) -> bool {
    let after_letter = stretch.before.ends_with(char::is_alphabetic);
    let before_letter = stretch.after.starts_with(char::is_alphabetic);
    let formula = stretch.source.contains(['π', 'µ', 'Ω', '∂', '∫', '∑', '∏', '∞', '±', '≤', '≥', '≠']);
    stretch.page == Page::MacRoman
        && (after_letter && before_letter || !formula && (after_letter || before_letter))
        && stretch.source.starts_with(['√', 'ƒ', '≈'])
        && stretch.repaired.chars().all(|c| script(c) == Some(Script::Latin))
}

/// Signs read as MacRoman: `‚` and two more characters, or emoji, which begin with the apple.
/// In German `‚Ä` may begin a quotation, but no second letter with a mark follows.
fn is_mac_sign(stretch: &Evidence<'_>) -> bool {
    let lead = stretch.source.starts_with('\u{201a}') || stretch.source.starts_with('\u{f8ff}');
    stretch.page == Page::MacRoman && lead && stretch.repaired.chars().all(|c| script(c).is_none())
}

/// A letter or sign read as the first PC's code page: a corner of a box in a word, `caf├⌐`.
/// Two corners side by side may be a drawing, unless they are amid small letters.
fn is_dos_letter(stretch: &Evidence<'_>) -> bool {
    let is_box = |c: char| ('\u{2500}'..='\u{259f}').contains(&c);
    let beside_letter = stretch.before.ends_with(|c: char| c.is_ascii_alphabetic())
        || stretch.after.starts_with(|c: char| c.is_ascii_alphabetic());
    let amid_letters = stretch.before.ends_with(|c: char| c.is_ascii_lowercase())
        && stretch.after.starts_with(|c: char| c.is_ascii_lowercase())
        && stretch.repaired.chars().all(|c| ('à'..='ÿ').contains(&c));
    let mut source = stretch.source.chars();
    stretch.page == Page::Cp437
        && beside_letter
        && source.next().is_some_and(is_box)
        && (amid_letters || !source.any(is_box))
}

/// `Ã…` at the beginning of a word with small letters: `Ã…land`.
fn is_ring_a(stretch: &Evidence<'_>) -> bool {
    stretch.repaired == "Å"
        && stretch.source == "Ã…"
        && !stretch.before.ends_with(char::is_alphanumeric)
        && stretch.after.starts_with(|c: char| c.is_ascii_lowercase())
}

/// `â‚` and `â„`: a quotation that begins inside a word.
fn is_low_quote_in_word(stretch: &Evidence<'_>) -> bool {
    ["â‚", "â„"].iter().any(|lead| stretch.source.starts_with(lead))
        && stretch.repaired.chars().all(|c| script(c).is_none())
}

/// Two capitals or letters that no language has side by side.
fn is_odd_pair(stretch: &Evidence<'_>) -> bool {
    let mut source = stretch.source.chars();
    match (source.next(), source.next()) {
        (Some('Ä' | 'Å' | 'Ã'), Some('Œ' | 'Ÿ')) => true,
        // A Romanian letter before one that Romanian lacks.
        (Some('Ă'), Some(c)) => {
            matches!(c, 'Ľ' | 'ą' | 'Ł' | 'ľ' | 'ź' | 'ż' | 'Ś' | 'Ť' | 'Ź' | 'ś' | 'ť' | 'ł' | 'Ą')
        }
        (Some('Ä'), Some('Ś' | 'ś' | 'Ł' | 'ł')) => true,
        _ => false,
    }
}

/// Capitals after a small letter, which the repair makes small: `EugĂŞnio`.
fn lowers_capitals(stretch: &Evidence<'_>) -> bool {
    stretch.before.ends_with(|c: char| c.is_ascii_lowercase())
        && !stretch.after.starts_with(char::is_uppercase)
        && stretch.source.starts_with(char::is_uppercase)
        && stretch.repaired.chars().all(char::is_lowercase)
}

/// The word `à` read as Windows-1250. At the end of a word `Ă` with a no-break space is Romanian.
fn is_lone_grave_a(stretch: &Evidence<'_>) -> bool {
    stretch.source == "Ă\u{a0}"
        && stretch.repaired == "à"
        && stretch.page == Page::Windows1250
        && !stretch.before.ends_with(char::is_alphanumeric)
}
