//! What may be wrong with a function's package and configuration.

use hob_wire::AwsError;

use super::invalid_parameter;
use crate::function::{
    ConfigurationError, DeadLetterError, EnvironmentError, RuntimeError, SUPPORTED_RUNTIMES, SnapStartError,
};

pub(in crate::api) fn no_source() -> AwsError {
    invalid_parameter("Please provide a source for function code.")
}

/// Reported by several users; not recorded.
pub(in crate::api) fn other_code_beside_zip() -> AwsError {
    invalid_parameter("Please do not provide other FunctionCode parameters when providing a ZipFile.")
}

/// Recorded for `updating` alone.
pub(in crate::api) fn image_for_zip(doing: &str) -> AwsError {
    invalid_parameter(format!("Please don't provide ImageUri when {doing} a function with packageType Zip."))
}

/// Recorded for updating alone.
pub(in crate::api) fn no_image() -> AwsError {
    invalid_parameter("Please provide ImageUri when creating a function with packageType Image.")
}

/// Reported by several users; not recorded.
pub(in crate::api) fn zip_members_for_image() -> AwsError {
    invalid_parameter(
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
    )
}

/// AWS's text is unknown.
pub(in crate::api) fn image_config_for_zip() -> AwsError {
    invalid_parameter("Please don't provide ImageConfig for a function with packageType Zip.")
}

/// Reported by several users; not recorded. What KMS says of a key that it does not have.
pub(in crate::api) fn unusable_key(arn: &str) -> AwsError {
    invalid_parameter(format!(
        "Lambda was unable to configure access to your environment variables because the KMS key is invalid for \
         CreateGrant. Please check your KMS key settings. KMS Exception: NotFoundException KMS Message: Key \
         '{arn}' does not exist"
    ))
}

/// AWS's text is unknown.
pub(in crate::api) fn unusable_source_key(arn: &str) -> AwsError {
    invalid_parameter(format!(
        "Lambda was unable to configure access to your deployment package because the KMS key is invalid for \
         CreateGrant. Please check your KMS key settings. KMS Exception: NotFoundException KMS Message: Key \
         '{arn}' does not exist"
    ))
}

/// Reported by several users; not recorded.
pub(in crate::api) fn no_execution_timeout() -> AwsError {
    invalid_parameter("You cannot create a function with a durable configuration without an executionTimeout")
}

impl From<ConfigurationError> for AwsError {
    fn from(error: ConfigurationError) -> Self {
        match error {
            ConfigurationError::Runtime(error) => error.into(),
            ConfigurationError::Environment(error) => error.into(),
            ConfigurationError::DeadLetter(error) => error.into(),
            ConfigurationError::SnapStart(error) => error.into(),
            // Reported by several users; not recorded.
            ConfigurationError::Logging(_) => invalid_parameter(
                "LogLevel is not supported when LogFormat is set to \"Text\". Remove LogLevel from your request \
                 or change the LogFormat to \"JSON\" and try again.",
            ),
            // Reported by several users; not recorded.
            ConfigurationError::Vpc(_) => {
                invalid_parameter("SubnetIds and SecurityIds must coexist or be both empty list.")
            }
            // Reported by several users; not recorded.
            ConfigurationError::AccessPointWithoutVpc(arn) => invalid_parameter(format!(
                "Function must be configured to execute in a VPC to reference access point {arn}. Please update \
                 the function configuration to include VPC subnets and security groups."
            )),
            // AWS's text is unknown.
            ConfigurationError::NoAccessPoint(arn) => {
                invalid_parameter(format!("The access point {arn} does not exist."))
            }
        }
    }
}

impl From<RuntimeError> for AwsError {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Unknown(runtime) => invalid_parameter(format!(
                "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value \
                 set: [{}] or be a valid ARN",
                SUPPORTED_RUNTIMES.join(", ")
            )),
            RuntimeError::NoLongerSupported(runtime) => invalid_parameter(format!(
                "The runtime parameter of {runtime} is no longer supported for creating or updating AWS \
                 Lambda functions. We recommend you use a supported runtime while creating or updating \
                 functions."
            )),
        }
    }
}

impl From<EnvironmentError> for AwsError {
    fn from(error: EnvironmentError) -> Self {
        match error {
            EnvironmentError::TooLarge { measured } => invalid_parameter(format!(
                "Lambda was unable to configure your environment variables because the environment \
                 variables you have provided exceeded the 4KB limit. String measured: {measured}"
            )),
            EnvironmentError::Reserved(keys) => invalid_parameter(format!(
                "Lambda was unable to configure your environment variables because the environment \
                 variables you have provided contains reserved keys that are currently not supported for \
                 modification. Reserved keys used in this request: {}",
                keys.join(", ")
            )),
        }
    }
}

/// Those of FIFO queues and of other services were reported by users; the others are unknown.
impl From<DeadLetterError> for AwsError {
    fn from(error: DeadLetterError) -> Self {
        let problem = match error {
            DeadLetterError::Malformed(arn) => arn,
            DeadLetterError::Service => {
                "The service specified by the TargetArn is not supported for dead letter \
                                         configuration."
                    .to_owned()
            }
            DeadLetterError::FifoQueue => {
                "FIFO SQS queue is not supported for dead letter configuration".to_owned()
            }
            DeadLetterError::FifoTopic => {
                "FIFO SNS topic is not supported for dead letter configuration".to_owned()
            }
        };
        invalid_parameter(format!("Invalid dead letter queue ARN: {problem}"))
    }
}

/// That of runtimes was reported by several users; the other is unknown.
impl From<SnapStartError> for AwsError {
    fn from(error: SnapStartError) -> Self {
        let what = match error {
            SnapStartError::Runtime(runtime) => runtime.to_string(),
            SnapStartError::EphemeralStorage => "Ephemeral storage over 512 MB".to_owned(),
        };
        invalid_parameter(format!("{what} is not supported for SnapStart enabled functions."))
    }
}
