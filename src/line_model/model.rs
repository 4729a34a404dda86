//! Weights, added up.

use std::sync::LazyLock;

use super::features::{FEATURES, LEVELS, Values};
use super::file::{ModelFile, ScoreCard};

/// A score card, ready to run.
#[derive(Debug)]
pub struct Model {
    bias: f32,
    table: Vec<[f32; LEVELS]>,
}

impl Model {
    /// The card that is part of newslint for documents of this kind: full pages, or extracts.
    #[must_use]
    pub fn built_in(for_page: bool) -> &'static Model {
        static CARDS: LazyLock<[Model; 2]> = LazyLock::new(|| {
            let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/page-furniture.postcard"));
            let file: ModelFile = postcard::from_bytes(bytes).expect("the build script wrote the model");
            [&file.extract, &file.page].map(|card| Model::new(card).expect("a test reads the model"))
        });
        &CARDS[usize::from(for_page)]
    }

    /// Prepares a score card.
    ///
    /// # Errors
    /// Names a feature that is not one of [`FEATURES`], or whose steps and weights do not fit.
    pub fn new(card: &ScoreCard) -> Result<Model, String> {
        let mut table = vec![[0.0; LEVELS]; FEATURES.len()];
        for entry in &card.feature {
            let index = FEATURES.iter().position(|feature| feature.name == entry.name);
            let index = index.ok_or_else(|| format!("there is no feature `{}`", entry.name))?;
            if entry.weights.len() != entry.from.len() + 1 || !entry.from.is_sorted() {
                return Err(format!("the steps of `{}` do not fit its weights", entry.name));
            }
            for (level, weight) in table[index].iter_mut().enumerate() {
                *weight = entry.weights[entry.from.partition_point(|from| usize::from(*from) <= level)];
            }
        }
        Ok(Model { bias: card.bias, table })
    }

    /// The probability that a line with these values is page furniture, from 0 to 1.
    #[must_use]
    pub fn probability(&self, values: &Values) -> f32 {
        let weights = self.table.iter().zip(values).map(|(levels, value)| levels[usize::from(*value) % LEVELS]);
        let sum: f32 = self.bias + weights.sum::<f32>();
        1.0 / (1.0 + (-sum).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::Weights;
    use super::*;

    fn weights(name: &str, from: &[u8], weights: &[f32]) -> Weights {
        Weights { name: name.into(), about: String::new(), from: from.into(), weights: weights.into() }
    }

    #[test]
    fn weights_are_steps_and_add_up() {
        let card = ScoreCard {
            bias: -1.0,
            feature: vec![weights("words", &[3, 9], &[2.0, 0.0, -4.0]), weights("link", &[1], &[0.0, 1.0])],
        };
        let model = Model::new(&card).expect("a model");
        let mut values = [0; FEATURES.len()];
        values[0] = 2;
        values[10] = 1;
        assert!((model.probability(&values) - 1.0 / (1.0 + (-2.0_f32).exp())).abs() < 1e-6);
        values[0] = 63;
        assert!(model.probability(&values) < 0.05);
    }

    #[test]
    fn a_wrong_file_is_refused() {
        let wrong = |entry| Model::new(&ScoreCard { bias: 0.0, feature: vec![entry] }).expect_err("an error");
        assert_eq!(wrong(weights("word", &[], &[0.0])), "there is no feature `word`");
        assert_eq!(wrong(weights("words", &[4], &[0.0])), "the steps of `words` do not fit its weights");
    }

    #[test]
    fn the_built_in_model_reads() {
        assert!([true, false].iter().all(|page| Model::built_in(*page).probability(&[0; FEATURES.len()]).is_finite()));
    }
}
