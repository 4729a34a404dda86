//! `names/split-name`: a name of one word written in two.

use crate::checks::{Context, report_wrong_forms};
use crate::lexicon::file::Mistake;

/// Reports the split forms that the lists hold.
pub fn check(context: &mut Context<'_>) {
    report_wrong_forms(context, Mistake::Split);
}
