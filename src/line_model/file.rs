//! The file of the model's weights; the build script reads it, too.

use serde::{Deserialize, Serialize};

/// The weights of one feature, as the model's file has them.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The feature's name.
    pub name: String,
    /// What it counts, for the reader of the file.
    pub about: String,
    /// Where each step begins; values before the first have the first weight.
    pub from: Vec<u8>,
    /// The weight of each step, one more than there are beginnings: log-odds.
    pub weights: Vec<f32>,
}

/// The model's file: one score card for the text of full pages, one for extracted articles.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// For documents that hold the whole page.
    pub page: ScoreCard,
    /// For documents that hold an article and little else.
    pub extract: ScoreCard,
}

/// Weights that are added up.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreCard {
    /// Log-odds before any feature is looked at.
    pub bias: f32,
    /// The weights, feature by feature. A feature without weights counts nothing.
    pub feature: Vec<Weights>,
}
