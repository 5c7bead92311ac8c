//! The only place that knows S3's error codes and texts.

mod configuration;
mod notification;

use hob_delivery::DeliveryError;
use hob_wire::AwsError;

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
