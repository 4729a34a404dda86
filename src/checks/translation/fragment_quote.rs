//! `translation/fragment-quote`: a word or two with a closing mark behind a quotation that is closed
//! already.

use crate::checks::Context;
use crate::document::{QuoteFaultKind, Span};

/// Reports each such fragment.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    for fault in document.quote_faults().iter().filter(|fault| fault.kind == QuoteFaultKind::Fragment) {
        let Some(close) = fault.partner else { continue };
        let span = Span { start: close.end, end: fault.mark.end };
        let words = document.slice(span).trim();
        let start = span.end - words.len() as u32;
        let message =
            format!("`{words}` stands behind the end of the quotation: words were torn off, or set in the wrong place");
        context.report(Span { start, end: span.end }, message).related(close, "the quotation ends here");
    }
}
