//! Parts of what the build script embeds that are read when they are first asked for.
//!
//! A run begins with the rule files and the lists of names, and most documents need few of the expressions, none
//! of the examples and not all of the lists. So the build script writes such a part as a piece of bytes of its
//! own, and only where the piece lies is read at the start.

use std::fmt::{Debug, Formatter, Result as FmtResult};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of a rule file or of the lists, read or not.
pub struct Unread<T> {
    /// What the build script wrote; empty where the part was never written.
    bytes: &'static [u8],
    part: OnceLock<Arc<T>>,
}

impl<T> From<T> for Unread<T> {
    fn from(part: T) -> Unread<T> {
        Unread { bytes: &[], part: OnceLock::from(Arc::new(part)) }
    }
}

impl<T: Default> Default for Unread<T> {
    fn default() -> Unread<T> {
        Unread::from(T::default())
    }
}

/// Both have the part in common if it was read before; if not, each reads it for itself.
impl<T> Clone for Unread<T> {
    fn clone(&self) -> Unread<T> {
        Unread { bytes: self.bytes, part: self.part.clone() }
    }
}

impl<T: Deserialize<'static>> Deref for Unread<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let read = || Arc::new(postcard::from_bytes(self.bytes).expect("the build script wrote these bytes"));
        self.part.get_or_init(read)
    }
}

impl<T: Deserialize<'static> + Clone> Unread<T> {
    /// The part, to be changed.
    pub fn to_mut(&mut self) -> &mut T {
        let _ = &**self;
        Arc::make_mut(self.part.get_mut().expect("the line before has read it"))
    }
}

impl<T: Deserialize<'static> + Debug> Debug for Unread<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        (**self).fmt(f)
    }
}

impl<T: Deserialize<'static> + PartialEq> PartialEq for Unread<T> {
    fn eq(&self, other: &Unread<T>) -> bool {
        **self == **other
    }
}

impl<T: Deserialize<'static> + Eq> Eq for Unread<T> {}

impl<T: Deserialize<'static> + Serialize> Serialize for Unread<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&postcard::to_stdvec(&**self).map_err(S::Error::custom)?)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Unread<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unread<T>, D::Error> {
        Ok(Unread { bytes: <&'de [u8]>::deserialize(deserializer)?, part: OnceLock::new() })
    }
}
