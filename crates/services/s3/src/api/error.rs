//! The only place that knows S3's error codes and texts.

mod browser;
mod configuration;
mod notification;

use hob_delivery::DeliveryError;
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

impl From<S3Error> for AwsError {
    fn from(error: S3Error) -> Self {
        AwsError::new("InternalError", error.to_string()).with_status(500)
    }
}
