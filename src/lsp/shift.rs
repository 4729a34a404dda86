//! Where bytes of a text are after an edit.

use std::ops::Range;

/// One edit: the bytes that it replaces, and how many stand there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The bytes in the text before.
    pub old: Range<usize>,
    /// Bytes in their place.
    pub new: usize,
}

impl Shift {
    /// Where a stretch of the text before is now; `None` when the edit touched what is in it.
    #[must_use]
    pub fn moved(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        if bytes.end <= self.old.start {
            Some(bytes.clone())
        } else if bytes.start >= self.old.end {
            let place = |byte: usize| byte - self.old.len() + self.new;
            Some(place(bytes.start)..place(bytes.end))
        } else {
            None
        }
    }

    /// The stretch that holds, after the edit, all that the stretch before held, and the edit if it touched
    /// that.
    #[must_use]
    pub fn widened(&self, bytes: &Range<usize>) -> Range<usize> {
        self.moved(bytes).unwrap_or_else(|| {
            let end = if bytes.end <= self.old.end {
                self.old.start + self.new
            } else {
                bytes.end - self.old.len() + self.new
            };
            bytes.start.min(self.old.start)..end
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_edit_does_not_touch_moves() {
        let shift = Shift { old: 10..14, new: 1 };
        assert_eq!(shift.moved(&(3..10)), Some(3..10));
        assert_eq!(shift.moved(&(14..20)), Some(11..17));
        assert_eq!(shift.moved(&(9..11)), None);
        assert_eq!(shift.moved(&(13..20)), None);
        assert_eq!(shift.moved(&(8..20)), None);
        let insertion = Shift { old: 10..10, new: 2 };
        assert_eq!((insertion.moved(&(5..10)), insertion.moved(&(10..12))), (Some(5..10), Some(12..14)));
        assert_eq!(insertion.moved(&(9..11)), None);
    }

    #[test]
    fn stretches_hold_what_they_held() {
        let shift = Shift { old: 10..14, new: 1 };
        assert_eq!(shift.widened(&(8..12)), 8..11);
        assert_eq!(shift.widened(&(12..20)), 10..17);
        assert_eq!(shift.widened(&(0..30)), 0..27);
        assert_eq!(shift.widened(&(20..30)), 17..27);
    }
}
