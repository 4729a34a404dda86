//! The edits of a fix. Nearly every fix has one, and a text of nothing but copies has a fix for each line: one edit
//! stands in its finding itself and takes no memory of its own.

use std::ops::{Deref, DerefMut};
use std::slice;

use super::Edit;

/// Edits in order and without overlap; a slice of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits(Held);

/// One is always held as `One`, so that equal edits are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    One(Edit),
    Others(Vec<Edit>),
}

impl From<Edit> for Edits {
    fn from(edit: Edit) -> Edits {
        Edits(Held::One(edit))
    }
}

impl From<Vec<Edit>> for Edits {
    fn from(edits: Vec<Edit>) -> Edits {
        match <[Edit; 1]>::try_from(edits) {
            Ok([edit]) => edit.into(),
            Err(others) => Edits(Held::Others(others)),
        }
    }
}

impl FromIterator<Edit> for Edits {
    fn from_iter<I: IntoIterator<Item = Edit>>(edits: I) -> Edits {
        Vec::from_iter(edits).into()
    }
}

impl Deref for Edits {
    type Target = [Edit];

    fn deref(&self) -> &[Edit] {
        match &self.0 {
            Held::One(edit) => slice::from_ref(edit),
            Held::Others(edits) => edits,
        }
    }
}

impl DerefMut for Edits {
    fn deref_mut(&mut self) -> &mut [Edit] {
        match &mut self.0 {
            Held::One(edit) => slice::from_mut(edit),
            Held::Others(edits) => edits,
        }
    }
}

impl<'a> IntoIterator for &'a Edits {
    type Item = &'a Edit;
    type IntoIter = slice::Iter<'a, Edit>;

    fn into_iter(self) -> slice::Iter<'a, Edit> {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Edits {
    type Item = &'a mut Edit;
    type IntoIter = slice::IterMut<'a, Edit>;

    fn into_iter(self) -> slice::IterMut<'a, Edit> {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    #[test]
    fn edits_are_the_same_however_they_were_made() {
        let edit = || Edit { span: Span { start: 1, end: 2 }, replacement: "x".to_owned() };
        let other = || Edit { span: Span { start: 4, end: 9 }, replacement: String::new() };
        assert_eq!(Edits::from(edit()), vec![edit()].into());
        assert_eq!(Edits::from(vec![edit(), other()]), [edit(), other()].into_iter().collect());
        assert_eq!(&*Edits::from(vec![edit(), other()]), [edit(), other()]);
        assert!(Edits::from(Vec::new()).is_empty());
    }

    #[test]
    fn one_edit_takes_no_more_room_than_itself() {
        assert_eq!(size_of::<Edits>(), size_of::<Edit>());
    }
}
