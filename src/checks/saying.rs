//! Verbs of saying, by which the speaker of a quotation is known.

/// The verbs, as they follow a name or a pronoun; sorted.
const SAYING: [&str; 32] = [
    "added",
    "admitted",
    "announced",
    "argued",
    "asked",
    "called",
    "claimed",
    "concluded",
    "continued",
    "declared",
    "emphasised",
    "emphasized",
    "explained",
    "expressed",
    "insisted",
    "noted",
    "pledged",
    "pointed",
    "recalled",
    "remarked",
    "replied",
    "said",
    "says",
    "stated",
    "stressed",
    "tells",
    "told",
    "underlined",
    "urged",
    "vowed",
    "warned",
    "wrote",
];

/// Whether a word is a verb of saying.
#[must_use]
pub fn is_saying(word: &str) -> bool {
    SAYING.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_verbs_are_sorted() {
        assert!(super::SAYING.is_sorted());
    }
}
