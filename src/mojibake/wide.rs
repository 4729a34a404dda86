//! UTF-8 that was read as a code page which the tables of single bytes do not hold: GBK and Shift-JIS, of two
//! bytes a character, and the pages of Thai and Hebrew.
//!
//! `don’t` becomes `don鈥檛` in GBK, where the apostrophe's third byte and the letter behind it make one
//! character. Only what English text is full of is looked for: typographic marks, and letters such as `é`
//! inside a word; each begins with a character that stands for their first bytes.

use encoding_rs::{Encoding, GBK, SHIFT_JIS, WINDOWS_874, WINDOWS_1255};

use super::stretches::Damage;

/// Characters of a damaged stretch at most.
const LONGEST: usize = 12;

/// What U+FFFD, twice, is in GBK.
const LOST: [char; 3] = ['锟', '斤', '拷'];

/// The damaged stretches of a line, in order. Each begins with a character of another script. Those that may be a
/// word of Chinese or Japanese as well have the mark `false`: they count where a sure one stands elsewhere.
pub fn wide_damages(text: &str) -> Vec<(Damage, bool)> {
    let mut found = Vec::new();
    let mut done = 0;
    for (start, c) in text.char_indices() {
        // Nothing below the Hebrew letters begins a stretch, and most that is above are quotation marks.
        if start < done || c < 'א' || ('\u{2000}'..'\u{2E80}').contains(&c) {
            continue;
        }
        if let Some((damage, is_sure)) = damage_at(text, start, c) {
            done = damage.end;
            found.push((damage, is_sure));
        }
    }
    found
}

fn damage_at(text: &str, start: usize, c: char) -> Option<(Damage, bool)> {
    let behind = &text[start + c.len_utf8()..];
    let lost =
        |end, page: &'static str| Damage { start, end, repaired: None, exact: false, layers: 1, code_page: page };
    let page = match c {
        '锟' if behind.starts_with("斤拷") => {
            let length = text[start..].find(|c| !LOST.contains(&c)).unwrap_or(text.len() - start);
            return Some((lost(start + length, "gbk"), true));
        }
        '鈥' | '鈧' => GBK,
        '窶' => SHIFT_JIS,
        'โ' if behind.starts_with('€') => WINDOWS_874,
        'ג' if behind.starts_with('€') => WINDOWS_1255,
        _ => return letter_at(text, start, c),
    };
    let name = name_of(page);
    // As many characters as are not ASCII and one sequence after the other.
    let run = behind.char_indices().take(LONGEST).take_while(|(_, c)| !c.is_ascii() && *c != '\u{FFFD}');
    let end = start + c.len_utf8() + run.last().map_or(0, |(at, c)| at + c.len_utf8());
    let whole = encode(page, &text[start..end]);
    if let Some(repaired) = whole.as_deref().and_then(usual_text) {
        let repaired = Some(repaired.to_owned());
        return Some((Damage { start, end, repaired, exact: true, layers: 1, code_page: name }, true));
    }
    // The next character alone: what stands behind it may be sound.
    let next = start + c.len_utf8() + behind.chars().next().filter(|c| !c.is_ascii()).map_or(0, char::len_utf8);
    if let Some(repaired) = encode(page, &text[start..next]).as_deref().and_then(usual_text) {
        let repaired = Some(repaired.to_owned());
        return Some((Damage { start, end: next, repaired, exact: true, layers: 1, code_page: name }, true));
    }
    // Where the third byte and the one behind it make no character, a question mark stands for both. Words of
    // Chinese and Japanese stand among others of their kind.
    let is_alone = behind.chars().next().is_none_or(|c| c.is_ascii() || c == '\u{FFFD}');
    let mark = behind.chars().next().filter(|c| matches!(c, '?' | '\u{FFFD}')).map_or(0, char::len_utf8);
    // `鈥` is holmium and `鈧` scandium, too: alone it is damage behind a word or its mark, if there is other damage.
    let is_behind = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ',' | '.' | '!' | '?'));
    (is_alone && c != 'ג' && (mark > 0 || is_behind)).then(|| (lost(start + c.len_utf8() + mark, name), mark > 0))
}

/// Latin letters, or the sign of the pound, that GBK has made one character each of: `M眉ller`, `拢20`.
fn letter_at(text: &str, start: usize, c: char) -> Option<(Damage, bool)> {
    let before = text[..start].chars().next_back();
    if !is_ideograph(c) || before.is_some_and(|c| !c.is_ascii()) {
        return None;
    }
    // `N煤帽ez` has two in a row.
    let run = text[start..].chars().take(LONGEST).take_while(|c| is_ideograph(*c)).map(char::len_utf8).sum::<usize>();
    let end = start + run;
    let bytes = encode(GBK, &text[start..end])?;
    let repaired = std::str::from_utf8(&bytes).ok()?;
    let behind = text[end..].chars().next();
    let is_blank = |c: Option<char>| c.is_none_or(|c| matches!(c, ' ' | '('));
    let is_sign = repaired == "£" && is_blank(before) && behind.is_some_and(|c| c.is_ascii_digit());
    let are_small = repaired.chars().all(|c| ('ß'..='ÿ').contains(&c) && c != '÷');
    let is_capital = repaired.chars().all(|c| ('À'..='Þ').contains(&c) && c != '×');
    // In the midst of a word, or a capital at its beginning: `M茅n`, `脡douard`.
    let is_inside = behind.is_some_and(|c| c.is_ascii_lowercase())
        && (are_small && before.is_some_and(|c| c.is_ascii_alphabetic()) || is_capital && is_blank(before));
    // `caf茅`, and `caf茅鈥檚`. A gloss stands like that, too: `neko猫`, `mao毛`.
    let is_last = are_small
        && before.is_some_and(|c| c.is_ascii_lowercase())
        && behind.is_none_or(|c| matches!(c, '鈥' | '鈧') || c.is_ascii() && !c.is_ascii_alphanumeric());
    let repaired = Some(repaired.to_owned());
    (is_sign || is_inside || is_last)
        .then_some((Damage { start, end, repaired, exact: is_sign, layers: 1, code_page: "gbk" }, is_sign || is_inside))
}

/// Whether a character is one of Chinese and no mark of damage.
fn is_ideograph(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c) && !matches!(c, '鈥' | '鈧')
}

fn name_of(page: &'static Encoding) -> &'static str {
    match page.name() {
        "GBK" => "gbk",
        "Shift_JIS" => "shift-jis",
        other => other,
    }
}

/// The bytes of a text in a code page, if it has every character.
fn encode(page: &'static Encoding, text: &str) -> Option<Vec<u8>> {
    let (bytes, _, has_errors) = page.encode(text);
    (!has_errors).then(|| bytes.into_owned())
}

/// The text that bytes are in UTF-8, if it is what English text is full of and a typographic mark is in it.
fn usual_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_mark = |c: char| ('\u{2010}'..='\u{2026}').contains(&c) || c == '€';
    let is_usual = |c: char| c.is_ascii_graphic() || ('\u{A0}'..='ÿ').contains(&c) || is_mark(c) || c == '™';
    (text.starts_with(is_mark) && text.chars().all(is_usual)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repairs(text: &str) -> Vec<(&str, Option<String>)> {
        wide_damages(text).into_iter().map(|(damage, _)| (&text[damage.start..damage.end], damage.repaired)).collect()
    }

    #[test]
    fn marks_are_read_with_the_letter_behind_them() {
        for (page, name) in [(GBK, "gbk"), (SHIFT_JIS, "shift-jis"), (WINDOWS_874, "windows-874")] {
            let sound = "It wasn’t the mayor’s plan – “bold” was what they’d said.";
            let misread = page.decode_without_bom_handling(sound.as_bytes()).0;
            for (damage, _) in wide_damages(&misread) {
                assert_eq!(damage.code_page, name);
                if let Some(repaired) = damage.repaired {
                    assert!(sound.contains(&repaired), "{repaired}");
                }
            }
            assert!(wide_damages(&misread).len() >= 4, "{misread}");
        }
        assert_eq!(repairs("the mayor鈥檚 plan"), [("鈥檚", Some("’s".to_owned()))]);
        assert_eq!(repairs("he said 鈥?that"), [("鈥?", None)]);
        assert_eq!(repairs("a caf茅 and 拢20"), [("茅", Some("é".to_owned())), ("拢", Some("£".to_owned()))]);
        assert_eq!(repairs("M眉ller"), [("眉", Some("ü".to_owned()))]);
        assert_eq!(repairs("脡douard N煤帽ez"), [("脡", Some("É".to_owned())), ("煤帽", Some("úñ".to_owned()))]);
        assert_eq!(repairs("a 锟斤拷锟斤拷 day"), [("锟斤拷锟斤拷", None)]);
    }

    #[test]
    fn what_may_be_a_gloss_is_not_sure() {
        let sure = |text| wide_damages(text).into_iter().map(|(_, is_sure)| is_sure).collect::<Vec<_>>();
        assert_eq!(sure("mao猫, mao毛, hat帽, enzyme酶, coal煤, neko猫 and busy忙, holmium鈥 too"), [false; 8]);
        assert_eq!(sure("caf茅鈥檚"), [false, true]);
        assert_eq!(sure("M茅n, 拢20, 鈥?it"), [true; 3]);
        assert_eq!(sure("Holmium is 鈥 and scandium (鈧) is not 窶 at all"), [false; 0]);
    }

    #[test]
    fn words_of_other_languages_are_sound() {
        assert_eq!(repairs("a T恤 of 猫 and 茅台, the A股 of 北京, שלום and ภาษาไทย โลก"), []);
    }
}
