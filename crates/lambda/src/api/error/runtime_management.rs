//! What may go wrong with runtime management. AWS's texts are unknown.

use hob_wire::AwsError;

use super::{invalid_parameter, storage};
use crate::runtime_management::RuntimeManagementError;

impl From<RuntimeManagementError> for AwsError {
    fn from(error: RuntimeManagementError) -> Self {
        match error {
            RuntimeManagementError::Get(error) => error.into(),
            RuntimeManagementError::Alias => invalid_parameter(
                "Runtime management configurations belong to versions. Please specify $LATEST or a published \
                 version.",
            ),
            RuntimeManagementError::VersionMissing => {
                invalid_parameter("RuntimeVersionArn is required when UpdateRuntimeOn is Manual.")
            }
            RuntimeManagementError::VersionGiven => {
                invalid_parameter("RuntimeVersionArn can only be specified when UpdateRuntimeOn is Manual.")
            }
            RuntimeManagementError::NoVersion(arn) => invalid_parameter(format!(
                "Runtime version {arn} does not exist for the runtime of this function."
            )),
            RuntimeManagementError::Storage(error) => storage(&error),
        }
    }
}
