//! `boilerplate/page-furniture`: lines without a telling word that look, by their shape, their
//! neighbours and their place, like parts of the page around the article.

use std::sync::LazyLock;

use crate::checks::Context;
use crate::document::LineShape;
use crate::line_model::{Features, Model};

/// Words of prose that make an article: with fewer in the document there is nothing that the page
/// stands around, and the model does not know such documents.
const ARTICLE: u32 = 40;

/// Reports the lines that the line model holds for page furniture.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let sure = context.options().integer("warn-from");
    let likely = context.options().integer("show-from").min(sure);
    let mut known: Vec<usize> = context.evidence().iter().map(|item| item.line).collect();
    known.dedup();
    let features = Features::new(document, &known);
    let model = Model::built_in(features.is_page());
    let goal = model.goal(likely as f32 / 100.0);
    for (index, shape) in features.shapes().iter().enumerate() {
        if features.is_known(index) {
            continue;
        }
        let around = features.prose_around(index);
        if around.0 + around.1 < ARTICLE {
            continue;
        }
        let Some(probability) = model.probability_from(goal, &features, index) else { continue };
        let confidence = (100.0 * probability) as u32;
        if confidence < likely {
            continue;
        }
        let line = shape.line as usize;
        let report = context.report(document.line(line), message(kind(shape, around), confidence)).delete_line(line);
        if confidence < sure {
            report.unsure();
        }
    }
}

/// What such lines can be.
const KINDS: [&str; 5] = [
    "text of another part of the page",
    "page text above the article",
    "page text below the article",
    "teaser or link to something else",
    "label of the page",
];

/// What is said of such a line. Pages hold many, so each message is put together once.
fn message(kind: usize, confidence: u32) -> &'static str {
    static MESSAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let all = KINDS.into_iter().flat_map(|kind| (0..=100).map(move |confidence| (kind, confidence)));
        all.map(|(kind, confidence)| format!("{kind} (confidence {confidence} %)")).collect()
    });
    &MESSAGES[101 * kind + confidence as usize]
}

/// What such a line is, as far as its shape and place tell: its place in [`KINDS`].
fn kind(shape: &LineShape, (before, behind): (u32, u32)) -> usize {
    match (shape.is_prose(), before, behind) {
        (true, _, _) => 0,
        (_, 0, _) => 1,
        (_, _, 0) => 2,
        _ if shape.words >= 5 => 3,
        _ => 4,
    }
}
