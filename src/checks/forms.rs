//! What the lexicon says of the forms of a document, looked up once for all rules.

use std::cell::RefCell;

use super::structure::stray_capital::listed;
use crate::document::{Form, Names};
use crate::lexicon::{Lexicon, known};
use crate::likeness::without_marks;

/// Letters that a doubtful form has at least; in shorter ones a letter makes another name.
const SHORTEST: usize = 5;

/// How often a form can stand in a document and be a slip.
const RARE: u32 = 2;

/// The form can be a misspelling: rare, long enough, a capital and then lower case, and in no list.
const DOUBTFUL: u8 = 128;

/// The form is a common word with a capital, of the closed list of `structure/stray-capital` or of its open one.
const CLOSED: u8 = 16;
const OPEN: u8 = 32;

/// The slot of [`MEMORY`] is filled.
const FILLED: u8 = 64;

/// Forms that are remembered at most: 128 KB, which stay in the cache where the lexicon's tables do not.
const REMEMBERED: usize = 1 << 14;

thread_local! {
    /// What the built-in lexicon says of the forms met last, by the hash of the form: its lowest byte gives way
    /// to what is known, as the place in the table holds it, too. The same few thousand forms make up most
    /// of all news.
    static MEMORY: RefCell<Vec<u64>> = RefCell::new(vec![0; REMEMBERED]);
}

/// What is known of each form of a document, in the order of [`Names::forms`].
#[derive(Debug)]
pub struct Forms(Vec<u8>);

impl Forms {
    /// Looks all forms up.
    #[must_use]
    pub fn new(names: Names<'_>, lexicon: &Lexicon) -> Forms {
        let look_up = |form: &Form| facts(names.text_of(form.first as usize), form.hash, lexicon);
        let of_document = |form: &Form, facts: u8| if form.count <= RARE { facts } else { facts & !DOUBTFUL };
        let forms = names.forms().iter();
        // People of the user's own change what is known.
        if lexicon.own_people() != 0 {
            return Forms(forms.map(|form| of_document(form, look_up(form))).collect());
        }
        MEMORY.with_borrow_mut(|memory| {
            let recall = |form: &Form| {
                let slot = &mut memory[form.hash as usize % REMEMBERED];
                if (*slot ^ form.hash) >> 8 != 0 || *slot as u8 & FILLED == 0 {
                    *slot = form.hash & !0xFF | u64::from(look_up(form) | FILLED);
                }
                of_document(form, *slot as u8)
            };
            Forms(forms.map(recall).collect())
        })
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

    /// Whether it is a common word with a capital, and then whether of the closed list.
    #[must_use]
    pub fn common_word(&self, form: u32) -> Option<bool> {
        let listed = self.0[form as usize] & (CLOSED | OPEN);
        (listed != 0).then_some(listed == CLOSED)
    }

    /// Whether it can be a misspelling.
    #[must_use]
    pub fn is_doubtful(&self, form: u32) -> bool {
        self.0[form as usize] & DOUBTFUL != 0
    }
}

/// What the lexicon says of a form, and whether it can be a misspelling where it is rare.
fn facts(text: &str, hash: u64, lexicon: &Lexicon) -> u8 {
    let kinds = lexicon.kinds(hash);
    let doubtful = kinds & (known::PERSON | known::VARIANT) == 0 && is_doubtful(text, lexicon);
    let common = listed(text).map_or(0, |is_closed| if is_closed { CLOSED } else { OPEN });
    kinds | common | if doubtful { DOUBTFUL } else { 0 }
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
    is_plain && !lexicon.is_known(text) && !without_marks(text).is_some_and(|plain| lexicon.is_known(&plain))
}
