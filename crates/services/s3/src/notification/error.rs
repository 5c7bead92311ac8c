use hob_delivery::DeliveryError;

use super::destination::{Destination, DestinationKind};

/// Why a configuration is not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotificationError {
    #[error("a rule of a filter has no name or no value")]
    Malformed,
    #[error("{arn:?} is no ARN of this kind")]
    Arn { kind: DestinationKind, arn: String },
    #[error("there are no events {0:?}")]
    UnknownEvent(String),
    #[error("an id is longer than it may be: {0:?}")]
    IdTooLong(String),
    #[error("the id {0:?} is there twice")]
    IdTwice(String),
    #[error("a filter has no {0:?}, only a prefix and a suffix")]
    FilterName(String),
    #[error("a filter has two rules for the {0}")]
    FilterTwice(&'static str),
    #[error("a filter's value is longer than it may be")]
    FilterValueTooLong(String),
    #[error("{0} and {1} may get the same event")]
    Overlap(String, String),
    #[error("{0} is FIFO")]
    Fifo(Destination),
    #[error("{0} is in another region than the bucket")]
    OtherRegion(Destination),
    #[error("{} destinations cannot be used", .0.len())]
    Destinations(Vec<Undeliverable>),
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
}

/// A destination that does not exist, or does not let S3 in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undeliverable(pub(crate) Destination);
