//! The URLs in messages. Whoever has one may follow it without credentials.

use hob_types::{SubscriptionArn, TopicArn};

/// What all of their paths begin with.
pub(crate) const PATH_PREFIX: &str = "/_hob/sns/";

pub(crate) fn confirm(base_url: &str, topic: &TopicArn, token: &str) -> String {
    format!("{base_url}{PATH_PREFIX}?Action=ConfirmSubscription&TopicArn={topic}&Token={token}")
}

pub(crate) fn unsubscribe(base_url: &str, subscription: &SubscriptionArn) -> String {
    format!("{base_url}{PATH_PREFIX}?Action=Unsubscribe&SubscriptionArn={subscription}")
}

pub(crate) fn certificate(base_url: &str, file_name: &str) -> String {
    format!("{base_url}{PATH_PREFIX}{file_name}")
}
