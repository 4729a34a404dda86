//! Which lines are near others: for rules that fire only beside what others found.

use crate::checks::{Evidence, is_blank_line};
use crate::document::Document;
use crate::ruleset::matching::Hit;

/// How many lines with text stand before each line: the distance between lines where blank ones do
/// not count. Made when the first hit asks, because few documents need it.
#[derive(Default)]
pub struct FilledLines(Option<Vec<u32>>);

impl FilledLines {
    pub fn before<'a>(&'a mut self, document: &Document) -> &'a [u32] {
        self.0.get_or_insert_with(|| {
            let count = |filled: &mut u32, line: usize| {
                let before = *filled;
                *filled += u32::from(!is_blank_line(document, line));
                Some(before)
            };
            (0..document.lines().count()).scan(0, count).collect()
        })
    }
}

/// Whether evidence of the family stands on the hit's own line or close enough to it. The evidence
/// is sorted by line.
pub fn is_near(filled_before: &[u32], evidence: &[Evidence], hit: &Hit, family: &str, distance: u32) -> bool {
    let away = |item: &Evidence| filled_before[hit.line].abs_diff(filled_before[item.line]);
    let middle = evidence.partition_point(|item| item.line < hit.line);
    let (above, below) = evidence.split_at(middle);
    let mut close = above.iter().rev().take_while(|item| away(item) <= distance);
    let found = close.any(|item| item.family() == family);
    found || below.iter().take_while(|item| away(item) <= distance).any(|item| item.family() == family)
}
