//! Hard-wrapped text: paragraphs cut into lines of one width, mostly 60 to 80 columns, as in newswire of old,
//! e-mails and books. A line of these says nothing alone.

use super::Document;
use super::lines::Lines;
use super::shapes::{Ending, LineShape, Opening};

/// Bytes of a line that a wrapped paragraph goes on behind: narrower columns are verse, wider lines are
/// paragraphs.
const WIDTHS: std::ops::RangeInclusive<u16> = 30..=140;

/// Lines that a sentence goes on behind at least: one or two are a paragraph that was torn.
const FEWEST: u32 = 3;

/// How much shorter than the widest a line can be: a word that did not fit, or a column kept by eye. In narrow
/// columns it is a third of the widest.
const RAGGED: u16 = 20;

/// Bytes up to which a column is narrow: fewer words fill a line, and more lines are wanted, because labels and
/// teasers of pages are as long.
const NARROW: u16 = 45;
const FEWEST_NARROW: u32 = 6;

/// How wide the second line of a counted pair is at least, where it ends no sentence: 3 quarters of the first.
/// `share this story` below each headline is narrower.
const SECOND_SHARE: (u32, u32) = (3, 4);

/// How many of the lines that a sentence goes on behind are as wide as that: 4 in 5. Headlines and
/// teasers with a line in lower case behind them are of all lengths.
const WIDE_SHARE: (u32, u32) = (4, 5);

/// The lines of a hard-wrapped text, or of a text with such a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapping {
    /// Bytes of the lines that a paragraph goes on behind: the widest, and `RAGGED` less.
    widest: u16,
}

/// How a line stands in a hard-wrapped text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapped {
    /// It goes on with the paragraph of the line before.
    Continues,
    /// The line behind goes on with its sentence.
    Begins,
    /// A line of its own.
    Alone,
}

impl Wrapping {
    /// How the lines of these shapes are wrapped; `None` where they are paragraphs.
    #[must_use]
    pub(super) fn of(text: &str, lines: &Lines, shapes: &[LineShape]) -> Option<Wrapping> {
        let mut lengths = [0_u32; *WIDTHS.end() as usize + 1];
        let mut counted = 0;
        for pair in shapes.windows(2) {
            let goes_on = goes_on(&pair[0], &pair[1]) && pair[1].words >= 3;
            if goes_on && opening(&text[lines.span(text, pair[1].line as usize).range()], &pair[1]) == Opening::Lower {
                lengths[usize::from(pair[0].bytes)] += 1;
                counted += 1;
            }
        }
        if counted < FEWEST {
            return None;
        }
        let within = |widest: u16| lengths[usize::from(least(widest))..=usize::from(widest)].iter().sum::<u32>();
        let widest = WIDTHS.max_by_key(|widest| (within(*widest), *widest))?;
        // The widest that there is.
        let widest = (0..=widest).rev().find(|width| lengths[usize::from(*width)] > 0)?;
        let wide = within(widest);
        if widest <= NARROW && counted < FEWEST_NARROW {
            return None;
        }
        (wide * WIDE_SHARE.1 >= counted * WIDE_SHARE.0).then_some(Wrapping { widest })
    }

    /// How the line of this index, counted from 0, stands among its neighbours.
    #[must_use]
    pub fn line(self, document: &Document, line: usize) -> Wrapped {
        let shapes = document.shapes();
        let Ok(at) = shapes.binary_search_by_key(&(line as u32), |shape| shape.line) else { return Wrapped::Alone };
        let before = at.checked_sub(1).map(|before| (&shapes[before], &shapes[at]));
        let behind = shapes.get(at + 1).map(|behind| (&shapes[at], behind));
        if before.is_some_and(|(first, second)| self.joins(document, first, second)) {
            Wrapped::Continues
        } else if behind.is_some_and(|(first, second)| !ends(first.ending) && self.joins(document, first, second)) {
            Wrapped::Begins
        } else {
            Wrapped::Alone
        }
    }

    fn is_full(self, shape: &LineShape) -> bool {
        // Quotation marks of three bytes make a line longer than it looks.
        (least(self.widest)..=self.widest + RAGGED).contains(&shape.bytes)
    }

    /// Whether the second line belongs to the paragraph of the first.
    fn joins(self, document: &Document, first: &LineShape, second: &LineShape) -> bool {
        if first.line + 1 != second.line || !self.is_full(first) {
            return false;
        }
        let text = |shape: &LineShape| document.slice(document.line(shape.line as usize));
        let (above, below) = (text(first), text(second));
        // An indented line opens a paragraph.
        if below.starts_with("  ") && !above.starts_with("  ") || below.starts_with('\t') && !above.starts_with('\t') {
            return false;
        }
        let is_address = second.has_link && second.words == 1;
        if opening(below, second) == Opening::Lower && !is_address && !ends(first.ending) {
            return true;
        }
        // Where the sentence ended above, the line can be one of its own: a full line `Copyright 2020 …`.
        if first.ending.ends_sentence() {
            return false;
        }
        // Otherwise only a line whose first word had no room above, and that is no line of its own.
        let word = unquoted(below).split_ascii_whitespace().next().unwrap_or_default();
        let had_no_room = usize::from(first.bytes) + 1 + word.len() > usize::from(self.widest);
        let ends_paragraph = first.ending != Ending::Colon && second.ending.ends_sentence();
        had_no_room && (self.is_full(second) || ends_paragraph)
    }
}

/// Bytes of a full line at least where the widest has so many.
fn least(widest: u16) -> u16 {
    widest - RAGGED.min(widest / 3)
}

/// Whether what follows a line need not go on with it.
fn ends(ending: Ending) -> bool {
    ending.ends_sentence() || ending == Ending::Colon
}

/// A line without the signs of a quoted e-mail before it: `> register.`
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t'])
}

/// How a line opens behind the signs of a quoted e-mail.
fn opening(line: &str, shape: &LineShape) -> Opening {
    let is_lower = || unquoted(line).starts_with(char::is_lowercase);
    let is_quoted = matches!(shape.opening, Opening::Bullet | Opening::Other) && line.trim_start().starts_with('>');
    if is_quoted && is_lower() { Opening::Lower } else { shape.opening }
}

/// Whether the sentence of a line can go on in the next, which may yet open with a capital.
fn goes_on(first: &LineShape, second: &LineShape) -> bool {
    first.line + 1 == second.line
        && WIDTHS.contains(&first.bytes)
        && matches!(first.ending, Ending::Open | Ending::Comma)
        && first.words >= if first.bytes <= NARROW { 4 } else { 5 }
        && first.stop_words > 0
        && matches!(second.opening, Opening::Lower | Opening::Bullet | Opening::Other)
        && (second.ending.ends_sentence()
            || u32::from(second.bytes) * SECOND_SHARE.1 >= u32::from(first.bytes) * SECOND_SHARE.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A paragraph of four full lines and a last one.
    const STORY: &str = "The harbour board met on Thursday to hear what the repair of the two old\n\
        cranes would cost the town, and sent the paper back to its authors, who\n\
        had forgotten the price of steel. The chairman said that there would be\n\
        no vote before May, when the owners of all boats are to sign the new\n\
        register.\n";

    #[test]
    fn a_wrapped_paragraph_is_known() {
        let document = Document::new("t", STORY);
        let wrapping = document.wrapping().expect("wrapped text");
        let lines: Vec<Wrapped> = (0..6).map(|line| wrapping.line(&document, line)).collect();
        let mut expected = [Wrapped::Continues; 6];
        (expected[0], expected[5]) = (Wrapped::Begins, Wrapped::Alone);
        assert_eq!(lines, expected);
    }

    #[test]
    fn lines_of_their_own_stay_so() {
        let text = format!("{STORY}\nSubscribe\n\nShare\nAdvertisement\n");
        let document = Document::new("t", text.as_str());
        let wrapping = document.wrapping().expect("wrapped text");
        for line in [6, 8, 9] {
            assert_eq!(wrapping.line(&document, line), Wrapped::Alone);
        }
    }

    #[test]
    fn paragraphs_and_teasers_are_not_wrapped() {
        let unwrapped = STORY.replace('\n', " ");
        assert_eq!(Document::new("t", unwrapped.repeat(4)).wrapping(), None);
        let teasers = "The town hall will not be sold to the owners\nread more\n".repeat(9);
        assert_eq!(Document::new("t", teasers).wrapping(), None);
        assert_eq!(Document::new("t", "").wrapping(), None);
    }

    #[test]
    fn headlines_above_buttons_are_not_wrapped() {
        for button in ["share this story", "leave a comment", "follow us on twitter", "sign up for our newsletter"] {
            let headlines = "The town hall of Northport will not be sold to the owners of boats";
            let document = Document::new("t", format!("{headlines}\n{button}\n").repeat(5));
            assert_eq!(document.wrapping(), None, "{button}");
        }
    }

    #[test]
    fn narrow_wide_and_quoted_columns_are_known() {
        let words: Vec<&str> = STORY.split_whitespace().collect();
        for (width, before) in [(30, ""), (38, ""), (120, ""), (135, ""), (72, "> "), (35, "> ")] {
            let mut lines = vec![before.to_string()];
            for word in words.repeat(4) {
                if lines.last().unwrap().len() + word.len() > width {
                    lines.push(before.to_string());
                }
                let line = lines.last_mut().unwrap();
                if line.len() > before.len() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            let document = Document::new("t", lines.join("\n"));
            assert!(document.wrapping().is_some(), "{width} {before}");
        }
    }

    #[test]
    fn a_full_line_below_a_full_stop_stands_alone() {
        let notice = "Copyright 2020 The Northport Gazette. All rights reserved by the owner.";
        let last = "The vote is to be held in the old hall at seven in the evening of May 4.";
        let document = Document::new("t", format!("{STORY}{last}\n{notice}\n"));
        let wrapping = document.wrapping().expect("wrapped text");
        assert_eq!(wrapping.line(&document, 6), Wrapped::Alone);
    }
}
