//! The set of all known forms: words, names, places. A table of fingerprints that is read as it
//! lies in the program; nothing is prepared at start-up.

use xxhash_rust::xxh3::xxh3_64;

/// Hash of a form in lower case.
#[must_use]
pub fn hash(lower: &str) -> u64 {
    xxh3_64(lower.as_bytes())
}

/// Kinds of forms in the table of notable ones: what wrong forms are found by.
pub const WRONG: usize = 0;
/// Words of people's names.
pub const PERSON: usize = 1;
/// Forms with variants.
pub const VARIANT: usize = 2;

/// Words that wrong forms begin with.
pub const FIRST: usize = 3;

/// The hash of a form as one of a kind.
#[must_use]
pub fn of_kind(hash: u64, kind: usize) -> u64 {
    hash.rotate_left(7 * kind as u32)
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
    fn holds_what_was_written_and_nothing_else() {
        let hashes: Vec<u64> = (0..1000).map(|number| hash(&format!("form {number}"))).collect();
        let table = write(&hashes);
        assert!(hashes.iter().all(|hash| holds(&table, *hash)));
        assert!((1000..3000).all(|number| !holds(&table, hash(&format!("form {number}")))));
    }
}
