//! The shared matcher: all declarative rules over one document in one pass.
//!
//! Literals and patterns are looked up by their anchors ([`anchors`]); a hit is then compared
//! exactly ([`fold`], [`pattern`]), checked at its borders, and held against the guards of its
//! `[match]` table, here called a clause.

mod anchor_index;
pub mod anchors;
mod articles;
mod enclitics;
pub mod expression;
pub mod fold;
mod guard;
mod line_cache;
mod loops;
pub mod pattern;
pub mod program;
mod rarity;
mod reach;
mod search;
mod targets;
mod words;

use std::cell::OnceCell;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::blocks::{BYTES, Blocks, below};
use crate::document::{Document, Span};
use crate::unread::Unread;
use anchor_index::{AnchorIndex, Filter};
use anchors::Beside;
use fold::{Folded, stands_alone, without_leading_decoration, without_trailing_decoration};
use guard::{Guard, Seen};
use pattern::Pattern;
pub use targets::Targets;
use targets::{By, Place, TargetKind, View, at_least};
use words::{Word, Words};

use super::rule_file::{Matching, RuleFile, Scope};

/// Text on either side of an anchor, in bytes, that a pattern of scope `phrase` gets to see. It
/// bounds the work on a document that is one long line.
const PHRASE_WINDOW: usize = 512;

/// Longest line, in bytes, on which a pattern is sought near each of its anchors. A match without an end in
/// sight is read to the line's end for each of them; on longer lines one search goes through all of the line.
const LONGEST_BY_ANCHOR: usize = 2048;

/// Words of a line that are looked at together, beside the last [`CARRIED`] before them: most lines have fewer.
const NEW: usize = 72;

/// Words that are looked at again with the next ones.
const CARRIED: usize = loops::LONGEST;

/// Words of a line that are at hand together.
type Piece = [Word; CARRIED + NEW];

/// A line or phrase that a rule matched.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// The clause that matched.
    pub clause: usize,
    /// The matched wording, in bytes of the text.
    pub cue: Span,
    /// The line it stands on, counted from 0.
    pub line: usize,
    /// What of the clause matched.
    by: By,
}

impl Hit {
    /// The literal of `substitutions` that matched, by its place.
    #[must_use]
    pub fn substitution(&self) -> Option<usize> {
        match self.by {
            By::Substitution(place) => Some(place as usize),
            By::Literal | By::Pattern(_) => None,
        }
    }
}

/// What one pass over a document gave.
#[derive(Debug, Default)]
pub struct Scanned {
    /// What the rules matched, in the order of the text.
    pub hits: Vec<Hit>,
    /// What the scan saw by the way, for rules with code.
    pub noticed: Noticed,
}

/// What the scan over the words sees by the way, for rules with code.
#[derive(Debug, Default)]
pub struct Noticed {
    /// Two equal words in a row, with whatever parts them; case does not count.
    pub repeats: Vec<(Span, Span)>,
    /// Stretches in which the same words come again and again.
    pub loops: Vec<Span>,
    /// `a` and `an` before a word whose first letter speaks for the other form.
    pub articles: Vec<(Span, Span)>,
    /// Words with an ending behind them that an apostrophe should tie to them.
    pub enclitics: Vec<(Span, Span)>,
}

impl Noticed {
    fn count(&self) -> usize {
        self.repeats.len() + self.loops.len() + self.articles.len() + self.enclitics.len()
    }
}

/// A `[match]` table, ready to run.
#[derive(Debug)]
pub struct Clause {
    /// The rule it belongs to, by its place in the rule set.
    pub rule: usize,
    /// Its place among the tables of the rule.
    pub table: usize,
    /// What a hit covers.
    pub scope: Scope,
    unless: Unless,
    vocabulary: Vocabulary,
    /// Family and distance of the evidence that has to stand nearby.
    pub near: Option<(String, u32)>,
}

/// Words and phrases that a line may be made of; folded and sorted when a line first begins with one.
#[derive(Debug)]
struct Vocabulary {
    entries: Unread<Vec<String>>,
    /// Entries with their first characters, by which they are sorted.
    sorted: OnceLock<Vec<(Option<char>, String)>>,
}

/// What speaks against a hit.
#[derive(Debug)]
enum Unless {
    /// In scope `line`: guards that match anywhere on the line.
    OnLine(Vec<Guard>),
    /// In scope `phrase`: expressions with a match that shares a character with the hit.
    AtHit(Vec<Pattern>),
}

/// All declarative rules of a rule set, ready to run.
#[derive(Debug)]
pub struct Matcher {
    clauses: Vec<Clause>,
    patterns: Vec<Pattern>,
    /// Tells this matcher from others of the process.
    id: u64,
    /// What the rules are found by.
    targets: Targets,
    /// The indexes of the clauses that were on so far, by [`Matcher::seed`].
    indexes: RwLock<Vec<(u64, Arc<Indexes>)>>,
}

/// Which anchors are those of clauses that are on.
#[derive(Debug)]
struct Indexes {
    at_start: AnchorIndex,
    anywhere: AnchorIndex,
    /// Of these, those of targets that look at lines of more than [`SHORT`] words: most words stand on such lines, and
    /// what is sought on short ones are often the most common words.
    anywhere_on_long: AnchorIndex,
}

/// Words that a short line has at most.
const SHORT: u32 = 20;

/// Most selections of clauses whose indexes are kept: paths with overrides of their own have different ones.
const MOST_INDEXES: usize = 16;

impl Matcher {
    /// Prepares the rules.
    #[must_use]
    pub fn new<'r>(rules: impl Iterator<Item = &'r RuleFile> + Clone) -> Matcher {
        let targets = Targets::new(rules.clone());
        Matcher::with_targets(rules, targets)
    }

    /// Prepares the rules, whose targets are known.
    #[must_use]
    pub fn with_targets<'r>(rules: impl Iterator<Item = &'r RuleFile>, targets: Targets) -> Matcher {
        let (mut clauses, mut patterns): (Vec<Clause>, Vec<Pattern>) = (Vec::new(), Vec::new());
        for (rule, file) in rules.enumerate() {
            for (table, matching) in file.matching.iter().enumerate() {
                clauses.push(Clause::new(rule, table, matching));
                patterns.extend(matching.patterns.iter().map(Pattern::new));
            }
        }
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);
        let (id, indexes) = (NEXT_ID.fetch_add(1, Ordering::Relaxed), RwLock::default());
        Matcher { clauses, patterns, id, targets, indexes }
    }

    /// What the rules are found by.
    #[must_use]
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The indexes for these clauses on, whose seed is given.
    fn indexes(&self, on: &[bool], seed: u64) -> Arc<Indexes> {
        let find = |known: &[(u64, Arc<Indexes>)]| {
            known.iter().find(|(of, _)| *of == seed).map(|(_, indexes)| Arc::clone(indexes))
        };
        if let Some(found) = find(&self.indexes.read().unwrap_or_else(PoisonError::into_inner)) {
            return found;
        }
        // Other threads wait meanwhile, as most want the same.
        let mut known = self.indexes.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = find(&known) {
            return found;
        }
        let of = |table, least| AnchorIndex::new(table, |target| on[target.clause()] && target.max_words() >= least);
        let [at_start, anywhere] = [self.targets.at_start.view(), self.targets.anywhere.view()];
        let with_noticed = |least| {
            let mut index = of(anywhere, least);
            let noticed = [articles::ALL, enclitics::ALL].into_iter().flat_map(Words::new);
            let is_known = |key| anywhere.get(key, least).any(|target| on[target.clause()]);
            index.let_pass(noticed.map(|word| word.hash), is_known);
            index
        };
        let made = Arc::new(Indexes {
            at_start: of(at_start, 0),
            anywhere: with_noticed(0),
            anywhere_on_long: with_noticed(SHORT + 1),
        });
        if known.len() == MOST_INDEXES {
            known.remove(0);
        }
        known.push((seed, Arc::clone(&made)));
        made
    }

    /// A number that stands for this matcher with these clauses on.
    fn seed(&self, on: &[bool]) -> u64 {
        let bits: Vec<u8> = on.iter().map(|on| u8::from(*on)).collect();
        xxh3_64_with_seed(&bits, self.id)
    }

    /// The clause of a hit.
    #[must_use]
    pub fn clause(&self, hit: &Hit) -> &Clause {
        &self.clauses[hit.clause]
    }

    /// Everything that the rules match in a document, in the order of the text. `is_on` says
    /// which rules to run.
    #[must_use]
    pub fn run(&self, document: &Document, is_on: impl Fn(usize) -> bool) -> Scanned {
        let on: Vec<bool> = self.clauses.iter().map(|clause| is_on(clause.rule)).collect();
        let seed = self.seed(&on);
        let run = Run {
            matcher: self,
            indexes: &self.indexes(&on, seed),
            seed,
            on: &on,
            tables: [self.targets.at_start.view(), self.targets.anywhere.view()],
            document,
            blocks: &document.blocks(),
            scanned: Scanned::default(),
            line: Line::default(),
            searched: vec![0; self.patterns.len()],
            tested_clauses: vec![0; self.clauses.len()],
        };
        run.scan()
    }

    /// Leaves of the hits from `first` on, all of one line, one a clause in scope `line`, and those of a
    /// clause in scope `phrase` that do not overlap; the longer cue stays. They come out in the order of
    /// the text.
    fn keep_distinct(&self, hits: &mut Vec<Hit>, first: usize) {
        if hits.len() < first + 2 {
            return;
        }
        hits[first..].sort_by_key(|hit| (hit.clause, hit.cue.start, std::cmp::Reverse(hit.cue.end)));
        let mut last = first;
        for at in first + 1..hits.len() {
            let (hit, rival) = (hits[at], &mut hits[last]);
            let is_same = rival.clause == hit.clause
                && (self.clauses[hit.clause].scope == Scope::Line || rival.cue.overlaps(hit.cue));
            if !is_same {
                last += 1;
                hits[last] = hit;
            } else if hit.cue.len() > rival.cue.len() {
                *rival = hit;
            }
        }
        hits.truncate(last + 1);
        hits[first..].sort_by_key(|hit| (hit.cue.start, hit.clause));
    }

    fn pattern_of(&self, hit: &Hit) -> Option<&Pattern> {
        match hit.by {
            By::Pattern(pattern) => Some(&self.patterns[pattern as usize]),
            By::Literal | By::Substitution(_) => None,
        }
    }

    /// The replacement that a rule states as `template` for a hit, whose text is given: groups of
    /// the pattern are filled in, and a capital at the start of the hit stays a capital.
    #[must_use]
    pub fn replacement(&self, template: &str, hit: &Hit, text: &str) -> String {
        let mut out = String::new();
        let is_plain = !template.contains('$');
        match self.pattern_of(hit).filter(|_| !is_plain).and_then(|pattern| pattern.expand(text, template)) {
            Some(expanded) => out.push_str(&expanded),
            None => out.push_str(template),
        }
        if !text.starts_with(char::is_uppercase) {
            return out;
        }
        let mut rest = out.chars();
        let first = rest.next().into_iter().flat_map(char::to_uppercase);
        first.chain(rest).collect()
    }
}

impl Clause {
    fn new(rule: usize, table: usize, matching: &Matching) -> Clause {
        Clause {
            rule,
            table,
            scope: matching.scope,
            unless: match matching.scope {
                Scope::Line => Unless::OnLine(matching.unless.iter().map(Guard::new).collect()),
                Scope::Phrase => Unless::AtHit(matching.unless.iter().map(Pattern::new).collect()),
            },
            vocabulary: Vocabulary { entries: matching.vocabulary.clone(), sorted: OnceLock::new() },
            near: matching.near.as_ref().map(|near| (near.family.clone(), near.lines)),
        }
    }

    /// Whether a guard speaks against a hit in a part of the text, which is the whole line in scope
    /// `line`; of which `seen` is known.
    fn is_guarded(&self, part: &str, hit: Range<usize>, seen: &Seen) -> bool {
        match &self.unless {
            Unless::OnLine(guards) => guards.iter().any(|guard| guard.is_match(part, seen)),
            Unless::AtHit(patterns) => patterns.iter().any(|guard| {
                guard.find_iter(part, 0..=part.len()).any(|found| found.start < hit.end && hit.start < found.end)
            }),
        }
    }
}

impl Vocabulary {
    fn sorted(&self) -> &[(Option<char>, String)] {
        self.sorted.get_or_init(|| {
            let folded = self.entries.iter().map(|text| fold::folded(text));
            let mut sorted: Vec<_> = folded.map(|literal| (literal.chars().next(), literal)).collect();
            sorted.sort_by_key(|(first, _)| *first);
            sorted
        })
    }
}

/// The line under the scan, with what is known of it.
#[derive(Debug, Default)]
struct Line {
    index: usize,
    /// Bytes of the line.
    range: Range<usize>,
    /// Words of the line, parted by ASCII blanks.
    words: u32,
    seen: Seen,
}

/// Words of a line of the text with these blocks, parted by ASCII blanks: the places where a blank, or the
/// start, meets something else; a long word counts as several.
fn words_of(line: &Range<usize>, blocks: &Blocks) -> u32 {
    let (mut words, mut goes_on) = (0, 0);
    for base in line.clone().step_by(BYTES) {
        let filled = blocks.around(base).bits(|block| block.filled) & below(line.end - base);
        words += (filled & !(filled << 1 | goes_on)).count_ones();
        goes_on = filled >> (BYTES - 1);
    }
    at_least(words, line.len())
}

fn span(word: &Word) -> Span {
    let range = word.range();
    Span::new(range.start, range.end)
}

/// One run over one document.
struct Run<'m, 'd> {
    matcher: &'m Matcher,
    /// Of the clauses that take part.
    indexes: &'m Indexes,
    /// Stands for the matcher and the clauses that take part.
    seed: u64,
    /// Which clauses take part.
    on: &'m [bool],
    /// The targets at the start of lines and anywhere.
    tables: [View<'m>; 2],
    document: &'d Document,
    /// Of the document.
    blocks: &'m Blocks,
    scanned: Scanned,
    line: Line,
    /// The place up to which each pattern was searched for.
    searched: Vec<u32>,
    /// The last line, plus one, that each vocabulary was tried on.
    tested_clauses: Vec<u32>,
}

impl<'m> Run<'m, '_> {
    /// Goes through the lines.
    fn scan(mut self) -> Scanned {
        let text = self.document.text();
        // Beside the run, so that its state stays in registers while targets are tried.
        let mut piece = [Word::default(); CARRIED + NEW];
        for index in 0..self.document.lines().count() {
            let range = self.document.line(index).range();
            if range.is_empty() {
                continue;
            }
            let start = range.start;
            let key = line_cache::key(&text[range.clone()], self.seed);
            if key.is_some_and(|key| line_cache::recall(key, index, start, &mut self.scanned.hits)) {
                continue;
            }
            let (hits, noticed) = (self.scanned.hits.len(), self.scanned.noticed.count());
            let words = words_of(&range, self.blocks);
            self.line = Line { index, range, words, seen: Seen::default() };
            self.scan_line(&mut piece);
            self.matcher.keep_distinct(&mut self.scanned.hits, hits);
            if let Some(key) = key
                && noticed == self.scanned.noticed.count()
            {
                line_cache::remember(key, start, &self.scanned.hits[hits..]);
            }
        }
        self.scanned
    }

    /// Cuts the current line into words and visits what their anchors stand for.
    fn scan_line(&mut self, piece: &mut Piece) {
        let [at_start, anywhere] = self.tables;
        let filter = self.index_anywhere().filter();
        let anywhere = (anywhere, filter);
        let at_start = (at_start, self.indexes.at_start.filter());
        let text = self.document.text();
        let mut words = Words::of_line(text, self.blocks, self.line.range.clone());
        // A piece of the line's words at a time: so each of the loops keeps its state in registers.
        let mut end = CARRIED + words.fill(&mut piece[CARRIED..]);
        if end == CARRIED {
            return;
        }
        let first = piece[CARRIED];
        self.visit_word(&piece[CARRIED..end], 0, anywhere);
        self.visit([&first, &first], at_start, first.hash);
        let mut may_loop = false;
        let repeats = self.scanned.noticed.repeats.len();
        // At the start are the first word and whatever symbols stand before it.
        let mut is_start = true;
        // Where the words of the line begin that are at hand, and which of these is the next.
        let (mut begin, mut next) = (CARRIED, 1);
        loop {
            may_loop |= loops::may_hold(piece, begin..end);
            let at_hand = &piece[begin..end];
            while is_start && next < at_hand.len() {
                let [before, word] = [at_hand[next - 1], at_hand[next]];
                self.visit_two(&before, &word, anywhere);
                self.visit([&before, &word], at_start, words::pair(before.hash, word.hash));
                is_start = !text[before.range().start..].starts_with(char::is_alphanumeric);
                self.visit_word(at_hand, next, anywhere);
                if is_start {
                    self.visit([&word, &word], at_start, word.hash);
                }
                next += 1;
            }
            // Nearly all words stand for nothing: going on to the next one that may takes a small loop of its own.
            let mut last = at_hand[next - 1].hash;
            let mut is_worth_it = |word: &Word| {
                let before = std::mem::replace(&mut last, word.hash);
                before == word.hash || filter.may_hold(words::pair(before, word.hash)) || filter.may_hold(word.hash)
            };
            let mut rest = at_hand[next..].iter();
            while let Some(passed) = rest.position(&mut is_worth_it) {
                next += passed;
                self.visit_two(&at_hand[next - 1], &at_hand[next], anywhere);
                self.visit_word(at_hand, next, anywhere);
                next += 1;
            }
            if end < piece.len() {
                break;
            }
            piece.copy_within(NEW.., 0);
            end = CARRIED + words.fill(&mut piece[CARRIED..]);
            (begin, next) = (0, CARRIED);
            // Only now is known what stands behind it.
            self.notice_article(&piece[..end], CARRIED - 1);
        }
        // A word four times is three times the same as the one before.
        if may_loop || self.scanned.noticed.repeats.len() >= repeats + 3 {
            self.notice_loops();
        }
    }

    /// The anchors anywhere in the current line.
    fn index_anywhere(&self) -> &'m AnchorIndex {
        if self.line.words > SHORT { &self.indexes.anywhere_on_long } else { &self.indexes.anywhere }
    }

    /// Visits what two words in a row anywhere in the line stand for.
    #[inline(always)]
    fn visit_two(&mut self, before: &Word, word: &Word, anywhere: (View<'_>, &Filter)) {
        if before.hash == word.hash {
            self.scanned.noticed.repeats.push((span(before), span(word)));
        }
        self.visit([before, word], anywhere, words::pair(before.hash, word.hash));
    }

    /// Visits what a word anywhere in the line stands for.
    #[inline(always)]
    fn visit_word(&mut self, words: &[Word], index: usize, (table, filter): (View<'_>, &Filter)) {
        if filter.may_hold(words[index].hash) {
            self.try_word(words, index, table);
        }
    }

    #[inline(never)]
    fn try_word(&mut self, words: &[Word], index: usize, anywhere: View<'_>) {
        let word = words[index];
        if !self.notice(words, index) || self.index_anywhere().is_passed_known() {
            self.try_targets(word.range(), anywhere, word.hash);
        }
    }

    /// Notes a word that may be worth it together with one beside it; the result is whether it may be.
    #[inline(always)]
    fn notice(&mut self, words: &[Word], index: usize) -> bool {
        match self.document.text().as_bytes()[words[index].range()] {
            [b'a' | b'A'] | [b'a' | b'A', b'n' | b'N'] => self.notice_article(words, index),
            [b's' | b't' | b'd' | b'm'] | [b'l', b'l'] | [b'r' | b'v', b'e'] => self.notice_enclitic(words, index),
            _ => return false,
        }
        true
    }

    /// Notes a word that is an article the next word speaks against. The last word is passed over.
    fn notice_article(&mut self, words: &[Word], index: usize) {
        if let [article, next, ..] = &words[index..]
            && articles::is_doubtful(self.document.text(), *article, *next)
        {
            self.scanned.noticed.articles.push((span(article), span(next)));
        }
    }

    /// Notes a word that is torn off the one before. The first word is passed over.
    fn notice_enclitic(&mut self, words: &[Word], index: usize) {
        if let [.., before, ending] = &words[..=index]
            && enclitics::is_torn_off(self.document.text(), *before, *ending)
        {
            self.scanned.noticed.enclitics.push((span(before), span(ending)));
        }
    }

    /// Looks for phrases of the current line that come again and again.
    #[cold]
    fn notice_loops(&mut self) {
        let words = Words::of_line(self.document.text(), self.blocks, self.line.range.clone());
        let found = loops::find(words).into_iter().map(|found| Span::new(found.start, found.end));
        self.scanned.noticed.loops.extend(found);
    }

    #[inline(always)]
    fn visit(&mut self, [first, last]: [&Word; 2], (table, filter): (View<'_>, &Filter), key: u64) {
        if filter.may_hold(key) {
            self.try_targets(first.range().start..last.range().end, table, key);
        }
    }

    #[inline(never)]
    fn try_targets(&mut self, anchor: Range<usize>, table: View<'_>, key: u64) {
        let at = anchor.start;
        let mut beside_here = None;
        let words = self.line.words;
        let matcher = self.matcher;
        // Targets are sorted by their limit, the highest first.
        for target in table.get(key, words).take_while(|target| target.max_words() >= words) {
            let clause = target.clause();
            let text = self.document.text();
            let beside_here = || *beside_here.get_or_insert_with(|| Beside::new(text.as_bytes(), anchor.clone()));
            if !self.on[clause] || target.is_other(beside_here) {
                continue;
            }
            match target.kind() {
                TargetKind::Literal { folded, place, before, by, .. } => {
                    let literal = Folded(matcher.targets.text(folded));
                    self.literal((clause, by), literal, place, at, usize::from(before));
                }
                TargetKind::Pattern(pattern) => self.pattern(clause, pattern as usize, at),
                TargetKind::Vocabulary => self.vocabulary(clause, at),
            }
        }
    }

    fn literal(&mut self, (clause, by): (usize, By), literal: Folded<'_>, place: Place, at: usize, before: usize) {
        let text = self.document.text();
        let Some(start) = literal.begins_before(text, at, before) else { return };
        let line = self.line.range.clone();
        if place != Place::Anywhere && !is_decoration(text, line.start, start) {
            return;
        }
        let Some(end) = literal.matches_at(text, start) else { return };
        if !stands_alone(text, start, end)
            || (place == Place::Whole && !without_trailing_decoration(&text[end..line.end]).is_empty())
        {
            return;
        }
        let rules = &self.matcher.clauses[clause];
        let window = match rules.scope {
            Scope::Line => line,
            Scope::Phrase => self.window(start, end),
        };
        let (from, part) = trimmed(text, window);
        if !rules.is_guarded(part, start - from..end - from, &self.line.seen) {
            self.scanned.hits.push(Hit { clause, cue: Span::new(start, end), line: self.line.index, by });
        }
    }

    fn pattern(&mut self, clause: usize, pattern: usize, at: usize) {
        let text = self.document.text();
        let rules = &self.matcher.clauses[clause];
        let line = self.line.range.clone();
        let window = match rules.scope {
            Scope::Line => line.clone(),
            Scope::Phrase => self.window(at, at),
        };
        let (from, part) = trimmed(text, window.clone());
        // What was searched for one anchor is not searched again for the next.
        let searched = self.searched[pattern] as usize;
        if searched > at {
            return;
        }
        let sought = &self.matcher.patterns[pattern];
        if let Some(reach) = sought.reach().filter(|_| part.len() <= LONGEST_BY_ANCHOR) {
            self.searched[pattern] = at as u32 + 1;
            if sought.could_border(part) {
                let start = reach::back(text.as_bytes(), at, reach, from.max(searched));
                let end = self.matches(clause, pattern, &window, start - from..=at - from);
                self.searched[pattern] = end.max(at + 1) as u32;
            }
        } else {
            // On a very long line the text around an anchor is searched for the next ones, too.
            let is_whole = window == line;
            let end = if is_whole { line.end } else { line.end.min(at + PHRASE_WINDOW / 2) };
            let window = if is_whole { window } else { self.window(at, end) };
            self.searched[pattern] = end as u32;
            let (_, part) = trimmed(text, window.clone());
            let of_window = OnceCell::new();
            if sought.could_match(part, if is_whole { &self.line.seen.present } else { &of_window }) {
                self.matches(clause, pattern, &window, 0..=part.len());
            }
        }
    }

    /// Notes the matches of a pattern that begin at some places of a window of the text, trimmed; returns where
    /// the last one ends that the window does not cut off.
    fn matches(
        &mut self,
        clause: usize,
        pattern: usize,
        window: &Range<usize>,
        starts: RangeInclusive<usize>,
    ) -> usize {
        let text = self.document.text();
        let rules = &self.matcher.clauses[clause];
        let line = self.line.range.clone();
        let (from, part) = trimmed(text, window.clone());
        let mut last = 0;
        for found in self.matcher.patterns[pattern].find_iter(part, starts) {
            // What ends where the window does may go on, and `^` and `$` are the line's ends, not the window's.
            let is_cut =
                found.start == 0 && window.start > line.start || found.end == part.len() && window.end < line.end;
            if is_cut {
                continue;
            }
            last = from + found.end;
            // Expressions work on bytes; findings are made of characters.
            let start = text.floor_char_boundary(from + found.start);
            let end = text.ceil_char_boundary(from + found.end);
            if found.is_empty()
                || !stands_alone(text, start, end)
                || rules.is_guarded(part, found.clone(), &self.line.seen)
            {
                continue;
            }
            let cue = Span::new(start, end);
            self.scanned.hits.push(Hit { clause, cue, line: self.line.index, by: By::Pattern(pattern as u32) });
        }
        last
    }

    fn vocabulary(&mut self, clause: usize, at: usize) {
        let text = self.document.text();
        let line = self.line.range.clone();
        let tested = &mut self.tested_clauses[clause];
        if *tested == self.line.index as u32 + 1 || !is_decoration(text, line.start, at) {
            return;
        }
        *tested = self.line.index as u32 + 1;
        let rules = &self.matcher.clauses[clause];
        let vocabulary = rules.vocabulary.sorted();
        let (mut from, mut entries) = (at, 0);
        while let Some(end) = longest(vocabulary, text, from) {
            entries += 1;
            let rest = &text[end..line.end];
            from = end + (rest.len() - rest.trim_start_matches(|c: char| !c.is_alphanumeric()).len());
        }
        if entries >= 2
            && from == line.end
            && !rules.is_guarded(text[line.clone()].trim(), 0..line.len(), &self.line.seen)
        {
            let cue = Span::new(at, line.end);
            self.scanned.hits.push(Hit { clause, cue, line: self.line.index, by: By::Literal });
        }
    }

    /// The part of the current line around a place.
    fn window(&self, start: usize, end: usize) -> Range<usize> {
        let line = &self.line.range;
        let text = self.document.text();
        let from = text.ceil_char_boundary(start.saturating_sub(PHRASE_WINDOW)).max(line.start);
        let to = text.floor_char_boundary((end + PHRASE_WINDOW).min(text.len())).min(line.end);
        from.min(start)..to.max(end)
    }
}

/// The end of the longest vocabulary entry that stands alone at `from`.
fn longest(vocabulary: &[(Option<char>, String)], text: &str, from: usize) -> Option<usize> {
    let first = text[from..].chars().next().and_then(fold::fold);
    let start = vocabulary.partition_point(|(begin, _)| *begin < first);
    // Most entries with the same first letter have another second one.
    let second = text.as_bytes()[from..].get(1).filter(|byte| byte.is_ascii_alphanumeric());
    let second = second.filter(|_| first.is_some_and(|first| first.is_ascii())).map(u8::to_ascii_lowercase);
    let may_be = |literal: &str| second.is_none_or(|second| literal.as_bytes().get(1).is_none_or(|own| *own == second));
    vocabulary[start..]
        .iter()
        .take_while(|(begin, _)| *begin == first)
        .filter(|(_, literal)| may_be(literal))
        .filter_map(|(_, literal)| Folded(literal).matches_at(text, from))
        .filter(|end| stands_alone(text, from, *end))
        .max()
}

/// Whether only decoration stands between the line's start and `at`.
fn is_decoration(text: &str, line_start: usize, at: usize) -> bool {
    let before = &text[line_start..at];
    !is_inside_sentence(before) && without_leading_decoration(before).is_empty()
}

/// A quick look that tells most places inside a sentence: a letter stands before them, or a space
/// behind a letter.
fn is_inside_sentence(before: &str) -> bool {
    matches!(before.as_bytes(), [.., letter, b' '] | [.., letter] if letter.is_ascii_alphanumeric())
}

/// A stretch of the text without the blanks at its ends, and the offset where it begins.
fn trimmed(text: &str, range: Range<usize>) -> (usize, &str) {
    let part = &text[range.clone()];
    // Nearly all lines begin and end with something to be seen.
    if matches!(part.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic()) {
        return (range.start, part);
    }
    let start = range.start + (part.len() - part.trim_start().len());
    (start, part.trim())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::targets::words_of_literal;
    use super::*;
    use crate::lint::{Profile, lint};
    use crate::ruleset::{RuleSet, read_rule};

    /// What a rule of one pattern in scope `phrase` finds in a text.
    fn found<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
        let rule = format!(
            "summary = 's'\nseverity = 'error'\nwhy = 'w'\n[match]\nscope = 'phrase'\npatterns = ['{pattern}']\n"
        );
        let rules = RuleSet::of(vec![read_rule(Path::new("own/phrase.toml"), &rule).expect("a rule")]);
        let findings = lint(&rules, &Profile::defaults(&rules), &Document::new("t", text)).findings;
        findings.iter().map(|finding| &text[finding.span.range()]).collect()
    }

    #[test]
    fn patterns_find_the_same_on_very_long_lines() {
        // The ends of a window are no ends of the line, wherever blanks stand.
        for more in 0..8 {
            let line = format!("{}wibblewob goes on {}.", "ab ".repeat(400), "cd ".repeat(180 + more));
            assert!(found("wibblewob [a-z ]*$", &line).is_empty());
            assert!(found(r"^[a-z ]* \bwibblewob\b", &line).is_empty());
        }
        // A match that the window of one anchor cuts off takes none from the next anchor.
        let line = format!("{}foobar {}foobar {}#", "ab ".repeat(400), "cd ".repeat(120), "ef ".repeat(60));
        assert_eq!(found("foobar [^#]*#", &line).len(), 1);
        assert_eq!(found("foobar [a-f ]*#", &format!("{line} {}", "gh ".repeat(400))).len(), 1);
        // Every anchor has its window, those that another one's text holds as well.
        let line = format!("{}wibblewob {}wibblewob {};", "1 ".repeat(600), "2 ".repeat(100), "cd ".repeat(150));
        assert_eq!(found("wibblewob [a-z ]*;", &format!("{line}{}", " 3".repeat(600))).len(), 1);
        assert_eq!(found("[a-z]+ wibblewob", &"ab wibblewob 1 ".repeat(300)).len(), 300);
    }

    #[test]
    fn words_are_counted_as_split_at_blanks() {
        for text in [
            "",
            " ",
            "a",
            "one two",
            "  one\t two  three ",
            "exactly8",
            "exactly8 nine",
            "é “ü” — 😀 x y z",
            "a b c d e f g h i",
            "a line that is longer than sixty-four bytes, so that it takes two looks and not one alone",
        ] {
            let before = "ab\n".repeat(text.len());
            let document = Document::new("t", format!("{before}{text}"));
            let line = before.len()..before.len() + text.len();
            assert_eq!(words_of(&line, &document.blocks()), words_of_literal(text), "{text:?}");
        }
    }
}
