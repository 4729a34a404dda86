//! The files of `rules/lexicons/`; the build script reads them, and people's own lists are the same.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::unread::Unread;

/// A list of people: `people = [ … ]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleFile {
    /// The people.
    pub people: Vec<Person>,
}

/// A person whom the news names.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The full name as the news writes it.
    pub name: String,
    /// What second mentions use, where it is not the last word of the name.
    #[serde(default)]
    pub surname: Option<String>,
    /// Who that is, in a few words.
    #[serde(default)]
    pub role: String,
    /// The country, as ISO 3166 alpha-2.
    #[serde(default)]
    pub country: String,
    /// `m` or `f`: the pronoun that the news uses.
    #[serde(default)]
    pub gender: String,
    /// Other right spellings of the full name.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Known misspellings of the full name.
    #[serde(default)]
    pub wrong: Vec<String>,
}

/// A list of organisations: `organisations = [ … ]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationsFile {
    /// The organisations.
    pub organisations: Vec<Organisation>,
}

/// A company, brand, medium, agency, institution, party or group.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The name with its right capitals.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Other right forms.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Known misspellings and miscased forms.
    #[serde(default)]
    pub wrong: Vec<String>,
    /// The name wrongly written in two words.
    #[serde(default)]
    pub split: Vec<String>,
}

/// Everything that newslint holds in memory of the lists, borrowed from what the build script wrote. The indexes
/// tell whether a list is needed at all.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static, 'de: 'a"))]
pub struct Lists<'a> {
    /// The people.
    pub people: Unread<Vec<ListedPerson<'a>>>,
    /// Wrong forms of names, sorted.
    pub wrong: Unread<Vec<WrongForm<'a>>>,
    /// Names of one word that stand for themselves: places, demonyms, months, weekdays,
    /// organisations. Rare misspellings of them are found by one letter.
    pub single: Unread<Vec<&'a str>>,
    /// Groups of accepted spellings.
    pub variants: Unread<Vec<Vec<&'a str>>>,
    /// Surnames that too many people bear to say whose they are, sorted.
    pub common_surnames: Unread<Vec<&'a str>>,
    /// Wrong forms by how they begin.
    #[serde(borrow)]
    pub wrong_index: Index<'a>,
    /// People by what second mentions use.
    #[serde(borrow)]
    pub surname_index: Index<'a>,
    /// People by each word of their names.
    #[serde(borrow)]
    pub people_index: Index<'a>,
    /// Groups of spellings by each form.
    #[serde(borrow)]
    pub variants_index: Index<'a>,
    /// Names of one word by each form that lacks one of their letters, and by themselves.
    #[serde(borrow)]
    pub single_index: Index<'a>,
}

/// Places in a list by the hashes of what they are found by. Two hashes can share an entry, so what
/// is found has to be compared.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Index<'a> {
    /// The entries in order, as they lie in the program: eight bytes each (little-endian), the key in the upper
    /// half and the place in the lower. Reading the hundred thousand of them one by one would take longer than
    /// linting many a file.
    #[serde(borrow)]
    entries: Cow<'a, [u8]>,
    /// Made when the first key is asked for.
    #[serde(skip)]
    filter: OnceLock<Filter>,
}

/// An entry as it lies in the program.
type Entry = [u8; 8];

/// The key of an entry.
fn key_of_entry(entry: &Entry) -> u32 {
    (u64::from_le_bytes(*entry) >> 32) as u32
}

impl Index<'_> {
    /// An index of these hashes and places.
    #[must_use]
    pub fn new(entries: impl Iterator<Item = (u64, usize)>) -> Index<'static> {
        let mut index = Index::default();
        index.extend(entries);
        index
    }

    /// Adds entries.
    pub fn extend(&mut self, entries: impl Iterator<Item = (u64, usize)>) {
        let entries = entries.map(|(hash, place)| hash >> 32 << 32 | u64::from(place as u32));
        let own = self.entries().iter().map(|entry| u64::from_le_bytes(*entry));
        let mut all: Vec<u64> = own.chain(entries).collect();
        all.sort_unstable();
        all.dedup();
        self.entries = all.into_iter().flat_map(u64::to_le_bytes).collect();
        self.filter = OnceLock::new();
    }

    fn entries(&self) -> &[Entry] {
        self.entries.as_chunks().0
    }

    /// Whether there may be places under a hash; errs by saying yes.
    #[must_use]
    pub fn may_hold(&self, hash: u64) -> bool {
        self.filter.get_or_init(|| Filter::new(self.entries())).may_hold((hash >> 32) as u32)
    }

    /// The places under a hash.
    pub fn get(&self, hash: u64) -> impl Iterator<Item = usize> + Clone + '_ {
        let (key, entries) = ((hash >> 32) as u32, self.entries());
        let start = if self.may_hold(hash) { self.start_of(key) } else { entries.len() };
        let found = entries[start..].iter().take_while(move |entry| key_of_entry(entry) == key);
        found.map(|entry| u64::from_le_bytes(*entry) as u32 as usize)
    }

    /// Where the entries of a key begin, or would. Hashes are spread evenly, so that is near the key's share
    /// of the index, and a search around there touches few cache lines where halving the whole index
    /// touches one a step.
    fn start_of(&self, key: u32) -> usize {
        /// Entries of the first step: as many as stand in two cache lines.
        const STEP: usize = 16;
        let entries = self.entries();
        let expected = (u64::from(key) * entries.len() as u64) >> 32;
        let (mut low, mut high, mut step) = (expected as usize, expected as usize, STEP);
        // All before `low` are smaller than the key, and none from `high` on is.
        while low > 0 && key_of_entry(&entries[low - 1]) >= key {
            (low, high) = (low.saturating_sub(step), low);
            step *= 2;
        }
        while high < entries.len() && key_of_entry(&entries[high]) < key {
            (low, high) = (high + 1, (high + step).min(entries.len()));
            step *= 2;
        }
        low + entries[low..high].partition_point(|entry| key_of_entry(entry) < key)
    }
}

/// A bit for each share of the keys: most keys that are asked for are in no list, and the bits lie nearer than
/// the entries.
#[derive(Debug)]
struct Filter {
    bits: Vec<u64>,
    /// Keys share bits by their highest ones.
    shift: u32,
}

impl Filter {
    fn new(entries: &[Entry]) -> Filter {
        // Sixteen bits an entry, up to 64 KB.
        let count = (entries.len() * 16).next_power_of_two().clamp(1 << 10, 1 << 19);
        let mut filter = Filter { bits: vec![0; count / 64], shift: 32 - count.trailing_zeros() };
        for entry in entries {
            let bit = (key_of_entry(entry) >> filter.shift) as usize;
            filter.bits[bit / 64] |= 1 << (bit % 64);
        }
        filter
    }

    /// Whether a key may be there; errs by saying yes.
    fn may_hold(&self, key: u32) -> bool {
        let bit = (key >> self.shift) as usize;
        self.bits[bit / 64] & (1 << (bit % 64)) != 0
    }
}

/// The words of a form by which it is found: the first two, or the only one.
#[must_use]
pub fn key_of(form: &str) -> &str {
    form.match_indices(' ').nth(1).map_or(form, |(at, _)| &form[..at])
}

/// A form itself and each form that lacks one of its letters (symmetric deletion, after W. Garbe).
pub fn deletions(form: &str, mut each: impl FnMut(&str)) {
    each(form);
    let mut shorter = String::with_capacity(form.len());
    for (at, c) in form.char_indices() {
        shorter.clear();
        shorter.push_str(&form[..at]);
        shorter.push_str(&form[at + c.len_utf8()..]);
        each(&shorter);
    }
}

/// A person of the lists.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ListedPerson<'a> {
    /// The full name.
    pub name: &'a str,
    /// What second mentions use.
    pub surname: &'a str,
    /// Who that is.
    pub role: &'a str,
    /// `m`, `f` or nothing.
    pub gender: &'a str,
    /// Other right spellings.
    #[serde(borrow)]
    pub aliases: Vec<&'a str>,
}

/// A wrong form and the right one.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct WrongForm<'a> {
    /// The wrong form.
    pub wrong: &'a str,
    /// The right form.
    pub right: &'a str,
    /// Who or what that is.
    pub what: &'a str,
    /// What kind of mistake it is.
    pub kind: Mistake,
}

/// Which rule a wrong form belongs to.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Mistake {
    /// Letters are wrong.
    Spelling,
    /// The given name is another one.
    GivenName,
    /// Only the case is wrong.
    Case,
    /// One word was split in two.
    Split,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_finds_what_was_put_in() {
        let even = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let crowded = |number: u64| (number + 5) << 32;
        for spread in [even, crowded] {
            for size in [0, 1, 2, 40, 3_000] {
                let index = Index::new((0..size).map(|number| (spread(number), number as usize)));
                for number in 0..size + 50 {
                    let found: Vec<usize> = index.get(spread(number)).collect();
                    let expected: Vec<usize> = (number < size).then_some(number as usize).into_iter().collect();
                    assert_eq!(found, expected, "{number} of {size}");
                }
                assert!(index.get(u64::MAX).next().is_none() && index.get(0).count() <= 1);
            }
        }
    }
}
