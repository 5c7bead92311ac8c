//! The attributes of topics by the names that AWS gives them.

use std::collections::BTreeMap;

use hob_storage::{SubscriptionCounts, ThroughputScope, TopicRecord, TopicSettings};

use super::default_policy;
use super::policy::PolicyText;
use crate::SnsError;
use crate::retry::{DeliveryPolicy, TopicDeliveryPolicy};

/// One that can be set, with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TopicAttribute {
    DisplayName(String),
    Policy(Option<String>),
    DeliveryPolicy(Option<String>),
    ContentBasedDeduplication(bool),
    ThroughputScope(ThroughputScope),
    /// What is set already: signatures are of version 2.
    SignatureVersion,
    PassThrough,
}

/// Source: SetTopicAttributes, `DisplayName`.
const DISPLAY_NAME_MAX: usize = 100;

impl TopicAttribute {
    pub(crate) fn parse(name: &str, value: &str, is_fifo: bool) -> Result<Self, SnsError> {
        let invalid = |name| SnsError::InvalidAttribute { name, value: value.to_owned() };
        match name {
            "DisplayName" if value.chars().count() > DISPLAY_NAME_MAX => Err(invalid("DisplayName")),
            "DisplayName" => Ok(Self::DisplayName(value.to_owned())),
            "Policy" if value.is_empty() => Ok(Self::Policy(None)),
            "Policy" => Ok(Self::Policy(Some(PolicyText::check(value)?))),
            "DeliveryPolicy" if value.is_empty() => Ok(Self::DeliveryPolicy(None)),
            "DeliveryPolicy" => {
                value.parse::<TopicDeliveryPolicy>()?;
                Ok(Self::DeliveryPolicy(Some(value.to_owned())))
            }
            "ContentBasedDeduplication" if is_fifo => Ok(Self::ContentBasedDeduplication(
                boolean(value).ok_or_else(|| invalid("ContentBasedDeduplication"))?,
            )),
            "FifoThroughputScope" if is_fifo => match value {
                "Topic" => Ok(Self::ThroughputScope(ThroughputScope::Topic)),
                "MessageGroup" => Ok(Self::ThroughputScope(ThroughputScope::MessageGroup)),
                _ => Err(invalid("FifoThroughputScope")),
            },
            "SignatureVersion" => match value {
                "1" => Err(SnsError::Unserved("SignatureVersion 1, which signs with SHA-1,")),
                "2" => Ok(Self::SignatureVersion),
                _ => Err(invalid("SignatureVersion")),
            },
            "TracingConfig" => match value {
                "PassThrough" => Ok(Self::PassThrough),
                "Active" => Err(SnsError::Unserved("TracingConfig Active")),
                _ => Err(invalid("TracingConfig")),
            },
            _ => Err(unserved(name)
                .map_or_else(|| SnsError::UnknownAttribute(name.to_owned()), SnsError::Unserved)),
        }
    }

    pub(crate) fn set(self, settings: &mut TopicSettings) {
        match self {
            Self::DisplayName(name) => settings.display_name = name,
            Self::Policy(policy) => settings.policy = policy,
            Self::DeliveryPolicy(policy) => settings.delivery_policy = policy,
            Self::ContentBasedDeduplication(enabled) => settings.content_based_deduplication = enabled,
            Self::ThroughputScope(scope) => settings.throughput_scope = scope,
            Self::SignatureVersion => {}
            Self::PassThrough => settings.pass_through = true,
        }
    }
}

pub(crate) fn boolean(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Attributes that AWS has and that would change nothing here, as there is nobody to do it.
fn unserved(name: &str) -> Option<&'static str> {
    const FEEDBACK: [&str; 5] = ["HTTP", "SQS", "Lambda", "Firehose", "Application"];
    match name {
        "KmsMasterKeyId" => Some("KmsMasterKeyId"),
        "ArchivePolicy" => Some("ArchivePolicy"),
        _ if name.contains("Feedback") && FEEDBACK.iter().any(|protocol| name.starts_with(protocol)) => {
            Some("delivery status logging")
        }
        _ => None,
    }
}

/// All attributes as GetTopicAttributes shows them.
pub(crate) fn of_topic(topic: &TopicRecord, counts: SubscriptionCounts) -> BTreeMap<String, String> {
    let TopicRecord { arn, settings, .. } = topic;
    let own = settings.delivery_policy.as_deref().and_then(|policy| policy.parse().ok());
    let effective: TopicDeliveryPolicy = own.unwrap_or_default();
    let mut attributes = vec![
        ("TopicArn", arn.to_string()),
        ("Owner", arn.account.to_string()),
        ("Policy", settings.policy.clone().unwrap_or_else(|| default_policy(arn))),
        ("DisplayName", settings.display_name.clone()),
        ("SubscriptionsConfirmed", counts.confirmed.to_string()),
        ("SubscriptionsPending", counts.pending.to_string()),
        ("SubscriptionsDeleted", counts.ended.to_string()),
        ("EffectiveDeliveryPolicy", effective.to_json()),
        // On AWS it is 1, and not shown, until it is set.
        ("SignatureVersion", "2".to_owned()),
    ];
    attributes.extend(settings.delivery_policy.clone().map(|policy| ("DeliveryPolicy", policy)));
    if settings.pass_through {
        attributes.push(("TracingConfig", "PassThrough".to_owned()));
    }
    if arn.is_fifo() {
        attributes.push(("FifoTopic", "true".to_owned()));
        attributes.push(("ContentBasedDeduplication", settings.content_based_deduplication.to_string()));
    }
    if settings.throughput_scope == ThroughputScope::MessageGroup {
        attributes.push(("FifoThroughputScope", "MessageGroup".to_owned()));
    }
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl TopicDeliveryPolicy {
    /// Of a topic's subscription, which may have one of its own.
    pub(crate) fn for_subscription(&self, own: Option<DeliveryPolicy>) -> DeliveryPolicy {
        match own {
            Some(own) if !self.disable_subscription_overrides => own,
            _ => self.default.clone(),
        }
    }
}
