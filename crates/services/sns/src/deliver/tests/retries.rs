use std::sync::Arc;
use std::time::Duration;

use hob_delivery::DeliveryError;
use hob_storage::Storage;
use hob_types::{ManualClock, SeededRandom};

use super::{DEAD, FUNCTION, QUEUE, URL, in_group, message};
use crate::testing::{NOW, World};

#[tokio::test(start_paused = true)]
async fn a_group_waits_for_its_first_message_and_no_other_does() {
    let world = World::in_virtual_time();
    let attributes = [("FifoTopic", "true"), ("ContentBasedDeduplication", "true")];
    let topic = world.topic("t.fifo", &attributes).await;
    world.subscribe(&topic, "sqs", QUEUE, &[("RawMessageDelivery", "true")]).await;
    let unavailable = || Err(DeliveryError::Unavailable("not now".to_owned()));
    // As many attempts as the first message needs before it is tried again with a delay.
    world.queues.0.answer((0..5).map(|_| unavailable()));
    for (group, text) in [("a", "a1"), ("a", "a2"), ("a", "a3")] {
        world.publish(&topic, in_group(group, text)).await;
    }
    let sent = world.running(world.queues.0.wait_for(8)).await;
    let bodies: Vec<_> = sent.iter().map(|(_, message)| message.body.as_str()).collect();
    assert_eq!(bodies, ["a1", "a1", "a1", "a1", "a1", "a1", "a2", "a3"]);
}

#[tokio::test]
async fn what_cannot_be_delivered_goes_to_the_dead_letter_queue() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    let redrive = [("RedrivePolicy", r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}"#)];
    world.subscribe(&topic, "sqs", QUEUE, &redrive).await;
    world.subscribe(&topic, "lambda", FUNCTION, &redrive).await;
    *world.functions.denied.lock().unwrap() = true;
    world.queues.0.answer([Err(DeliveryError::NoTarget(QUEUE.to_owned()))]);
    world
        .running(async {
            world.publish(&topic, message("Hello")).await;
            world.queues.0.wait_for(3).await;
        })
        .await;
    let dead = world.queues.0.all().into_iter().filter(|(queue, _)| queue.to_string() == DEAD);
    let dead: Vec<_> = dead.map(|(_, message)| message.body).collect();
    assert_eq!(dead.len(), 2);
    assert!(dead.iter().all(|body| body.contains("\"Message\" : \"Hello\"")), "{dead:?}");
    assert!(world.functions.sent.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_is_tried_again_as_its_policy_says() {
    let world = World::in_virtual_time();
    let topic = world.topic("t", &[]).await;
    let policy = r#"{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":4,"numRetries":5,"numNoDelayRetries":1,
        "numMaxDelayRetries":1}}"#;
    let record = world.subscribe(&topic, "http", URL, &[("DeliveryPolicy", policy)]).await;
    world.confirm(&record).await;
    world.http.0.answer([0, 503, 429, 500, 599, 500].map(Err));
    world.publish(&topic, message("Hello")).await;
    world.running(world.settled()).await;
    let times: Vec<_> = world.http.0.all().iter().map(|(_, at)| at.as_secs_f64().round()).collect();
    assert_eq!(times, [0.0, 0.0, 1.0, 4.0, 8.0, 12.0]);
}

#[tokio::test]
async fn an_endpoint_that_refuses_is_not_tried_again() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    let record = world.subscribe(&topic, "http", URL, &[]).await;
    world.confirm(&record).await;
    world.http.0.answer([Err(404)]);
    world.publish(&topic, message("refused")).await;
    world.running(async { world.http.0.wait_for(1).await }).await;
    world.publish(&topic, message("taken")).await;
    let sent = world.running(async { world.http.0.wait_for(2).await }).await;
    assert!(sent[1].0.body.contains("taken"));
}

#[tokio::test(start_paused = true)]
async fn a_day_of_retries_ends_in_the_dead_letter_queue() {
    let world = World::in_virtual_time();
    let topic = world.topic("t", &[]).await;
    let attributes = [
        ("RedrivePolicy", r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}"#),
        (
            "DeliveryPolicy",
            r#"{"healthyRetryPolicy":{"minDelayTarget":1200,"maxDelayTarget":1200,"numRetries":3}}"#,
        ),
    ];
    let record = world.subscribe(&topic, "http", URL, &attributes).await;
    world.confirm(&record).await;
    world.http.0.answer((0..1000).map(|_| Err(500)));
    world
        .running(async {
            for hour in 0..24 {
                world.publish(&topic, message(&format!("hour {hour}"))).await;
                tokio::time::sleep(Duration::from_secs(60 * 60)).await;
            }
            world.settled().await;
        })
        .await;
    assert_eq!(world.http.0.all().len(), 24 * 4);
    let dead: Vec<_> = world.queues.0.all().into_iter().map(|(_, message)| message.body).collect();
    assert_eq!(dead.len(), 24);
    for (hour, body) in dead.iter().enumerate() {
        assert!(body.contains(&format!("\"hour {hour}\"")), "{body}");
    }
}

#[tokio::test]
async fn what_was_published_before_a_crash_is_delivered_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Storage::open(directory.path(), &SeededRandom::new(7)).unwrap();
    let storage = open();
    let world = World::over(storage.topics(), Arc::new(ManualClock::at(NOW)));
    let topic = world.topic("t", &[]).await;
    world.subscribe(&topic, "sqs", QUEUE, &[]).await;
    world.publish(&topic, message("Hello")).await;
    drop((world, storage));
    let storage = open();
    let world = World::over(storage.topics(), Arc::new(ManualClock::at(NOW)));
    let sent = world.running(async { world.queues.0.wait_for(1).await }).await;
    assert!(sent[0].1.body.contains("Hello"));
}
