//! What may go wrong with tags.

use hob_wire::AwsError;

use super::{function_not_found, invalid_parameter, storage};
use crate::function::TargetError;
use crate::tag::{TagError, Taggable, TaggableKind, TooManyTags};

impl From<TooManyTags> for AwsError {
    fn from(_: TooManyTags) -> Self {
        invalid_parameter("Number of tags exceeds resource tag limit.")
    }
}

impl From<TagError> for AwsError {
    fn from(error: TagError) -> Self {
        match error {
            TagError::Qualified => invalid_parameter(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.",
            ),
            TagError::NotFound(of) => not_found(&of),
            TagError::Elsewhere { of, here } => match of.kind {
                TaggableKind::Function if of.owner.region == here => TargetError::OtherAccount.into(),
                TaggableKind::Function => TargetError::OtherRegion { asked: of.owner.region, here }.into(),
                _ => not_found(&of),
            },
            TagError::Empty => invalid_parameter("An error occurred and the request cannot be processed."),
            TagError::TooMany(error) => error.into(),
            TagError::Refused(error) => error.into(),
            TagError::Storage(error) => storage(&error),
        }
    }
}

/// The model's pattern keeps it from happening.
pub(in crate::api) fn not_taggable(arn: &str) -> AwsError {
    invalid_parameter(format!("{arn} is not the ARN of a resource that may have tags."))
}

fn not_found(of: &Taggable) -> AwsError {
    let message = match of.kind {
        TaggableKind::Function => return function_not_found(&of.to_string()),
        TaggableKind::EventSourceMapping => format!("Event source mapping not found: {of}"),
        TaggableKind::CapacityProvider => format!("Capacity provider not found: {of}"),
        // Recorded for the operations on such configurations.
        TaggableKind::CodeSigningConfig => {
            let text = format!("The Lambda code signing configuration {of} can not be found.");
            return AwsError::new("ResourceNotFoundException", text).without_type();
        }
        // AWS's text is unknown; Hob has none of them.
        TaggableKind::NetworkConnector => format!("Network connector not found: {of}"),
    };
    AwsError::new("ResourceNotFoundException", message)
}
