//! The attributes of subscriptions by the names that AWS gives them.

use std::collections::BTreeMap;

use hob_storage::{FilterPolicyScope, SubscriptionRecord, SubscriptionSettings, SubscriptionState};
use hob_types::{QueueArn, TopicArn};
use serde::Deserialize;
use serde_json::json;

use crate::error::RedriveProblem;
use crate::filter::FilterPolicy;
use crate::retry::{DeliveryPolicy, TopicDeliveryPolicy};
use crate::{Sns, SnsError};

/// One that can be set, with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SubscriptionAttribute {
    RawMessageDelivery(bool),
    FilterPolicy(Option<String>),
    FilterPolicyScope(FilterPolicyScope),
    RedrivePolicy(Option<QueueArn>),
    DeliveryPolicy(Option<String>),
}

impl SubscriptionAttribute {
    pub(crate) fn parse(topic: &TopicArn, name: &str, value: &str) -> Result<Self, SnsError> {
        let set = || (!value.is_empty()).then(|| value.to_owned());
        match name {
            "RawMessageDelivery" => match value.to_ascii_lowercase().as_str() {
                "true" => Ok(Self::RawMessageDelivery(true)),
                "false" => Ok(Self::RawMessageDelivery(false)),
                _ => Err(SnsError::InvalidBoolean(value.to_owned())),
            },
            "FilterPolicy" => Ok(Self::FilterPolicy(set())),
            "FilterPolicyScope" => match value {
                "MessageAttributes" => Ok(Self::FilterPolicyScope(FilterPolicyScope::MessageAttributes)),
                "MessageBody" => Ok(Self::FilterPolicyScope(FilterPolicyScope::MessageBody)),
                _ => Err(SnsError::InvalidScope(value.to_owned())),
            },
            "RedrivePolicy" if value.is_empty() => Ok(Self::RedrivePolicy(None)),
            "RedrivePolicy" => Ok(Self::RedrivePolicy(Some(
                dead_letter_queue(topic, value).map_err(SnsError::InvalidRedrivePolicy)?,
            ))),
            "DeliveryPolicy" if value.is_empty() => Ok(Self::DeliveryPolicy(None)),
            "DeliveryPolicy" => {
                value.parse::<DeliveryPolicy>()?;
                Ok(Self::DeliveryPolicy(Some(value.to_owned())))
            }
            "SubscriptionRoleArn" => Err(SnsError::Unserved("SubscriptionRoleArn")),
            "ReplayPolicy" => Err(SnsError::Unserved("ReplayPolicy")),
            _ => Err(SnsError::UnknownAttribute(name.to_owned())),
        }
    }

    fn set(self, settings: &mut SubscriptionSettings) {
        match self {
            Self::RawMessageDelivery(raw) => settings.raw_message_delivery = raw,
            Self::FilterPolicy(policy) => settings.filter_policy = policy,
            Self::FilterPolicyScope(scope) => settings.filter_policy_scope = scope,
            Self::RedrivePolicy(queue) => settings.dead_letter_queue = queue,
            Self::DeliveryPolicy(policy) => settings.delivery_policy = policy,
        }
    }
}

/// Sets them all, and only then looks at the filter policy, which depends on its scope.
pub(super) fn set_all(
    settings: &mut SubscriptionSettings,
    attributes: &[SubscriptionAttribute],
    subscribing: bool,
) -> Result<(), SnsError> {
    attributes.iter().for_each(|attribute| attribute.clone().set(settings));
    if let Some(policy) = &settings.filter_policy {
        FilterPolicy::parse(policy, settings.filter_policy_scope)
            .map_err(|problem| SnsError::FilterPolicy { problem, subscribing })?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: String,
}

fn dead_letter_queue(topic: &TopicArn, text: &str) -> Result<QueueArn, RedriveProblem> {
    let policy: RedrivePolicy = serde_json::from_str(text).map_err(|_| RedriveProblem::Malformed)?;
    let queue: QueueArn = policy.dead_letter_target_arn.parse().map_err(|_| RedriveProblem::NotAQueue)?;
    match (topic.is_fifo(), queue.is_fifo()) {
        (true, false) => Err(RedriveProblem::FifoNeeded),
        (false, true) => Err(RedriveProblem::StandardNeeded),
        _ => Ok(queue),
    }
}

impl Sns {
    pub(crate) async fn set_subscription_attribute(
        &self,
        record: &SubscriptionRecord,
        attribute: SubscriptionAttribute,
    ) -> Result<(), SnsError> {
        let mut record = record.clone();
        loop {
            set_all(&mut record.settings, std::slice::from_ref(&attribute), false)?;
            if self.store.replace_subscription(&record, None).await? {
                return Ok(());
            }
            record = self.subscription(&record.arn).await?;
        }
    }
}

/// All attributes as GetSubscriptionAttributes shows them.
pub(super) fn of_subscription(
    subscription: &SubscriptionRecord,
    topic: &TopicDeliveryPolicy,
) -> BTreeMap<String, String> {
    let SubscriptionRecord { arn, owner, principal, endpoint, state, settings, .. } = subscription;
    let authenticated = matches!(state, SubscriptionState::Confirmed { authenticated: true, .. });
    let mut attributes = vec![
        ("SubscriptionArn", arn.to_string()),
        ("TopicArn", arn.topic.to_string()),
        ("Owner", owner.to_string()),
        ("Protocol", endpoint.protocol().to_owned()),
        ("Endpoint", endpoint.address()),
        ("ConfirmationWasAuthenticated", authenticated.to_string()),
        ("PendingConfirmation", (!state.is_confirmed()).to_string()),
        ("RawMessageDelivery", settings.raw_message_delivery.to_string()),
        ("SubscriptionPrincipal", principal.clone()),
    ];
    if let Some(policy) = &settings.filter_policy {
        let scope = match settings.filter_policy_scope {
            FilterPolicyScope::MessageAttributes => "MessageAttributes",
            FilterPolicyScope::MessageBody => "MessageBody",
        };
        attributes.push(("FilterPolicy", policy.clone()));
        attributes.push(("FilterPolicyScope", scope.to_owned()));
    }
    if let Some(queue) = &settings.dead_letter_queue {
        let policy = json!({ "deadLetterTargetArn": queue.to_string() });
        attributes.push(("RedrivePolicy", policy.to_string()));
    }
    let own: Option<DeliveryPolicy> =
        settings.delivery_policy.as_ref().and_then(|policy| policy.parse().ok());
    attributes.extend(settings.delivery_policy.clone().map(|policy| ("DeliveryPolicy", policy)));
    if matches!(endpoint.protocol(), "http" | "https") {
        attributes.push(("EffectiveDeliveryPolicy", topic.for_subscription(own).to_json()));
    }
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
