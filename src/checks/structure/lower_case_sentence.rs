//! `structure/lower-case-sentence`: a full stop, and the next sentence begins in lower case.

use crate::checks::{Context, Lower};

/// Reports the first word of each such sentence.
pub fn check(context: &mut Context<'_>) {
    for Lower { word, is_fragment, .. } in context.lower_behind_stops() {
        if !*is_fragment {
            context.report(*word, "a sentence ends before this word, and the next one begins in lower case");
        }
    }
}
