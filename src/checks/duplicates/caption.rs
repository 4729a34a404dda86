//! `duplicates/caption`: a short line of its own that a paragraph repeats.

use crate::checks::{Context, fills_line};
use crate::document::{Document, Span};
use crate::hashed_map::HashedMap;
use crate::repetition::RepeatedSentence;

/// Longest caption, in bytes; longer lines are paragraphs.
const LONGEST: usize = 400;

/// Reports lines whose sentences stand in a paragraph, and names that the next line's caption holds.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let shortest = context.options().integer("min-length") as usize;
    let repeated: Vec<RepeatedSentence> = context.repeated_sentences(shortest).collect();
    for (caption, paragraph) in captions(document, &repeated) {
        let line = document.lines().index_of(caption.start);
        let other = document.lines().index_of(paragraph.start);
        let message = format!("the paragraph at line {} says this again, word for word", other + 1);
        let report = context.report(document.line(line), message).delete_line(line).related(paragraph, "repeated here");
        if !names_picture(document.slice(caption)) {
            report.unsure();
        }
    }
    picture_titles(context);
}

/// Pairs of a line that is one repeated sentence and the same sentence inside a longer line.
fn captions(document: &Document, repeated: &[RepeatedSentence]) -> Vec<(Span, Span)> {
    let whole = |span: Span| document.line(document.lines().index_of(span.start));
    // Thousands of copies can have the same first one.
    let mut known: HashedMap<u32, bool> = HashedMap::default();
    let mut is_whole = |span: Span| *known.entry(span.start).or_insert_with(|| fills_line(document, span, 4));
    // What stands in quotation marks is a pull quote: chosen by an editor.
    let is_caption = |span: Span| {
        let line = whole(span);
        line.len() <= LONGEST && !document.slice(line).trim_start().starts_with(['“', '"', '‘', '\''])
    };
    repeated
        .iter()
        .filter_map(|pair| match (is_whole(pair.first), is_whole(pair.second)) {
            (true, false) if is_caption(pair.first) => Some((pair.first, pair.second)),
            (false, true) if is_caption(pair.second) => Some((pair.second, pair.first)),
            _ => None,
        })
        .collect()
}

/// Whether a line has words that only captions have: where somebody stands in the picture, or whose
/// picture it is. Other lines that a paragraph repeats are pull quotes as often as captions.
fn names_picture(line: &str) -> bool {
    const MARKS: [&str; 20] = [
        "(R)",
        "(L)",
        "(C)",
        "(right)",
        "(left)",
        "(centre)",
        "(center)",
        ", left,",
        ", right,",
        ", centre,",
        ", center,",
        " pictured",
        "(pictured",
        "Photo",
        "photo",
        "Getty",
        "File ",
        "(file)",
        "Reuters/",
        "via ",
    ];
    MARKS.iter().any(|mark| line.contains(mark))
}

/// Words of a picture's title, and of the caption behind it, at most.
const TITLE_WORDS: u8 = 4;
const CAPTION_WORDS: u8 = 40;

/// A picture's title (`Jo Smith`) right before the caption that holds it (`Minister Jo Smith
/// arrives`): both were taken from the same picture.
fn picture_titles(context: &mut Context<'_>) {
    let document = context.document();
    for pair in document.shapes().windows(2) {
        let [above, below] = pair else { continue };
        let is_title = (2..=TITLE_WORDS).contains(&above.words) && above.capitalised == above.words;
        if !is_title || below.line != above.line + 1 || below.words > CAPTION_WORDS || below.words <= above.words {
            continue;
        }
        let (line, next) = (above.line as usize, below.line as usize);
        let (title, caption) = (document.slice(document.line(line)).trim(), document.slice(document.line(next)).trim());
        let is_name = title.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
            && title.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '’' | '\'' | '.'))
            && !title.ends_with('.');
        let Some(at) = caption.find(title).filter(|_| is_name) else { continue };
        let stands_alone = !caption[at + title.len()..].starts_with(char::is_alphanumeric)
            && !caption[..at].ends_with(char::is_alphanumeric);
        if !stands_alone {
            continue;
        }
        let start = document.line(next).start;
        let message = "title of a picture, repeated by the caption under it";
        let caption = Span { start, end: document.line(next).end };
        context.report(document.line(line), message).delete_line(line).related(caption, "the caption");
    }
}
