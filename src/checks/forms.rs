//! What the lexicon says of the forms of a document, looked up once for all rules.

use std::cell::RefCell;
use std::iter;

use super::structure::stray_capital::listed;
use crate::document::{Form, Names};
use crate::lexicon::{Lexicon, known};
use crate::likeness::without_marks;
use crate::swar::ONES;

/// Letters that a doubtful form has at least; in shorter ones a letter makes another name.
const SHORTEST: usize = 5;

/// How often a form can stand in a document and be a slip.
const RARE: u32 = 2;

/// The form is two or three letters, all in capitals.
const SHORT: u8 = 1;

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

/// What is known of each form of a document, in the order of [`Names::forms`]; zeros fill the last eight.
#[derive(Debug)]
pub struct Forms(Vec<u8>);

impl Forms {
    /// Looks all forms up.
    #[must_use]
    pub fn new(names: Names<'_>, lexicon: &Lexicon) -> Forms {
        let look_up = |form: &Form| facts(names.text_of(form.first as usize), form.hash, lexicon);
        let of_document = |form: &Form, facts: u8| if form.count <= RARE { facts } else { facts & !DOUBTFUL };
        let forms = names.forms();
        let mut all = Vec::with_capacity(forms.len().next_multiple_of(8));
        // People of the user's own change what is known.
        if lexicon.own_people() != 0 {
            all.extend(forms.iter().map(|form| of_document(form, look_up(form))));
        } else {
            MEMORY.with_borrow_mut(|memory| {
                all.extend(forms.iter().map(|form| {
                    let slot = &mut memory[form.hash as usize % REMEMBERED];
                    if (*slot ^ form.hash) >> 8 != 0 || *slot as u8 & FILLED == 0 {
                        *slot = form.hash & !0xFF | u64::from(look_up(form) | FILLED);
                    }
                    of_document(form, *slot as u8)
                }));
            });
        }
        all.resize(forms.len().next_multiple_of(8), 0);
        Forms(all)
    }

    /// The forms that are words of listed people's names, by their places.
    pub fn of_people(&self) -> impl Iterator<Item = u32> {
        self.having(known::PERSON)
    }

    /// Those that wrong forms begin with.
    pub fn beginning_wrong_forms(&self) -> impl Iterator<Item = u32> {
        self.having(known::FIRST)
    }

    /// Those that have other accepted spellings.
    pub fn with_variants(&self) -> impl Iterator<Item = u32> {
        self.having(known::VARIANT)
    }

    /// Those that are common words with a capital, and whether of the closed list.
    pub fn common_words(&self) -> impl Iterator<Item = (u32, bool)> {
        self.having(CLOSED | OPEN).map(|form| (form, self.0[form as usize] & CLOSED != 0))
    }

    /// Those that can be misspellings.
    pub fn doubtful(&self) -> impl Iterator<Item = u32> {
        self.having(DOUBTFUL)
    }

    /// Those of two or three letters that are all in capitals.
    pub fn short(&self) -> impl Iterator<Item = u32> {
        self.having(SHORT)
    }

    /// The forms of which one of these facts is true, in order; no two of the facts are true of one form.
    /// Eight at a time, because few forms have most of them.
    fn having(&self, facts: u8) -> impl Iterator<Item = u32> {
        let facts = u64::from(facts) * ONES;
        self.0.as_chunks().0.iter().zip((0..).step_by(8)).flat_map(move |(eight, first)| {
            let mut found = u64::from_le_bytes(*eight) & facts;
            iter::from_fn(move || {
                let form = (found != 0).then(|| first + found.trailing_zeros() / 8);
                found &= found.wrapping_sub(1);
                form
            })
        })
    }

    /// Whether a form, by its place, is a word of a listed person's name.
    #[must_use]
    pub fn names_person(&self, form: u32) -> bool {
        self.0[form as usize] & known::PERSON != 0
    }
}

/// What the lexicon says of a form, and whether it can be a misspelling where it is rare.
fn facts(text: &str, hash: u64, lexicon: &Lexicon) -> u8 {
    let kinds = lexicon.kinds(hash);
    let doubtful = kinds & (known::PERSON | known::VARIANT) == 0 && is_doubtful(text, lexicon);
    let common = listed(text).map_or(0, |is_closed| if is_closed { CLOSED } else { OPEN });
    let is_short = matches!(text.len(), 2 | 3) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    kinds | common | if doubtful { DOUBTFUL } else { 0 } | if is_short { SHORT } else { 0 }
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
