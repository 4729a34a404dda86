//! `structure/lower-case-sentence`: a full stop, and the next sentence begins in lower case.

use crate::checks::{Context, Lower, lower_behind_stops};

/// Reports the first word of each such sentence.
pub fn check(context: &mut Context<'_>) {
    for Lower { word, is_fragment, .. } in lower_behind_stops(context.document(), context.lexicon()) {
        if !is_fragment {
            context.report(word, "a sentence ends before this word, and the next one begins in lower case");
        }
    }
}
