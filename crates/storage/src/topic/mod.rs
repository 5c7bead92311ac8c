//! Topics, who subscribes to them, and what is on its way to the subscribers.

mod message;
mod store;
mod subscription;

use std::collections::BTreeMap;

use hob_types::TopicArn;
use serde::{Deserialize, Serialize};

pub use self::message::{
    Delivery, DeliveryFailure, MessageAttributeRecord, MessageContent, MessageRecord, Notification, Ordering,
    Publication, Published, Settlement,
};
pub use self::store::{SubscriptionCreated, TopicStore};
pub use self::subscription::{
    FilterPolicyScope, SubscriptionCounts, SubscriptionEndpoint, SubscriptionRecord, SubscriptionSettings,
    SubscriptionState,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRecord {
    pub arn: TopicArn,
    pub settings: TopicSettings,
    pub tags: BTreeMap<String, String>,
    /// Changes with every change; zero in a topic that is not stored yet.
    #[serde(skip)]
    pub edition: u64,
}

/// Documents are JSON, and known to be well formed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TopicSettings {
    pub display_name: String,
    /// `None`: the one that every topic has at first.
    pub policy: Option<String>,
    pub delivery_policy: Option<String>,
    /// FIFO topics only.
    pub content_based_deduplication: bool,
    pub throughput_scope: ThroughputScope,
    /// `TracingConfig` was set to `PassThrough`, which is also what happens if it was not set.
    pub pass_through: bool,
}

/// Within what a deduplication id is used only once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThroughputScope {
    #[default]
    Topic,
    MessageGroup,
}
