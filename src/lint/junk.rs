//! Findings that say that a line is no article text: which of several over one line stays, and where they are wrong.

use std::cmp::Reverse;

use crate::document::{Document, Ending, Span, Wrapped};
use crate::finding::{Finding, Safety, Severity};

/// Families whose findings say that a line is no article text. Of several such findings over one
/// line only the most telling is kept: the most severe, then the one with the longest cue, then
/// the first by name. What is found inside such a line goes with it, unless it is more severe.
const JUNK_FAMILIES: [&str; 3] = ["boilerplate", "duplicates", "paywall"];

pub fn keep_most_telling(document: &Document, findings: &mut Vec<Finding>) {
    let over_line = |finding: &Finding| {
        JUNK_FAMILIES.contains(&finding.rule.family())
            && document.line(document.lines().index_of(finding.span.start)) == finding.span
    };
    findings.dedup_by(|finding, rival| {
        let are_rivals = rival.span == finding.span && over_line(rival) && over_line(finding);
        let rank = |finding: &Finding| (finding.severity, finding.cue, Reverse(finding.rule));
        if are_rivals && rank(finding) > rank(rival) {
            std::mem::swap(finding, rival);
        }
        are_rivals
    });
    // Most lines have one finding, so whether one covers its line is asked only where another stands in it.
    let mut last: Option<(Span, Severity)> = None;
    findings.retain(|finding| {
        if !JUNK_FAMILIES.contains(&finding.rule.family()) {
            return true;
        }
        let Some((span, severity)) = last.filter(|(span, _)| finding.span.end <= span.end) else {
            last = Some((finding.span, finding.severity));
            return true;
        };
        finding.severity > severity || document.line(document.lines().index_of(span.start)) != span
    });
}

/// Drops findings of junk over lines that go on with a paragraph of hard-wrapped text: `register.` alone on a
/// line is the end of a sentence. Where the line beside it is junk as well, so is the paragraph; and where neither
/// the sentence ends in the line nor the paragraph goes on, it is a button below a caption. What is kept of a
/// wrapped paragraph is never deleted unseen, because only some of its lines are found.
pub fn drop_wrapped_prose(document: &Document, findings: &mut Vec<Finding>) {
    let is_junk = |finding: &Finding| JUNK_FAMILIES.contains(&finding.rule.family());
    if !findings.iter().any(is_junk) {
        return;
    }
    let line_of = |finding: &Finding| document.lines().index_of(finding.span.start);
    let is_unseen_deletion = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    let ends_a_sentence = |finding: &Finding| {
        is_unseen_deletion(finding) && is_junk(finding) && ends_sentence_above(document, finding.span)
    };
    let places: Vec<usize> = (0..findings.len()).filter(|place| ends_a_sentence(&findings[*place])).collect();
    if !places.is_empty() {
        // A notice can be of two lines, and all of it is junk then. A repeated line can be prose.
        let is_notice = |finding: &&Finding| is_junk(finding) && finding.rule.family() != "duplicates";
        let notices: Vec<usize> = findings.iter().filter(is_notice).map(line_of).collect();
        for place in places {
            let above = line_of(&findings[place]).checked_sub(1);
            if above.is_none_or(|above| notices.binary_search(&above).is_err()) {
                findings[place].fix.iter_mut().for_each(|fix| fix.safety = Safety::Unsafe);
            }
        }
    }
    let Some(wrapping) = document.wrapping() else { return };
    let junk: Vec<usize> = findings.iter().filter(|finding| is_junk(finding)).map(line_of).collect();
    let is_junk_line = |line: usize| junk.binary_search(&line).is_ok();
    // A line can have any number of findings.
    let mut last = None;
    findings.retain_mut(|finding| {
        if !is_junk(finding) {
            return true;
        }
        let line = line_of(finding);
        let whole = document.line(line);
        let known = last.filter(|(known, _)| *known == line).map(|(_, wrapped)| wrapped);
        let wrapped = known.unwrap_or_else(|| wrapping.line(document, line));
        last = Some((line, wrapped));
        let goes_on = || wrapping.line(document, line + 1) == Wrapped::Continues;
        let is_beside_junk = || line.checked_sub(1).is_some_and(is_junk_line) || is_junk_line(line + 1) && goes_on();
        // `… they said. AFP`, and the next line goes on: `reported that …`.
        let breaks_off = finding.span.start > whole.start && finding.span.end == whole.end;
        let ends = || document.shape_at(finding.span.start).is_some_and(|shape| shape.ending.ends_sentence());
        let continues = wrapped == Wrapped::Continues && finding.span == whole && (ends() || goes_on());
        if (continues || breaks_off && goes_on()) && !is_beside_junk() {
            return false;
        }
        if let (Wrapped::Continues | Wrapped::Begins, Some(fix)) = (wrapped, &mut finding.fix) {
            fix.safety = fix.safety.max(Safety::Unsafe);
        }
        true
    });
}

/// Whether a line can be the end of a sentence that the line right above leaves open: it begins in lower case and
/// ends with a full stop. A text of few wrapped lines is not known to be wrapped.
fn ends_sentence_above(document: &Document, span: Span) -> bool {
    // Few do, and the rest takes longer to find out.
    if !document.slice(span).trim_start_matches(['>', ' ']).starts_with(char::is_lowercase) {
        return false;
    }
    let line = document.lines().index_of(span.start);
    let Some(above) = line.checked_sub(1).and_then(|above| document.shape_at(document.line(above).start)) else {
        return false;
    };
    document.line(line) == span
        && document.shape_at(span.start).is_some_and(|shape| shape.ending == Ending::Stop)
        && (above.words >= FEWEST_WORDS_ABOVE || above.words > above.stop_words && above.stop_words > 0)
        && matches!(above.ending, Ending::Open | Ending::Comma)
}

/// Words of a line that a sentence goes on behind at least, or one of them a function word: buttons and
/// labels have fewer.
const FEWEST_WORDS_ABOVE: u8 = 4;
