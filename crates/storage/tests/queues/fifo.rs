use hob_storage::{Hidden, NewMessage, QueueId, SentMessage};

use crate::sample::{World, bodies, receipts, seconds};

async fn send(world: &World, queue: QueueId, messages: Vec<NewMessage>) -> Vec<SentMessage> {
    world.store.send(queue, messages, world.now).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_group_comes_in_order_and_waits_for_what_is_held() {
    let mut world = World::new();
    let queue = world.create("q.fifo").await;
    let messages = ["a1", "b1", "a2", "b2", "a3"].map(|body| world.in_group(body, &body[..1]));
    send(&world, queue.id, messages.into()).await;
    let first = world.receive(world.wish(&queue, 2)).await;
    assert_eq!(bodies(&first), ["a1", "a2"]);
    let second = world.receive(world.wish(&queue, 10)).await;
    assert_eq!(bodies(&second), ["b1", "b2"]);
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    world.store.remove(queue.id, receipts(&first[..1]), true, world.now).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    world.store.remove(queue.id, receipts(&first[1..]), true, world.now).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, ["a3"]);
    world.pass(seconds(30));
    assert_eq!(world.bodies(&queue, 10).await, ["a3", "b1", "b2"]);
}

#[tokio::test]
async fn a_message_that_is_shown_again_comes_before_those_after_it() {
    let world = World::new();
    let queue = world.create("q.fifo").await;
    send(&world, queue.id, ["1", "2", "3"].map(|body| world.in_group(body, "g")).into()).await;
    let held = receipts(&world.receive(world.wish(&queue, 2)).await);
    let show = |receipt| world.store.hide(queue.id, vec![(receipt, seconds(0))], world.now);
    show(held[1]).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    show(held[0]).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, ["1", "2", "3"]);
}

#[tokio::test]
async fn an_expired_receipt_removes_nothing() {
    let mut world = World::new();
    let queue = world.create("q.fifo").await;
    send(&world, queue.id, vec![world.in_group("a", "g")]).await;
    let held = receipts(&world.receive(world.wish(&queue, 1)).await);
    world.pass(seconds(30));
    let removed = world.store.remove(queue.id, held, true, world.now).await.unwrap();
    assert_eq!(removed, [Hidden::Expired]);
    assert_eq!(world.bodies(&queue, 1).await, ["a"]);
}

#[tokio::test]
async fn a_duplicate_is_answered_like_the_first_and_not_taken_for_five_minutes() {
    let mut world = World::new();
    let queue = world.create("q.fifo").await;
    let named = |world: &World, id: &str, body: &str, group: &str| NewMessage {
        deduplication_id: Some(id.to_owned()),
        ..world.in_group(body, group)
    };
    let first = send(&world, queue.id, vec![named(&world, "x", "a", "g")]).await;
    assert_eq!(send(&world, queue.id, vec![named(&world, "x", "b", "h")]).await, first);
    let by_group = NewMessage { deduplicate_in_group: true, ..named(&world, "x", "c", "h") };
    let twice = send(&world, queue.id, vec![by_group.clone(), by_group]).await;
    assert_eq!(twice[0], twice[1]);
    world.pass(seconds(299));
    send(&world, queue.id, vec![named(&world, "x", "d", "g")]).await;
    world.pass(seconds(1));
    send(&world, queue.id, vec![named(&world, "x", "e", "g")]).await;
    assert_eq!(world.bodies(&queue, 10).await, ["a", "e", "c"]);
}

#[tokio::test]
async fn a_delay_holds_the_whole_group_back_in_order() {
    let mut world = World::new();
    let queue = world.create("q.fifo").await;
    let late = |world: &World, body: &str| NewMessage {
        visible_at: world.now + seconds(5),
        ..world.in_group(body, "g")
    };
    send(&world, queue.id, vec![late(&world, "1")]).await;
    world.pass(seconds(2));
    send(&world, queue.id, vec![late(&world, "2")]).await;
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    world.pass(seconds(3));
    let held = receipts(&world.receive(world.wish(&queue, 10)).await);
    assert_eq!(held.len(), 1);
    world.store.remove(queue.id, held, true, world.now).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    world.pass(seconds(2));
    assert_eq!(world.bodies(&queue, 10).await, ["2"]);
}

#[tokio::test]
async fn dead_letters_keep_their_order_and_free_their_group() {
    let mut world = World::new();
    let (queue, dead) = (world.create("q.fifo").await, world.create("dead.fifo").await);
    let messages = ["1", "2", "3"].map(|body| world.in_group(body, "g"));
    send(&world, queue.id, messages.into()).await;
    let wish = |world: &World, at_most| world.buried(world.wish(&queue, at_most), &dead, 1);
    assert_eq!(bodies(&world.receive(wish(&world, 2)).await), ["1", "2"]);
    world.pass(seconds(30));
    assert_eq!(bodies(&world.receive(wish(&world, 10)).await), ["3"]);
    assert_eq!(world.bodies(&dead, 10).await, ["1", "2"]);
}

#[tokio::test]
async fn an_attempt_that_is_made_again_gets_the_same_messages_while_they_are_held() {
    let mut world = World::new();
    let queue = world.create("q.fifo").await;
    send(&world, queue.id, ["1", "2", "3"].map(|body| world.in_group(body, "g")).into()).await;
    let wish = |world: &World, name: &str| {
        let attempt = Some(name.to_owned());
        hob_storage::ReceiveMessages { attempt, ..world.wish(&queue, 2) }
    };
    let first = world.receive(wish(&world, "x")).await;
    world.pass(seconds(20));
    assert_eq!(world.receive(wish(&world, "y")).await, []);
    assert_eq!(world.receive(wish(&world, "x")).await, first);
    world.pass(seconds(29));
    assert_eq!(world.bodies(&queue, 10).await, [""; 0]);
    world.pass(seconds(1));
    let again = world.receive(wish(&world, "x")).await;
    assert_eq!((bodies(&again), again[0].receipt.receives), (bodies(&first), 2));
    world.store.remove(queue.id, receipts(&again[..1]), true, world.now).await.unwrap();
    assert_eq!(world.receive(wish(&world, "x")).await, []);
}
