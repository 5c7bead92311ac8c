//! When a delivery is tried again: pure functions of how often it has failed.

mod policy;
mod schedule;

pub use self::policy::InvalidDeliveryPolicy;
pub(crate) use self::policy::{DeliveryPolicy, TopicDeliveryPolicy};
pub(crate) use self::schedule::{Backoff, RetrySchedule};
