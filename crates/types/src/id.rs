use std::fmt;

use crate::Random;

/// `Display`, `Debug` and serde for a type whose only field is its text; reading back goes through `FromStr`.
macro_rules! text_impls {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        crate::id::serde_as_text!($name);
    )+};
}

/// Stored as its `Display` text; reading back goes through `FromStr`, so a stored value is checked again.
macro_rules! serde_as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {serde_as_text, text_impls};

/// The UUIDs that AWS uses as names, each with its own type so that they cannot be mixed up.
macro_rules! uuid_ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A version 4 UUID.
            pub fn random(random: &dyn Random) -> Self {
                Self(uuid::Builder::from_random_bytes(random.array()).into_uuid())
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, uuid::Error> {
                s.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        serde_as_text!($name);
    )+};
}

uuid_ids! {
    /// Names one request to Hob, and one event through all attempts to process it.
    RequestId;
    /// Changes with every change of a function's, version's or alias's configuration.
    RevisionId;
    /// Names one execution environment.
    EnvironmentId;
    /// Names one event source mapping; AWS's `UUID`.
    EventSourceMappingId;
    /// Names one act of signing a package.
    SigningJobId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandom;

    #[test]
    fn an_id_prints_as_a_version_4_uuid_and_parses_back() {
        let id = RequestId::random(&SeededRandom::new(1));
        let text = id.to_string();
        assert_eq!(text.len(), 36);
        assert_eq!(text.as_bytes()[14], b'4');
        assert_eq!(text.parse(), Ok(id));
    }
}
