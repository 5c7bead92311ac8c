//! How callers name topics and subscriptions.

use hob_types::{SubscriptionArn, TopicArn};
use hob_wire::RequestContext;

use crate::{SnsError, arn};

/// A topic of the caller's account: what policies let others do is not decided yet, so they may do nothing.
pub(super) fn topic(
    context: &RequestContext,
    action: &'static str,
    text: &str,
) -> Result<TopicArn, SnsError> {
    topic_of(context, action, "TopicArn", text)
}

/// Likewise; `parameter` is whose value it is.
pub(super) fn topic_of(
    context: &RequestContext,
    action: &'static str,
    parameter: &'static str,
    text: &str,
) -> Result<TopicArn, SnsError> {
    let topic = arn::topic(parameter, text)?;
    check_owner(context, action, &topic)?;
    Ok(topic)
}

pub(super) fn subscription(
    context: &RequestContext,
    action: &'static str,
    text: &str,
) -> Result<SubscriptionArn, SnsError> {
    let subscription = arn::subscription(text)?;
    check_owner(context, action, &subscription.topic)?;
    Ok(subscription)
}

fn check_owner(context: &RequestContext, action: &'static str, topic: &TopicArn) -> Result<(), SnsError> {
    if topic.account == context.account {
        return Ok(());
    }
    let (caller, resource) = (context.caller.arn.clone(), topic.to_string());
    Err(SnsError::NotAuthorized { caller, action, resource })
}
