//! `encoding/mojibake`: UTF-8 that was read as another encoding.

use crate::checks::Context;

/// Code pages by whose exact repairs no wrong one was met; those of Eastern Europe share more letters
/// with sound text.
const TRUSTED: [&str; 5] = ["windows-1252", "latin-1", "macroman", "windows-1251", "cp437"];

/// Reports each damaged stretch.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    for (span, damage) in context.damages() {
        let damaged = document.slice(*span);
        let times = match damage.layers {
            1 => "",
            2 => " twice",
            _ => " several times",
        };
        let cause = format!("UTF-8 that was read as {}{times}", damage.code_page);
        match &damage.repaired {
            Some(repaired) => {
                let shown = if repaired.is_empty() { "nothing".to_owned() } else { format!("`{repaired}`") };
                let certainty = if damage.exact { "it was" } else { "it was probably" };
                let report = context
                    .report(*span, format!("`{damaged}` is {cause}; {certainty} {shown}"))
                    .replace(repaired.clone(), format!("replace with {shown}"));
                if !(damage.exact && damage.layers <= 2 && TRUSTED.contains(&damage.code_page)) {
                    report.unsafe_fix();
                }
            }
            None => {
                context.report(*span, format!("`{damaged}` is {cause}; part of it is lost"));
            }
        }
    }
}
