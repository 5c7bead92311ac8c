//! What may go wrong with provisioned concurrency.

use hob_wire::AwsError;

use super::{conflict, function_not_found, invalid_parameter, not_active, storage};
use crate::provisioned::{ProvisionedElsewhere, ProvisionedError};

impl From<ProvisionedError> for AwsError {
    fn from(error: ProvisionedError) -> Self {
        match error {
            ProvisionedError::NoFunction(arn) => function_not_found(&arn.to_string()),
            ProvisionedError::NoVersion(arn) => function_not_found(&arn),
            ProvisionedError::NoAlias { function, name } => {
                Self::new("ResourceNotFoundException", format!("Cannot find alias arn: {function}:{name}"))
            }
            ProvisionedError::Latest => invalid_parameter(
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            ),
            ProvisionedError::NotProvisioned => Self::new(
                "ProvisionedConcurrencyConfigNotFoundException",
                "No Provisioned Concurrency Config found for this function",
            ),
            ProvisionedError::NotActive(state) => not_active(state),
            // AWS's text is unknown.
            ProvisionedError::SnapStart => {
                invalid_parameter("Provisioned Concurrency is not supported for versions with SnapStart enabled.")
            }
            // Reported by several users; not recorded.
            ProvisionedError::Weighted => {
                invalid_parameter("Alias with weights can not be used with Provisioned Concurrency")
            }
            ProvisionedError::Elsewhere(ProvisionedElsewhere::OfAlias) => {
                conflict("Version is pointed by a Provisioned Concurrency alias")
            }
            ProvisionedError::Elsewhere(ProvisionedElsewhere::OfVersion) => conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
            ),
            ProvisionedError::OverReserved => invalid_parameter(
                "Requested Provisioned Concurrency should not be greater than the \
                 reservedConcurrentExecution for function",
            ),
            ProvisionedError::OverUnreserved { unreserved } => invalid_parameter(format!(
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency \
                 [{unreserved}]."
            ))
            .without_type(),
            ProvisionedError::TooMuch { unreserved_min } => invalid_parameter(format!(
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution \
                 below its minimum value of [{unreserved_min}]."
            ))
            .without_type(),
            ProvisionedError::Storage(error) => storage(&error),
        }
    }
}

/// Reading and deleting say differently that `$LATEST` has nothing provisioned.
pub(in crate::api) fn read_provisioned(error: ProvisionedError) -> AwsError {
    match error {
        ProvisionedError::Latest => {
            invalid_parameter("The function resource provided must be an alias or a published version.")
        }
        error => error.into(),
    }
}
