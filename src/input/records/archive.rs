//! Text files in archives: `.zip` and `.tar`.
//!
//! One member is in memory at a time, and nothing is ever written to the disk under a member's name, so names with
//! `../` do no harm. A member that cannot be read is a fault of its own; the others are read all the same.

mod tar;
mod zip;

pub use tar::{TarMembers, split_tar};
pub use zip::{ZipMembers, split_zip};

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its number among all entries of the archive (folders and links count), from 0.
    pub index: usize,
    /// Its name as the archive has it: with control characters, `..` and all; what is not UTF-8 is replaced.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A member that cannot be read, or the archive's rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFault {
    /// The member's number among all entries, from 0, if it is one member that is at fault.
    pub index: Option<usize>,
    /// Its name, if it is known.
    pub name: Option<String>,
    /// What is wrong, for a person.
    pub message: String,
}

impl MemberFault {
    fn of_archive(message: String) -> MemberFault {
        MemberFault { index: None, name: None, message }
    }
}

/// Where a member goes when an archive is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To the archive of the clean members.
    Clean,
    /// To the archive of the flagged members.
    Flagged,
    /// To both.
    Both,
}

impl Place {
    fn is_clean(self) -> bool {
        matches!(self, Place::Clean | Place::Both)
    }

    fn is_flagged(self) -> bool {
        matches!(self, Place::Flagged | Place::Both)
    }
}

fn too_large(limit: u64) -> String {
    format!("it is larger than {limit} bytes, which is more than is read of one document")
}
