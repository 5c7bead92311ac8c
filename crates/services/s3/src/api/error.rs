//! The only place that knows S3's error codes and texts.

mod browser;
mod configuration;
mod multipart;
mod notification;
mod object;

use hob_delivery::DeliveryError;
use hob_storage::StorageError;
use hob_wire::AwsError;

pub(super) use self::browser::{
    access_denied, cors_not_allowed, cors_not_enabled, file_too_large, file_too_small, form, form_algorithm,
    form_credential, form_field_missing, form_field_unserved, form_key_missing, form_signature,
    invalid_policy, invalid_token, malformed_form, method_not_allowed, no_origin, no_request_method,
    policy_refusal, unknown_access_key,
};
pub(super) use self::configuration::{missing, no_event_bridge};
use crate::S3Error;

pub(super) fn malformed_xml() -> AwsError {
    let text = "The XML you provided was not well-formed or did not validate against our published schema";
    AwsError::new("MalformedXML", text).with_status(400)
}

fn unavailable(error: &DeliveryError) -> AwsError {
    tracing::error!(%error, "a neighbour does not answer");
    AwsError::new("ServiceUnavailable", "Service is unable to handle request.").with_status(503)
}

/// A client's mistake.
fn refused(code: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new(code, message).with_status(400)
}

impl From<S3Error> for AwsError {
    fn from(error: S3Error) -> Self {
        match error {
            S3Error::NoBucket(name) => {
                Self::new("NoSuchBucket", "The specified bucket does not exist").with_status(404).with_member("BucketName", name)
            }
            S3Error::InvalidBucketName(name) => {
                refused("InvalidBucketName", "The specified bucket is not valid.").with_member("BucketName", name)
            }
            S3Error::BucketExists => Self::new(
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                 system. Please select a different name and try again.",
            )
            .with_status(409),
            S3Error::BucketOwnedByYou => Self::new(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            )
            .with_status(409),
            S3Error::BucketNotEmpty(name) => {
                Self::new("BucketNotEmpty", "The bucket you tried to delete is not empty")
                    .with_status(409)
                    .with_member("BucketName", name)
            }
            S3Error::IllegalLocation(constraint) => illegal_location(constraint),
            S3Error::InvalidLocation(constraint) => {
                refused("InvalidLocationConstraint", "The specified location-constraint is not valid")
                    .with_member("LocationConstraint", constraint)
            }
            S3Error::AccessDenied => Self::new("AccessDenied", "Access Denied").with_status(403),
            S3Error::InvalidArgument { name, value, message } => refused("InvalidArgument", message)
                .with_member("ArgumentName", name)
                .with_member("ArgumentValue", value),
            S3Error::InvalidRequest(message) => refused("InvalidRequest", message),
            S3Error::MalformedDocument => malformed_xml(),
            // Our words.
            S3Error::Unserved(what) => {
                Self::new("NotImplemented", format!("{what} is not served by Hob yet.")).with_status(501)
            }
            S3Error::UnreadableConfiguration { .. } => {
                tracing::error!(%error, "a bucket's configuration cannot be read");
                internal()
            }
            S3Error::Stream(error) => error.into(),
            S3Error::Storage(error) => storage(&error),
            error => multipart::of(error).unwrap_or_else(object::of),
        }
    }
}

fn illegal_location(constraint: Option<String>) -> AwsError {
    let which = constraint.map_or("unspecified".to_owned(), |constraint| constraint);
    let text = format!(
        "The {which} location constraint is incompatible for the region specific endpoint this request was sent to."
    );
    refused("IllegalLocationConstraintException", text)
}

fn internal() -> AwsError {
    AwsError::new("InternalError", "We encountered an internal error. Please try again.").with_status(500)
}

fn storage(error: &StorageError) -> AwsError {
    tracing::error!(%error, "the storage of objects failed");
    match error {
        StorageError::DiskFull => {
            AwsError::new("ServiceUnavailable", "The disk of the server is full.").with_status(503)
        }
        StorageError::Closed(_) => {
            let text = "The storage of objects is closed; the server must be restarted.";
            AwsError::new("ServiceUnavailable", text).with_status(503)
        }
        StorageError::Io(_) | StorageError::Database(_) => internal(),
    }
}
