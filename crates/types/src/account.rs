use std::fmt;
use std::str::FromStr;

/// Twelve digits that name an AWS account.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account id is twelve digits, not {0:?}")]
pub struct InvalidAccountId(String);

impl AccountId {
    /// The account of callers whose access key selects no other: `000000000000`.
    pub fn local() -> Self {
        Self("000000000000".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(s: &str) -> Result<Self, InvalidAccountId> {
        if s.len() == 12 && s.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(s.to_owned()))
        } else {
            Err(InvalidAccountId(s.to_owned()))
        }
    }
}

/// A region's name, as in `us-east-1`: 1 to 64 lower-case letters, digits and hyphens.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(String);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no region name")]
pub struct InvalidRegion(String);

impl Region {
    /// The region of callers that name none: `us-east-1`.
    pub fn local() -> Self {
        Self("us-east-1".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = InvalidRegion;

    fn from_str(s: &str) -> Result<Self, InvalidRegion> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=64).contains(&s.len()) && s.bytes().all(legal) {
            Ok(Self(s.to_owned()))
        } else {
            Err(InvalidRegion(s.to_owned()))
        }
    }
}

crate::id::text_impls!(AccountId, Region);
