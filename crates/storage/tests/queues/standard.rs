use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use hob_storage::{
    Arrivals, Hidden, MessageCounts, QueueCreated, QueueId, QueuePurged, Receipt, ReceiveMessages, Received,
    Storage, StoredAttribute, StoredValue,
};
use hob_types::{SeededRandom, Timestamp};

use crate::sample::{MINUTE, START, World, arn, bodies, receipts, seconds, settings};

#[tokio::test]
async fn a_message_is_received_as_it_was_sent() {
    let world = World::new();
    let queue = world.create("q").await;
    let text =
        StoredAttribute { data_type: "String".to_owned(), value: StoredValue::Text("ä\"".to_owned()) };
    let binary = StoredAttribute {
        data_type: "Binary.png".to_owned(),
        value: StoredValue::Binary(vec![0, 255].into()),
    };
    let attributes = BTreeMap::from([("a".to_owned(), text), ("b".to_owned(), binary)]);
    let mut message = world.message("hello");
    message.attributes.clone_from(&attributes);
    message.trace_header = Some("Root=1".to_owned());
    message.group = Some("tenant".to_owned());
    let sent = world.store.send(queue.id, vec![message], START).await.unwrap().unwrap();
    let received = world.receive(world.wish(&queue, 10)).await.remove(0);
    assert_eq!((received.message_id.as_str(), received.sequence), ("hello", sent[0].sequence));
    assert_eq!(received.attributes, attributes);
    assert_eq!((received.sent, received.first_received, received.receipt.receives), (START, START, 1));
    assert_eq!(received.trace_header.as_deref(), Some("Root=1"));
    assert_eq!((received.group.as_deref(), received.sender.as_str()), (Some("tenant"), "somebody"));
    assert_eq!((received.deduplication_id, received.dead_letter_source), (None, None));
}

#[tokio::test]
async fn what_was_received_is_hidden_for_a_while() {
    let mut world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["a", "b"]).await;
    assert_eq!(world.bodies(&queue, 1).await, ["a"]);
    assert_eq!(world.bodies(&queue, 10).await, ["b"]);
    world.pass(seconds(29));
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    world.pass(seconds(1));
    let again = world.receive(world.wish(&queue, 10)).await;
    assert_eq!(bodies(&again), ["a", "b"]);
    assert_eq!((again[0].receipt.receives, again[0].first_received), (2, START));
}

#[tokio::test]
async fn a_delayed_message_is_counted_as_such_and_comes_in_time() {
    let mut world = World::new();
    let queue = world.create("q").await;
    let mut message = world.message("late");
    message.visible_at = world.now + seconds(5);
    world.store.send(queue.id, vec![message, world.message("now")], world.now).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, ["now"]);
    let counts = world.store.counts(queue.id, world.now).await.unwrap();
    assert_eq!(counts, MessageCounts { visible: 0, hidden: 1, delayed: 1 });
    world.pass(seconds(5));
    assert_eq!(world.bodies(&queue, 10).await, ["late"]);
}

#[tokio::test]
async fn a_message_is_hidden_for_longer_or_shown_at_once_while_it_is_held() {
    let mut world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["a"]).await;
    let receipt = world.receive(world.wish(&queue, 1)).await[0].receipt;
    let hide = async |world: &World, receipt: Receipt, time: u64| {
        world.store.hide(queue.id, vec![(receipt, seconds(time))], world.now).await.unwrap()[0]
    };
    world.pass(seconds(20));
    assert_eq!(hide(&world, receipt, 43_200).await, Hidden::TooLong);
    assert_eq!(hide(&world, receipt, 43_180).await, Hidden::Done);
    world.pass(seconds(30));
    assert_eq!(world.bodies(&queue, 1).await, [""; 0]);
    assert_eq!(hide(&world, receipt, 0).await, Hidden::Done);
    assert_eq!(hide(&world, receipt, 10).await, Hidden::Expired);
    let again = world.receive(world.wish(&queue, 1)).await[0].receipt;
    assert_eq!(hide(&world, receipt, 10).await, Hidden::Expired);
    world.store.remove(queue.id, vec![again], false, world.now).await.unwrap();
    assert_eq!(hide(&world, again, 10).await, Hidden::Gone);
}

#[tokio::test]
async fn a_removed_message_does_not_come_back_and_an_old_receipt_will_do() {
    let mut world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["a", "b"]).await;
    let first = receipts(&world.receive(world.wish(&queue, 2)).await);
    world.pass(MINUTE);
    world.receive(world.wish(&queue, 2)).await;
    let removed = world.store.remove(queue.id, vec![first[0], first[0]], false, world.now).await.unwrap();
    assert_eq!(removed, [Hidden::Done, Hidden::Gone]);
    let removed = world.store.remove(queue.id, vec![first[1]], true, world.now).await.unwrap();
    assert_eq!(removed, [Hidden::Expired]);
    world.pass(MINUTE);
    assert_eq!(world.bodies(&queue, 10).await, ["b"]);
}

#[tokio::test]
async fn who_has_received_too_often_finds_it_in_the_dead_letter_queue() {
    let mut world = World::new();
    let (queue, dead) = (world.create("q").await, world.create("dead").await);
    world.send(queue.id, &["a", "b"]).await;
    let wish = |world: &World, at_most| world.buried(world.wish(&queue, at_most), &dead, 2);
    assert_eq!(bodies(&world.receive(wish(&world, 1)).await), ["a"]);
    world.pass(seconds(30));
    assert_eq!(bodies(&world.receive(wish(&world, 10)).await), ["b", "a"]);
    world.pass(seconds(30));
    assert_eq!(bodies(&world.receive(wish(&world, 10)).await), ["b"]);
    let buried = world.receive(world.wish(&dead, 10)).await.remove(0);
    assert_eq!((buried.message_id.as_str(), buried.sent, buried.receipt.receives), ("a", START, 3));
    assert_eq!(buried.dead_letter_source, Some(arn("source").to_string()));
    world.store.delete(dead.id, world.now).await.unwrap();
    world.pass(seconds(30));
    assert_eq!(bodies(&world.receive(wish(&world, 10)).await), ["b"]);
}

#[tokio::test]
async fn only_so_many_messages_are_hidden_at_a_time() {
    let mut world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["a", "b", "c", "d"]).await;
    let wish = |world: &World| ReceiveMessages { in_flight_max: 2, ..world.wish(&queue, 1) };
    let first = receipts(&world.receive(wish(&world)).await);
    world.receive(wish(&world)).await;
    assert_eq!(world.store.receive(wish(&world)).await.unwrap(), Received::OverLimit);
    world.store.remove(queue.id, first, false, world.now).await.unwrap();
    assert_eq!(bodies(&world.receive(wish(&world)).await), ["c"]);
    assert_eq!(world.store.receive(wish(&world)).await.unwrap(), Received::OverLimit);
    world.pass(seconds(30));
    assert_eq!(bodies(&world.receive(wish(&world)).await), ["d"]);
}

#[tokio::test]
async fn a_queue_is_made_once_and_its_name_rests_after_it() {
    let mut world = World::new();
    let queue = world.create("q").await;
    let again = |world: &World| {
        let (store, now) = (world.store.clone(), world.now);
        async move { store.create(&arn("q"), settings(false), BTreeMap::new(), now, MINUTE).await.unwrap() }
    };
    assert_eq!(again(&world).await, QueueCreated::Exists(queue.clone()));
    assert!(world.store.delete(queue.id, world.now).await.unwrap());
    assert!(!world.store.delete(queue.id, world.now).await.unwrap());
    assert_eq!(world.store.send(queue.id, vec![world.message("a")], world.now).await.unwrap(), None);
    assert_eq!(world.store.receive(world.wish(&queue, 1)).await.unwrap(), Received::NoQueue);
    world.pass(seconds(59));
    assert_eq!(again(&world).await, QueueCreated::DeletedRecently);
    world.pass(seconds(1));
    let QueueCreated::Created(new) = again(&world).await else { panic!("it was not made") };
    assert_ne!(new.id, queue.id);
}

#[tokio::test]
async fn what_is_set_is_kept() {
    let world = World::new();
    let queue = world.create("q").await;
    let changed = hob_storage::QueueSettings { delay: 7, ..settings(false) };
    let record = world.store.configure(queue.id, changed.clone(), world.now + MINUTE).await.unwrap().unwrap();
    assert_eq!((&record.settings, record.modified), (&changed, world.now + MINUTE));
    let tags = BTreeMap::from([("team".to_owned(), "a".to_owned())]);
    let record = world.store.set_tags(queue.id, tags.clone()).await.unwrap().unwrap();
    assert_eq!((&record.tags, record.modified), (&tags, world.now + MINUTE));
    assert_eq!(world.store.queues().await.unwrap(), [record]);
}

#[tokio::test]
async fn a_purge_removes_what_is_there_and_nothing_that_comes_later() {
    let mut world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["a", "b"]).await;
    let held = receipts(&world.receive(world.wish(&queue, 1)).await);
    assert_eq!(world.store.purge(queue.id, world.now, MINUTE).await.unwrap(), QueuePurged::Purged);
    world.send(queue.id, &["c"]).await;
    assert_eq!(world.store.purge(queue.id, world.now, MINUTE).await.unwrap(), QueuePurged::TooSoon);
    assert_eq!(world.store.remove(queue.id, held, false, world.now).await.unwrap(), [Hidden::Gone]);
    assert_eq!(world.bodies(&queue, 10).await, ["c"]);
    world.pass(MINUTE);
    assert_eq!(world.store.purge(queue.id, world.now, MINUTE).await.unwrap(), QueuePurged::Purged);
}

#[derive(Default)]
struct Heard(Mutex<Vec<(&'static str, Option<Timestamp>, usize)>>);

impl Arrivals for Heard {
    fn arrived(&self, _: QueueId, at: Timestamp, messages: usize) {
        self.0.lock().unwrap().push(("arrived", Some(at), messages));
    }

    fn drained(&self, _: QueueId, until: Option<Timestamp>) {
        self.0.lock().unwrap().push(("drained", until, 0));
    }
}

#[tokio::test]
async fn who_listens_hears_when_there_is_something_to_be_received() {
    let world = World::new();
    let queue = world.create("q").await;
    let heard = Arc::new(Heard::default());
    world.store.listen(heard.clone());
    let take = || std::mem::take(&mut *heard.0.lock().unwrap());
    let mut late = world.message("c");
    late.visible_at = START + seconds(5);
    let messages = vec![world.message("a"), world.message("b"), late];
    world.store.send(queue.id, messages, world.now).await.unwrap();
    assert_eq!(take(), [("arrived", Some(START), 2), ("arrived", Some(START + seconds(5)), 1)]);
    world.receive(world.wish(&queue, 1)).await;
    assert_eq!(take(), []);
    let receipt = world.receive(world.wish(&queue, 10)).await[0].receipt;
    assert_eq!(take(), [("drained", Some(START + seconds(5)), 0)]);
    world.store.hide(queue.id, vec![(receipt, seconds(2))], world.now).await.unwrap();
    assert_eq!(take(), [("arrived", Some(START + seconds(2)), 1)]);
    world.store.purge(queue.id, world.now, MINUTE).await.unwrap();
    world.receive(world.wish(&queue, 10)).await;
    assert_eq!(take(), [("drained", None, 0)]);
}

#[tokio::test]
async fn queues_messages_and_the_key_are_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new();
    let open = || Storage::open(directory.path(), &SeededRandom::new(1)).unwrap();
    let storage = open();
    let store = storage.queues();
    let created = store.create(&arn("q"), settings(false), BTreeMap::new(), START, MINUTE).await.unwrap();
    let QueueCreated::Created(queue) = created else { panic!("{created:?}") };
    store.send(queue.id, vec![world.message("a"), world.message("b")], START).await.unwrap();
    assert_eq!(store.handle_key([1; 32]).await.unwrap(), [1; 32]);
    let Received::Messages(held) = store.receive(world.wish(&queue, 1)).await.unwrap() else { panic!() };
    drop((store, storage));
    let storage = open();
    let store = storage.queues();
    assert_eq!(store.queues().await.unwrap(), std::slice::from_ref(&queue));
    assert_eq!(store.handle_key([2; 32]).await.unwrap(), [1; 32]);
    let Received::Messages(rest) = store.receive(world.wish(&queue, 10)).await.unwrap() else { panic!() };
    assert_eq!(bodies(&rest), ["b"]);
    assert_eq!(store.remove(queue.id, receipts(&held), true, START).await.unwrap(), [Hidden::Done]);
}
