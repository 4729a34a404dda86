//! `structure/mismatched-quote`: quotation marks that do not belong together.

use crate::checks::{Context, char_at, char_before};
use crate::document::QuoteFaultKind;

/// Marks of the rarer kind from which on a document mixes them throughout.
const SEVERAL: usize = 3;

/// Reports each pair of marks of two kinds, and marks that point the wrong way.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    if document.quote_faults().is_empty() {
        return;
    }
    // A document that mixes straight and curly marks throughout is one finding of another rule.
    let is_straight = |at: &&u32| text.as_bytes()[**at as usize] == b'"';
    let straight = document.marks().quotes.iter().filter(is_straight).count();
    let is_mixed = straight.min(document.marks().quotes.len() - straight) >= SEVERAL;
    for fault in document.quote_faults() {
        let mark = document.slice(fault.mark);
        match (fault.kind, fault.partner) {
            (QuoteFaultKind::Mismatched, Some(partner)) => {
                let other = document.slice(partner);
                // Guillemets have a rule of their own.
                if matches!(other, "»" | "«") || matches!(mark, "»" | "«") {
                    continue;
                }
                if is_mixed && (other == "\"") != (mark == "\"") {
                    continue;
                }
                let (first, last) = if partner < fault.mark { (other, mark) } else { (mark, other) };
                let right = right_partner(other, partner < fault.mark);
                context
                    .report(fault.mark, format!("the quotation begins with `{first}` and ends with `{last}`"))
                    .replace(right, format!("replace with `{right}`"))
                    .related(partner, "the mark at the other end");
            }
            (QuoteFaultKind::Turned, partner) => {
                let opens =
                    char_at(text, fault.mark.end as usize).is_some_and(|c| !c.is_whitespace()) && partner.is_none();
                let right = if opens { "“" } else { "”" };
                let what = if opens { "opens" } else { "closes" };
                let mut report =
                    context.report(fault.mark, format!("`{mark}` points the wrong way where a quotation {what}"));
                // Beside another mark nobody knows which of the two is wrong.
                let is_quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '“' | '”' | '"'));
                let (before, behind) =
                    (char_before(text, fault.mark.start as usize), char_at(text, fault.mark.end as usize));
                if !is_quote(before) && !is_quote(behind) {
                    report = report.replace(right, format!("replace with `{right}`"));
                }
                if let Some(partner) = partner {
                    report.related(partner, "the mark at the other end");
                }
            }
            _ => {}
        }
    }
}

/// The mark that belongs to `other`; it stands behind it when `closes`.
fn right_partner(other: &str, closes: bool) -> &'static str {
    match (other, closes) {
        ("\"", _) => "\"",
        ("„", _) => "“",
        ("‘", true) => "’",
        (_, true) => "”",
        (_, false) => "“",
    }
}
