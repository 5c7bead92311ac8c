//! Waiting, in virtual time: hours of it take no time.

use std::collections::HashSet;
use std::time::Duration;

use hob_delivery::{DeliveryError, QueueMessage, QueueService, Receive};
use hob_storage::MoveTaskStatus;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::SqsError;
use crate::message::Draft;
use crate::testing::{World, arn, draft};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn who_waits_gets_a_message_when_it_is_sent() {
    let world = World::new();
    let queue = world.create("q", &[]).await;
    let begun = Instant::now();
    let (received, ()) = tokio::join!(world.bodies(&queue, 10, 20), async {
        sleep(7 * SECOND).await;
        world.send(&queue, "a").await;
    });
    assert_eq!((received, begun.elapsed()), (vec!["a".to_owned()], 7 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn who_waits_in_vain_waits_as_long_as_it_wanted() {
    let world = World::new();
    let queue = world.create("q", &[("ReceiveMessageWaitTimeSeconds", "5")]).await;
    let begun = Instant::now();
    assert_eq!(world.bodies(&queue, 10, 20).await, [""; 0]);
    assert_eq!(begun.elapsed(), 20 * SECOND);
    assert!(world.queues.receive(&queue, Default::default()).await.unwrap().1.is_empty());
    assert_eq!(begun.elapsed(), 25 * SECOND);
    assert_eq!(world.bodies(&queue, 10, 0).await, [""; 0]);
    assert_eq!(begun.elapsed(), 25 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn who_waits_gets_what_becomes_visible_by_itself() {
    let world = World::new();
    let queue = world.create("q", &[("VisibilityTimeout", "12")]).await;
    let begun = Instant::now();
    world.queues.send(&queue, Draft { delay: Some(3), ..draft("late") }).await.unwrap();
    assert_eq!(world.bodies(&queue, 10, 20).await, ["late"]);
    assert_eq!(begun.elapsed(), 3 * SECOND);
    let (again, ()) = tokio::join!(world.bodies(&queue, 10, 20), sleep(SECOND));
    assert_eq!((again, begun.elapsed()), (vec!["late".to_owned()], 15 * SECOND));
    let handle = world.receive(&queue, 10, 20).await.remove(0).1;
    let (shown, hidden) = tokio::join!(world.bodies(&queue, 10, 20), async {
        sleep(SECOND).await;
        world.queues.hide_messages(&queue, &[(handle, 0)]).await.unwrap()
    });
    assert!(hidden[0].is_ok());
    assert_eq!((shown, begun.elapsed()), (vec!["late".to_owned()], 28 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_are_served_in_turn_and_each_message_goes_to_one() {
    let world = World::new();
    let queue = world.create("q", &[]).await;
    let mut waiting = JoinSet::new();
    for number in 0..5 {
        let (queues, queue) = (world.queues.clone(), queue.clone());
        waiting.spawn(async move {
            // One after the other.
            sleep(Duration::from_millis(number)).await;
            let wish = crate::receive::Wish { at_most: Some(2), wait: Some(20), ..Default::default() };
            let (_, messages) = queues.receive(&queue, wish).await.unwrap();
            (number, messages.into_iter().map(|message| message.body).collect::<Vec<_>>())
        });
    }
    sleep(SECOND).await;
    world.send(&queue, "a").await;
    assert_eq!(waiting.join_next().await.unwrap().unwrap(), (0, vec!["a".to_owned()]));
    let batch = ["b", "c", "d", "e", "f"].map(|body| (body.to_owned(), draft(body)));
    world.queues.send_batch(&queue, batch.into()).await.unwrap();
    let mut served = HashSet::new();
    let mut bodies = Vec::new();
    for _ in 0..3 {
        let (number, messages) = waiting.join_next().await.unwrap().unwrap();
        served.insert(number);
        bodies.extend(messages);
    }
    bodies.sort_unstable();
    assert_eq!(
        (served, bodies),
        (HashSet::from([1, 2, 3]), ["b", "c", "d", "e", "f"].map(str::to_owned).into())
    );
    assert_eq!(waiting.join_next().await.unwrap().unwrap(), (4, vec![]));
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_is_no_loss_for_those_behind() {
    let world = World::new();
    let queue = world.create("q", &[]).await;
    let mut first = JoinSet::new();
    let (queues, of_first) = (world.queues.clone(), queue.clone());
    first.spawn(async move {
        let wish = crate::receive::Wish { wait: Some(20), ..Default::default() };
        queues.receive(&of_first, wish).await.map(|_| ())
    });
    sleep(SECOND).await;
    let (received, ()) = tokio::join!(world.bodies(&queue, 1, 20), async {
        sleep(SECOND).await;
        first.shutdown().await;
        world.queues.send(&queue, Draft { delay: Some(2), ..draft("a") }).await.unwrap();
    });
    assert_eq!(received, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_goes_away_ends_the_waiting_for_it_and_so_does_the_server() {
    let world = World::new();
    let (queue, other) = (world.create("q", &[]).await, world.create("other", &[]).await);
    let wish = crate::receive::Wish { wait: Some(20), ..Default::default() };
    let (received, ()) = tokio::join!(world.queues.receive(&queue, wish), async {
        sleep(SECOND).await;
        world.queues.delete(&queue).await.unwrap();
    });
    assert!(matches!(received, Err(SqsError::NoQueue)));
    let begun = Instant::now();
    let (received, ()) = tokio::join!(world.bodies(&other, 1, 20), async {
        sleep(SECOND).await;
        world.queues.close();
    });
    assert_eq!((received, begun.elapsed()), (vec![], SECOND));
}

#[tokio::test(start_paused = true)]
async fn a_day_of_a_queue_passes_in_no_time() {
    let world = World::new();
    let attributes =
        [("MessageRetentionPeriod", "43200"), ("VisibilityTimeout", "3600"), ("DelaySeconds", "600")];
    let queue = world.create("q", &attributes).await;
    let begun = Instant::now();
    world.send(&queue, "a").await;
    let mut seen = Vec::new();
    while begun.elapsed() < Duration::from_secs(86_400) {
        if !world.bodies(&queue, 10, 20).await.is_empty() {
            seen.push(begun.elapsed().as_secs());
        }
    }
    // After its delay, then after each hour, until it is twelve hours old.
    assert_eq!(seen.len(), 12, "{seen:?}");
    assert_eq!(seen[0], 600);
    assert!(seen.iter().zip(&seen[1..]).all(|(one, next)| next - one == 3600), "{seen:?}");
    let queue = world.queues.queue(&queue).await.unwrap();
    assert_eq!(world.queues.counts(&queue).await.unwrap(), Default::default());
}

#[tokio::test(start_paused = true)]
async fn dead_letters_are_moved_back_no_faster_than_is_wanted() {
    let world = World::new();
    let dead = world.create("dead", &[]).await;
    let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1}"#;
    let queue = world.create("q", &[("RedrivePolicy", policy), ("VisibilityTimeout", "1")]).await;
    for number in 0..30 {
        world.send(&queue, &number.to_string()).await;
    }
    while world.queues.counts(&world.queues.queue(&dead).await.unwrap()).await.unwrap().visible < 30 {
        world.receive(&queue, 10, 1).await;
        sleep(SECOND).await;
    }
    assert!(matches!(
        world.queues.start_move(&queue, None, None).await,
        Err(SqsError::NotADeadLetterQueue(other)) if other == queue
    ));
    let begun = Instant::now();
    world.queues.start_move(&dead, None, Some(5)).await.unwrap();
    assert!(matches!(world.queues.start_move(&dead, None, None).await, Err(SqsError::TaskRunning)));
    let task = loop {
        let task = world.queues.move_tasks(&dead, None).await.unwrap().remove(0);
        if task.status == MoveTaskStatus::Completed {
            break task;
        }
        sleep(SECOND).await;
    };
    assert_eq!((task.moved, task.to_move), (30, 30));
    assert!((5..8).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_neighbour_sends_receives_hides_and_deletes() {
    let world = World::new();
    let queue = world.create("q", &[]).await;
    let neighbour: &dyn QueueService = world.queues.as_ref();
    let message = QueueMessage {
        body: "a".to_owned(),
        trace_header: Some("Root=1".to_owned()),
        sender: "lambda".to_owned(),
        ..QueueMessage::default()
    };
    neighbour.send(&queue, message.clone()).await.unwrap();
    let wish = Receive { at_most: 10, wait: 20 * SECOND, visibility: Some(5 * SECOND) };
    let received = neighbour.receive(&queue, wish).await.unwrap().remove(0);
    assert_eq!((received.body.as_str(), received.md5_of_attributes), ("a", None));
    let system: Vec<_> =
        received.system_attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        system,
        [
            "AWSTraceHeader=Root=1",
            "ApproximateFirstReceiveTimestamp=1767323045678",
            "ApproximateReceiveCount=1",
            "SenderId=lambda",
            "SentTimestamp=1767323045678",
        ]
    );
    let begun = Instant::now();
    neighbour.hide(&queue, std::slice::from_ref(&received.receipt_handle), 2 * SECOND).await.unwrap();
    let again = neighbour.receive(&queue, wish).await.unwrap().remove(0);
    assert_eq!(begun.elapsed(), 2 * SECOND);
    neighbour.hide(&queue, &[received.receipt_handle], SECOND).await.unwrap();
    neighbour.delete(&queue, std::slice::from_ref(&again.receipt_handle)).await.unwrap();
    neighbour.delete(&queue, &[again.receipt_handle]).await.unwrap();
    assert!(neighbour.receive(&queue, wish).await.unwrap().is_empty());
    assert_eq!(neighbour.describe(&queue).await.unwrap().unwrap().visibility_timeout, 30 * SECOND);
    let nowhere = arn("nowhere");
    assert_eq!(neighbour.describe(&nowhere).await, Ok(None));
    assert_eq!(neighbour.send(&nowhere, message).await, Err(DeliveryError::NoTarget(nowhere.to_string())));
    let empty = neighbour.send(&queue, QueueMessage::default()).await;
    assert!(matches!(empty, Err(DeliveryError::Refused(_))));
}
