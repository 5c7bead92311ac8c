//! A queue's messages as a function gets them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_delivery::{AttributeValue, MessageAttribute, QueueDelivery};
use hob_types::QueueArn;
use serde::Serialize;

/// One of the event's `Records`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    message_id: &'a str,
    receipt_handle: &'a str,
    pub(super) body: &'a str,
    attributes: &'a BTreeMap<String, String>,
    message_attributes: BTreeMap<&'a str, Attribute<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    md5_of_message_attributes: Option<&'a str>,
    md5_of_body: &'a str,
    event_source: &'static str,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: String,
    aws_region: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attribute<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    string_value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    binary_value: Option<String>,
    string_list_values: [(); 0],
    binary_list_values: [(); 0],
    data_type: &'a str,
}

impl<'a> Record<'a> {
    pub(super) fn of(queue: &'a QueueArn, message: &'a QueueDelivery) -> Self {
        let attributes = message.attributes.iter();
        Self {
            message_id: &message.message_id,
            receipt_handle: &message.receipt_handle,
            body: &message.body,
            attributes: &message.system_attributes,
            message_attributes: attributes.map(|(name, value)| (name.as_str(), value.into())).collect(),
            md5_of_message_attributes: message.md5_of_attributes.as_deref(),
            md5_of_body: &message.md5_of_body,
            event_source: "aws:sqs",
            event_source_arn: queue.to_string(),
            aws_region: queue.region.as_str(),
        }
    }
}

impl<'a> From<&'a MessageAttribute> for Attribute<'a> {
    fn from(attribute: &'a MessageAttribute) -> Self {
        let (string_value, binary_value) = match &attribute.value {
            AttributeValue::Text(text) => (Some(text.as_str()), None),
            AttributeValue::Binary(bytes) => (None, Some(BASE64.encode(bytes))),
        };
        Self {
            string_value,
            binary_value,
            string_list_values: [],
            binary_list_values: [],
            data_type: &attribute.data_type,
        }
    }
}

/// What stands around the records of an event.
pub(super) const BEFORE: &str = r#"{"Records":["#;
pub(super) const AFTER: &str = "]}";

/// The whole event, of records that are JSON already.
pub(super) fn event<'a>(records: impl Iterator<Item = &'a str>) -> String {
    let mut event = BEFORE.to_owned();
    for (index, record) in records.enumerate() {
        if index > 0 {
            event.push(',');
        }
        event.push_str(record);
    }
    event + AFTER
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use insta::assert_snapshot;

    use super::*;
    use crate::testing::{delivery, queue};

    fn shown(queue: &QueueArn, messages: &[QueueDelivery]) -> String {
        let records = messages.iter().map(|message| Record::of(queue, message));
        let records: Vec<String> = records.map(|record| serde_json::to_string(&record).unwrap()).collect();
        let event = event(records.iter().map(String::as_str));
        let event: serde_json::Value = serde_json::from_str(&event).unwrap();
        serde_json::to_string_pretty(&event).unwrap()
    }

    #[test]
    fn an_event_is_as_awss_sample() {
        let mut message = delivery("1");
        message.body = "Test \"message\".".to_owned();
        let text = AttributeValue::Text("myValue".to_owned());
        let bytes = AttributeValue::Binary(Bytes::from_static(&[0, 255]));
        message.attributes = [("myAttribute", "String", text), ("bytes", "Binary.png", bytes)]
            .map(|(name, of, value)| (name.to_owned(), MessageAttribute { data_type: of.to_owned(), value }))
            .into();
        message.md5_of_attributes = Some("c7a1e5d7".to_owned());
        assert_snapshot!(shown(&queue("orders"), &[message]), @r#"
        {
          "Records": [
            {
              "messageId": "1",
              "receiptHandle": "handle-1",
              "body": "Test \"message\".",
              "attributes": {
                "ApproximateFirstReceiveTimestamp": "1545082649185",
                "ApproximateReceiveCount": "1",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "SentTimestamp": "1545082649183"
              },
              "messageAttributes": {
                "bytes": {
                  "binaryValue": "AP8=",
                  "stringListValues": [],
                  "binaryListValues": [],
                  "dataType": "Binary.png"
                },
                "myAttribute": {
                  "stringValue": "myValue",
                  "stringListValues": [],
                  "binaryListValues": [],
                  "dataType": "String"
                }
              },
              "md5OfMessageAttributes": "c7a1e5d7",
              "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
              "eventSource": "aws:sqs",
              "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders",
              "awsRegion": "us-east-1"
            }
          ]
        }
    "#);
    }

    #[test]
    fn a_fifo_queues_message_has_its_group_and_number() {
        let mut message = delivery("1");
        for (name, value) in [
            ("SequenceNumber", "18849496460467696128"),
            ("MessageGroupId", "a"),
            ("MessageDeduplicationId", "1"),
            ("AWSTraceHeader", "Root=1-5759e988-bd862e3fe1be46a994272793"),
        ] {
            message.system_attributes.insert(name.to_owned(), value.to_owned());
        }
        assert_snapshot!(shown(&queue("orders.fifo"), &[message, delivery("2")]), @r#"
        {
          "Records": [
            {
              "messageId": "1",
              "receiptHandle": "handle-1",
              "body": "body 1",
              "attributes": {
                "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
                "ApproximateFirstReceiveTimestamp": "1545082649185",
                "ApproximateReceiveCount": "1",
                "MessageDeduplicationId": "1",
                "MessageGroupId": "a",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "SentTimestamp": "1545082649183",
                "SequenceNumber": "18849496460467696128"
              },
              "messageAttributes": {},
              "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
              "eventSource": "aws:sqs",
              "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders.fifo",
              "awsRegion": "us-east-1"
            },
            {
              "messageId": "2",
              "receiptHandle": "handle-2",
              "body": "body 2",
              "attributes": {
                "ApproximateFirstReceiveTimestamp": "1545082649185",
                "ApproximateReceiveCount": "1",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "SentTimestamp": "1545082649183"
              },
              "messageAttributes": {},
              "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
              "eventSource": "aws:sqs",
              "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders.fifo",
              "awsRegion": "us-east-1"
            }
          ]
        }
    "#);
    }
}
