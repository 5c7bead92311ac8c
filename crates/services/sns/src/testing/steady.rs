//! A store for tests whose time stands still: as long as the store works, time does not jump ahead.

use std::future::Future;
use std::sync::{Arc, mpsc};

use async_trait::async_trait;
use hob_storage::{
    Delivery, MessageRecord, Publication, Published, Settlement, StorageError, SubscriptionCounts,
    SubscriptionCreated, SubscriptionEndpoint, SubscriptionRecord, TopicRecord, TopicStore,
};
use hob_types::{AccountId, Region, SubscriptionArn, Timestamp, TopicArn};

pub(crate) struct SteadyStore(pub Arc<dyn TopicStore>);

/// A paused clock jumps to the next timer when nobody has anything to do, for which it also takes those who wait for
/// the store's thread; but not while a thread of its own is busy.
async fn steady<T>(operation: impl Future<Output = T>) -> T {
    let (done, wait) = mpsc::channel::<()>();
    let busy = tokio::task::spawn_blocking(move || wait.recv());
    let outcome = operation.await;
    drop(done);
    let _ = busy.await;
    outcome
}

macro_rules! steadily {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+) => {
        #[async_trait]
        impl TopicStore for SteadyStore {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output, StorageError> {
                steady(self.0.$name($($argument),*)).await
            })+
        }
    };
}

steadily! {
    create_topic(topic: &TopicRecord) -> bool;
    topic(topic: &TopicArn) -> Option<TopicRecord>;
    topics(account: &AccountId, region: &Region, after: Option<&str>, limit: usize) -> Vec<TopicArn>;
    replace_topic(topic: &TopicRecord) -> bool;
    delete_topic(topic: &TopicArn) -> bool;
    create_subscription(subscription: &SubscriptionRecord, request: Option<MessageRecord>) -> SubscriptionCreated;
    subscription(subscription: &SubscriptionArn) -> Option<SubscriptionRecord>;
    subscription_of(topic: &TopicArn, endpoint: &SubscriptionEndpoint) -> Option<SubscriptionRecord>;
    subscriptions(account: &AccountId, region: &Region, after: Option<&str>, limit: usize) -> Vec<SubscriptionRecord>;
    subscriptions_of_topic(topic: &TopicArn, after: Option<&str>, limit: usize) -> Vec<SubscriptionRecord>;
    count_subscriptions(topic: &TopicArn) -> SubscriptionCounts;
    replace_subscription(subscription: &SubscriptionRecord, notice: Option<MessageRecord>) -> bool;
    delete_subscription(subscription: &SubscriptionArn) -> bool;
    publish(topic: &TopicArn, messages: Vec<Publication>) -> Option<Vec<Published>>;
    lanes() -> Vec<SubscriptionArn>;
    deliveries(subscription: &SubscriptionArn, limit: usize) -> Vec<Delivery>;
    settle(delivery: i64, settlement: Settlement) -> ();
    signing_key() -> Option<Vec<u8>>;
    keep_signing_key(key: Vec<u8>) -> Vec<u8>;
    sweep(now: Timestamp, pending: Timestamp) -> ();
}
