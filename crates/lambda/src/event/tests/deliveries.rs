//! What follows from an event, and that it does, whatever happens.

use insta::assert_snapshot;

use super::world::{EventWorld, Reply, on_failure, on_success};
use crate::event_invoke::EventInvokeSettings;
use crate::lineage::count_run;
use crate::testing::arn;

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:results";
const DEAD_LETTERS: &str = "arn:aws:sqs:us-east-1:000000000000:dead-letters";
const ERROR: &str = r#"{"errorMessage": "no such order", "errorType": "ValueError"}"#;

fn no_retries(settings: EventInvokeSettings) -> EventInvokeSettings {
    EventInvokeSettings { maximum_retry_attempts: Some(0), ..settings }
}

/// A world with the function `fn`, which fails at once.
async fn failing(dead_letters: Option<&str>) -> EventWorld {
    let world = EventWorld::new(|_| Reply::Failure(0, ERROR));
    match dead_letters {
        Some(target) => world.create_with_dead_letters("fn", target).await,
        None => world.create("fn").await,
    }
    world
}

#[tokio::test(start_paused = true)]
async fn a_success_as_a_queue_gets_it() {
    let world = EventWorld::new(|_| Reply::Answer(1, r#"{"total": 42}"#));
    world.create("fn").await;
    world.set("fn", on_success(QUEUE)).await;
    world.send("fn", r#"{"order": 7}"#).await;
    world.pass(60).await;
    assert_snapshot!(world.messages()[0], @r#"{"version":"1.0","timestamp":"2026-01-02T03:04:06.678Z","requestContext":{"requestId":"b9b501d1-d854-4b71-8002-1590ff0b4dc3","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","condition":"Success","approximateInvokeCount":1},"requestPayload":{"order": 7},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":{"total": 42}}"#);
    let (queue, message) = world.around.messages.lock().unwrap()[0].clone();
    assert_eq!(queue.to_string(), QUEUE);
    assert_eq!(message.trace_header.as_deref(), Some(world.runs()[0].trace_header.as_str()));
    assert_snapshot!(world.runs()[0].trace_header, @"Root=1-695735a5-a53c36d76cec99e075852712;Parent=a83d7e35de181749;Sampled=0;Lineage=9e3c9595:0");
    assert!(message.attributes.is_empty());
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn a_failure_as_a_destination_and_a_dead_letter_queue_get_it() {
    let world = failing(Some(DEAD_LETTERS)).await;
    world.set("fn", no_retries(on_failure(QUEUE))).await;
    world.send("fn", r#"{"order": 7}"#).await;
    world.pass(1).await;
    let messages = world.around.messages.lock().unwrap().clone();
    let targets: Vec<_> = messages.iter().map(|(queue, _)| queue.to_string()).collect();
    assert_eq!(targets, [QUEUE, DEAD_LETTERS]);
    assert_snapshot!(messages[0].1.body, @r#"{"version":"1.0","timestamp":"2026-01-02T03:04:05.678Z","requestContext":{"requestId":"b9b501d1-d854-4b71-8002-1590ff0b4dc3","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":1},"requestPayload":{"order": 7},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":{"errorMessage": "no such order", "errorType": "ValueError"}}"#);
    assert_eq!(messages[1].1.body, r#"{"order": 7}"#);
    assert_snapshot!(format!("{:#?}", messages[1].1.attributes), @r#"
        {
            "ErrorCode": MessageAttribute {
                data_type: "Number",
                value: Text(
                    "200",
                ),
            },
            "ErrorMessage": MessageAttribute {
                data_type: "String",
                value: Text(
                    "no such order",
                ),
            },
            "RequestID": MessageAttribute {
                data_type: "String",
                value: Text(
                    "b9b501d1-d854-4b71-8002-1590ff0b4dc3",
                ),
            },
        }
    "#);
}

#[tokio::test(start_paused = true)]
async fn what_never_ran_as_a_dead_letter_topic_gets_it() {
    let world = EventWorld::new(|_| Reply::Throttled);
    let topic = "arn:aws:sns:us-east-1:000000000000:dead-letters";
    world.create_with_dead_letters("fn", topic).await;
    let settings = EventInvokeSettings { maximum_event_age: Some(60), ..on_failure(QUEUE) };
    world.set("fn", settings).await;
    world.send("fn", "1").await;
    world.pass(61).await;
    let (to, message) = world.around.published.lock().unwrap()[0].clone();
    assert_eq!((to.to_string().as_str(), message.message.as_str()), (topic, "1"));
    assert_snapshot!(format!("{:?}", message.attributes), @r#"{"ErrorCode": MessageAttribute { data_type: "Number", value: Text("429") }, "ErrorMessage": MessageAttribute { data_type: "String", value: Text("Rate Exceeded.") }, "RequestID": MessageAttribute { data_type: "String", value: Text("b9b501d1-d854-4b71-8002-1590ff0b4dc3") }}"#);
    assert_snapshot!(world.messages()[0], @r#"{"version":"1.0","timestamp":"2026-01-02T03:05:05.678Z","requestContext":{"requestId":"b9b501d1-d854-4b71-8002-1590ff0b4dc3","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","condition":"EventAgeExceeded","approximateInvokeCount":0},"requestPayload":1}"#);
}

#[tokio::test(start_paused = true)]
async fn a_failure_as_a_bucket_gets_it() {
    let world = failing(None).await;
    world.set("fn", no_retries(on_failure("arn:aws:s3:::failures"))).await;
    world.send("fn", "1").await;
    world.pass(1).await;
    let objects = world.around.objects.lock().unwrap();
    let (key, object) = objects.iter().next().unwrap();
    assert_snapshot!(key, @"failures/aws/lambda/async/fn/2026/01/02/2026-01-02T03.04.05-96676174-8e5c-43cb-a14f-560177dc7567");
    assert_eq!(object.content_type, "application/json");
    assert!(object.body.starts_with(br#"{"version":"1.0","#));
}

#[tokio::test(start_paused = true)]
async fn a_topic_gets_the_record_as_its_message() {
    let world = failing(None).await;
    world.set("fn", no_retries(on_failure("arn:aws:sns:us-east-1:000000000000:failures"))).await;
    world.send("fn", "1").await;
    world.pass(1).await;
    let published = world.around.published.lock().unwrap();
    assert!(published[0].1.message.starts_with(r#"{"version":"1.0","#));
}

#[tokio::test(start_paused = true)]
async fn another_function_runs_for_the_record_and_the_chain_is_counted() {
    let world = EventWorld::new(|_| Reply::Answer(0, "1"));
    world.create("fn").await;
    world.create("other").await;
    world.set("fn", on_success(&arn("other").to_string())).await;
    world.send("fn", "1").await;
    world.pass(1).await;
    let runs = world.runs();
    assert!(runs[1].payload.starts_with(br#"{"version":"1.0","#));
    assert_eq!(runs[1].trace_header, count_run(Some(&runs[0].trace_header), &arn("other")).header);
    assert_ne!(runs[0].request_id, runs[1].request_id);
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn what_can_never_be_delivered_is_given_up() {
    let world = failing(Some("arn:aws:sqs:us-east-1:000000000000:missing")).await;
    world.set("fn", no_retries(on_failure("arn:aws:sqs:us-east-1:000000000000:results.fifo"))).await;
    world.send("fn", "1").await;
    world.pass(1).await;
    assert!(world.messages().is_empty() && world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_delivered_now_is_tried_again_and_the_function_is_not() {
    let world = failing(Some(DEAD_LETTERS)).await;
    world.set("fn", no_retries(on_failure(QUEUE))).await;
    *world.around.refusals.lock().unwrap() = 3;
    world.send("fn", "1").await;
    world.pass(600).await;
    let targets: Vec<_> =
        world.around.messages.lock().unwrap().iter().map(|(queue, _)| queue.to_string()).collect();
    assert_eq!(targets, [DEAD_LETTERS, QUEUE]);
    assert_eq!(world.runs_of("fn"), [0]);
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn what_was_to_be_delivered_is_delivered_after_a_kill() {
    let mut world = failing(None).await;
    world.set("fn", no_retries(on_failure(QUEUE))).await;
    *world.around.refusals.lock().unwrap() = u32::MAX;
    world.send("fn", "1").await;
    world.pass(10).await;
    world.kill_and_restart().await;
    *world.around.refusals.lock().unwrap() = 0;
    world.pass(600).await;
    assert_eq!(world.messages().len(), 1);
    assert_eq!(world.runs_of("fn"), [0]);
    assert!(world.is_empty().await);
}
