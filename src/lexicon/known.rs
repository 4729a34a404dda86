//! The set of all known forms: words, names, places. A table of fingerprints that is read as it
//! lies in the program; nothing is prepared at start-up.

use xxhash_rust::xxh3::xxh3_64;

/// Hash of a form in lower case.
#[must_use]
pub fn hash(lower: &str) -> u64 {
    xxh3_64(lower.as_bytes())
}

/// The number by which a wrong form is found: its first word and how it goes on.
#[must_use]
pub fn beginning(form: &str) -> u64 {
    let first = form.split(' ').next().unwrap_or(form);
    goes_on(hash(first), &form[first.len()..])
}

/// The same for a text, given the hash of its first word and what stands behind that word: the two letters of the
/// next word tell nearly always that no wrong form stands there, which the hash of two words would cost more.
#[must_use]
pub fn goes_on(first: u64, rest: &str) -> u64 {
    let [b' ', second @ ..] = rest.as_bytes() else { return first };
    let letter = |place: usize| second.get(place).copied().filter(|byte| place == 0 || byte.is_ascii_alphanumeric());
    let letters = u64::from(letter(0).unwrap_or(b' ')) << 8 | u64::from(letter(1).unwrap_or(0));
    (first ^ letters).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// What a notable form is: a word of a person's name.
pub const PERSON: u8 = 2;
/// It has other accepted spellings.
pub const VARIANT: u8 = 4;
/// Wrong forms begin with it.
pub const FIRST: u8 = 8;

/// Bits of a slot that say what a form is; the others are its fingerprint.
const KIND_BITS: u32 = 0xF;

/// Writes the table of notable forms: as [`write`] does, with what each is in the lowest bits.
#[must_use]
pub fn write_kinds(kinds: &[(u64, u8)]) -> Vec<u8> {
    let slots = (kinds.len() * 2).next_power_of_two();
    let mut table = vec![0_u32; slots];
    for (hash, kind) in kinds {
        let mut at = *hash as usize & (slots - 1);
        while table[at] != 0 && table[at] & !KIND_BITS != fingerprint(*hash) & !KIND_BITS {
            at = (at + 1) & (slots - 1);
        }
        table[at] = fingerprint(*hash) & !KIND_BITS | table[at] & KIND_BITS | u32::from(*kind);
    }
    table.iter().flat_map(|slot| slot.to_le_bytes()).collect()
}

/// What a form is, by its hash; 0 when the table does not hold it.
#[must_use]
pub fn kinds(table: &[u8], hash: u64) -> u8 {
    let slots = table.len() / 4;
    let mut at = hash as usize & (slots - 1);
    loop {
        let slot = &table[4 * at..4 * at + 4];
        match u32::from_le_bytes([slot[0], slot[1], slot[2], slot[3]]) {
            0 => return 0,
            found if found & !KIND_BITS == fingerprint(hash) & !KIND_BITS => return (found & KIND_BITS) as u8,
            _ => at = (at + 1) & (slots - 1),
        }
    }
}

/// Writes the table of these hashes: a power of two of slots, at most two thirds of them filled, each
/// the upper half of a hash (little-endian; 0 is empty).
#[must_use]
pub fn write(hashes: &[u64]) -> Vec<u8> {
    let slots = (hashes.len() * 3 / 2).next_power_of_two();
    let mut table = vec![0_u32; slots];
    for hash in hashes {
        let mut at = *hash as usize & (slots - 1);
        while table[at] != 0 && table[at] != fingerprint(*hash) {
            at = (at + 1) & (slots - 1);
        }
        table[at] = fingerprint(*hash);
    }
    table.iter().flat_map(|slot| slot.to_le_bytes()).collect()
}

/// Whether the table holds a hash. Of forms that it does not hold, one in some two thousand million
/// is taken for one that it does.
#[must_use]
pub fn holds(table: &[u8], hash: u64) -> bool {
    let slots = table.len() / 4;
    let mut at = hash as usize & (slots - 1);
    loop {
        let slot = &table[4 * at..4 * at + 4];
        match u32::from_le_bytes([slot[0], slot[1], slot[2], slot[3]]) {
            0 => return false,
            found if found == fingerprint(hash) => return true,
            _ => at = (at + 1) & (slots - 1),
        }
    }
}

fn fingerprint(hash: u64) -> u32 {
    ((hash >> 32) as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_hold_a_wrong_form_begin_as_it_does() {
        for (form, text) in [("Xi J", "Xi J’s"), ("Xi Jinpin", "Xi Jinpin said"), ("Xii", "Xii"), ("Jo Öst", "Jo Öst")]
        {
            let first = form.split(' ').next().unwrap_or(form);
            assert_eq!(beginning(form), goes_on(hash(first), &text[first.len()..]), "{form}");
        }
        assert_ne!(beginning("Xi Jinpin"), beginning("Xi said"));
    }

    #[test]
    fn holds_what_was_written_and_nothing_else() {
        let hashes: Vec<u64> = (0..1000).map(|number| hash(&format!("form {number}"))).collect();
        let table = write(&hashes);
        assert!(hashes.iter().all(|hash| holds(&table, *hash)));
        let kinds: Vec<(u64, u8)> = hashes.iter().map(|hash| (*hash, PERSON)).chain([(hashes[7], FIRST)]).collect();
        let notable = write_kinds(&kinds);
        assert_eq!((super::kinds(&notable, hashes[8]), super::kinds(&notable, hashes[7])), (PERSON, PERSON | FIRST));
        assert_eq!(super::kinds(&notable, hash("form 2000")), 0);
        assert!((1000..3000).all(|number| !holds(&table, hash(&format!("form {number}")))));
    }
}
