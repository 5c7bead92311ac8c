//! What may go wrong with capacity providers. AWS's texts are unknown, but for the first.

use hob_wire::AwsError;

use super::{conflict, invalid_parameter, storage};
use crate::capacity::CapacityProviderError;

impl From<CapacityProviderError> for AwsError {
    fn from(error: CapacityProviderError) -> Self {
        match error {
            CapacityProviderError::NotFound(arn) | CapacityProviderError::Elsewhere(arn) => {
                Self::new("ResourceNotFoundException", format!("Capacity provider not found: {arn}"))
            }
            CapacityProviderError::Exists(arn) => {
                conflict(format!("Capacity provider already exists: {arn}"))
            }
            CapacityProviderError::TooMany { max } => Self::new(
                "CapacityProviderLimitExceededException",
                format!("The maximum number of capacity providers for your account is {max}."),
            ),
            CapacityProviderError::AllowedAndExcluded => {
                invalid_parameter("AllowedInstanceTypes and ExcludedInstanceTypes cannot be used together.")
            }
            CapacityProviderError::ScalingPolicies => {
                invalid_parameter("ScalingPolicies must be given with ScalingMode Manual, and only with it.")
            }
            CapacityProviderError::ExplicitTags => invalid_parameter(
                "ExplicitTags must be given with PropagateTags.Mode Explicit, and only with it.",
            ),
            CapacityProviderError::Tags(error) => error.into(),
            CapacityProviderError::Storage(error) => storage(&error),
        }
    }
}

/// CreateCapacityProvider makes nothing elsewhere, where the others find nothing.
pub(in crate::api) fn create_capacity_provider(error: CapacityProviderError) -> AwsError {
    match error {
        CapacityProviderError::Elsewhere(arn) => invalid_parameter(format!(
            "The capacity provider {arn} is not in the account and region of the request."
        )),
        error => error.into(),
    }
}
