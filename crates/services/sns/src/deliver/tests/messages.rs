use hob_delivery::AttributeValue;

use super::{DEAD, FUNCTION, QUEUE, URL, in_group, message, with_attributes};
use crate::testing::World;

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
