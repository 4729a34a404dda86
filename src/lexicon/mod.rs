//! Names and words that newslint knows. The build script compiles them from `rules/lexicons/`
//! (`compile.rs`, which is a part of it and not of the library).

pub mod file;
pub mod known;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::hashed_map::HashedMap;
pub use file::ListedPerson;
use file::{Lists, Mistake, Person, WrongForm, deletions};

static KNOWN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/known.bin"));
static NOTABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/notable.bin"));
static LISTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lists.postcard"));

/// The lists, ready to be looked up.
#[derive(Debug)]
pub struct Lexicon {
    lists: Lists<'static>,
    /// Hashes of the user's own forms, as in the two tables.
    own_known: HashedMap<u64, ()>,
    own_notable: HashedMap<u64, u8>,
    /// A hash of the user's own people; 0 where there are none.
    own_people: u128,
}

impl Lexicon {
    /// The lexicon that is part of newslint; read when a document first asks.
    #[must_use]
    pub fn built_in() -> &'static Lexicon {
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);
        &LEXICON
    }

    fn read() -> Lexicon {
        let lists = postcard::from_bytes(LISTS).expect("the build script wrote the lists");
        Lexicon { lists, own_known: HashedMap::default(), own_notable: HashedMap::default(), own_people: 0 }
    }

    /// The built-in lexicon with people of the user's own. It stays in memory until the process ends,
    /// as the built-in one does; the same people give the same lexicon.
    #[must_use]
    pub fn with_people(people: Vec<Person>) -> &'static Lexicon {
        // A language server reads its configuration again and again.
        static MADE: Mutex<BTreeMap<u128, &'static Lexicon>> = Mutex::new(BTreeMap::new());
        let bytes = postcard::to_stdvec(&people).expect("memory takes all bytes, and all lengths are known");
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(xxh3_128(&bytes)).or_insert_with_key(|hash| Lexicon::made_with(people, *hash))
    }

    fn made_with(people: Vec<Person>, hash: u128) -> &'static Lexicon {
        let mut lexicon = Lexicon::read();
        lexicon.own_people = hash;
        let keep = |text: String| -> &'static str { text.leak() };
        let (mut keys, mut words, mut surnames) = (Vec::new(), Vec::new(), Vec::new());
        for person in people {
            let place = lexicon.lists.people.len();
            let (name, role) = (keep(person.name), keep(person.role));
            let surname = person.surname.map_or(name.rsplit(' ').next().unwrap_or(name), keep);
            let aliases: Vec<&'static str> = person.aliases.into_iter().map(keep).collect();
            for form in aliases.iter().copied().chain([name]) {
                for word in form.split([' ', '-']).chain(form.split(' ')) {
                    lexicon.own_known.insert(known::hash(&word.to_lowercase().replace('’', "'")), ());
                }
            }
            for word in name.split(' ') {
                words.push((known::hash(word), place));
                *lexicon.own_notable.entry(known::hash(word)).or_insert(0) |= known::PERSON;
            }
            surnames.push((known::hash(surname), place));
            for wrong in person.wrong.into_iter().map(keep) {
                let is_case = wrong.to_lowercase() == name.to_lowercase();
                let kind = if is_case { Mistake::Case } else { Mistake::Spelling };
                keys.push((known::beginning(wrong), lexicon.lists.wrong.len()));
                let first = known::hash(wrong.split(' ').next().unwrap_or(wrong));
                *lexicon.own_notable.entry(first).or_insert(0) |= known::FIRST;
                lexicon.lists.wrong.to_mut().push(WrongForm { wrong, right: name, what: role, kind });
            }
            let gender = keep(person.gender);
            lexicon.lists.people.to_mut().push(ListedPerson { name, surname, role, gender, aliases });
        }
        lexicon.lists.wrong_index.extend(keys.into_iter());
        lexicon.lists.people_index.extend(words.into_iter());
        lexicon.lists.surname_index.extend(surnames.into_iter());
        Box::leak(Box::new(lexicon))
    }

    /// A hash of the people that the user has added; 0 for the built-in lexicon.
    #[must_use]
    pub fn own_people(&self) -> u128 {
        self.own_people
    }

    /// Whether a form is a word or name of the lists; case does not count, and apostrophes are
    /// straight.
    #[must_use]
    pub fn is_known(&self, form: &str) -> bool {
        // Nearly all forms are short and ASCII: lowering them in place is a third of the work.
        let mut lower = [0; 32];
        let hash = match lower.get_mut(..form.len()).filter(|_| form.is_ascii()) {
            Some(lower) => {
                lower.copy_from_slice(form.as_bytes());
                lower.make_ascii_lowercase();
                xxh3_64(lower)
            }
            None => known::hash(&form.to_lowercase()),
        };
        known::holds(KNOWN, hash) || !self.own_known.is_empty() && self.own_known.contains_key(&hash)
    }

    /// What a form, given by the hash of how it is written, is: [`known::PERSON`] and the like.
    #[must_use]
    pub fn kinds(&self, hash: u64) -> u8 {
        let own = if self.own_notable.is_empty() { None } else { self.own_notable.get(&hash) };
        known::kinds(NOTABLE, hash) | own.copied().unwrap_or(0)
    }

    /// The wrong forms that are found by a number: see [`known::beginning`].
    pub fn wrong_forms(&self, beginning: u64) -> impl Iterator<Item = &WrongForm<'static>> {
        self.lists.wrong_index.get(beginning).map(|place| &self.lists.wrong[place])
    }

    /// Whether a wrong form may be found by a number; errs by saying yes.
    #[must_use]
    pub fn may_find_wrong_form(&self, beginning: u64) -> bool {
        self.lists.wrong_index.may_hold(beginning)
    }

    /// The people whom second mentions call so.
    pub fn people_called(&self, surname: &str) -> impl Iterator<Item = &ListedPerson<'static>> + Clone {
        let places = self.lists.surname_index.get(known::hash(surname));
        places.map(|place| &self.lists.people[place]).filter(move |person| person.surname == surname)
    }

    /// The people with a word in their names.
    pub fn people_with(&self, word: &str) -> impl Iterator<Item = &ListedPerson<'static>> + Clone {
        self.people_found_by(word).filter(move |person| person.name.split(' ').any(|part| part == word))
    }

    /// The same and, where two hashes share a number, others: for those who compare the names anyway.
    pub fn people_found_by(&self, word: &str) -> impl Iterator<Item = &ListedPerson<'static>> + Clone {
        self.lists.people_index.get(known::hash(word)).map(|place| &self.lists.people[place])
    }

    /// The person of this full name, accepted spellings included.
    #[must_use]
    pub fn person(&self, given: &str, surname: &str) -> Option<&ListedPerson<'static>> {
        let is_same = |name: &str| name.split_once(' ') == Some((given, surname));
        self.people_with(surname)
            .chain(self.people_with(given))
            .find(|person| is_same(person.name) || person.aliases.iter().any(|alias| is_same(alias)))
    }

    /// Whether two forms are accepted spellings of the same name.
    #[must_use]
    pub fn are_variants(&self, a: &str, b: &str) -> bool {
        self.variants_of(a).any(|group| group.contains(&b))
    }

    /// The groups of accepted spellings that a form belongs to.
    pub fn variants_of(&self, form: &str) -> impl Iterator<Item = &Vec<&'static str>> {
        let places = self.lists.variants_index.get(known::hash(form));
        places.map(|place| &self.lists.variants[place]).filter(move |group| group.contains(&form))
    }

    /// Names of one word that may differ from a form in one letter, sorted.
    #[must_use]
    pub fn near_single(&self, form: &str) -> Vec<&'static str> {
        let mut places = Vec::new();
        deletions(form, |part| places.extend(self.lists.single_index.get(known::hash(part))));
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| self.lists.single[place]).collect()
    }

    /// Whether a word is listed as a name that stands for itself: a place, a demonym, an organisation.
    #[must_use]
    pub fn is_single_name(&self, word: &str) -> bool {
        self.lists.single_index.get(known::hash(word)).any(|place| self.lists.single[place] == word)
    }

    /// Whether too many people bear a surname to say whose it is.
    #[must_use]
    pub fn is_common_surname(&self, surname: &str) -> bool {
        self.lists.common_surnames.binary_search(&surname).is_ok()
    }
}
