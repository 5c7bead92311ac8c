//! Topics, subscriptions and deliveries.

use std::time::Duration;

use hob_storage::{
    Delivery, DeliveryFailure, MessageContent, MessageRecord, Notification, Ordering, Publication,
    Settlement, Storage, SubscriptionCounts, SubscriptionCreated, SubscriptionEndpoint, SubscriptionRecord,
    SubscriptionSettings, SubscriptionState, TopicRecord, TopicSettings, TopicStore,
};
use hob_types::{AccountId, Region, SeededRandom, SubscriptionArn, Timestamp, TopicArn};

suite! {
    a_topic_is_created_once_and_changed_at_its_edition,
    topics_are_listed_by_name,
    an_endpoint_is_subscribed_once,
    a_subscription_changes_at_its_edition,
    a_message_waits_for_each_of_its_recipients,
    of_a_group_only_the_first_message_is_next,
    a_key_is_taken_once_until_it_is_forgotten,
    a_delivery_is_tried_again_when_it_is_due,
    what_goes_takes_its_deliveries_along,
    what_nobody_confirms_is_swept,
    the_first_signing_key_stays,
}

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

fn arn(name: &str) -> TopicArn {
    TopicArn { region: Region::local(), account: AccountId::local(), name: name.to_owned() }
}

async fn topic(store: &dyn TopicStore, name: &str) -> TopicArn {
    let (settings, tags) = (TopicSettings::default(), [].into());
    assert!(store.create_topic(&TopicRecord { arn: arn(name), settings, tags, edition: 0 }).await.unwrap());
    arn(name)
}

fn endpoint(number: u64) -> SubscriptionEndpoint {
    SubscriptionEndpoint::Http(format!("http://localhost/{number}"))
}

fn subscription(topic: &TopicArn, number: u64, state: SubscriptionState) -> SubscriptionRecord {
    SubscriptionRecord {
        arn: SubscriptionArn::random(topic.clone(), &SeededRandom::new(number)),
        owner: AccountId::local(),
        principal: "someone".to_owned(),
        endpoint: endpoint(number),
        state,
        settings: SubscriptionSettings::default(),
        base_url: "http://localhost:4566".to_owned(),
        since: NOW,
        edition: 0,
    }
}

fn confirmed() -> SubscriptionState {
    SubscriptionState::Confirmed { authenticated: true, authenticate_on_unsubscribe: false }
}

fn pending() -> SubscriptionState {
    SubscriptionState::Pending { token: "t".to_owned() }
}

async fn subscribed(store: &dyn TopicStore, topic: &TopicArn, number: u64) -> SubscriptionArn {
    let record = subscription(topic, number, confirmed());
    assert_eq!(store.create_subscription(&record, None).await.unwrap(), SubscriptionCreated::Created);
    record.arn
}

fn message(id: &str) -> MessageRecord {
    let content =
        MessageContent::Notification(Notification { message: id.to_owned(), ..Notification::default() });
    MessageRecord { message_id: id.to_owned(), published: NOW, content, trace_header: None }
}

fn to(recipients: &[&SubscriptionArn], id: &str) -> Publication {
    let recipients = recipients.iter().map(|&arn| arn.clone()).collect();
    Publication { message: message(id), recipients, ordering: None }
}

fn in_group(recipients: &[&SubscriptionArn], group: &str, id: &str) -> Publication {
    let ordering = Ordering {
        group_id: group.to_owned(),
        deduplication_key: id.to_owned(),
        forget_at: NOW + Duration::from_secs(300),
    };
    Publication { ordering: Some(ordering), ..to(recipients, id) }
}

async fn next(store: &dyn TopicStore, subscription: &SubscriptionArn) -> Vec<Delivery> {
    store.deliveries(subscription, 10).await.unwrap()
}

fn ids(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|delivery| delivery.message.message_id.as_str()).collect()
}

async fn a_topic_is_created_once_and_changed_at_its_edition(storage: &Storage) {
    let store = storage.topics();
    let arn = topic(store.as_ref(), "t").await;
    let mut record = store.topic(&arn).await.unwrap().unwrap();
    assert!(!store.create_topic(&record).await.unwrap());
    record.settings.display_name = "T".to_owned();
    record.tags = [("k".to_owned(), "v".to_owned())].into();
    assert!(store.replace_topic(&record).await.unwrap());
    assert!(!store.replace_topic(&record).await.unwrap());
    let changed = store.topic(&arn).await.unwrap().unwrap();
    assert_eq!((changed.settings.display_name.as_str(), changed.tags.len()), ("T", 1));
    assert!(store.delete_topic(&arn).await.unwrap());
    assert!(!store.delete_topic(&arn).await.unwrap());
    assert!(store.topic(&arn).await.unwrap().is_none());
}

async fn topics_are_listed_by_name(storage: &Storage) {
    let store = storage.topics();
    for name in ["b", "a", "c"] {
        topic(store.as_ref(), name).await;
    }
    let list = async |region: &Region, after, limit| {
        let topics = store.topics(&AccountId::local(), region, after, limit).await.unwrap();
        topics.into_iter().map(|topic| topic.name).collect::<Vec<_>>()
    };
    assert_eq!(list(&Region::local(), None, 2).await, ["a", "b"]);
    assert_eq!(list(&Region::local(), Some("b"), 2).await, ["c"]);
    assert!(list(&"eu-west-1".parse().unwrap(), None, 2).await.is_empty());
}

async fn an_endpoint_is_subscribed_once(storage: &Storage) {
    let store = storage.topics();
    let absent = subscription(&arn("t"), 1, confirmed());
    assert_eq!(store.create_subscription(&absent, None).await.unwrap(), SubscriptionCreated::NoTopic);
    let topic = topic(store.as_ref(), "t").await;
    let first = subscribed(store.as_ref(), &topic, 1).await;
    let mut again = subscription(&topic, 2, confirmed());
    again.endpoint = endpoint(1);
    let request = Some(message("not sent"));
    assert_eq!(store.create_subscription(&again, request).await.unwrap(), SubscriptionCreated::Exists);
    assert!(store.lanes().await.unwrap().is_empty());
    let found = store.subscription_of(&topic, &endpoint(1)).await.unwrap().unwrap();
    assert_eq!(found.arn, first);
    let second = subscribed(store.as_ref(), &topic, 3).await;
    let mut both = [first, second];
    both.sort_by_key(ToString::to_string);
    let listed = store.subscriptions_of_topic(&topic, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|record| &record.arn).collect::<Vec<_>>(), both.iter().collect::<Vec<_>>());
    let after = both[0].to_string();
    let listed = store.subscriptions(&AccountId::local(), &Region::local(), Some(&after), 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].arn, both[1]);
}

async fn a_subscription_changes_at_its_edition(storage: &Storage) {
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t").await;
    let record = subscription(&topic, 1, pending());
    store.create_subscription(&record, Some(message("please"))).await.unwrap();
    assert_eq!(ids(&next(store.as_ref(), &record.arn).await), ["please"]);
    let mut record = store.subscription(&record.arn).await.unwrap().unwrap();
    record.state = confirmed();
    assert!(store.replace_subscription(&record, Some(message("told"))).await.unwrap());
    assert!(!store.replace_subscription(&record, Some(message("not told"))).await.unwrap());
    assert_eq!(ids(&next(store.as_ref(), &record.arn).await), ["please", "told"]);
    let counts = store.count_subscriptions(&topic).await.unwrap();
    assert_eq!(counts, SubscriptionCounts { confirmed: 1, ..SubscriptionCounts::default() });
}

async fn a_message_waits_for_each_of_its_recipients(storage: &Storage) {
    let store = storage.topics();
    assert!(store.publish(&arn("t"), vec![to(&[], "m")]).await.unwrap().is_none());
    let topic = topic(store.as_ref(), "t").await;
    let (one, two) =
        (subscribed(store.as_ref(), &topic, 1).await, subscribed(store.as_ref(), &topic, 2).await);
    let messages = vec![to(&[&one, &two], "both"), to(&[&two], "second"), to(&[], "nobody")];
    let published = store.publish(&topic, messages).await.unwrap().unwrap();
    assert_eq!(published.len(), 3);
    assert_eq!(ids(&next(store.as_ref(), &one).await), ["both"]);
    let of_two = next(store.as_ref(), &two).await;
    assert_eq!(ids(&of_two), ["both", "second"]);
    assert_eq!(of_two[0].message, message("both"));
    for delivery in &of_two {
        store.settle(delivery.id, Settlement::Done).await.unwrap();
    }
    assert_eq!(store.lanes().await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(ids(&next(store.as_ref(), &one).await), ["both"]);
}

async fn of_a_group_only_the_first_message_is_next(storage: &Storage) {
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t.fifo").await;
    let one = subscribed(store.as_ref(), &topic, 1).await;
    let messages = [("a", "a1"), ("a", "a2"), ("b", "b1")].map(|(group, id)| in_group(&[&one], group, id));
    let published = store.publish(&topic, messages.to_vec()).await.unwrap().unwrap();
    let numbers: Vec<_> = published.iter().filter_map(|published| published.sequence_number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let first = next(store.as_ref(), &one).await;
    assert_eq!(ids(&first), ["a1", "b1"]);
    let later = Settlement::Retry { attempts: 1, due: NOW + Duration::from_secs(60) };
    store.settle(first[0].id, later).await.unwrap();
    assert_eq!(ids(&next(store.as_ref(), &one).await), ["b1", "a1"]);
    store.settle(first[0].id, Settlement::Done).await.unwrap();
    assert_eq!(ids(&next(store.as_ref(), &one).await), ["a2", "b1"]);
}

async fn a_key_is_taken_once_until_it_is_forgotten(storage: &Storage) {
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t.fifo").await;
    let one = subscribed(store.as_ref(), &topic, 1).await;
    let mut again = in_group(&[&one], "g", "key");
    again.message = message("again");
    let messages = vec![in_group(&[&one], "g", "key"), again.clone()];
    let published = store.publish(&topic, messages).await.unwrap().unwrap();
    assert_eq!(published[0], published[1]);
    assert_eq!(ids(&next(store.as_ref(), &one).await), ["key"]);
    again.message.published = NOW + Duration::from_secs(300);
    let published = store.publish(&topic, vec![again.clone()]).await.unwrap().unwrap();
    assert_eq!((published[0].message_id.as_str(), published[0].sequence_number), ("again", Some(2)));
    store.sweep(NOW + Duration::from_secs(300), NOW).await.unwrap();
    let published = store.publish(&topic, vec![again]).await.unwrap().unwrap();
    assert_eq!(published[0].sequence_number, Some(3));
}

async fn a_delivery_is_tried_again_when_it_is_due(storage: &Storage) {
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t").await;
    let one = subscribed(store.as_ref(), &topic, 1).await;
    store.publish(&topic, vec![to(&[&one], "first"), to(&[&one], "second")]).await.unwrap();
    let first = next(store.as_ref(), &one).await.remove(0);
    let due = NOW + Duration::from_secs(20);
    store.settle(first.id, Settlement::Retry { attempts: 1, due }).await.unwrap();
    let deliveries = next(store.as_ref(), &one).await;
    assert_eq!(ids(&deliveries), ["second", "first"]);
    assert_eq!((deliveries[1].attempts, deliveries[1].due), (1, due));
    let failure = DeliveryFailure { code: "500".to_owned(), message: "no".to_owned() };
    store.settle(first.id, Settlement::Failed(failure.clone())).await.unwrap();
    let failed = next(store.as_ref(), &one).await.remove(1);
    assert_eq!((failed.attempts, failed.failure), (0, Some(failure)));
}

async fn what_goes_takes_its_deliveries_along(storage: &Storage) {
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t").await;
    let (one, two) =
        (subscribed(store.as_ref(), &topic, 1).await, subscribed(store.as_ref(), &topic, 2).await);
    store.publish(&topic, vec![to(&[&one, &two], "m")]).await.unwrap();
    assert!(store.delete_subscription(&one).await.unwrap());
    assert!(!store.delete_subscription(&one).await.unwrap());
    assert_eq!(store.lanes().await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(ids(&next(store.as_ref(), &two).await), ["m"]);
    // Whoever published it had seen the subscription.
    store.publish(&topic, vec![to(&[&one], "late")]).await.unwrap().unwrap();
    assert!(next(store.as_ref(), &one).await.is_empty());
    store.delete_topic(&topic).await.unwrap();
    assert!(store.lanes().await.unwrap().is_empty());
    assert!(store.subscription(&two).await.unwrap().is_none());
}

async fn what_nobody_confirms_is_swept(storage: &Storage) {
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t").await;
    let kept = subscribed(store.as_ref(), &topic, 1).await;
    let unconfirmed = subscription(&topic, 2, pending());
    store.create_subscription(&unconfirmed, Some(message("please"))).await.unwrap();
    store.sweep(NOW, NOW).await.unwrap();
    assert!(store.subscription(&unconfirmed.arn).await.unwrap().is_some());
    store.sweep(NOW, NOW + Duration::from_secs(1)).await.unwrap();
    assert!(store.subscription(&unconfirmed.arn).await.unwrap().is_none());
    assert!(store.lanes().await.unwrap().is_empty());
    assert!(store.subscription(&kept).await.unwrap().is_some());
}

async fn the_first_signing_key_stays(storage: &Storage) {
    let store = storage.topics();
    assert_eq!(store.signing_key().await.unwrap(), None);
    assert_eq!(store.keep_signing_key(vec![1]).await.unwrap(), [1]);
    assert_eq!(store.keep_signing_key(vec![2]).await.unwrap(), [1]);
    assert_eq!(store.signing_key().await.unwrap(), Some(vec![1]));
}

#[tokio::test]
async fn deliveries_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let storage = crate::sample::open(directory.path());
    let store = storage.topics();
    let topic = topic(store.as_ref(), "t").await;
    let one = subscribed(store.as_ref(), &topic, 1).await;
    store.publish(&topic, vec![to(&[&one], "m")]).await.unwrap();
    let before = next(store.as_ref(), &one).await;
    drop((store, storage));
    let storage = crate::sample::open(directory.path());
    assert_eq!(next(storage.topics().as_ref(), &one).await, before);
}
