//! What may go wrong with layers.

use hob_wire::AwsError;

use super::{code_storage_exceeded, invalid_parameter, revision_mismatch_of, storage};
use crate::layer::{
    LayerArnError, LayerError, LayerPolicyError, LayerUseError, LayerVersionArn, PublishLayerVersionError,
};
use crate::package::UNZIPPED_SIZE_LIMIT;

fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceNotFoundException", message.into())
}

fn version_not_found(arn: &LayerVersionArn) -> AwsError {
    not_found(format!("Layer version {arn} does not exist."))
}

/// Reported by many users; not recorded.
fn denied(account: impl std::fmt::Display, action: &str, resource: &str) -> AwsError {
    AwsError::new(
        "AccessDeniedException",
        format!(
            "User: arn:aws:iam::{account}:root is not authorized to perform: lambda:{action} on resource: \
             {resource} because no resource-based policy allows the lambda:{action} action"
        ),
    )
    .without_type()
}

/// AWS's text is unknown.
pub(in crate::api) fn other_content_beside_zip() -> AwsError {
    invalid_parameter("Please do not provide other LayerVersionContent parameters when providing a ZipFile.")
}

/// AWS's text is unknown.
pub(in crate::api) fn no_layer_source() -> AwsError {
    invalid_parameter("Please provide a source for layer code.")
}

impl From<LayerArnError> for AwsError {
    fn from(error: LayerArnError) -> Self {
        match error {
            // What the model's pattern admits names a layer, or one of AWS's own, of which there are none.
            LayerArnError::Malformed(_) => not_found("The resource you requested does not exist."),
            // As for functions; not recorded.
            LayerArnError::OtherRegion { asked, here } => {
                not_found(format!("Layers from '{asked}' are not reachable in this region ('{here}')"))
            }
            LayerArnError::VersionBelowOne => invalid_parameter("Layer Version Cannot be less than 1"),
        }
    }
}

/// The words of GetLayerVersion; the operations on policies have others.
impl From<LayerError> for AwsError {
    fn from(error: LayerError) -> Self {
        match error {
            LayerError::NotFound(_) => not_found("The resource you requested does not exist."),
            LayerError::Denied { account, action, resource } => denied(account, action, &resource),
            LayerError::Storage(error) => storage(&error),
        }
    }
}

impl From<PublishLayerVersionError> for AwsError {
    fn from(error: PublishLayerVersionError) -> Self {
        match error {
            PublishLayerVersionError::Layer(error) => error.into(),
            PublishLayerVersionError::Fetch(error) => error.into(),
            PublishLayerVersionError::Package(error) => error.into(),
            PublishLayerVersionError::CodeStorageExceeded => code_storage_exceeded(),
            PublishLayerVersionError::Storage(error) => storage(&error),
        }
    }
}

impl From<LayerUseError> for AwsError {
    fn from(error: LayerUseError) -> Self {
        match error {
            LayerUseError::TooMany => invalid_parameter("Cannot reference more than 5 layers."),
            LayerUseError::NotFound(arn) => invalid_parameter(format!("Layer version {arn} does not exist.")),
            LayerUseError::SameLayer(one, other) => invalid_parameter(format!(
                "Two different versions of the same layer are not allowed to be referenced in the same function. \
                 {one} and {other} are versions of the same layer."
            )),
            LayerUseError::OtherRegion(region) => invalid_parameter(format!(
                "Layers are not in the same region as the function. Layers are expected to be in region {region}."
            )),
            LayerUseError::Denied { account, resource } => denied(account, "GetLayerVersion", &resource),
            // This and the next are reported by many users; not recorded.
            LayerUseError::TooLarge => invalid_parameter(format!(
                "Layers consume more than the available size of {UNZIPPED_SIZE_LIMIT} bytes"
            )),
            LayerUseError::TooLargeWithCode(size) => invalid_parameter(format!(
                "Function code combined with layers exceeds the maximum allowed size of {UNZIPPED_SIZE_LIMIT} \
                 bytes. The actual size is {size} bytes."
            )),
            LayerUseError::Package(error) => error.into(),
            LayerUseError::Storage(error) => storage(&error),
        }
    }
}

impl From<LayerPolicyError> for AwsError {
    fn from(error: LayerPolicyError) -> Self {
        match error {
            LayerPolicyError::Layer(LayerError::NotFound(arn)) => version_not_found(&arn),
            LayerPolicyError::Layer(error) => error.into(),
            LayerPolicyError::NoPolicy => not_found("No policy is associated with the given resource."),
            LayerPolicyError::RevisionMismatch => revision_mismatch_of("GetLayerPolicy"),
            LayerPolicyError::Policy(error) => error.into(),
            LayerPolicyError::Storage(error) => storage(&error),
        }
    }
}
