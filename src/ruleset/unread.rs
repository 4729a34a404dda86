//! Parts of rule files that are read when they are first asked for.
//!
//! A run begins with the rule files, and most documents need few of their expressions and none of their
//! examples. So the build script writes such a part as a piece of bytes of its own, and only where the piece
//! lies is read at the start.

use std::fmt::{Debug, Formatter, Result as FmtResult};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of a rule file, read or not.
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

/// Both have the part in common, or one place where it can be read.
impl<T> Clone for Unread<T> {
    fn clone(&self) -> Unread<T> {
        Unread { bytes: self.bytes, part: self.part.clone() }
    }
}

impl<T: DeserializeOwned> Deref for Unread<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let read = || Arc::new(postcard::from_bytes(self.bytes).expect("the build script wrote these bytes"));
        self.part.get_or_init(read)
    }
}

impl<T: DeserializeOwned + Debug> Debug for Unread<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        (**self).fmt(f)
    }
}

impl<T: DeserializeOwned + PartialEq> PartialEq for Unread<T> {
    fn eq(&self, other: &Unread<T>) -> bool {
        **self == **other
    }
}

impl<T: DeserializeOwned + Eq> Eq for Unread<T> {}

impl<T: DeserializeOwned + Serialize> Serialize for Unread<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&postcard::to_stdvec(&**self).map_err(S::Error::custom)?)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Unread<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unread<T>, D::Error> {
        Ok(Unread { bytes: <&'de [u8]>::deserialize(deserializer)?, part: OnceLock::new() })
    }
}
