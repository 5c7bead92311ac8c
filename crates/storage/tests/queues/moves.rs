use hob_storage::{MoveTaskStatus, Moved, QueueRecord};

use crate::sample::{MINUTE, World, arn, bodies, seconds};

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("new-{number}")).collect()
}

/// Three dead letters of the queue `source`.
async fn buried() -> (World, QueueRecord, QueueRecord) {
    let mut world = World::new();
    let (queue, dead) = (world.create("source").await, world.create("dead").await);
    world.send(queue.id, &["a", "b", "c"]).await;
    let wish = |world: &World| world.buried(world.wish(&queue, 10), &dead, 1);
    world.receive(wish(&world)).await;
    world.pass(seconds(30));
    world.receive(wish(&world)).await;
    (world, queue, dead)
}

#[tokio::test]
async fn messages_go_back_to_where_they_came_from_and_start_anew() {
    let (world, queue, _dead) = buried().await;
    let source = arn("dead");
    let start = || world.store.start_move(&source, None, Some(5), 3, world.now);
    let task = start().await.unwrap().unwrap();
    assert_eq!(start().await.unwrap(), None);
    assert_eq!(world.store.step_move(task, ids(2), world.now).await.unwrap(), Moved::Messages(2));
    let open = world.store.open_move_tasks().await.unwrap();
    assert_eq!((open[0].id, open[0].moved, open[0].to_move, open[0].per_second), (task, 2, 3, Some(5)));
    assert_eq!(world.store.step_move(task, ids(2), world.now).await.unwrap(), Moved::Messages(1));
    assert_eq!(world.store.step_move(task, ids(2), world.now).await.unwrap(), Moved::Finished);
    assert!(world.store.open_move_tasks().await.unwrap().is_empty());
    let task = world.store.move_task(task).await.unwrap().unwrap();
    assert_eq!((task.status, task.moved, task.source), (MoveTaskStatus::Completed, 3, arn("dead")));
    let back = world.receive(world.wish(&queue, 10)).await;
    assert_eq!(bodies(&back), ["a", "b", "c"]);
    assert_eq!((back[0].message_id.as_str(), back[0].receipt.receives), ("new-0", 1));
    assert_eq!((back[0].sent, &back[0].dead_letter_source), (world.now, &None));
}

#[tokio::test]
async fn a_task_that_is_cancelled_ends_at_its_next_step() {
    let (world, _queue, dead) = buried().await;
    let other = world.create("other").await;
    let (source, destination) = (arn("dead"), arn("other"));
    let started = world.store.start_move(&source, Some(&destination), None, 3, world.now).await;
    let task = started.unwrap().unwrap();
    world.store.step_move(task, ids(1), world.now).await.unwrap();
    assert_eq!(world.store.cancel_move(task).await.unwrap().unwrap().moved, 1);
    assert_eq!(world.store.cancel_move(task).await.unwrap(), None);
    assert_eq!(world.store.step_move(task, ids(1), world.now).await.unwrap(), Moved::Finished);
    let listed = world.store.move_tasks(&arn("dead"), 10).await.unwrap();
    assert_eq!(listed[0].status, MoveTaskStatus::Cancelled);
    assert_eq!(world.bodies(&other, 10).await, ["a"]);
    assert_eq!(world.bodies(&dead, 10).await, ["b", "c"]);
}

#[tokio::test]
async fn a_task_without_a_way_fails_and_leaves_the_messages() {
    let (world, queue, dead) = buried().await;
    world.store.delete(queue.id, world.now).await.unwrap();
    let source = arn("dead");
    let start = || world.store.start_move(&source, None, None, 3, world.now);
    let task = start().await.unwrap().unwrap();
    assert_eq!(world.store.step_move(task, ids(10), world.now).await.unwrap(), Moved::Finished);
    let failed = world.store.move_task(task).await.unwrap().unwrap();
    assert_eq!(failed.status, MoveTaskStatus::Failed);
    assert_eq!(failed.failure.as_deref(), Some("CouldNotDetermineMessageSource"));
    let task = start().await.unwrap().unwrap();
    assert_eq!(world.bodies(&dead, 10).await.len(), 3);
    world.store.delete(dead.id, world.now + MINUTE).await.unwrap();
    assert_eq!(world.store.step_move(task, ids(10), world.now).await.unwrap(), Moved::Finished);
    let listed = world.store.move_tasks(&arn("dead"), 1).await.unwrap();
    assert_eq!((listed[0].id, listed[0].status), (task, MoveTaskStatus::Failed));
}
