//! "Did you mean …?": the nearest right name for a mistyped one.
//!
//! Used for keys of TOML files, rule and family names, and option values.

/// The candidate nearest to `name`, when it is near enough that a slip explains the difference.
///
/// Distance is Damerau-Levenshtein (a swap of two letters counts once); at most a third of the
/// name's length may differ, and at least one letter may always.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_and_refuses_strangers() {
        let keys = ["select", "severity", "exclude"];
        assert_eq!(nearest("selct", keys), Some("select"));
        assert_eq!(nearest("sevreity", keys), Some("severity"));
        assert_eq!(nearest("colour", keys), None);
    }
}
