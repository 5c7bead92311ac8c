use async_trait::async_trait;
use hob_types::{AccountId, Region, SubscriptionArn, Timestamp, TopicArn};

use super::{
    Delivery, MessageRecord, Publication, Published, Settlement, SubscriptionCounts, SubscriptionEndpoint,
    SubscriptionRecord, TopicRecord,
};
use crate::StorageError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionCreated {
    Created,
    NoTopic,
    /// The topic has one of that endpoint.
    Exists,
}

/// Topics, subscriptions, and deliveries until they are settled.
///
/// Every method is one transaction, and what it changed is durable when it returns.
#[async_trait]
pub trait TopicStore: Send + Sync {
    /// `false`: there is one of that name.
    async fn create_topic(&self, topic: &TopicRecord) -> Result<bool, StorageError>;

    async fn topic(&self, topic: &TopicArn) -> Result<Option<TopicRecord>, StorageError>;

    /// By name, from the first one after `after`.
    async fn topics(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TopicArn>, StorageError>;

    /// `false`: it is not at the record's edition any more, and nothing has changed.
    async fn replace_topic(&self, topic: &TopicRecord) -> Result<bool, StorageError>;

    /// With its subscriptions and all that is on its way to them. `false`: there is no such topic.
    async fn delete_topic(&self, topic: &TopicArn) -> Result<bool, StorageError>;

    /// With the message that asks the endpoint for its consent, if one is needed.
    async fn create_subscription(
        &self,
        subscription: &SubscriptionRecord,
        request: Option<MessageRecord>,
    ) -> Result<SubscriptionCreated, StorageError>;

    async fn subscription(
        &self,
        subscription: &SubscriptionArn,
    ) -> Result<Option<SubscriptionRecord>, StorageError>;

    async fn subscription_of(
        &self,
        topic: &TopicArn,
        endpoint: &SubscriptionEndpoint,
    ) -> Result<Option<SubscriptionRecord>, StorageError>;

    /// By ARN, from the first one after `after`.
    async fn subscriptions(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SubscriptionRecord>, StorageError>;

    /// By ARN, from the first one after `after`.
    async fn subscriptions_of_topic(
        &self,
        topic: &TopicArn,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SubscriptionRecord>, StorageError>;

    async fn count_subscriptions(&self, topic: &TopicArn) -> Result<SubscriptionCounts, StorageError>;

    /// With a message that tells the endpoint of it, if there is one. `false`: it is not at the record's edition any
    /// more, and nothing has changed.
    async fn replace_subscription(
        &self,
        subscription: &SubscriptionRecord,
        notice: Option<MessageRecord>,
    ) -> Result<bool, StorageError>;

    /// With all that is on its way to it. `false`: there is no such subscription.
    async fn delete_subscription(&self, subscription: &SubscriptionArn) -> Result<bool, StorageError>;

    /// Takes messages in this order, each with one delivery for each recipient. `None`: there is no such topic.
    async fn publish(
        &self,
        topic: &TopicArn,
        messages: Vec<Publication>,
    ) -> Result<Option<Vec<Published>>, StorageError>;

    /// The subscriptions that something is on its way to.
    async fn lanes(&self) -> Result<Vec<SubscriptionArn>, StorageError>;

    /// What is to be delivered next, what is due first coming first: of a group of messages only the first one.
    async fn deliveries(
        &self,
        subscription: &SubscriptionArn,
        limit: usize,
    ) -> Result<Vec<Delivery>, StorageError>;

    async fn settle(&self, delivery: i64, settlement: Settlement) -> Result<(), StorageError>;

    /// The private key that signs messages (PKCS #8), once one has been kept.
    async fn signing_key(&self) -> Result<Option<Vec<u8>>, StorageError>;

    /// Keeps a key unless there is one, and answers with the one that is kept.
    async fn keep_signing_key(&self, key: Vec<u8>) -> Result<Vec<u8>, StorageError>;

    /// Forgets deduplication keys whose time is over, and subscriptions that nobody has confirmed since `pending`.
    async fn sweep(&self, now: Timestamp, pending: Timestamp) -> Result<(), StorageError>;
}
