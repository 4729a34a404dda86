//! Who stands beside a name.

use super::Forms;
use crate::document::Names;

/// The name before another, where only a blank parts the two. A word that opens a sentence has a
/// capital anyway (`Later Smith`, `In Kyiv`): it counts when people of the lists are named so.
#[must_use]
pub fn name_before(names: Names<'_>, forms: &Forms, index: usize) -> Option<usize> {
    names.before(index).filter(|before| !names.opens_sentence(*before) || forms.names_person(names.all()[*before].form))
}
