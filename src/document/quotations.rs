//! Stretches of a text that stand in double quotation marks.

use super::lines::Lines;
use super::span::Span;

/// The quotations of a text, marks included, in order and without overlap.
///
/// Curly marks open and close by their shape, straight ones by what stands before them. A
/// quotation that is still open at the end of its paragraph ends there: quotations that run over
/// paragraphs open again in each, and a forgotten mark must not swallow the rest of the document.
#[must_use]
pub fn quotations(text: &str, lines: &Lines) -> Vec<Span> {
    let mut zones = Vec::new();
    for index in 0..lines.count() {
        let line = lines.span(text, index);
        let mut open = None;
        let mut before = ' ';
        for (offset, c) in text[line.range()].char_indices() {
            let at = line.start as usize + offset;
            let opens = match c {
                '“' | '„' | '«' => true,
                '"' => open.is_none() && !before.is_alphanumeric(),
                _ => false,
            };
            let closes = matches!(c, '”' | '»' | '"' | '“');
            match open {
                None if opens => open = Some(at),
                // A German quotation („ … “) closes with the mark that opens an English one.
                Some(start) if closes && (c != '“' || text[start..].starts_with('„')) => {
                    zones.push(Span::new(start, at + c.len_utf8()));
                    open = None;
                }
                _ => {}
            }
            before = c;
        }
        if let Some(start) = open {
            zones.push(Span::new(start, line.end as usize));
        }
    }
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        quotations(text, &Lines::new(text)).iter().map(|zone| &text[zone.range()]).collect()
    }

    #[test]
    fn straight_curly_and_foreign_marks() {
        assert_eq!(quoted("He said \"yes\" and “no”."), ["\"yes\"", "“no”"]);
        assert_eq!(quoted("„Ja“, sagte er. «Oui», dit-il."), ["„Ja“", "«Oui»"]);
        assert_eq!(quoted("a 6\" nail"), Vec::<&str>::new());
    }

    #[test]
    fn an_open_quotation_ends_with_its_paragraph() {
        assert_eq!(quoted("“First part.\n“Second part,” she said."), ["“First part.", "“Second part,”"]);
    }
}
