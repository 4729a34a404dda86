//! How alike two names are.

/// Optimal string alignment distance: letters left out, put in, replaced, or two neighbours swapped
/// (Damerau 1964; Boytsov 2011). `None` when it is more than `most`. Case does not count.
#[must_use]
pub fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let found = strsim::generic_damerau_levenshtein(&a, &b);
    (found <= most).then_some(found)
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
    }

    #[test]
    fn consonants_decide() {
        assert!(is_same_skeleton("Anthony", "Antony") && is_same_skeleton("Hilary", "Hillary"));
        assert!(!is_same_skeleton("Obama", "Osama"));
    }
}
