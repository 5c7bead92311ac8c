//! What may go wrong with aliases.

use hob_wire::AwsError;

use super::{conflict, function_not_found, invalid_parameter, revision_mismatch, storage};
use crate::alias::AliasError;

impl From<AliasError> for AwsError {
    fn from(error: AliasError) -> Self {
        match error {
            AliasError::NoFunction(arn) => function_not_found(&arn.to_string()),
            AliasError::NoVersion { function, version } => {
                function_not_found(&format!("{function}:{version}"))
            }
            AliasError::NotFound { function, name } => {
                Self::new("ResourceNotFoundException", format!("Cannot find alias arn: {function}:{name}"))
            }
            AliasError::Exists { function, name } => {
                conflict(format!("Alias already exists: {function}:{name}"))
            }
            AliasError::TooManyVersions => {
                invalid_parameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
            }
            AliasError::SameVersion(version) => invalid_parameter(format!(
                "Invalid function version {version}. Function version {version} is already included in routing \
                 configuration."
            )),
            AliasError::LatestShared => {
                invalid_parameter("$LATEST is not supported for an alias pointing to more than 1 version")
                    .without_type()
            }
            // AWS's text is unknown.
            AliasError::VersionsDiffer => invalid_parameter(
                "The versions of a weighted alias must have the same execution role and the same dead-letter \
                 queue configuration.",
            ),
            AliasError::RevisionMismatch => revision_mismatch(),
            AliasError::Provisioned(error) => error.into(),
            AliasError::Storage(error) => storage(&error),
        }
    }
}

/// UpdateAlias says differently what GetAlias answers as "cannot find".
pub(in crate::api) fn update_alias(error: AliasError) -> AwsError {
    match error {
        AliasError::NotFound { function, name } => {
            AwsError::new("ResourceNotFoundException", format!("Alias not found: {function}:{name}"))
        }
        error => error.into(),
    }
}
