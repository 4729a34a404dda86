//! Weights, added up.

use std::sync::LazyLock;

use super::features::{AROUND, BESIDE, FEATURES, Features, LEVELS, Values};
use super::file::{ModelFile, ScoreCard};

/// A score card, ready to run.
#[derive(Debug)]
pub struct Model {
    bias: f32,
    table: Box<[[f32; LEVELS]; FEATURES.len()]>,
    /// What the lines around a line can add at most.
    most_around: f32,
}

/// More than the sums of some weights in two orders differ by: each is right to six digits.
const ROUNDING: f32 = 0.01;

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
        let mut table = Box::new([[0.0; LEVELS]; FEATURES.len()]);
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
        let most_of = |levels: &[f32; LEVELS]| levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let most_around = table[AROUND].iter().map(most_of).sum();
        Ok(Model { bias: card.bias, table, most_around })
    }

    /// The log-odds that a line has to have at least, but for the lines around it, so that its probability can
    /// be `least` or more.
    #[must_use]
    pub fn goal(&self, least: f32) -> f32 {
        // Near 1 the sum is rounded away.
        let share = least.min(0.99);
        (share / (1.0 - share)).ln() - self.most_around - ROUNDING
    }

    /// The probability that a line, given by its place among the shapes, is page furniture, unless it misses
    /// the goal: nothing in the lines around could make up for what such a line is itself. Nearly all lines of
    /// articles end here, before what costs most is looked at.
    #[must_use]
    pub fn probability_from(&self, goal: f32, features: &Features<'_>, index: usize) -> Option<f32> {
        let own = self.add(0.0, 0, features.own_values(index));
        let near = self.add_all(own, BESIDE.start, features.values_beside(index));
        let run = features.run_values(index);
        if self.bias + self.add(near, AROUND.end, run) < goal {
            return None;
        }
        let around = self.add_all(near, AROUND.start, features.values_around(index));
        Some(logistic(self.bias + self.add(around, AROUND.end, run)))
    }

    /// The sum with the weights of these features, which follow one another from `first` on.
    #[inline(always)]
    fn add<const N: usize>(&self, mut sum: f32, first: usize, values: [u8; N]) -> f32 {
        for (place, value) in values.into_iter().enumerate() {
            sum += self.table[first + place][usize::from(value) % LEVELS];
        }
        sum
    }

    /// The same for several groups of them.
    #[inline(always)]
    fn add_all<const N: usize>(&self, mut sum: f32, first: usize, groups: [[u8; 5]; N]) -> f32 {
        for (group, values) in groups.into_iter().enumerate() {
            sum = self.add(sum, first + 5 * group, values);
        }
        sum
    }

    /// The probability that a line with these values is page furniture, from 0 to 1.
    #[must_use]
    pub fn probability(&self, values: &Values) -> f32 {
        logistic(self.bias + self.add(0.0, 0, *values))
    }
}

/// The probability of log-odds.
fn logistic(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

#[cfg(test)]
mod tests {
    use super::super::file::Weights;
    use super::*;
    use crate::document::Document;

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
    fn a_line_is_ruled_out_only_where_its_probability_is_less() {
        let prose = "The minister said on Monday that the talks with the union would go on for weeks.";
        let text = ["Home", "News", "", prose, prose, "Share", "Ten Things To Do This Weekend", prose, "Log in"];
        let document = Document::new("t", text.join("\n"));
        let features = Features::new(&document, &[0, 8]);
        for model in [true, false].map(Model::built_in) {
            for index in 0..features.shapes().len() {
                let whole = model.probability(&features.values(index));
                for least in [0.01, 0.2, 0.5, 0.75, 0.95, 0.999] {
                    let found = model.probability_from(model.goal(least), &features, index);
                    assert!(found == Some(whole) || found.is_none() && whole < least, "{found:?} {whole} {least}");
                }
            }
        }
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
