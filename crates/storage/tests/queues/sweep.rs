use hob_storage::QueueSettings;

use crate::sample::{MINUTE, World, receipts, seconds, settings};

#[tokio::test]
async fn what_is_too_old_is_gone_whether_it_was_swept_or_not() {
    for swept in [false, true] {
        let mut world = World::new();
        for name in ["q", "q.fifo"] {
            let queue = world.create(name).await;
            world.send(queue.id, &["old", "older"]).await;
            world.pass(seconds(3600));
            if swept {
                assert!(!world.store.sweep(world.now, 1000).await.unwrap());
                assert_eq!(world.store.counts(queue.id, world.now).await.unwrap().visible, 0);
            }
            world.send(queue.id, &["new"]).await;
            if name == "q" {
                assert_eq!(world.bodies(&queue, 10).await, ["new"]);
            }
        }
    }
}

#[tokio::test]
async fn a_shorter_retention_holds_for_the_messages_that_are_there() {
    let mut world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["a"]).await;
    let short = QueueSettings { retention: 60, ..settings(false) };
    world.store.configure(queue.id, short, world.now).await.unwrap();
    world.pass(MINUTE);
    world.store.sweep(world.now, 1000).await.unwrap();
    assert_eq!(world.store.counts(queue.id, world.now).await.unwrap().visible, 0);
}

#[tokio::test]
async fn a_group_goes_on_after_its_first_messages_have_become_too_old() {
    let mut world = World::new();
    let queue = world.create("q.fifo").await;
    let old = vec![world.in_group("old", "g")];
    world.store.send(queue.id, old, world.now).await.unwrap();
    world.pass(seconds(1800));
    let new = vec![world.in_group("new", "g")];
    world.store.send(queue.id, new, world.now).await.unwrap();
    world.pass(seconds(1800));
    world.store.sweep(world.now, 1000).await.unwrap();
    assert_eq!(world.bodies(&queue, 10).await, ["new"]);
}

#[tokio::test]
async fn a_sweep_is_short_and_says_whether_there_is_more() {
    let world = World::new();
    let queue = world.create("q").await;
    world.send(queue.id, &["x"; 25]).await;
    world.store.purge(queue.id, world.now, MINUTE).await.unwrap();
    let other = world.create("other").await;
    world.send(other.id, &["y"; 3]).await;
    world.store.delete(other.id, world.now).await.unwrap();
    let mut more = Vec::new();
    for _ in 0..4 {
        more.push(world.store.sweep(world.now, 10).await.unwrap());
    }
    assert_eq!(more, [true, true, false, false]);
}

#[tokio::test]
async fn a_dead_letter_is_as_old_as_it_was_before() {
    let mut world = World::new();
    let (queue, dead) = (world.create("q").await, world.create("dead").await);
    world.send(queue.id, &["a"]).await;
    let wish = |world: &World| world.buried(world.wish(&queue, 1), &dead, 1);
    world.receive(wish(&world)).await;
    world.pass(seconds(1800));
    world.receive(wish(&world)).await;
    world.pass(seconds(1799));
    world.store.sweep(world.now, 1000).await.unwrap();
    assert_eq!(world.store.counts(dead.id, world.now).await.unwrap().visible, 1);
    world.pass(seconds(1));
    world.store.sweep(world.now, 1000).await.unwrap();
    assert_eq!(world.store.counts(dead.id, world.now).await.unwrap().visible, 0);
    assert!(receipts(&world.receive(world.wish(&dead, 1)).await).is_empty());
}
