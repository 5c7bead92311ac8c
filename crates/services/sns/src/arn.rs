//! ARNs as callers give them.

use hob_types::{SubscriptionArn, TopicArn};

use crate::SnsError;

/// `parameter` is whose value it is.
pub(crate) fn topic(parameter: &'static str, text: &str) -> Result<TopicArn, SnsError> {
    text.parse().map_err(|_| malformed(parameter, text).unwrap_or(SnsError::NoTopic))
}

pub(crate) fn subscription(text: &str) -> Result<SubscriptionArn, SnsError> {
    text.parse().map_err(|_| malformed("SubscriptionArn", text).unwrap_or(SnsError::NoSubscription))
}

fn malformed(parameter: &'static str, text: &str) -> Option<SnsError> {
    let elements = text.split(':').count();
    (elements < 6).then_some(SnsError::ShortArn { parameter, elements })
}
