use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

/// The number of a published version: 1, 2, 3 … never reused.
pub type VersionNumber = NonZeroU64;

/// Which code and configuration run: the changing one, or a published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    Latest,
    Published(VersionNumber),
}

/// A name that points at a version: 1 to 128 letters, digits, hyphens and underscores, not only digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AliasName(String);

/// What follows the function in `my-function:PROD`: never empty, never ambiguous.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Qualifier {
    Version(Version),
    Alias(AliasName),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither $LATEST, a version number nor an alias name")]
pub struct InvalidQualifier(String);

impl AliasName {
    pub const LENGTH_MAX: usize = 128;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AliasName {
    type Err = InvalidQualifier;

    fn from_str(s: &str) -> Result<Self, InvalidQualifier> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let only_digits = s.bytes().all(|b| b.is_ascii_digit());
        if !only_digits && s.len() <= Self::LENGTH_MAX && s.bytes().all(legal) {
            Ok(Self(s.to_owned()))
        } else {
            Err(InvalidQualifier(s.to_owned()))
        }
    }
}

impl FromStr for Version {
    type Err = InvalidQualifier;

    fn from_str(s: &str) -> Result<Self, InvalidQualifier> {
        match s {
            "$LATEST" => Ok(Self::Latest),
            // `parse` would also take "+1" and "01".
            _ if s.starts_with(|c: char| ('1'..='9').contains(&c)) => {
                s.parse().map(Self::Published).map_err(|_| InvalidQualifier(s.to_owned()))
            }
            _ => Err(InvalidQualifier(s.to_owned())),
        }
    }
}

impl FromStr for Qualifier {
    type Err = InvalidQualifier;

    fn from_str(s: &str) -> Result<Self, InvalidQualifier> {
        // AWS forbids all-digit aliases, so digits can only be a version.
        if s == "$LATEST" || s.bytes().all(|b| b.is_ascii_digit()) {
            s.parse().map(Self::Version)
        } else {
            s.parse().map(Self::Alias)
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("$LATEST"),
            Self::Published(number) => number.fmt(f),
        }
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => version.fmt(f),
            Self::Alias(name) => name.fmt(f),
        }
    }
}

crate::id::text_impls!(AliasName);
crate::id::serde_as_text!(Version);
crate::id::serde_as_text!(Qualifier);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_a_version_and_everything_else_is_an_alias() {
        assert_eq!("$LATEST".parse(), Ok(Qualifier::Version(Version::Latest)));
        assert!(matches!("12".parse(), Ok(Qualifier::Version(Version::Published(n))) if n.get() == 12));
        assert!(matches!("PROD".parse(), Ok(Qualifier::Alias(_))));
        assert!(matches!("1a".parse(), Ok(Qualifier::Alias(_))));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for bad in ["", "0", "01", "+1", "$latest", "a.b", "99999999999999999999999"] {
            assert!(bad.parse::<Qualifier>().is_err(), "{bad}");
        }
    }
}
