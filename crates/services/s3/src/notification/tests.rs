//! From a change of an object to who hears of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{BucketRecord, ObjectChange, ObjectChangeKind, Storage, Versioning};
use hob_types::{AccountId, Clock as _, ManualClock, Region, SeededRandom, Timestamp};
use serde_json::Value;

use super::deliver::Deliverer;
use super::fake_neighbours::{Fakes, Got};
use super::{
    DestinationKind, NewRule, NotificationConfiguration, NotificationError, SUB_RESOURCE, TestRequest,
    announce,
};
use crate::announce::{Action, Cause};

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

fn rule(kind: DestinationKind, name: &str, event: &str) -> NewRule {
    let arn = match kind {
        DestinationKind::Function => format!("arn:aws:lambda:us-east-1:000000000000:function:{name}"),
        DestinationKind::Queue => format!("arn:aws:sqs:us-east-1:000000000000:{name}"),
        DestinationKind::Topic => format!("arn:aws:sns:us-east-1:000000000000:{name}"),
    };
    NewRule { id: Some(format!("{kind:?} {name}")), kind, arn, events: vec![event.to_owned()], filter: None }
}

fn configuration(rules: Vec<NewRule>) -> NotificationConfiguration {
    NotificationConfiguration::parse(rules, &Region::local(), &SeededRandom::new(1)).unwrap()
}

fn bucket(rules: Vec<NewRule>) -> BucketRecord {
    let kept = serde_json::to_string(&configuration(rules)).unwrap();
    BucketRecord {
        name: "photos".to_owned(),
        account: AccountId::local(),
        region: Region::local(),
        created: Timestamp::EPOCH,
        versioning: Versioning::Unversioned,
        configuration: BTreeMap::from([(SUB_RESOURCE.to_owned(), kept)]),
    }
}

fn created(key: &str) -> ObjectChange<'_> {
    let (size, etag) = (9, "d41d8cd98f00b204e9800998ecf8427e");
    ObjectChange { kind: ObjectChangeKind::Created, key, version_id: None, sequence: 1, size, etag }
}

struct World {
    storage: Storage,
    clock: Arc<ManualClock>,
    fakes: Arc<Fakes>,
    deliverer: Arc<Deliverer>,
}

impl World {
    fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let (fakes, neighbours) = Fakes::connected();
        let deliverer = Arc::new(Deliverer::new(storage.object_events(), neighbours, clock.clone()));
        Self { storage, clock, fakes, deliverer }
    }

    async fn put(&self, bucket: &BucketRecord, key: &str) {
        let documents = announce(Cause::example(Action::Put), NOW)(bucket, &created(key));
        self.storage.object_events().add(documents, self.clock.now()).await.unwrap();
    }

    /// All that can be delivered now.
    async fn deliver(&self) -> Vec<Got> {
        while self.deliverer.deliver_due().await.unwrap() {}
        self.fakes.got()
    }
}

fn key_of(body: &str) -> String {
    let event: Value = serde_json::from_str(body).unwrap();
    event["Records"][0]["s3"]["object"]["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn functions_queues_and_topics_hear_of_it() {
    let world = World::new();
    let rules = [
        (DestinationKind::Function, "s3:ObjectCreated:Put"),
        (DestinationKind::Queue, "s3:ObjectCreated:Copy"),
        (DestinationKind::Topic, "s3:ObjectRemoved:*"),
    ];
    let bucket = bucket(rules.into_iter().map(|(kind, event)| rule(kind, "x", event)).collect());
    world.put(&bucket, "a").await;
    let documents = announce(Cause::example(Action::Copy), NOW)(&bucket, &created("b"));
    world.storage.object_events().add(documents, world.clock.now()).await.unwrap();
    let removed = ObjectChange { kind: ObjectChangeKind::Deleted, ..created("c") };
    let documents = announce(Cause::example(Action::Delete), NOW)(&bucket, &removed);
    world.storage.object_events().add(documents, world.clock.now()).await.unwrap();
    let mut got = world.deliver().await;
    got.sort_by_key(|got| format!("{got:?}"));
    let [Got::Event(_, event), Got::Message(_, message), Got::Publication(_, publication)] = &got[..] else {
        panic!("{got:?}");
    };
    assert_eq!(key_of(std::str::from_utf8(&event.payload).unwrap()), "a");
    assert_eq!(event.origin.as_ref().unwrap().source_arn, "arn:aws:s3:::photos");
    assert_eq!(key_of(&message.body), "b");
    assert_eq!(key_of(&publication.message), "c");
    assert_eq!(publication.subject.as_deref(), Some("Amazon S3 Notification"));
    let trace = Cause::example(Action::Put).trace_header;
    assert!(
        event.trace_header == trace && message.trace_header == trace && publication.trace_header == trace
    );
    assert_eq!(world.storage.object_events().next_due().await.unwrap(), None, "nothing is left");
}

#[tokio::test]
async fn what_nobody_wants_makes_no_event() {
    let bucket = bucket(vec![rule(DestinationKind::Queue, "q", "s3:ObjectTagging:*")]);
    assert_eq!(announce(Cause::example(Action::Put), NOW)(&bucket, &created("a")), [""; 0]);
    let plain = BucketRecord { configuration: BTreeMap::new(), ..bucket };
    assert_eq!(announce(Cause::example(Action::PutTagging), NOW)(&plain, &created("a")), [""; 0]);
}

#[tokio::test]
async fn an_event_waits_for_a_destination_that_is_unavailable_and_none_overtakes_it() {
    let world = World::new();
    let broken = bucket(vec![rule(DestinationKind::Queue, "broken", "s3:ObjectCreated:*")]);
    *world.fakes.is_broken.lock().unwrap() = true;
    world.put(&broken, "a").await;
    assert_eq!(world.deliver().await, []);
    *world.fakes.is_broken.lock().unwrap() = false;
    let second = announce(Cause::example(Action::Post), NOW)(&broken, &created("a"));
    world.storage.object_events().add(second, world.clock.now()).await.unwrap();
    world.put(&broken, "other").await;
    assert_eq!(world.deliver().await.len(), 1, "the other object's alone");
    world.clock.advance(Duration::from_secs(1));
    let names: Vec<_> = world.deliver().await.iter().map(|got| format!("{got:?}")).collect();
    assert!(names[0].contains("ObjectCreated:Put") && names[1].contains("ObjectCreated:Post"), "{names:?}");
}

#[tokio::test]
async fn what_can_never_be_delivered_is_dropped() {
    let world = World::new();
    world.put(&bucket(vec![rule(DestinationKind::Function, "none", "s3:ObjectCreated:*")]), "a").await;
    assert_eq!(world.deliver().await, []);
    assert_eq!(world.storage.object_events().next_due().await.unwrap(), None);
}

#[tokio::test]
async fn every_destination_that_is_no_good_is_named() {
    let (_fakes, neighbours) = Fakes::connected();
    let check = async |bucket: &str, rules: Vec<NewRule>| {
        let checked = configuration(rules);
        checked.check_destinations(&neighbours, bucket, &AccountId::local()).await
    };
    let created = "s3:ObjectCreated:*";
    let good = [
        rule(DestinationKind::Function, "f", created),
        rule(DestinationKind::Queue, "q", "s3:ObjectAcl:Put"),
        rule(DestinationKind::Topic, "t", "s3:ObjectRemoved:*"),
    ];
    assert_eq!(check("photos", good.to_vec()).await, Ok(()));
    let Err(NotificationError::Destinations(bad)) = check("other", good.to_vec()).await else { panic!() };
    assert_eq!(bad.len(), 1, "the function's policy does not let this bucket in");
    let none = vec![
        rule(DestinationKind::Queue, "none", created),
        rule(DestinationKind::Topic, "none", "s3:ObjectRemoved:*"),
    ];
    let Err(NotificationError::Destinations(bad)) = check("photos", none).await else { panic!() };
    let names: Vec<_> = bad.iter().map(|bad| bad.0.to_string()).collect();
    assert_eq!(names, ["arn:aws:sqs:us-east-1:000000000000:none", "arn:aws:sns:us-east-1:000000000000:none"]);
}

#[test]
fn queues_and_topics_get_a_test_event_and_functions_do_not() {
    let rules = vec![
        rule(DestinationKind::Function, "f", "s3:ObjectCreated:*"),
        rule(DestinationKind::Queue, "q", "s3:ObjectAcl:Put"),
        rule(DestinationKind::Topic, "t", "s3:ObjectRemoved:*"),
    ];
    let tests = configuration(rules).test_events("photos", &AccountId::local(), &TestRequest::example());
    assert_eq!(tests.len(), 2);
    assert!(tests.iter().all(|test| test.contains("s3:TestEvent")), "{tests:?}");
}
