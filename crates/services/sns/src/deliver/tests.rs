use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hob_delivery::{AttributeValue, DeliveryError};
use hob_storage::{Storage, SubscriptionRecord};
use hob_types::{AccountId, ManualClock, Region, SeededRandom, TopicArn};

use crate::publish::{MessageRequest, NewAttribute, Source};
use crate::subscription::{Confirmation, NewSubscription, Subscriber};
use crate::testing::{NOW, World, map};
use crate::topic::NewTopic;

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";
const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:dead";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";
const URL: &str = "http://127.0.0.1:9/hook";

impl World {
    async fn topic(&self, name: &str, attributes: &[(&'static str, &'static str)]) -> TopicArn {
        let (account, region) = (AccountId::local(), Region::local());
        let new = NewTopic::parse(&account, &region, name, &map(attributes), BTreeMap::new()).unwrap();
        self.sns.create_topic(new).await.unwrap()
    }

    async fn subscribe(
        &self,
        topic: &TopicArn,
        protocol: &str,
        endpoint: &str,
        attributes: &[(&'static str, &'static str)],
    ) -> SubscriptionRecord {
        let subscriber = Subscriber {
            account: AccountId::local(),
            principal: "arn:aws:iam::000000000000:root".to_owned(),
            base_url: "http://localhost:4566".to_owned(),
        };
        let new =
            NewSubscription::parse(topic.clone(), protocol, endpoint, &map(attributes), subscriber).unwrap();
        self.sns.subscribe(new).await.unwrap()
    }

    async fn confirm(&self, record: &SubscriptionRecord) {
        let confirmation = Confirmation {
            topic: &record.arn.topic,
            token: record.state.token().unwrap(),
            authenticated: false,
            authenticate_on_unsubscribe: false,
        };
        self.sns.confirm(&confirmation).await.unwrap();
    }

    async fn publish(&self, topic: &TopicArn, request: MessageRequest) {
        let topic = self.sns.topic(topic).await.unwrap();
        let valid = request.check(&topic).unwrap();
        let source = Source { trace_header: Some("Root=1-2-3".to_owned()) };
        self.sns.publish(&topic, vec![valid.notification], &source).await.unwrap();
    }
}

fn message(text: &str) -> MessageRequest {
    MessageRequest { message: text.to_owned(), ..MessageRequest::default() }
}

fn in_group(group: &str, text: &str) -> MessageRequest {
    MessageRequest { group_id: Some(group.to_owned()), ..message(text) }
}

fn with_attributes(text: &str) -> MessageRequest {
    let text_attribute = |data_type: &str, value: &str| NewAttribute {
        data_type: data_type.to_owned(),
        text: Some(value.to_owned()),
        binary: None,
    };
    let binary =
        NewAttribute { data_type: "Binary".to_owned(), text: None, binary: Some(vec![0, 1, 2].into()) };
    MessageRequest {
        subject: Some("About \"it\"".to_owned()),
        attributes: BTreeMap::from([
            ("color".to_owned(), text_attribute("String", "red")),
            ("price".to_owned(), text_attribute("Number", "1.5")),
            ("image".to_owned(), binary),
        ]),
        ..message(text)
    }
}

/// A signature is another one with each key.
fn without_signature(document: &str) -> String {
    let lines = document.lines().map(|line| match line.split_once("\"Signature\" : ") {
        Some(_) => "  \"Signature\" : \"…\",".to_owned(),
        None => match line.split_once("SimpleNotificationService-") {
            Some((start, _)) => format!("{start}SimpleNotificationService-….pem\","),
            None => line.to_owned(),
        },
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_queue_gets_an_envelope() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    world.subscribe(&topic, "sqs", QUEUE, &[]).await;
    let sent = world.running(async {
        world.publish(&topic, with_attributes("Hello\n\u{e4}")).await;
        world.queues.0.wait_for(1).await
    });
    let (queue, message) = sent.await.remove(0);
    assert_eq!(queue.to_string(), QUEUE);
    assert_eq!(message.trace_header.as_deref(), Some("Root=1-2-3"));
    assert!(message.attributes.is_empty());
    insta::assert_snapshot!(without_signature(&message.body), @r#"
        {
          "Type" : "Notification",
          "MessageId" : "5e5532fb-eea2-43f8-8bc9-42ee9086c171",
          "TopicArn" : "arn:aws:sns:us-east-1:000000000000:t",
          "Subject" : "About \"it\"",
          "Message" : "Hello\nä",
          "Timestamp" : "2026-01-02T03:04:05.678Z",
          "SignatureVersion" : "2",
          "Signature" : "…",
          "SigningCertURL" : "http://localhost:4566/_hob/sns/SimpleNotificationService-….pem",
          "UnsubscribeURL" : "http://localhost:4566/_hob/sns/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe",
          "MessageAttributes" : {
            "color" : {"Type":"String","Value":"red"},
            "image" : {"Type":"Binary","Value":"AAEC"},
            "price" : {"Type":"Number","Value":"1.5"}
          }
        }
    "#);
}

#[tokio::test]
async fn a_queue_gets_the_message_itself_where_delivery_is_raw() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    world.subscribe(&topic, "sqs", QUEUE, &[("RawMessageDelivery", "true")]).await;
    let sent = world.running(async {
        world.publish(&topic, with_attributes("Hello")).await;
        world.queues.0.wait_for(1).await
    });
    let (_, message) = sent.await.remove(0);
    assert_eq!(message.body, "Hello");
    assert_eq!(message.attributes["price"].data_type, "Number");
    assert_eq!(message.attributes["image"].value, AttributeValue::Binary(vec![0, 1, 2].into()));
}

#[tokio::test]
async fn a_function_gets_an_event() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    world.subscribe(&topic, "lambda", FUNCTION, &[]).await;
    let sent = world.running(async {
        world.publish(&topic, message("Hello")).await;
        world.publish(&topic, with_attributes("Hello")).await;
        world.functions.sent.wait_for(2).await
    });
    let mut events: Vec<_> = sent.await.into_iter().map(|(_, event)| event).collect();
    events.sort_by_key(|event| event.payload.len());
    let origin = events[0].origin.clone().unwrap();
    assert_eq!((origin.service, origin.source_arn), ("sns.amazonaws.com", topic.to_string()));
    let shown = events.iter().map(|event| {
        let event: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
        without_signature(&serde_json::to_string_pretty(&event).unwrap().replace("\": ", "\" : "))
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @r#"
        {
          "Records" : [
            {
              "EventSource" : "aws:sns",
              "EventVersion" : "1.0",
              "EventSubscriptionArn" : "arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe",
              "Sns" : {
                "Type" : "Notification",
                "MessageId" : "5e5532fb-eea2-43f8-8bc9-42ee9086c171",
                "TopicArn" : "arn:aws:sns:us-east-1:000000000000:t",
                "Subject" : null,
                "Message" : "Hello",
                "Timestamp" : "2026-01-02T03:04:05.678Z",
                "SignatureVersion" : "2",
          "Signature" : "…",
                "SigningCertUrl" : "http://localhost:4566/_hob/sns/SimpleNotificationService-….pem",
                "UnsubscribeUrl" : "http://localhost:4566/_hob/sns/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe",
                "MessageAttributes" : {}
              }
            }
          ]
        }
        {
          "Records" : [
            {
              "EventSource" : "aws:sns",
              "EventVersion" : "1.0",
              "EventSubscriptionArn" : "arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe",
              "Sns" : {
                "Type" : "Notification",
                "MessageId" : "b9b501d1-d854-4b71-8002-1590ff0b4dc3",
                "TopicArn" : "arn:aws:sns:us-east-1:000000000000:t",
                "Subject" : "About \"it\"",
                "Message" : "Hello",
                "Timestamp" : "2026-01-02T03:04:05.678Z",
                "SignatureVersion" : "2",
          "Signature" : "…",
                "SigningCertUrl" : "http://localhost:4566/_hob/sns/SimpleNotificationService-….pem",
                "UnsubscribeUrl" : "http://localhost:4566/_hob/sns/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe",
                "MessageAttributes" : {
                  "color" : {
                    "Type" : "String",
                    "Value" : "red"
                  },
                  "image" : {
                    "Type" : "Binary",
                    "Value" : "AAEC"
                  },
                  "price" : {
                    "Type" : "Number",
                    "Value" : "1.5"
                  }
                }
              }
            }
          ]
        }
    "#);
}

#[tokio::test]
async fn a_fifo_topic_hands_on_group_and_deduplication_id_and_signs_nothing() {
    let world = World::new();
    let attributes = [("FifoTopic", "true"), ("ContentBasedDeduplication", "true")];
    let topic = world.topic("t.fifo", &attributes).await;
    world.subscribe(&topic, "sqs", &format!("{QUEUE}.fifo"), &[]).await;
    let sent = world.running(async {
        world.publish(&topic, in_group("g", "Hello")).await;
        world.publish(&topic, in_group("g", "Hello")).await;
        world.publish(&topic, in_group("g", "Bye")).await;
        world.queues.0.wait_for(2).await
    });
    let sent = sent.await;
    let (_, first) = &sent[0];
    assert_eq!(first.group_id.as_deref(), Some("g"));
    assert_eq!(
        first.deduplication_id.as_deref(),
        Some("185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969")
    );
    insta::assert_snapshot!(first.body, @r#"
        {
          "Type" : "Notification",
          "MessageId" : "5e5532fb-eea2-43f8-8bc9-42ee9086c171",
          "SequenceNumber" : "10000000000000000001",
          "TopicArn" : "arn:aws:sns:us-east-1:000000000000:t.fifo",
          "Message" : "Hello",
          "Timestamp" : "2026-01-02T03:04:05.678Z",
          "UnsubscribeURL" : "http://localhost:4566/_hob/sns/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:000000000000:t.fifo:c15c0289-ec2d-4a91-a7ec-8e65a18debbe"
        }
    "#);
    assert!(sent[1].1.body.contains("\"Message\" : \"Bye\""));
}

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

#[tokio::test]
async fn an_endpoint_is_asked_before_it_gets_anything() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    let record = world.subscribe(&topic, "http", URL, &[]).await;
    let sent = world.running(async {
        world.publish(&topic, message("too early")).await;
        world.http.0.wait_for(1).await;
        world.confirm(&record).await;
        world.publish(&topic, message("Hello")).await;
        world.http.0.wait_for(2).await
    });
    let shown = sent.await.into_iter().map(|(request, _)| {
        let headers = request.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        format!("{}\n{}{}", request.url, headers.collect::<String>(), without_signature(&request.body))
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n\n"), @r#"
        http://127.0.0.1:9/hook
        x-amz-sns-message-type: SubscriptionConfirmation
        x-amz-sns-message-id: 614f5601-77dc-4567-be8b-cf144dd4fc9a
        x-amz-sns-topic-arn: arn:aws:sns:us-east-1:000000000000:t
        content-type: text/plain; charset=UTF-8
        user-agent: Amazon Simple Notification Service Agent
        {
          "Type" : "SubscriptionConfirmation",
          "MessageId" : "614f5601-77dc-4567-be8b-cf144dd4fc9a",
          "Token" : "c15c0289ec2d0a9167ec8e65a18debbe5e5532fbeea293f80bc942ee9086c171b9b501d1d854bb7180021590ff0b4dc3a53c36d76cec99e0758527120fbbe785",
          "TopicArn" : "arn:aws:sns:us-east-1:000000000000:t",
          "Message" : "You have chosen to subscribe to the topic arn:aws:sns:us-east-1:000000000000:t.\nTo confirm the subscription, visit the SubscribeURL included in this message.",
          "SubscribeURL" : "http://localhost:4566/_hob/sns/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Token=c15c0289ec2d0a9167ec8e65a18debbe5e5532fbeea293f80bc942ee9086c171b9b501d1d854bb7180021590ff0b4dc3a53c36d76cec99e0758527120fbbe785",
          "Timestamp" : "2026-01-02T03:04:05.678Z",
          "SignatureVersion" : "2",
          "Signature" : "…",
          "SigningCertURL" : "http://localhost:4566/_hob/sns/SimpleNotificationService-….pem",
        }

        http://127.0.0.1:9/hook
        x-amz-sns-message-type: Notification
        x-amz-sns-message-id: a8574c6f-ae6d-4b6f-bb4a-79a517cec22a
        x-amz-sns-topic-arn: arn:aws:sns:us-east-1:000000000000:t
        x-amz-sns-subscription-arn: arn:aws:sns:us-east-1:000000000000:t:a83d7e35-de18-4749-9667-61748e5c43cb
        content-type: text/plain; charset=UTF-8
        user-agent: Amazon Simple Notification Service Agent
        x-amzn-trace-id: Root=1-2-3
        {
          "Type" : "Notification",
          "MessageId" : "a8574c6f-ae6d-4b6f-bb4a-79a517cec22a",
          "TopicArn" : "arn:aws:sns:us-east-1:000000000000:t",
          "Message" : "Hello",
          "Timestamp" : "2026-01-02T03:04:05.678Z",
          "SignatureVersion" : "2",
          "Signature" : "…",
          "SigningCertURL" : "http://localhost:4566/_hob/sns/SimpleNotificationService-….pem",
          "UnsubscribeURL" : "http://localhost:4566/_hob/sns/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:000000000000:t:a83d7e35-de18-4749-9667-61748e5c43cb"
        }
    "#);
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

#[tokio::test]
async fn only_who_wants_a_message_gets_it() {
    let world = World::new();
    let topic = world.topic("t", &[]).await;
    let raw = ("RawMessageDelivery", "true");
    world.subscribe(&topic, "sqs", QUEUE, &[raw, ("FilterPolicy", r#"{"color":["red"]}"#)]).await;
    let body =
        [raw, ("FilterPolicyScope", "MessageBody"), ("FilterPolicy", r#"{"n":[{"numeric":[">",1]}]}"#)];
    world.subscribe(&topic, "sqs", DEAD, &body).await;
    let sent = world.running(async {
        world.publish(&topic, message("nobody")).await;
        world.publish(&topic, with_attributes("red")).await;
        world.publish(&topic, message(r#"{"n":2}"#)).await;
        world.queues.0.wait_for(2).await
    });
    let mut sent: Vec<_> =
        sent.await.into_iter().map(|(queue, message)| (queue.name, message.body)).collect();
    sent.sort();
    let expected = [("dead", r#"{"n":2}"#), ("q", "red")];
    assert_eq!(sent, expected.map(|(queue, body)| (queue.to_owned(), body.to_owned())));
}
