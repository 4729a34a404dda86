//! `structure/unbalanced-quote`: a double quotation mark without its other half.

use crate::checks::Context;
use crate::document::QuoteFaultKind;

/// Reports each mark that opens what nothing closes, or closes what nothing opened.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    for fault in document.quote_faults() {
        match (fault.kind, fault.partner) {
            (QuoteFaultKind::Unclosed, Some(end)) => {
                let message = "this quotation is never closed, and the next paragraph does not go on with it";
                context.report(fault.mark, message).related(end, "the paragraph ends here");
            }
            (QuoteFaultKind::Unopened, _) => {
                context.report(fault.mark, "this mark closes a quotation that nothing opened");
            }
            _ => {}
        }
    }
}
