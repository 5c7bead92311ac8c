//! Of code signing configurations.

use hob_wire::AwsError;

use super::{conflict, function_not_found, storage};
use crate::signing_config::{AttachError, CodeSigningConfigError, DemandError};

impl From<CodeSigningConfigError> for AwsError {
    fn from(error: CodeSigningConfigError) -> Self {
        match error {
            CodeSigningConfigError::NotFound(arn) => Self::new(
                "ResourceNotFoundException",
                format!("The Lambda code signing configuration {arn} can not be found."),
            )
            .without_type(),
            // Not recorded.
            CodeSigningConfigError::InUse(arn) => conflict(format!(
                "The Lambda code signing configuration {arn} cannot be deleted because functions use it."
            )),
            CodeSigningConfigError::Tags(error) => error.into(),
            CodeSigningConfigError::Storage(error) => storage(&error),
        }
    }
}

impl From<DemandError> for AwsError {
    fn from(error: DemandError) -> Self {
        match error {
            DemandError::NoConfig(arn) => Self::new(
                "CodeSigningConfigNotFoundException",
                format!(
                    "The code signing configuration cannot be found. Check that the provided configuration is not \
                     deleted: {arn}."
                ),
            ),
            DemandError::Storage(error) => storage(&error),
        }
    }
}

impl From<AttachError> for AwsError {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::Config(error) => error.into(),
            AttachError::NoFunction(arn) => function_not_found(&arn.to_string()),
            AttachError::Storage(error) => storage(&error),
        }
    }
}
