//! Writing records back: compressed as they were, with the findings beside them.

pub mod annotate;
pub mod compress;
