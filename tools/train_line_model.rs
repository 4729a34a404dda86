//! Trains the model of `boilerplate/page-furniture` and writes its file.
//!
//! ```text
//! cargo run --release --example train-line-model -- LABELLED.jsonl … > rules/models/page-furniture.toml
//! ```
//!
//! Each line of a LABELLED file is a JSON object: `text`, `id` (the page), `domain` (the site) and `lines`, a list of
//! `{"n": line counted from 1, "label": "junk" | "article" | …}`; lines with other labels are not
//! learned from. A text without `lines` is an article throughout, but for the
//! line numbers in `known_noise`.
//!
//! The model adds up one weight a feature, found by gradient boosting (Friedman, 2001) with trees of
//! a single split: each round takes the split of one feature that lowers the logistic loss most.
//! Splits of the same feature are merged into steps, so the file reads as a score card. On standard
//! error stand the figures for sites not trained on (five folds by site), and for each input file
//! when trained on the others. Nothing is random: the same input gives the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::{env, fs};

use newslint::document::Document;
use newslint::line_model::{FEATURES, Features, LEVELS, Model, ModelFile, ScoreCard, Values, Weights};
use newslint::lint::{Profile, evidence};
use newslint::ruleset::RuleSet;
use rayon::prelude::*;
use serde::Deserialize;

/// Rounds of boosting, and the share of each round's best step that is taken.
const ROUNDS: usize = 900;
const RATE: f64 = 0.15;

/// Fewest rows on either side of a split, by weight, and the ridge on a step's weight.
const SMALLEST: f64 = 40.0;
const RIDGE: f64 = 2.0;

/// Every document is learned from a second time with so many of a hundred known lines forgotten: on
/// sites that nobody has seen, fewer lines have words that the rules know.
const FORGOTTEN: u64 = 20;

/// Sites are dealt into so many folds.
const FOLDS: u64 = 5;

#[derive(Deserialize)]
struct Labelled {
    text: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    domain: String,
    lines: Option<Vec<LabelledLine>>,
    #[serde(default)]
    known_noise: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct LabelledLine {
    n: usize,
    label: String,
}

/// One line to learn from.
struct Row {
    values: Values,
    is_junk: bool,
    /// Whether a rule knows the line by its words: then nobody asks the model.
    is_known: bool,
    /// Stands for the page and the line's text: what several extractors give counts once in reports.
    identity: u64,
    /// Whether the line is a copy with less evidence, for learning only.
    is_copy: bool,
    is_page: bool,
    file: usize,
    fold: u64,
}

fn main() -> ExitCode {
    let paths: Vec<String> = env::args().skip(1).collect();
    if paths.is_empty() {
        eprintln!("usage: train-line-model LABELLED.jsonl … > rules/models/page-furniture.toml");
        return ExitCode::from(2);
    }
    let mut rows = Vec::new();
    for (file, path) in paths.iter().enumerate() {
        match read(path) {
            Ok(documents) => rows.par_extend(documents.par_iter().flat_map_iter(|document| rows_of(document, file))),
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    eprintln!("{} rows, {} of them junk", rows.len(), rows.iter().filter(|row| row.is_junk).count());

    let folds: Vec<Vec<(f32, usize)>> = (0..FOLDS).map(|fold| held_out(&rows, |row| row.fold == fold)).collect();
    report("sites not trained on", &rows, &folds.concat());
    for (file, path) in paths.iter().enumerate() {
        let name = path.rsplit('/').next().unwrap_or(path);
        report(&format!("{name}, trained on the others"), &rows, &held_out(&rows, |row| row.file == file));
    }

    let all: Vec<&Row> = rows.iter().collect();
    print!("{}", write(&train_both(&all), paths.len(), rows.iter().filter(|row| !row.is_copy).count()));
    ExitCode::SUCCESS
}

fn read(path: &str) -> Result<Vec<Labelled>, Box<dyn std::error::Error>> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn rows_of(labelled: &Labelled, file: usize) -> Vec<Row> {
    let rules = RuleSet::built_in();
    let profile = Profile::defaults(&rules);
    let document = Document::new("labelled", &*labelled.text);
    let known = evidence(&rules, &profile, &document, &["boilerplate", "paywall"]);
    let labels: BTreeMap<usize, bool> = match &labelled.lines {
        Some(lines) => lines
            .iter()
            .filter(|line| line.label == "junk" || line.label == "article")
            .map(|line| (line.n - 1, line.label == "junk"))
            .collect(),
        None => {
            let noise: Vec<usize> = labelled
                .known_noise
                .iter()
                .filter_map(|value| value.as_u64().or_else(|| value.get("n")?.as_u64()))
                .map(|n| n as usize - 1)
                .collect();
            (0..document.lines().count()).filter(|line| !noise.contains(line)).map(|line| (line, false)).collect()
        }
    };
    let fold = hash(&labelled.domain, 0) % FOLDS;
    let remembered: Vec<usize> =
        known.iter().copied().filter(|line| hash(&labelled.text, *line) % 100 >= FORGOTTEN).collect();
    let page = hash(&labelled.id, 0);
    let mut rows = Vec::new();
    for (is_copy, evidence) in [(false, &known), (true, &remembered)] {
        let features = Features::new(&document, evidence);
        for (index, shape) in features.shapes().iter().enumerate() {
            let Some(is_junk) = labels.get(&(shape.line as usize)).copied() else { continue };
            rows.push(Row {
                values: features.values(index),
                is_junk,
                is_known: known.binary_search(&(shape.line as usize)).is_ok(),
                identity: hash(document.slice(document.line(shape.line as usize)).trim(), page as usize),
                is_copy,
                is_page: features.is_page(),
                file,
                fold,
            });
        }
    }
    rows
}

/// A hash that is the same on every machine (FNV-1a).
fn hash(text: &str, salt: usize) -> u64 {
    let bytes = text.bytes().chain(salt.to_le_bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)) >> 16
}

/// Trains on the rows that are not held out, and gives the probability of those that are.
fn held_out(rows: &[Row], is_out: impl Fn(&Row) -> bool) -> Vec<(f32, usize)> {
    let training: Vec<&Row> = rows.iter().filter(|row| !is_out(row)).collect();
    if training.is_empty() {
        return Vec::new();
    }
    let file = train_both(&training);
    let [page, extract] = [&file.page, &file.extract].map(|card| Model::new(card).expect("a card just trained"));
    let out = rows.iter().enumerate().filter(|(_, row)| is_out(row) && !row.is_copy);
    let model = |row: &Row| if row.is_page { &page } else { &extract };
    out.map(|(index, row)| (model(row).probability(&row.values), index)).collect()
}

/// The sums of a histogram bin: gradient and curvature of the loss, and weight.
#[derive(Clone, Copy, Default)]
struct Bin {
    gradient: f64,
    curvature: f64,
    weight: f64,
}

impl Bin {
    fn plus(self, other: Bin) -> Bin {
        Bin {
            gradient: self.gradient + other.gradient,
            curvature: self.curvature + other.curvature,
            weight: self.weight + other.weight,
        }
    }

    fn minus(self, other: Bin) -> Bin {
        Bin {
            gradient: self.gradient - other.gradient,
            curvature: self.curvature - other.curvature,
            weight: self.weight - other.weight,
        }
    }

    fn step(self) -> f64 {
        self.gradient / (self.curvature + RIDGE)
    }

    fn gain(self) -> f64 {
        self.gradient * self.step()
    }
}

/// The best split of a feature: what it gains, the level from which values go to the right, and the
/// steps to take on either side.
struct Split {
    gain: f64,
    from: usize,
    left: f64,
    right: f64,
}

fn train_both(rows: &[&Row]) -> ModelFile {
    let card = |is_page| train(&rows.iter().copied().filter(|row| row.is_page == is_page).collect::<Vec<_>>());
    ModelFile { page: card(true), extract: card(false) }
}

fn train(rows: &[&Row]) -> ScoreCard {
    let weight: f64 = rows.len() as f64;
    let junk: f64 = rows.iter().filter(|row| row.is_junk).count() as f64;
    let bias = (junk / (weight - junk)).ln();
    let mut sums = vec![bias; rows.len()];
    let mut weights = vec![[0.0_f64; LEVELS]; FEATURES.len()];
    let columns: Vec<Vec<u8>> =
        (0..FEATURES.len()).map(|feature| rows.iter().map(|row| row.values[feature]).collect()).collect();
    for _ in 0..ROUNDS {
        let bins: Vec<Bin> = rows
            .iter()
            .zip(&sums)
            .map(|(row, sum)| {
                let p = 1.0 / (1.0 + (-sum).exp());
                Bin { gradient: f64::from(u8::from(row.is_junk)) - p, curvature: p * (1.0 - p), weight: 1.0 }
            })
            .collect();
        let splits: Vec<Option<Split>> = columns.par_iter().map(|column| best_split(column, &bins)).collect();
        let best = splits.into_iter().enumerate().filter_map(|(feature, split)| Some((feature, split?)));
        let Some((feature, split)) = best.max_by(|a, b| a.1.gain.total_cmp(&b.1.gain)) else { break };
        for (level, weight) in weights[feature].iter_mut().enumerate() {
            *weight += RATE * if level < split.from { split.left } else { split.right };
        }
        for (sum, value) in sums.iter_mut().zip(&columns[feature]) {
            *sum += RATE * if usize::from(*value) < split.from { split.left } else { split.right };
        }
    }
    let feature = FEATURES.iter().zip(&weights).map(|(feature, levels)| steps(feature.name, feature.about, levels));
    ScoreCard { bias: bias as f32, feature: feature.collect() }
}

fn best_split(column: &[u8], rows: &[Bin]) -> Option<Split> {
    let mut bins = [Bin::default(); LEVELS];
    for (value, row) in column.iter().zip(rows) {
        let bin = &mut bins[usize::from(*value)];
        *bin = bin.plus(*row);
    }
    let all = bins.iter().fold(Bin::default(), |sum, bin| sum.plus(*bin));
    let mut left = Bin::default();
    let mut best: Option<Split> = None;
    for from in 1..LEVELS {
        left = left.plus(bins[from - 1]);
        let right = all.minus(left);
        let gain = left.gain() + right.gain() - all.gain();
        if left.weight >= SMALLEST && right.weight >= SMALLEST && best.as_ref().is_none_or(|best| gain > best.gain) {
            best = Some(Split { gain, from, left: left.step(), right: right.step() });
        }
    }
    best
}

/// The weights of a feature as steps: equal neighbours are merged, and weights rounded.
fn steps(name: &str, about: &str, levels: &[f64; LEVELS]) -> Weights {
    let (mut from, mut weights) = (Vec::new(), Vec::new());
    for (level, weight) in levels.iter().enumerate() {
        let weight = (weight * 1000.0).round() as f32 / 1000.0;
        if weights.last() != Some(&weight) {
            if level > 0 {
                from.push(level as u8);
            }
            weights.push(weight);
        }
    }
    Weights { name: name.into(), about: about.into(), from, weights }
}

/// Precision and recall at several levels of confidence, of the model alone on lines that no rule
/// knows, and of rules and model together.
fn report(what: &str, rows: &[Row], scored: &[(f32, usize)]) {
    for (kind, is_page) in [("pages", true), ("extracts", false)] {
        let mut seen = BTreeSet::new();
        let of_kind: Vec<_> = scored
            .iter()
            .map(|(p, index)| (*p, &rows[*index]))
            .filter(|(_, row)| row.is_page == is_page && seen.insert(row.identity))
            .collect();
        let junk = of_kind.iter().filter(|(_, row)| row.is_junk).count();
        if junk == 0 {
            continue;
        }
        eprintln!("{what}: {kind}, {} lines, {junk} of them junk", of_kind.len());
        for least in [0.5, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99, 2.0] {
            let count = |is_flagged: &dyn Fn(f32, &Row) -> bool| {
                let flagged = of_kind.iter().filter(|(p, row)| is_flagged(*p, row));
                let right = flagged.clone().filter(|(_, row)| row.is_junk).count();
                (flagged.count() - right, right)
            };
            let (wrong, right) = count(&|p, row| !row.is_known && p >= least);
            let (all_wrong, all_right) = count(&|p, row| row.is_known || p >= least);
            eprintln!(
                "  from {least:.2}: model {right} right, {wrong} wrong, P {:.3}; with the rules P {:.3} R {:.3}",
                right as f64 / (right + wrong).max(1) as f64,
                all_right as f64 / (all_right + all_wrong).max(1) as f64,
                all_right as f64 / junk.max(1) as f64,
            );
        }
    }
}

fn write(model: &ModelFile, files: usize, rows: usize) -> String {
    let mut out = format!(
        "# Weights of the line model behind boilerplate/page-furniture: log-odds that are added up. `page` is\n\
         # for documents that hold a whole page, `extract` for articles with remains of it.\n\
         # Written by tools/train_line_model.rs from {rows} labelled lines in {files} files; do not edit by hand.\n\
         # `from` says at which value of the feature each further weight begins. The features are\n\
         # computed in src/line_model/features.rs; shares are in sixty-thirds.\n"
    );
    for (name, card) in [("page", &model.page), ("extract", &model.extract)] {
        out += &format!("\n[{name}]\nbias = {:.3}\n", card.bias);
        for feature in card.feature.iter().filter(|feature| feature.weights.len() > 1) {
            let list = |items: Vec<String>| items.join(", ");
            out += &format!(
                "\n[[{name}.feature]]\nname = \"{}\"\nabout = \"{}\"\nfrom = [{}]\nweights = [{}]\n",
                feature.name,
                feature.about,
                list(feature.from.iter().map(u8::to_string).collect()),
                list(feature.weights.iter().map(|weight| format!("{weight:.3}")).collect()),
            );
        }
    }
    out
}
