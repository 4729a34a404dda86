//! `structure/orphan-fragment`: a word or two behind the end of a paragraph's last sentence.

use crate::checks::{Context, Lower};

/// Reports each such fragment.
pub fn check(context: &mut Context<'_>) {
    for Lower { stop, rest, is_fragment, .. } in context.lower_behind_stops() {
        if *is_fragment {
            let message =
                "words are left behind the end of the sentence: part of it was torn off or set in the wrong place";
            context.report(*rest, message).related(*stop, "the sentence ends here");
        }
    }
}
