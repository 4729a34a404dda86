//! The damaged stretches of a line.
//!
//! A line is not taken as a whole, as it may be sound but for one stretch. What can be damaged is
//! a run of characters that are not ASCII, or a part of one. A run is read as UTF-8 that was taken
//! for each of the code pages; a reading counts if the run is implausible as it is (evidence) and
//! what it reads as is plausible. Where a line has such a stretch, what has no evidence of its own
//! but was taken for the same page counts as well.

use super::codepages::{Page, PageSet, continues, leads, windows_1252_of_control};
use super::controls::is_usual_punctuation;
use super::lost::may_be_cut_short;
use super::reading::{Line, read};
use super::sequences::groups;
use super::trust::{Trust, WESTERN};

/// One damaged stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where the stretch begins, in bytes.
    pub start: usize,
    /// Where the stretch ends, in bytes.
    pub end: usize,
    /// What it must become; `None` if bytes are lost and there is no likely guess.
    pub repaired: Option<String>,
    /// Whether `repaired` is no guess: each character has a byte in the code page, the bytes are
    /// UTF-8, and what they stand for is plausible where it stands.
    pub exact: bool,
    /// How many times UTF-8 was read as a code page. 0 if it was not: the stretch is control
    /// characters which Windows-1252 read as Latin-1 has left.
    pub layers: u8,
    /// The code page that the text was last read as.
    pub code_page: &'static str,
}

/// A stretch before it is reported.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: Option<String>,
    pub(super) exact: bool,
    pub(super) layers: u8,
    pub(super) page: Page,
    /// The pages of the layers below the outermost.
    pub(super) inner: PageSet,
    /// Whether the stretch has evidence of its own.
    pub(super) evident: bool,
}

impl Stretch {
    /// The stretch with no repair.
    pub(super) fn unrepaired(self) -> Stretch {
        Stretch { text: None, exact: false, ..self }
    }
}

/// Finds the damaged stretches of a line, in order and apart from each other, each as short as it
/// can be: `donâ€™t` has one, `â€™`. Stretches that touch are one.
pub fn damages(text: &str) -> Vec<Damage> {
    if text.is_ascii() {
        return Vec::new();
    }
    let line = &Line::new(text);
    let mut sound_runs = false;
    let mut suspects: Vec<(usize, usize)> = Vec::new();
    for run in (Runs { text, at: 0 }) {
        if is_suspect(text, run) {
            suspects.push(run);
        } else {
            sound_runs = true;
        }
    }
    if suspects.is_empty() {
        return Vec::new();
    }
    let mut trust = Trust::default();
    let mut found: Vec<Vec<Stretch>> = Vec::with_capacity(suspects.len());
    for &run in &suspects {
        let stretches = read(line, run, 0, trust);
        found.push(stretches);
    }
    for stretch in found.iter().flatten() {
        trust.add(stretch);
    }
    if !sound_runs {
        trust.often = trust.pages;
    }
    if trust.pages != 0 {
        trust.preferred = common_pages(text, &suspects, &found);
        for (&run, stretches) in suspects.iter().zip(&mut found) {
            let settled =
                trust.inner == 0 && matches!(stretches[..], [ref only] if (only.start, only.end) == run && only.exact);
            if !settled {
                *stretches = read(line, run, 0, trust);
            }
        }
    }
    report(found)
}

/// The pages that each damaged run could have been read as from end to end, unless all were
/// Western: `MĂĄm dost tĹ\u{99}etĂ\u{ad}ho` is ISO-8859-2, although
/// its first run by itself is taken for Windows-1250.
fn common_pages(line: &str, suspects: &[(usize, usize)], found: &[Vec<Stretch>]) -> PageSet {
    let taken = found.iter().flatten().fold(0, |pages, stretch| pages | stretch.page.bit());
    if taken & !WESTERN == 0 {
        return 0;
    }
    let mut common = PageSet::MAX;
    for (&(start, end), stretches) in suspects.iter().zip(found) {
        if !stretches.is_empty() {
            let run = &line[start..end];
            common &= Page::STRETCH
                .iter()
                .filter(|&&page| {
                    matches!(groups(run, page)[..], [ref only] if only.complete && only.end - only.start == run.len())
                })
                .fold(0, |pages, page| pages | page.bit());
        }
    }
    common
}

/// Joins stretches that touch.
fn report(mut found: Vec<Vec<Stretch>>) -> Vec<Damage> {
    // In a text that was misread twice, what seems to have been misread once is not understood.
    let most = found.iter().flatten().map(|stretch| stretch.layers).max().unwrap_or_default();
    for stretch in found.iter_mut().flatten().filter(|stretch| stretch.layers > 0) {
        stretch.exact &= stretch.layers == most;
    }
    // One control character that surely was Windows-1252 vouches for the others.
    let is_control = |stretch: &Stretch| stretch.layers == 0;
    if found.iter().flatten().any(|stretch| is_control(stretch) && stretch.exact) {
        for stretch in found.iter_mut().flatten().filter(|stretch| is_control(stretch)) {
            stretch.exact |= stretch.text.as_deref().is_some_and(is_usual_punctuation);
        }
    }
    let mut damages: Vec<Damage> = Vec::new();
    for stretch in found.into_iter().flatten() {
        match damages.last_mut() {
            Some(last) if last.end > stretch.start => {}
            Some(last) if last.end == stretch.start => {
                last.end = stretch.end;
                last.exact &= stretch.exact;
                last.layers = last.layers.max(stretch.layers);
                last.repaired = match (last.repaired.take(), stretch.text) {
                    (Some(first), Some(second)) => Some(first + &second),
                    _ => None,
                };
            }
            _ => damages.push(Damage {
                start: stretch.start,
                end: stretch.end,
                repaired: stretch.text,
                exact: stretch.exact,
                layers: stretch.layers,
                code_page: stretch.page.name(),
            }),
        }
    }
    damages
}

/// The runs of characters that are not ASCII.
struct Runs<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Runs<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let start = self.at + bytes.get(self.at..)?.iter().position(|byte| !byte.is_ascii())?;
        let length = bytes[start..].iter().position(u8::is_ascii);
        self.at = length.map_or(bytes.len(), |length| start + length);
        Some((start, self.at))
    }
}

/// Whether a run could be damaged at all: a quick look that settles nearly every run, most of
/// which are one quotation mark or one letter.
pub(super) fn is_suspect(line: &str, (start, end): (usize, usize)) -> bool {
    let run = &line[start..end];
    let mut previous: Option<char> = None;
    for c in run.chars() {
        if windows_1252_of_control(c).is_some() || previous.is_some_and(|lead| leads(lead) & continues(c) != 0) {
            return true;
        }
        previous = Some(c);
    }
    previous.is_some_and(|last| may_be_cut_short(last, &line[end..]))
}
