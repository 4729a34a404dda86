//! The model that tells page furniture from article text by the shape of lines.
//!
//! [`features`] turns a line, its neighbours and its place into small numbers; [`model`] adds up
//! the weight of each and makes a probability of the sum. The weights stand in
//! `rules/models/page-furniture.toml`; `tools/train_line_model.rs` writes that file.

mod features;
mod file;
mod model;

pub use features::{FEATURES, Feature, Features, LEVELS, Values};
pub use file::{ModelFile, ScoreCard, Weights};
pub use model::Model;
