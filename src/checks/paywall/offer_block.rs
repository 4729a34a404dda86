//! `paywall/offer-block`: what stands between the telling lines of a subscription offer.

use crate::checks::{Context, Evidence, is_blank_line};
use crate::document::Document;

/// The family whose findings make a block.
const FAMILY: &str = "paywall";

/// Reports the short lines inside a block of paywall findings and the feature list behind it.
pub fn check(context: &mut Context<'_>) {
    let fewest = context.options().integer("min-evidence") as usize;
    let widest_gap = context.options().integer("max-gap") as usize;
    let longest = context.options().integer("max-words") as usize;
    let document = context.document();
    let evidence = context.evidence();
    let mut telling: Vec<usize> =
        evidence.iter().filter(|item| item.family() == FAMILY).map(|item| item.line).collect();
    telling.dedup();

    for block in blocks(document, &telling, widest_gap, longest) {
        // A menu has `Subscribe` and `Gift` links, too; an offer names prices or makes sentences.
        let substantial = block.iter().filter(|line| is_substantial(document, **line)).take(2).count();
        if block.len() < fewest || substantial < 2 {
            continue;
        }
        let (first, last) = (block[0], block[block.len() - 1]);
        let end = end_of_feature_list(document, evidence, last, longest);
        for line in first..end {
            let span = document.line(line);
            if telling.binary_search(&line).is_ok() || document.slice(span).trim().is_empty() {
                continue;
            }
            let message = format!("part of the subscription offer that begins at line {}", first + 1);
            context.report(span, message).delete_line(line).related(document.line(first), "the offer begins here");
        }
    }
}

/// Whether a telling line is more than the label of a link: it has a price, a share, or words.
fn is_substantial(document: &Document, line: usize) -> bool {
    let text = document.slice(document.line(line));
    text.contains(['$', '€', '£', '₹', '¥', '%']) || text.split_whitespace().take(4).count() == 4
}

/// Runs of telling lines with only a few short lines between one and the next.
fn blocks(document: &Document, telling: &[usize], widest_gap: usize, longest: usize) -> Vec<Vec<usize>> {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for &line in telling {
        let joins = blocks.last().and_then(|block| block.last()).is_some_and(|&last| {
            let between = (last + 1..line).filter(|between| !is_blank_line(document, *between));
            let mut count = 0;
            for line in between {
                count += 1;
                if count > widest_gap || !could_be_offer(document, line, longest) {
                    return false;
                }
            }
            true
        });
        match blocks.last_mut() {
            Some(block) if joins => block.push(line),
            _ => blocks.push(vec![line]),
        }
    }
    blocks
}

/// The line behind the feature list that follows a block: bullets, and headings that a bullet
/// follows. Without a single bullet there is no list.
fn end_of_feature_list(document: &Document, evidence: &[Evidence], last: usize, longest: usize) -> usize {
    let count = document.lines().count();
    let next_filled = |line: usize| (line..count).find(|line| !is_blank_line(document, *line));
    let mut end = last + 1;
    while let Some(line) = next_filled(end) {
        if evidence.iter().any(|item| item.line == line && item.family() != FAMILY) {
            break;
        }
        let fits = could_be_offer(document, line, longest);
        let heads_bullet = next_filled(line + 1).is_some_and(|next| is_bullet(document, next));
        if !fits || !(is_bullet(document, line) || heads_bullet) {
            break;
        }
        end = line + 1;
    }
    end
}

fn is_bullet(document: &Document, line: usize) -> bool {
    document.slice(document.line(line)).trim_start().starts_with(['•', '*', '-', '–', '·', '►', '▪', '✓', '✔'])
}

/// Whether a line has the shape of an offer's line: short, and no sentence of an article.
fn could_be_offer(document: &Document, line: usize, longest: usize) -> bool {
    let text = document.slice(document.line(line)).trim();
    let words = text.split_whitespace().take(longest + 1).count();
    let is_sentence = words > 8 && text.trim_end_matches(['”', '"', '’']).ends_with(['.', '?', '!']);
    words <= longest && !is_sentence && !text.starts_with(['“', '"'])
}
