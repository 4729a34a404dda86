//! What a run of characters that are not ASCII reads as.
//!
//! The run is taken for UTF-8 that was read as one code page after the other; the reading that
//! makes the most sense of it is kept. What the rest of the line has shown counts too.

use super::badness::{is_bad, spots};
use super::codepages::{Page, PageSet, continues, leads};
use super::controls::add_controls;
use super::evidence::{Evidence, has_other_letters, is_evident};
use super::lost;
use super::plausible::{Place, Script, is_plausible, is_sound};
use super::sequences::{Group, groups};
use super::stretches::{Stretch, is_suspect};
use super::trust::{Trust, family, is_western};
use std::cell::OnceCell;

/// A line, with what is found out about it once only.
pub(super) struct Line<'t> {
    text: &'t str,
    other_cyrillic: OnceCell<bool>,
    other_greek: OnceCell<bool>,
}

impl<'t> Line<'t> {
    pub(super) fn new(text: &'t str) -> Line<'t> {
        Line { text, other_cyrillic: OnceCell::new(), other_greek: OnceCell::new() }
    }

    /// Whether the line has Cyrillic or Greek letters that no misreading as `page` explains.
    pub(super) fn has_other_letters(&self, page: Page) -> bool {
        match page {
            Page::Windows1251 => {
                *self.other_cyrillic.get_or_init(|| has_other_letters(self.text, Script::Cyrillic, page))
            }
            _ => *self.other_greek.get_or_init(|| has_other_letters(self.text, Script::Greek, page)),
        }
    }
}

/// How many layers of misreadings are looked for.
const MOST_LAYERS: u8 = 5;

/// How many characters around a stretch may tell what it is.
const CONTEXT: usize = 4;

/// The damaged stretches of one run. `layer` counts the layers above.
pub(super) fn read(line: &Line<'_>, (start, end): (usize, usize), layer: u8, trust: Trust) -> Vec<Stretch> {
    let run = &line.text[start..end];
    let mut pages: PageSet = 0;
    let mut previous: Option<char> = None;
    for c in run.chars() {
        if let Some(lead) = previous {
            pages |= leads(lead) & continues(c);
        }
        previous = Some(c);
    }
    let mut tried: Vec<Vec<Group>> = Vec::new();
    let mut best: Vec<Stretch> = Vec::new();
    let mut best_weight = 0;
    // What the run is as a whole, and whether two pages differ about it.
    let mut whole: Option<String> = None;
    let mut ambiguous = false;
    for page in Page::STRETCH {
        if pages & page.bit() == 0 {
            continue;
        }
        let groups = groups(run, page);
        if groups.is_empty() || tried.contains(&groups) {
            continue;
        }
        // Sound letters beside damaged ones are looked for in Western misreadings only.
        if !is_western(page) && leaves_letters(run, &groups) {
            continue;
        }
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut left_from = 0;
        for group in &groups {
            // After a garble that makes no sense, sense is an accident.
            let garbled = is_bad(&run[left_from..group.start]);
            left_from = group.end;
            if !garbled {
                stretches.extend(judge(line, (start, end), group, page, layer, trust));
            }
        }
        let mut weight = weight(&stretches) + usual_repairs(&stretches);
        if matches!(stretches[..], [ref only] if (only.start, only.end) == (start, end)) {
            weight += run.len();
            let counts = trust.preferred == 0 || trust.preferred & page.bit() != 0;
            let other = stretches[0].text.as_ref().filter(|_| counts);
            ambiguous |= other.is_some_and(|other| whole.get_or_insert_with(|| other.clone()) != other);
        }
        if page.bit() & trust.preferred != 0 {
            weight += run.len();
        }
        if weight > best_weight {
            best = stretches;
            best_weight = weight;
        }
        tried.push(groups);
    }
    // In doubt, Windows-1252 is right; among the others the rest of the line decides.
    for stretch in &mut best {
        stretch.exact &= !ambiguous || is_western(stretch.page) && stretch.text.as_deref().is_some_and(is_usual);
    }
    add_controls(line.text, (start, end), &mut best);
    lost::add_cut_letter(line.text, (start, end), trust, &mut best);
    best
}

/// Whether letters of a run are in none of its groups.
fn leaves_letters(run: &str, groups: &[Group]) -> bool {
    let ends = groups.iter().map(|group| group.end);
    let starts = groups.iter().map(|group| group.start).chain([run.len()]);
    [0].into_iter().chain(ends).zip(starts).any(|(from, to)| run[from..to].contains(char::is_alphabetic))
}

/// How much of a run a reading makes sense of. What has evidence counts more, and so does what
/// can be repaired.
fn weight(stretches: &[Stretch]) -> usize {
    let of_one = |stretch: &Stretch| {
        let length = stretch.end - stretch.start;
        length * (1 + 2 * usize::from(stretch.evident) + usize::from(stretch.text.is_some()))
    };
    stretches.iter().map(of_one).sum()
}

/// How many stretches become what texts are full of; this decides between equal readings.
fn usual_repairs(stretches: &[Stretch]) -> usize {
    stretches.iter().filter_map(|stretch| stretch.text.as_deref()).filter(|text| is_usual(text)).count()
}

fn is_usual(text: &str) -> bool {
    text.chars().all(|c| c <= 'ÿ' || ('\u{2010}'..='\u{2026}').contains(&c) || matches!(c, '€' | '™'))
}

/// Decides about one group of a run.
fn judge(line: &Line<'_>, run: (usize, usize), group: &Group, page: Page, layer: u8, trust: Trust) -> Option<Stretch> {
    let (start, end) = (run.0 + group.start, run.0 + group.end);
    let before = context_before(line.text, start);
    let after = context_after(line.text, end);
    let source = &line.text[start..end];
    let at_line_start = start == before.len();
    let trusted = trust.pages & family(page) != 0;
    let bad = bad_spots(before, source, after, at_line_start);
    let mut stretch =
        Stretch { start, end, text: None, exact: group.complete, layers: 1, page, inner: 0, evident: bad > 0 };

    let Some(mut text) = group.text.clone() else {
        let amid_small_letters =
            source.starts_with(char::is_uppercase) && before.ends_with(|c: char| c.is_ascii_lowercase());
        stretch.evident &= group.usual_lead || group.some_complete || amid_small_letters;
        return (stretch.evident || trusted && bad > 0).then(|| stretch.unrepaired());
    };
    if group.cut_quote {
        // The guess depends on what stands there.
        let (guess, eaten) = lost::cut_quote(before, &line.text[end..]);
        let Some(guess) = guess else { return stretch.evident.then(|| stretch.unrepaired()) };
        text.pop();
        text.push(guess);
        stretch.end += eaten;
    }
    let mut inner_evident = false;
    if let Some(below) = read_below(&text, before, after, &stretch, layer, trust) {
        inner_evident = below.evident;
        stretch.exact &= below.exact;
        stretch.layers += below.layers;
        stretch.inner = below.pages;
        if below.has_controls && !is_western(page) {
            // Control characters come of those pages only that differ in them.
            return None;
        }
        match below.text {
            Some(better) => text = better,
            None => {
                stretch.evident |= inner_evident;
                return (stretch.evident || trusted).then(|| stretch.unrepaired());
            }
        }
    }
    if text.contains('\u{fffd}') {
        // This character itself was misread; what it stands for was lost before.
        return stretch.evident.then(|| stretch.unrepaired());
    }
    let after = context_after(line.text, stretch.end);
    let evidence = Evidence { source, repaired: &text, before, after, page, whole_run: (start, end) == run, line };
    stretch.evident = inner_evident || bad_spots(before, &text, after, at_line_start) < bad || is_evident(&evidence);
    let place = Place { before, after, sure: stretch.evident, scripts: trust.scripts };
    if !(stretch.evident || trusted) || !is_plausible(&text, place) {
        return None;
    }
    if is_bad(&text) {
        // A result that is no text either is of no use.
        return stretch.evident.then(|| stretch.unrepaired());
    }
    // Without evidence of its own, others must vouch for it.
    stretch.exact &= stretch.evident || trust.often & family(page) != 0;
    stretch.exact &= is_sound(&text, place);
    stretch.text = Some(text);
    Some(stretch)
}

/// What there is below the outermost layer of a stretch.
struct Below {
    /// The text with these layers repaired; `None` if a part of it cannot be.
    text: Option<String>,
    exact: bool,
    layers: u8,
    pages: PageSet,
    evident: bool,
    /// Whether control characters were among it.
    has_controls: bool,
}

/// Reads the text that the outermost layer of a stretch has given: what was misread twice is
/// repaired by repairing the result. `None` if the text is no damaged one.
fn read_below(text: &str, before: &str, after: &str, outer: &Stretch, layer: u8, trust: Trust) -> Option<Below> {
    if layer + 1 >= MOST_LAYERS {
        return None;
    }
    let window = [before, text, after].concat();
    let (start, end) = (before.len(), before.len() + text.len());
    if !is_suspect(&window, (start, end)) {
        return None;
    }
    let line = Line::new(&window);
    let parts = read(&line, (start, end), layer + 1, trust.below());
    let mut below = Below { text: None, exact: true, layers: 0, pages: 0, evident: false, has_controls: false };
    if parts.is_empty() {
        // Could it go on, if only there were evidence? Then it is not known where to stop. Asked
        // for exact results only, and answered without looking further down.
        let willing = trust.below().willing(outer.page);
        below.exact = outer.exact && read(&line, (start, end), MOST_LAYERS, willing).is_empty();
        below.text = Some(text.into());
        return Some(below);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut copied = start;
    let mut known = true;
    for part in parts.iter().filter(|part| part.end <= end) {
        repaired.push_str(&window[copied..part.start]);
        repaired.push_str(part.text.as_deref().unwrap_or_default());
        copied = part.end;
        known &= part.text.is_some();
        below.exact &= part.exact;
        below.layers = below.layers.max(part.layers);
        if part.layers > 0 {
            below.evident |= part.evident;
            below.pages |= part.inner | family(part.page);
        } else {
            below.has_controls = true;
        }
    }
    repaired.push_str(&window[copied..end]);
    below.text = known.then_some(repaired);
    Some(below)
}

/// How many implausible spots a stretch has a part in.
fn bad_spots(before: &str, stretch: &str, after: &str, whole: bool) -> usize {
    let window = [before, stretch, after].concat();
    let (start, end) = (before.len(), before.len() + stretch.len());
    spots(&window, whole).filter(|&(from, to)| from < end && to > start).count()
}

/// The last few characters before `at`.
fn context_before(line: &str, at: usize) -> &str {
    let head = &line[..at];
    let start = head.char_indices().rev().take(CONTEXT).last().map_or(at, |(start, _)| start);
    &head[start..]
}

/// The first few characters from `at` on.
fn context_after(line: &str, at: usize) -> &str {
    let tail = &line[at..];
    let end = tail.char_indices().nth(CONTEXT).map_or(tail.len(), |(end, _)| end);
    &tail[..end]
}
