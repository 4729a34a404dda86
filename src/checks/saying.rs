//! Verbs of saying, by which the speaker of a quotation is known.

/// Whether a word is a verb of saying, as it follows a name or a pronoun.
#[must_use]
pub fn is_saying(word: &str) -> bool {
    // The compiler looks at the length first, which a search through a list would not.
    matches!(
        word,
        "added"
            | "admitted"
            | "announced"
            | "argued"
            | "asked"
            | "called"
            | "claimed"
            | "concluded"
            | "continued"
            | "declared"
            | "emphasised"
            | "emphasized"
            | "explained"
            | "expressed"
            | "insisted"
            | "noted"
            | "pledged"
            | "pointed"
            | "recalled"
            | "remarked"
            | "replied"
            | "said"
            | "says"
            | "stated"
            | "stressed"
            | "tells"
            | "told"
            | "underlined"
            | "urged"
            | "vowed"
            | "warned"
            | "wrote"
    )
}
