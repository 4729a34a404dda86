//! Writing back: records with their findings, fixed documents in their raw bytes, compressed as they were.

pub mod annotate;
pub mod compress;
pub mod replace;
pub mod rewrite;
