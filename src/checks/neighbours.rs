//! Who stands beside a name.

use crate::document::Names;
use crate::lexicon::Lexicon;

/// The name before another, where only a blank parts the two. A word that opens a sentence has a
/// capital anyway (`Later Smith`, `In Kyiv`): it counts when people of the lists are named so.
#[must_use]
pub fn name_before(names: Names<'_>, lexicon: &Lexicon, index: usize) -> Option<usize> {
    names
        .before(index)
        .filter(|before| !names.all()[*before].opens_sentence || lexicon.names_person(names.form_of(*before).hash))
}
