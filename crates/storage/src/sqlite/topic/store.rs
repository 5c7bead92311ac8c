use std::any::Any;
use std::path::Path;

use async_trait::async_trait;
use hob_types::{AccountId, Region, SubscriptionArn, Timestamp, TopicArn};

use super::schema::MIGRATIONS;
use super::{delivery, publish, signing_key, subscription, topics};
use crate::sqlite::database::{Database, Durability};
use crate::{
    Delivery, MessageRecord, OpenError, Publication, Published, Settlement, StorageError, SubscriptionCounts,
    SubscriptionCreated, SubscriptionEndpoint, SubscriptionRecord, TopicRecord, TopicStore,
};

pub(crate) struct SqliteTopicStore {
    database: Database,
    /// Stays for as long as the file is open.
    _directory: Box<dyn Any + Send + Sync>,
}

impl SqliteTopicStore {
    pub(crate) fn open(
        file: &Path,
        durability: Durability,
        directory: impl Any + Send + Sync,
    ) -> Result<Self, OpenError> {
        let database = Database::open_as(file, MIGRATIONS, durability)?;
        Ok(Self { database, _directory: Box::new(directory) })
    }
}

#[async_trait]
impl TopicStore for SqliteTopicStore {
    async fn create_topic(&self, topic: &TopicRecord) -> Result<bool, StorageError> {
        let topic = topic.clone();
        self.database.write(move |connection| topics::create(connection, &topic)).await
    }

    async fn topic(&self, topic: &TopicArn) -> Result<Option<TopicRecord>, StorageError> {
        let topic = topic.clone();
        self.database.read(move |connection| topics::get(connection, &topic)).await
    }

    async fn topics(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TopicArn>, StorageError> {
        // No name is empty, so every name comes after the empty one.
        let after = after.unwrap_or_default().to_owned();
        let (account, region) = (account.clone(), region.clone());
        self.database.read(move |connection| topics::list(connection, &account, &region, &after, limit)).await
    }

    async fn replace_topic(&self, topic: &TopicRecord) -> Result<bool, StorageError> {
        let topic = topic.clone();
        self.database.write(move |connection| topics::replace(connection, &topic)).await
    }

    async fn delete_topic(&self, topic: &TopicArn) -> Result<bool, StorageError> {
        let topic = topic.clone();
        self.database.write(move |connection| topics::delete(connection, &topic)).await
    }

    async fn create_subscription(
        &self,
        subscription: &SubscriptionRecord,
        request: Option<MessageRecord>,
    ) -> Result<SubscriptionCreated, StorageError> {
        let subscription = subscription.clone();
        self.database
            .write(move |connection| subscription::create(connection, &subscription, request.as_ref()))
            .await
    }

    async fn subscription(
        &self,
        subscription: &SubscriptionArn,
    ) -> Result<Option<SubscriptionRecord>, StorageError> {
        let subscription = subscription.clone();
        self.database.read(move |connection| subscription::get(connection, &subscription)).await
    }

    async fn subscription_of(
        &self,
        topic: &TopicArn,
        endpoint: &SubscriptionEndpoint,
    ) -> Result<Option<SubscriptionRecord>, StorageError> {
        let (topic, endpoint) = (topic.clone(), endpoint.clone());
        self.database.read(move |connection| subscription::of_endpoint(connection, &topic, &endpoint)).await
    }

    async fn subscriptions(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SubscriptionRecord>, StorageError> {
        let after = after.unwrap_or_default().to_owned();
        let (account, region) = (account.clone(), region.clone());
        self.database
            .read(move |connection| subscription::of_account(connection, &account, &region, &after, limit))
            .await
    }

    async fn subscriptions_of_topic(
        &self,
        topic: &TopicArn,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SubscriptionRecord>, StorageError> {
        let (topic, after) = (topic.clone(), after.unwrap_or_default().to_owned());
        self.database.read(move |connection| subscription::of_topic(connection, &topic, &after, limit)).await
    }

    async fn count_subscriptions(&self, topic: &TopicArn) -> Result<SubscriptionCounts, StorageError> {
        let topic = topic.clone();
        self.database.read(move |connection| subscription::count(connection, &topic)).await
    }

    async fn replace_subscription(
        &self,
        subscription: &SubscriptionRecord,
        notice: Option<MessageRecord>,
    ) -> Result<bool, StorageError> {
        let subscription = subscription.clone();
        self.database
            .write(move |connection| subscription::replace(connection, &subscription, notice.as_ref()))
            .await
    }

    async fn delete_subscription(&self, subscription: &SubscriptionArn) -> Result<bool, StorageError> {
        let subscription = subscription.clone();
        self.database.write(move |connection| subscription::delete(connection, &subscription)).await
    }

    async fn publish(
        &self,
        topic: &TopicArn,
        messages: Vec<Publication>,
    ) -> Result<Option<Vec<Published>>, StorageError> {
        let topic = topic.clone();
        self.database.write(move |connection| publish::publish(connection, &topic, &messages)).await
    }

    async fn lanes(&self) -> Result<Vec<SubscriptionArn>, StorageError> {
        self.database.read(delivery::lanes).await
    }

    async fn deliveries(
        &self,
        subscription: &SubscriptionArn,
        limit: usize,
    ) -> Result<Vec<Delivery>, StorageError> {
        let subscription = subscription.clone();
        self.database.read(move |connection| delivery::list(connection, &subscription, limit)).await
    }

    async fn settle(&self, delivery: i64, settlement: Settlement) -> Result<(), StorageError> {
        self.database.write(move |connection| delivery::settle(connection, delivery, &settlement)).await
    }

    async fn signing_key(&self) -> Result<Option<Vec<u8>>, StorageError> {
        self.database.read(signing_key::get).await
    }

    async fn keep_signing_key(&self, key: Vec<u8>) -> Result<Vec<u8>, StorageError> {
        self.database.write(move |connection| signing_key::keep(connection, key)).await
    }

    async fn sweep(&self, now: Timestamp, pending: Timestamp) -> Result<(), StorageError> {
        self.database
            .write(move |connection| {
                delivery::forget_keys(connection, now)?;
                subscription::delete_unconfirmed(connection, pending)
            })
            .await
    }
}
