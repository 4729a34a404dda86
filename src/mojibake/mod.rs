//! Mojibake: text whose bytes were UTF-8 and were read as a code page of one byte a character, so
//! that `don’t` has become `donâ€™t`.
//!
//! * [`fix_encoding`] repairs a whole text as `fix_encoding` of ftfy 6.3.1 does, with the same
//!   results: [`badness()`] tells whether a text looks damaged; if so, each code page is tried in
//!   turn, and what all characters can be encoded in and what then is UTF-8 is the repair. There
//!   are three ways out where that fails: bytes A0 that have become spaces are put back, lost
//!   bytes become U+FFFD, and parts that look like UTF-8 are repaired by themselves.
//! * [`damages`] finds the damaged stretches of a line, for a linter: it is silent where ftfy
//!   would guess, and it names a stretch whose text is lost instead of putting U+FFFD there.
//!
//! Where the two differ, [`damages`] is the better judge of a line of an article:
//!
//! * sound letters may stand in the line: `Café` does not hinder the repair of `donâ€™t`, and a
//!   sound `NESTLÉ®` is not decoded along with it;
//! * a repair must be plausible where it stands: no letters of phonetic writing, no single
//!   Chinese or Hebrew letter, no Cyrillic letter inside a Latin word, no small letter at the end
//!   of a word in capitals;
//! * it sees damage that has no spot of badness: `EugĂŞnio`, `ÂŁ20`, `ВЈ20`, `Weizs√§cker`,
//!   `donΓÇÖt`, Cyrillic read as MacRoman;
//! * it guesses a lost byte only where one guess is likely (`â€` cut off is `”`), and says that it
//!   is a guess.
//!
//! The method, the classes of characters and the figures are those of ftfy by Robyn Speer
//! (<https://github.com/rspeer/python-ftfy>, Apache License 2.0). The code is not ftfy's; the
//! judgement of single stretches is not either.

mod badness;
mod classes;
mod codepages;
mod controls;
mod evidence;
mod lost;
mod plausible;
mod reading;
mod sequences;
mod stretches;
#[cfg(test)]
mod tests;
mod trust;
mod utf8;
mod whole_text;
mod wide;

pub use badness::{badness, is_bad};
pub use codepages::completes;
pub use stretches::{Damage, damages};
pub use whole_text::fix_encoding;
pub use wide::wide_damages;
