//! What the lexicon says of the forms of a document, looked up once for all rules.

use crate::document::Names;
use crate::lexicon::{Lexicon, known};

/// Letters that a doubtful form has at least; in shorter ones a letter makes another name.
const SHORTEST: usize = 5;

/// How often a form can stand in a document and be a slip.
const RARE: u32 = 2;

/// The form can be a misspelling: rare, long enough, a capital and then lower case, and in no list.
const DOUBTFUL: u8 = 128;

/// What is known of each form of a document, in the order of [`Names::forms`].
#[derive(Debug)]
pub struct Forms(Vec<u8>);

impl Forms {
    /// Looks all forms up.
    #[must_use]
    pub fn new(names: Names<'_>, lexicon: &Lexicon) -> Forms {
        let facts = |form: &crate::document::Form| {
            let kinds = lexicon.kinds(form.hash);
            let text = || names.text_of(form.first as usize);
            let doubtful =
                kinds & (known::PERSON | known::VARIANT) == 0 && form.count <= RARE && is_doubtful(text(), lexicon);
            kinds | if doubtful { DOUBTFUL } else { 0 }
        };
        Forms(names.forms().iter().map(facts).collect())
    }

    /// Whether a form, by its place, is a word of a listed person's name.
    #[must_use]
    pub fn names_person(&self, form: u32) -> bool {
        self.0[form as usize] & known::PERSON != 0
    }

    /// Whether wrong forms begin with it.
    #[must_use]
    pub fn begins_wrong_form(&self, form: u32) -> bool {
        self.0[form as usize] & known::FIRST != 0
    }

    /// Whether it has other accepted spellings.
    #[must_use]
    pub fn has_variants(&self, form: u32) -> bool {
        self.0[form as usize] & known::VARIANT != 0
    }

    /// Whether it can be a misspelling.
    #[must_use]
    pub fn is_doubtful(&self, form: u32) -> bool {
        self.0[form as usize] & DOUBTFUL != 0
    }
}

fn is_doubtful(text: &str, lexicon: &Lexicon) -> bool {
    let is_plain = match text.as_bytes() {
        [first, rest @ ..] if text.is_ascii() => {
            rest.len() + 1 >= SHORTEST && first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase)
        }
        _ => {
            let mut letters = text.chars();
            letters.next().is_some_and(char::is_uppercase)
                && letters.all(char::is_lowercase)
                && text.chars().count() >= SHORTEST
        }
    };
    is_plain && !lexicon.is_known(text)
}
