//! What the model sees of a line: numbers from 0 to 63.
//!
//! Shares are in sixty-thirds, small counts stand for themselves, and counts without a bound are
//! on a scale of four steps a doubling (see [`scaled`]). Lines are those that hold more than
//! blanks; `known` lines are those in which a rule found the words of page furniture.

use std::ops::Range;

use crate::document::{Document, Ending, LineShape};

/// Levels of a feature.
pub const LEVELS: usize = 64;

/// The number that stands for a line outside the document.
const OUTSIDE: u8 = 63;

/// Lines beyond which distances do not grow.
const FAR: usize = 40;

/// The values of one line, in the order of [`FEATURES`].
pub type Values = [u8; FEATURES.len()];

/// A feature: its name in the model's file, and what it counts.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// What it counts.
    pub about: &'static str,
}

const fn feature(name: &'static str, about: &'static str) -> Feature {
    Feature { name, about }
}

/// All features.
pub const FEATURES: [Feature; 65] = [
    feature("words", "words of the line"),
    feature("word-length", "bytes a word of the line, quarters"),
    feature("stop-share", "share of function words"),
    feature("capital-share", "share of words that begin with a capital"),
    feature("upper-share", "share of words in capitals"),
    feature("digit-share", "share of bytes that are digits"),
    feature("quotes", "double quotation marks"),
    feature("breaks", "sentences that end inside the line"),
    feature("commas", "commas"),
    feature("separators", "menu separators: | / » › · •"),
    feature("link", "1 where the line holds an address or a handle"),
    feature("opening", "0 capital, 1 lower case, 2 digit, 3 quotation mark, 4 bullet, 5 other"),
    feature("ending", "0 open, 1 full stop, 2 !, 3 ?, 4 ellipsis, 5 colon, 6 comma, 7 other"),
    feature("lines", "lines of the document, scaled"),
    feature("prose-share", "share of the document's words that stand in prose"),
    feature("known-share", "share of known lines in the document"),
    feature("prose-before", "words of prose before the line, scaled"),
    feature("prose-behind", "words of prose behind the line, scaled"),
    feature("prose-passed", "share of the document's prose that stands before the line"),
    feature("to-prose-before", "lines back to prose, at most 40"),
    feature("to-prose-behind", "lines on to prose, at most 40"),
    feature("prose-gap", "lines from prose to prose around the line, at most 63"),
    feature("from-start", "lines before, scaled"),
    feature("from-end", "lines behind, scaled"),
    feature("to-known-before", "lines back to a known one, at most 40"),
    feature("to-known-behind", "lines on to a known one, at most 40"),
    feature("known-gap", "lines from known to known around the line, at most 63"),
    feature("blank-before", "lines up to the filled one before"),
    feature("blank-behind", "lines down to the filled one behind"),
    feature("before.words", "words of the line before"),
    feature("before.stop-share", "its share of function words"),
    feature("before.capital-share", "its share of capitalised words"),
    feature("before.ending", "how it ends; 63 where there is none"),
    feature("before.known", "1 where it is known"),
    feature("behind.words", "words of the line behind"),
    feature("behind.stop-share", "its share of function words"),
    feature("behind.capital-share", "its share of capitalised words"),
    feature("behind.ending", "how it ends; 63 where there is none"),
    feature("behind.known", "1 where it is known"),
    feature("3-before.words", "words a line in the three lines before"),
    feature("3-before.stop-share", "their share of function words"),
    feature("3-before.capital-share", "their share of capitalised words"),
    feature("3-before.ended", "share of them that end like sentences"),
    feature("3-before.known", "share of them that are known"),
    feature("3-behind.words", "words a line in the three lines behind"),
    feature("3-behind.stop-share", "their share of function words"),
    feature("3-behind.capital-share", "their share of capitalised words"),
    feature("3-behind.ended", "share of them that end like sentences"),
    feature("3-behind.known", "share of them that are known"),
    feature("10-before.words", "words a line in the ten lines before"),
    feature("10-before.stop-share", "their share of function words"),
    feature("10-before.capital-share", "their share of capitalised words"),
    feature("10-before.ended", "share of them that end like sentences"),
    feature("10-before.known", "share of them that are known"),
    feature("10-behind.words", "words a line in the ten lines behind"),
    feature("10-behind.stop-share", "their share of function words"),
    feature("10-behind.capital-share", "their share of capitalised words"),
    feature("10-behind.ended", "share of them that end like sentences"),
    feature("10-behind.known", "share of them that are known"),
    feature("prose", "1 where the line itself is prose"),
    feature("prose-within-3", "prose lines among the three before and the three behind"),
    feature("run-lines", "lines that are no prose from prose to prose around the line, scaled"),
    feature("run-known", "known lines among them, scaled"),
    feature("run-known-share", "share of known lines among them"),
    feature("run-kind", "0 above all prose, 1 below it, 2 inside with no known line, 3 inside with one, 4 prose"),
];

/// Where the features stand that tell of the lines right before and behind.
pub(super) const BESIDE: Range<usize> = 29..39;

/// Where the features stand that tell of the three and the ten lines before and behind. They cost most to find
/// out, and can say least.
pub(super) const AROUND: Range<usize> = 39..59;

/// What a sum over lines holds.
#[derive(Clone, Copy, Debug)]
struct Sum {
    words: u32,
    stop_words: u32,
    capitalised: u32,
    ended: u32,
    known: u32,
    prose: u32,
    prose_words: u32,
}

impl Sum {
    const NONE: Sum = Sum { words: 0, stop_words: 0, capitalised: 0, ended: 0, known: 0, prose: 0, prose_words: 0 };

    #[inline(always)]
    fn add(self, shape: &LineShape, known: bool, prose: bool) -> Sum {
        let words = u32::from(shape.words);
        Sum {
            words: self.words + words,
            stop_words: self.stop_words + u32::from(shape.stop_words),
            capitalised: self.capitalised + u32::from(shape.capitalised),
            ended: self.ended + u32::from(shape.ending.ends_sentence()),
            known: self.known + u32::from(known),
            prose: self.prose + u32::from(prose),
            prose_words: self.prose_words + if prose { words } else { 0 },
        }
    }

    #[inline(always)]
    fn minus(self, other: Sum) -> Sum {
        Sum {
            words: self.words - other.words,
            stop_words: self.stop_words - other.stop_words,
            capitalised: self.capitalised - other.capitalised,
            ended: self.ended - other.ended,
            known: self.known - other.known,
            prose: self.prose - other.prose,
            prose_words: self.prose_words - other.prose_words,
        }
    }
}

/// Everything about a document's lines that the features are made of.
#[derive(Debug)]
pub struct Features<'d> {
    shapes: &'d [LineShape],
    lines: usize,
    /// The sums over all lines.
    all: Sum,
    /// The values that all lines share: how many they are, and the shares of prose and of known lines.
    of_document: [u8; 3],
    /// One of each line, and behind them one for the end of the document.
    places: Vec<Place>,
}

/// What is found out of each line once, for its own values and those of the lines beside it.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The sums over the lines before it.
    before: Sum,
    known: bool,
    /// Whether it is prose and not known.
    prose: bool,
    /// Lines to the nearest prose on either side, the line itself left out.
    to_prose: [u8; 2],
    /// The same to the nearest known line.
    to_known: [u8; 2],
    /// What a line beside it sees of it.
    seen: [u8; 5],
    /// The run of lines without prose that it stands in: its first line and the one behind its last. Prose is a
    /// run by itself.
    run: (u32, u32),
}

impl Place {
    /// What stands behind the last line, but for the sums.
    const END: Place = Place {
        before: Sum::NONE,
        known: false,
        prose: false,
        to_prose: [FAR as u8; 2],
        to_known: [FAR as u8; 2],
        seen: NO_LINE,
        run: (0, 0),
    };
}

/// The distance to the nearest marked line, one line on.
#[inline(always)]
fn next_distance(away: u8, marked: bool) -> u8 {
    if marked { 1 } else { (away + 1).min(FAR as u8) }
}

impl<'d> Features<'d> {
    /// Looks at a document. `known` are the lines, counted from 0 and sorted, in which a rule found
    /// the words of page furniture.
    #[must_use]
    pub fn new(document: &'d Document, known: &[usize]) -> Features<'d> {
        let shapes = document.shapes();
        let mut rest = known;
        let mut before = Sum::NONE;
        let (mut to_prose, mut to_known, mut first_of_run) = (FAR as u8, FAR as u8, 0);
        let mut places = Vec::with_capacity(shapes.len() + 1);
        places.extend((0..).zip(shapes).map(|(index, shape)| {
            let line = shape.line as usize;
            while let [first, behind @ ..] = rest
                && *first < line
            {
                rest = behind;
            }
            let known = rest.first() == Some(&line);
            let prose = shape.is_prose() && !known;
            if prose {
                first_of_run = index;
            }
            let (seen, run) = (seen(shape, known), (first_of_run, 0));
            let place = Place { before, known, prose, to_prose: [to_prose, 0], to_known: [to_known, 0], seen, run };
            if prose {
                first_of_run = index + 1;
            }
            (to_prose, to_known) = (next_distance(to_prose, prose), next_distance(to_known, known));
            before = before.add(shape, known, prose);
            place
        }));
        (to_prose, to_known) = (FAR as u8, FAR as u8);
        let mut end_of_run = shapes.len() as u32;
        for (index, place) in places.iter_mut().enumerate().rev() {
            if place.prose {
                end_of_run = index as u32 + 1;
            }
            (place.to_prose[1], place.to_known[1], place.run.1) = (to_prose, to_known, end_of_run);
            if place.prose {
                end_of_run = index as u32;
            }
            (to_prose, to_known) = (next_distance(to_prose, place.prose), next_distance(to_known, place.known));
        }
        let (all, filled) = (before, shapes.len() as u32);
        places.push(Place { before, ..Place::END });
        let of_document = [scaled(filled), share(all.prose_words, all.words), share(all.known, filled)];
        Features { shapes, lines: document.lines().count(), all, of_document, places }
    }

    /// The shapes of the lines, in order.
    #[must_use]
    pub fn shapes(&self) -> &'d [LineShape] {
        self.shapes
    }

    /// Whether a rule found words of page furniture in the line at this place among the shapes.
    #[must_use]
    pub fn is_known(&self, index: usize) -> bool {
        self.places[index].known
    }

    /// Whether the document holds a whole page and not only its article: ten known lines or more, and
    /// thirty that are no prose. On 131 pages and 716 extracts and articles of 103 sites that is wrong
    /// for one in twenty pages and one in forty of the others.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.all.known >= 10 && self.shapes.len() as u32 - self.all.prose >= 30
    }

    /// Words of prose before and behind the line at this place among the shapes.
    #[must_use]
    pub fn prose_around(&self, index: usize) -> (u32, u32) {
        let before = |index: usize| self.places[index].before.prose_words;
        (before(index), self.all.prose_words - before(index + 1))
    }

    #[inline(always)]
    fn between(&self, from: usize, to: usize) -> Sum {
        self.places[to].before.minus(self.places[from].before)
    }

    /// The values of the line at this place among the shapes.
    #[must_use]
    pub fn values(&self, index: usize) -> Values {
        let mut values = [0; FEATURES.len()];
        values[..BESIDE.start].copy_from_slice(&self.own_values(index));
        values[BESIDE].copy_from_slice(self.values_beside(index).as_flattened());
        values[AROUND].copy_from_slice(self.values_around(index).as_flattened());
        values[AROUND.end..].copy_from_slice(&self.run_values(index));
        values
    }

    /// What the line itself and its place say.
    #[inline(always)]
    pub(super) fn own_values(&self, index: usize) -> [u8; BESIDE.start] {
        let count = self.shapes.len();
        let shape = &self.shapes[index];
        let (words, bytes) = (u32::from(shape.words), u32::from(shape.bytes));
        let Place { to_prose, to_known, seen, .. } = self.places[index];
        let (all, of_document) = (self.all, self.of_document);
        let (before, behind) = self.prose_around(index);
        let line = i64::from(shape.line);
        let line_before = index.checked_sub(1).map_or(-3, |index| i64::from(self.shapes[index].line));
        let line_behind = self.shapes.get(index + 1).map_or(self.lines as i64 + 2, |shape| i64::from(shape.line));
        [
            seen[0],
            capped(4 * bytes / words.max(1)),
            seen[1],
            seen[2],
            small_share(shape.upper.into(), words),
            small_share(shape.digits.into(), bytes),
            capped(u32::from(shape.quotes)),
            capped(u32::from(shape.breaks)),
            capped(u32::from(shape.commas)),
            capped(u32::from(shape.separators)),
            u8::from(shape.has_link),
            shape.opening as u8,
            shape.ending as u8,
            of_document[0],
            of_document[1],
            of_document[2],
            scaled(before),
            scaled(behind),
            share(before, all.prose_words),
            to_prose[0],
            to_prose[1],
            (to_prose[0] + to_prose[1]).min(63),
            scaled(index as u32),
            scaled((count - 1 - index) as u32),
            to_known[0],
            to_known[1],
            (to_known[0] + to_known[1]).min(63),
            (line - line_before).clamp(0, 9) as u8,
            (line_behind - line).clamp(0, 9) as u8,
        ]
    }

    /// What the lines right before and behind are, where there are any.
    #[inline(always)]
    pub(super) fn values_beside(&self, index: usize) -> [[u8; 5]; 2] {
        [index.checked_sub(1).map_or(NO_LINE, |before| self.places[before].seen), self.places[index + 1].seen]
    }

    /// What the three and the ten lines before and behind are.
    #[inline(always)]
    pub(super) fn values_around(&self, index: usize) -> [[u8; 5]; 4] {
        let start = |reach: usize| index.saturating_sub(reach);
        let end = |reach: usize| (index + 1 + reach).min(self.shapes.len());
        [
            self.values_between(start(3), index),
            self.values_between(index + 1, end(3)),
            self.values_between(start(10), index),
            self.values_between(index + 1, end(10)),
        ]
    }

    /// What the lines from one to before another are; they are few.
    fn values_between(&self, from: usize, to: usize) -> [u8; 5] {
        let (sum, lines) = (self.between(from, to), (to - from) as u32);
        [
            capped(sum.words / lines.max(1)),
            small_share(sum.stop_words, sum.words),
            small_share(sum.capitalised, sum.words),
            small_share(sum.ended, lines),
            small_share(sum.known, lines),
        ]
    }

    /// Whether the line is prose, and what the run of lines without prose is that it stands in.
    #[inline(always)]
    pub(super) fn run_values(&self, index: usize) -> [u8; FEATURES.len() - AROUND.end] {
        let is_prose = self.shapes[index].is_prose();
        let (before, behind) = self.prose_around(index);
        let near = self.between(index.saturating_sub(3), (index + 4).min(self.shapes.len())).prose;
        let Place { known, run: (first, end), .. } = self.places[index];
        let (run, lines) = (self.between(first as usize, end as usize), end - first);
        [
            u8::from(is_prose),
            capped(near.saturating_sub(u32::from(is_prose && !known))),
            scaled(lines),
            scaled(run.known),
            share(run.known, lines),
            match (is_prose, before, behind, run.known) {
                (true, ..) => 4,
                (_, 0, ..) => 0,
                (_, _, 0, _) => 1,
                (_, _, _, 0) => 2,
                _ => 3,
            },
        ]
    }
}

/// What the lines beside a line see of it.
#[inline(always)]
fn seen(shape: &LineShape, known: bool) -> [u8; 5] {
    [
        capped(u32::from(shape.words)),
        small_share(shape.stop_words.into(), shape.words.into()),
        small_share(shape.capitalised.into(), shape.words.into()),
        shape.ending as u8,
        known.into(),
    ]
}

/// What is seen where the document ends.
const NO_LINE: [u8; 5] = [0, 0, 0, OUTSIDE, 0];

#[inline(always)]
fn capped(value: u32) -> u8 {
    value.min(LEVELS as u32 - 1) as u8
}

/// A share in sixty-thirds; 0 of nothing.
fn share(part: u32, whole: u32) -> u8 {
    capped((63 * u64::from(part) / u64::from(whole.max(1))) as u32)
}

/// A share of something small, sixty-three times which is no large number: the processor divides such faster.
#[inline(always)]
fn small_share(part: u32, whole: u32) -> u8 {
    capped(63 * part / whole.max(1))
}

/// A count without a bound: below 8 itself, from there four steps a doubling, so that 63 stands for
/// 100,000 and more.
#[inline(always)]
fn scaled(value: u32) -> u8 {
    SCALED.get(value as usize).copied().unwrap_or_else(|| scale(value))
}

/// What most counts are scaled to.
static SCALED: [u8; 256] = {
    let mut scaled = [0; 256];
    let mut value = 0;
    while value < 256 {
        scaled[value] = scale(value as u32);
        value += 1;
    }
    scaled
};

const fn scale(value: u32) -> u8 {
    if value < 8 {
        return value as u8;
    }
    let doublings = value.ilog2();
    let quarter = (value >> (doublings - 2)) & 3;
    let scaled = 8 + 4 * (doublings - 3) + quarter;
    if scaled < LEVELS as u32 { scaled as u8 } else { LEVELS as u8 - 1 }
}

const _: () = assert!(Ending::Other as u8 == 7, "the file of the model names the endings by number");

#[cfg(test)]
mod tests {
    use super::*;

    fn value(values: &Values, name: &str) -> u8 {
        values[FEATURES.iter().position(|feature| feature.name == name).expect("a feature")]
    }

    #[test]
    fn counts_are_scaled_by_doublings() {
        assert_eq!([0, 7, 8, 9, 10, 16, 20, 31, 32].map(scaled), [0, 7, 8, 8, 9, 12, 13, 15, 16]);
        assert_eq!(scaled(u32::MAX), 63);
    }

    #[test]
    fn parts_begin_where_their_features_do() {
        let name = |place: usize| FEATURES[place].name;
        assert_eq!([BESIDE.start, BESIDE.end, AROUND.end].map(name), ["before.words", "3-before.words", "prose"]);
    }

    #[test]
    fn a_line_is_seen_with_its_neighbours() {
        let text =
            "Home\nNews\n\nThe minister said on Monday that the talks with the union would go on for weeks.\nShare";
        let document = Document::new("t", text);
        let features = Features::new(&document, &[4]);
        let prose = features.values(2);
        assert_eq!(value(&prose, "prose"), 1);
        assert_eq!((value(&prose, "blank-before"), value(&prose, "blank-behind")), (2, 1));
        assert_eq!((value(&prose, "before.words"), value(&prose, "behind.known")), (1, 1));
        assert_eq!((value(&prose, "from-start"), value(&prose, "from-end")), (2, 1));
        let menu = features.values(0);
        assert_eq!((value(&menu, "to-prose-before"), value(&menu, "to-prose-behind")), (40, 2));
        assert_eq!((value(&menu, "prose-before"), value(&menu, "known-share")), (0, 15));
        assert_eq!(value(&menu, "before.ending"), 63);
        assert_eq!(features.prose_around(1), (0, 16));
    }
}
