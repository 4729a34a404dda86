//! What a rule with code gets to see, and how it reports.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Reverse;

use crate::document::{Document, NameTable, Names, Span};
use crate::finding::{Edit, Edits, Finding, Fix, Related, Safety, Severity};
use crate::ruleset::matching::Noticed;
use crate::ruleset::options::OptionValues;
use crate::ruleset::{Rule, RuleId};

use crate::lexicon::Lexicon;
use crate::mojibake::Damage;
use crate::repetition::{FilledLines, RepeatedSentence, SHORTEST_SENTENCE, repeated_sentences};

use super::broken_paragraph::{BrokenParagraph, broken_paragraphs};
use super::damage::damaged_stretches;
use super::forms::Forms;
use super::line_fix::delete_line;
use super::lower_behind_stop::{Lower, lower_behind_stops};
use super::open_paragraph::{OpenParagraph, open_paragraphs};
use super::wrong_forms::{Place, wrong_forms};

/// A line that a rule of another family has found, for rules that build on such evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The line, counted from 0.
    pub line: usize,
    /// The rule that found it.
    pub rule: RuleId,
}

impl Evidence {
    /// The family of the rule.
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.rule.family()
    }
}

/// What several rules look for in a document, found once, when the first of them asks, and let go when the last
/// rule of their group has run: of a large text it takes as much memory as the text.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    names: OnceCell<NameTable>,
    forms: OnceCell<Forms>,
    wrong_forms: OnceCell<Vec<Place>>,
    sentences: OnceCell<Vec<RepeatedSentence>>,
    filled_lines: OnceCell<FilledLines>,
    damages: OnceCell<Vec<(Span, Damage)>>,
    lower: OnceCell<Vec<Lower>>,
    open_paragraphs: OnceCell<Vec<OpenParagraph>>,
    broken_paragraphs: OnceCell<Vec<BrokenParagraph>>,
}

/// One rule at work on one document.
pub struct Context<'a> {
    pub(crate) document: &'a Document,
    pub(crate) rule: &'a Rule,
    pub(crate) severity: Severity,
    pub(crate) options: &'a OptionValues,
    pub(crate) evidence: &'a [Evidence],
    pub(crate) noticed: &'a Noticed,
    pub(crate) shared: &'a Shared,
    pub(crate) lexicon: &'static Lexicon,
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl<'a> Context<'a> {
    /// The document.
    #[must_use]
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The rule's options, as lint.toml or the rule's file set them.
    #[must_use]
    pub fn options(&self) -> &'a OptionValues {
        self.options
    }

    /// Lines found by the families that the rule's file names under `evidence`, in order.
    #[must_use]
    pub fn evidence(&self) -> &'a [Evidence] {
        self.evidence
    }

    /// The lines, counted from 0 and in order, that another rule of the family has found as a whole, so that what
    /// this rule says of the whole line would go in the end: see [`lint`](crate::lint::lint). A rule that finds very
    /// many lines need not report these.
    #[must_use]
    pub fn lines_of_rivals(&self) -> Vec<u32> {
        let lines = self.document.lines();
        let rank = |severity: Severity, rule: RuleId| (severity, Reverse(rule));
        let own = rank(self.severity, self.rule.id);
        let is_rival = |finding: &&Finding| {
            finding.rule.family() == self.rule.id.family() && rank(finding.severity, finding.rule) > own
        };
        let line_of = |finding: &Finding| {
            let line = lines.index_of(finding.span.start);
            (self.document.line(line) == finding.span).then_some(line as u32)
        };
        let mut found: Vec<u32> = self.findings.iter().filter(is_rival).filter_map(line_of).collect();
        found.sort_unstable();
        found
    }

    /// What the shared scan over the words saw by the way.
    #[must_use]
    pub fn noticed(&self) -> &'a Noticed {
        self.noticed
    }

    /// The names and words that newslint knows, with those of the user's own.
    #[must_use]
    pub fn lexicon(&self) -> &'static Lexicon {
        self.lexicon
    }

    /// The capitalised words.
    #[must_use]
    pub fn names(&self) -> Names<'a> {
        Names::new(self.name_table(), self.document.text())
    }

    /// Where a capital stands inside a word and a lower-case letter behind it: `TikTok`, `ChinaIt`.
    #[must_use]
    pub fn inner_capitals(&self) -> &'a [u32] {
        &self.name_table().inner_capitals
    }

    fn name_table(&self) -> &'a NameTable {
        self.shared.names.get_or_init(|| self.document.find_names())
    }

    /// What the lexicon says of the forms of the document's names.
    #[must_use]
    pub fn forms(&self) -> &'a Forms {
        self.shared.forms.get_or_init(|| Forms::new(self.names(), self.lexicon))
    }

    /// The known wrong forms of names.
    #[must_use]
    pub fn wrong_forms(&self) -> &'a [Place] {
        self.shared.wrong_forms.get_or_init(|| wrong_forms(self.document, self.names(), self.lexicon, self.forms()))
    }

    /// The lines that hold more than blanks, and which of them are copies of others.
    #[must_use]
    pub fn filled_lines(&self) -> &'a FilledLines {
        self.shared.filled_lines.get_or_init(|| FilledLines::new(self.document))
    }

    /// The sentences that stand in the document twice and have at least so many bytes; fewer than
    /// [`SHORTEST_SENTENCE`] are not looked for.
    pub fn repeated_sentences(&self, shortest: usize) -> impl Iterator<Item = RepeatedSentence> + use<'a> {
        let all = self.shared.sentences.get_or_init(|| repeated_sentences(self.document, SHORTEST_SENTENCE));
        all.iter().copied().filter(move |sentence| sentence.second.len() >= shortest)
    }

    /// Words in lower case behind full stops, in order.
    #[must_use]
    pub fn lower_behind_stops(&self) -> &'a [Lower] {
        self.shared.lower.get_or_init(|| lower_behind_stops(self.document, self.lexicon).collect())
    }

    /// Paragraphs whose last sentence has no end, in order. The rules that ask build on the same families,
    /// which a test holds them to.
    #[must_use]
    pub fn open_paragraphs(&self) -> &'a [OpenParagraph] {
        self.shared.open_paragraphs.get_or_init(|| open_paragraphs(self.document, self.evidence))
    }

    /// Paragraphs that go on in the next one, in order. The rules that ask build on the same families.
    #[must_use]
    pub fn broken_paragraphs(&self) -> &'a [BrokenParagraph] {
        let broken = || broken_paragraphs(self.document, self.evidence, self.lexicon);
        self.shared.broken_paragraphs.get_or_init(broken)
    }

    /// The stretches that are mojibake, in order.
    #[must_use]
    pub fn damages(&self) -> &'a [(Span, Damage)] {
        self.shared.damages.get_or_init(|| damaged_stretches(self.document))
    }

    /// Whether a span lies in mojibake.
    #[must_use]
    pub fn is_damaged(&self, span: Span) -> bool {
        let damages = self.damages();
        let at = damages.partition_point(|(damage, _)| damage.end <= span.start);
        damages.get(at).is_some_and(|(damage, _)| damage.overlaps(span))
    }

    /// Reports a problem.
    pub fn report(&mut self, span: Span, message: impl Into<Cow<'static, str>>) -> Report<'_> {
        let finding = Finding {
            rule: self.rule.id,
            severity: self.severity,
            span,
            message: message.into(),
            fix: None,
            related: Vec::new(),
            cue: 0,
            number: 0,
        };
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        Report { document: self.document, rule: self.rule, finding: &mut self.findings[last] }
    }
}

/// A finding just reported, to be given a fix or related places.
pub struct Report<'f> {
    document: &'f Document,
    rule: &'f Rule,
    finding: &'f mut Finding,
}

impl Report<'_> {
    /// The finding is less sure than others of its rule: it is shown as advice, and no more.
    pub fn unsure(self) -> Self {
        self.finding.severity = self.finding.severity.min(Severity::Info);
        self
    }

    /// The fix has to be looked at, whatever the rule's file says of its fixes.
    pub fn unsafe_fix(self) -> Self {
        if let Some(fix) = &mut self.finding.fix {
            fix.safety = fix.safety.max(Safety::Unsafe);
        }
        self
    }

    /// The fix replaces the span. Its safety is the one that the rule's file states.
    pub fn replace(self, replacement: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        let edit = Edit { span: self.finding.span, replacement: replacement.into() };
        self.edit(edit, message)
    }

    /// The fix removes the span.
    pub fn delete(self, message: impl Into<Cow<'static, str>>) -> Self {
        self.replace("", message)
    }

    /// The fix removes the line, counted from 0, with its line end.
    pub fn delete_line(self, line: usize) -> Self {
        let edit = delete_line(self.document, line);
        self.edit(edit, "delete the line")
    }

    /// The fix is this edit.
    pub fn edit(self, edit: Edit, message: impl Into<Cow<'static, str>>) -> Self {
        self.fix(edit.into(), message)
    }

    /// The fix is these edits, which do not overlap and are in order.
    pub fn edits(self, edits: Vec<Edit>, message: impl Into<Cow<'static, str>>) -> Self {
        self.fix(edits.into(), message)
    }

    fn fix(self, edits: Edits, message: impl Into<Cow<'static, str>>) -> Self {
        self.finding.fix = Some(Fix { safety: self.rule.file.safety, message: message.into(), edits });
        self
    }

    /// Points at another place that belongs to the finding.
    pub fn related(self, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        // Most findings have one such place at most; a vector that grows makes room for four.
        self.finding.related.reserve_exact(1);
        self.finding.related.push(Related { span, message: message.into() });
        self
    }
}
