//! How alike two names are.

/// Optimal string alignment distance: letters left out, put in, replaced, or two neighbours swapped
/// (Damerau 1964; Boytsov 2011). `None` when it is more than `most`. Case does not count.
#[must_use]
pub fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    // Most pairs are ASCII and differ in more, which nothing has to be copied for to see.
    if a.is_ascii() && b.is_ascii() && fewest_edits(ascii_lower(a), ascii_lower(b)) > most {
        return None;
    }
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    if a.len().abs_diff(b.len()) > most || fewest_edits(a.iter().copied(), b.iter().copied()) > most {
        return None;
    }
    let found = strsim::generic_damerau_levenshtein(&a, &b);
    (found <= most).then_some(found)
}

/// The letters of an ASCII name in lower case.
fn ascii_lower(name: &str) -> impl Iterator<Item = char> {
    name.bytes().map(|byte| byte.to_ascii_lowercase().into())
}

/// Edits that it takes at least: each replaces one letter at most, so that no fewer are needed than letters
/// that only one of the two has.
fn fewest_edits(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    // Letters that share a place only make the bound lower.
    let mut balance = [0_i32; 32];
    a.for_each(|c| balance[c as usize % 32] += 1);
    b.for_each(|c| balance[c as usize % 32] -= 1);
    let (only_a, only_b) = balance.iter().fold((0, 0), |(a, b), left| (a + left.max(&0), b - left.min(&0)));
    only_a.max(only_b) as usize
}

/// A name without the marks of its letters: `Kaikōura` as `Kaikoura`. Nothing where it has none.
#[must_use]
pub fn without_marks(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let plain: String = name.chars().map(without_mark).collect();
    (plain != name).then_some(plain)
}

/// A letter of the languages of Europe and the Pacific without its mark.
fn without_mark(c: char) -> char {
    const PLAIN: [(&str, char); 38] = [
        ("àáâãäåāăąǎ", 'a'),
        ("çćĉċč", 'c'),
        ("ďđ", 'd'),
        ("èéêëēĕėęě", 'e'),
        ("ĝğġģ", 'g'),
        ("ĥħ", 'h'),
        ("ìíîïĩīĭįı", 'i'),
        ("ĵ", 'j'),
        ("ķ", 'k'),
        ("ĺļľł", 'l'),
        ("ñńņň", 'n'),
        ("òóôõöøōŏő", 'o'),
        ("ŕŗř", 'r'),
        ("śŝşšș", 's'),
        ("ţťŧț", 't'),
        ("ùúûüũūŭůűų", 'u'),
        ("ŵ", 'w'),
        ("ýÿŷ", 'y'),
        ("źżž", 'z'),
        ("ÀÁÂÃÄÅĀĂĄ", 'A'),
        ("ÇĆĈĊČ", 'C'),
        ("ĎĐ", 'D'),
        ("ÈÉÊËĒĔĖĘĚ", 'E'),
        ("ĜĞĠĢ", 'G'),
        ("ĤĦ", 'H'),
        ("ÌÍÎÏĨĪĬĮİ", 'I'),
        ("Ĵ", 'J'),
        ("Ķ", 'K'),
        ("ĹĻĽŁ", 'L'),
        ("ÑŃŅŇ", 'N'),
        ("ÒÓÔÕÖØŌŎŐ", 'O'),
        ("ŔŖŘ", 'R'),
        ("ŚŜŞŠȘ", 'S'),
        ("ŢŤŦȚ", 'T'),
        ("ÙÚÛÜŨŪŬŮŰŲ", 'U'),
        ("Ŵ", 'W'),
        ("ÝŶŸ", 'Y'),
        ("ŹŻŽ", 'Z'),
    ];
    if c.is_ascii() {
        return c;
    }
    PLAIN.iter().find(|(marked, _)| marked.contains(c)).map_or(c, |(_, plain)| *plain)
}

/// Whether two names have the same consonants in the same order, doubled ones counted once, and those
/// that sound alike in English spelling taken for one (c k q, f ph v, s z, i y).
#[must_use]
pub fn is_same_skeleton(a: &str, b: &str) -> bool {
    skeleton(a) == skeleton(b)
}

/// The consonants of a name, as [`is_same_skeleton`] compares them.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let lower = name.to_lowercase().replace("ph", "f").replace("ck", "k").replace("th", "t");
    let mut out = String::new();
    for c in lower.chars() {
        let sound = match c {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w' | '-' | '\'' | '’' => continue,
            'c' | 'q' => 'k',
            'z' => 's',
            'v' => 'f',
            other => other,
        };
        if !out.ends_with(sound) {
            out.push(sound);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted() {
        assert_eq!(distance("Blingen", "Blinken", 2), Some(1));
        assert_eq!(distance("Donlad", "Donald", 1), Some(1));
        assert_eq!(distance("Obama", "Osama", 0), None);
        assert_eq!(distance("Listen", "Silent", 6), Some(4));
    }

    #[test]
    fn marks_are_left_off() {
        assert_eq!(without_marks("Škoda").as_deref(), Some("Skoda"));
        assert_eq!(without_marks("Íñigo").as_deref(), Some("Inigo"));
        assert_eq!(without_marks("Whangārei").as_deref(), Some("Whangarei"));
        assert_eq!((without_marks("Leeds"), without_marks("Сергей")), (None, None));
    }

    #[test]
    fn consonants_decide() {
        assert!(is_same_skeleton("Anthony", "Antony") && is_same_skeleton("Hilary", "Hillary"));
        assert!(!is_same_skeleton("Obama", "Osama"));
    }
}
