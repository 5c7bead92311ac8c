//! What may be wrong with who is to be told. Texts are recorded unless marked.

use hob_wire::AwsError;

use super::{malformed_xml, unavailable};
use crate::notification::{Destination, DestinationKind, NotificationError, Undeliverable};

fn argument(message: impl Into<std::borrow::Cow<'static, str>>, name: &'static str, value: &str) -> AwsError {
    invalid(message).with_member("ArgumentName", name).with_member("ArgumentValue", value)
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new("InvalidArgument", message).with_status(400)
}

pub(super) fn notification(error: NotificationError) -> AwsError {
    match error {
        NotificationError::Malformed => malformed_xml(),
        NotificationError::Arn { kind, arn } => argument("The ARN could not be parsed", element(kind), &arn),
        // Reported by several users; not recorded.
        NotificationError::UnknownEvent(event) => {
            argument("The event is not supported for notifications", "Event", &event)
        }
        // AWS's text is unknown.
        NotificationError::IdTooLong(id) => argument("The Id is longer than 255 characters", "Id", &id),
        NotificationError::IdTwice(id) => {
            argument("Same ID used for multiple configurations. IDs must be unique", "Id", &id)
        }
        NotificationError::FilterName(name) => {
            argument("filter rule name must be either prefix or suffix", "FilterRule.Name", &name)
        }
        NotificationError::FilterTwice(name) => {
            invalid(format!("Cannot specify more than one {name} rule in a filter."))
        }
        NotificationError::FilterValueTooLong(value) => argument(
            "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
            "FilterRule.Value",
            &value,
        ),
        NotificationError::Overlap(..) => invalid(
            "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        ),
        // AWS's text is unknown.
        NotificationError::Fifo(destination) => argument(
            "FIFO queues and topics are not supported as destinations of notifications",
            element(destination.kind()),
            &destination.to_string(),
        ),
        NotificationError::OtherRegion(destination) => argument(
            "The notification destination service region is not valid for the bucket location constraint",
            element(destination.kind()),
            &destination.to_string(),
        ),
        NotificationError::Destinations(bad) => undeliverable(&bad),
        NotificationError::Delivery(error) => unavailable(&error),
    }
}

/// What the document calls it.
fn element(kind: DestinationKind) -> &'static str {
    match kind {
        DestinationKind::Function => "CloudFunction",
        DestinationKind::Queue => "Queue",
        DestinationKind::Topic => "Topic",
    }
}

fn undeliverable(bad: &[Undeliverable]) -> AwsError {
    let mut error = invalid("Unable to validate the following destination configurations");
    for (number, Undeliverable(destination)) in (1..).zip(bad) {
        let (name, value) = match destination {
            Destination::Function(arn) => {
                (format!("{arn}, null"), format!("Not authorized to invoke function [{arn}]"))
            }
            Destination::Queue(arn) => (arn.to_string(), "The destination queue does not exist".to_owned()),
            Destination::Topic(arn) => (arn.to_string(), "The destination topic does not exist".to_owned()),
        };
        error = error
            .with_member(format!("ArgumentName{number}"), name)
            .with_member(format!("ArgumentValue{number}"), value);
    }
    error
}
