//! What may be asked of an alias, and when it is refused.

use std::collections::BTreeMap;

use hob_storage::{AliasRecord, StorageError};
use hob_types::{FunctionArn, Version, VersionNumber};

use crate::provisioned::ProvisionedError;

/// Versions beside the alias's own.
const ADDITIONAL_VERSIONS_MAX: usize = 1;

/// What a caller wants to set; what is `None` stays as it is. What names no version stays as the caller wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AliasChange {
    pub(crate) version: Option<Result<Version, String>>,
    pub(crate) description: Option<String>,
    pub(crate) weights: Option<Result<BTreeMap<VersionNumber, f64>, String>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum AliasError {
    #[error("{0} does not exist")]
    NoFunction(FunctionArn),
    #[error("{function} has no version {version}")]
    NoVersion { function: FunctionArn, version: String },
    #[error("{function} has no alias {name}")]
    NotFound { function: FunctionArn, name: String },
    #[error("{function} has an alias {name}")]
    Exists { function: FunctionArn, name: String },
    #[error("more than {ADDITIONAL_VERSIONS_MAX} additional version")]
    TooManyVersions,
    #[error("version {0} is the alias's own and an additional one")]
    SameVersion(VersionNumber),
    #[error("$LATEST shares an alias with no version")]
    LatestShared,
    #[error("the versions have different roles or dead-letter targets")]
    VersionsDiffer,
    #[error("the alias has another revision")]
    RevisionMismatch,
    #[error(transparent)]
    Provisioned(#[from] ProvisionedError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl AliasChange {
    /// Whether the versions exist is not asked here.
    pub(super) fn apply(self, function: &FunctionArn, alias: &mut AliasRecord) -> Result<(), AliasError> {
        let no_version = |version| AliasError::NoVersion { function: function.clone(), version };
        if let Some(version) = self.version {
            alias.version = version.map_err(no_version)?;
        }
        if let Some(description) = self.description {
            alias.description = description;
        }
        if let Some(weights) = self.weights {
            alias.weights = weights.map_err(no_version)?;
        }
        check_routing(alias)
    }
}

fn check_routing(alias: &AliasRecord) -> Result<(), AliasError> {
    if alias.weights.len() > ADDITIONAL_VERSIONS_MAX {
        return Err(AliasError::TooManyVersions);
    }
    match alias.version {
        Version::Published(number) if alias.weights.contains_key(&number) => {
            Err(AliasError::SameVersion(number))
        }
        Version::Latest if !alias.weights.is_empty() => Err(AliasError::LatestShared),
        Version::Published(_) | Version::Latest => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{RevisionId, SeededRandom};

    use super::*;
    use crate::testing::arn;

    fn number(number: u64) -> VersionNumber {
        VersionNumber::new(number).unwrap()
    }

    fn check(version: Version, weights: &[(u64, f64)]) -> Result<(), AliasError> {
        let mut alias = AliasRecord {
            name: "live".parse().unwrap(),
            description: String::new(),
            version: Version::Latest,
            weights: BTreeMap::new(),
            revision: RevisionId::random(&SeededRandom::new(1)),
        };
        let weights = weights.iter().map(|(version, weight)| (number(*version), *weight)).collect();
        let change =
            AliasChange { version: Some(Ok(version)), weights: Some(Ok(weights)), ..AliasChange::default() };
        change.apply(&arn("fn"), &mut alias)
    }

    #[test]
    fn an_alias_points_at_one_version_or_at_two_different_published_ones() {
        let published = Version::Published(number(1));
        assert!(check(Version::Latest, &[]).is_ok());
        assert!(check(published, &[(2, 0.5)]).is_ok());
        assert!(matches!(check(published, &[(2, 0.5), (3, 0.1)]), Err(AliasError::TooManyVersions)));
        assert!(matches!(check(published, &[(1, 0.5)]), Err(AliasError::SameVersion(_))));
        assert!(matches!(check(Version::Latest, &[(1, 0.5)]), Err(AliasError::LatestShared)));
    }
}
