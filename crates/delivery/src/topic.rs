use std::collections::BTreeMap;

use async_trait::async_trait;
use hob_types::TopicArn;

use crate::{DeliveryError, MessageAttribute};

/// A message to be published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicMessage {
    pub message: String,
    pub subject: Option<String>,
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// Goes on to every subscriber that can take it.
    pub trace_header: Option<String>,
}

/// What a neighbour needs to know of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDescription {
    /// The resource policy, JSON.
    pub policy: String,
}

/// The topics of all accounts and regions.
#[async_trait]
pub trait TopicService: Send + Sync {
    /// `None`: there is no such topic.
    async fn describe(&self, topic: &TopicArn) -> Result<Option<TopicDescription>, DeliveryError>;

    /// Durable for every subscription when it returns.
    async fn publish(&self, topic: &TopicArn, message: TopicMessage) -> Result<(), DeliveryError>;
}
