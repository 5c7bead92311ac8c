//! An event as AWS writes it. Order and spelling are recorded.

use hob_storage::{ObjectChange, ObjectChangeKind};
use hob_types::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::event_name::event_name;
use crate::announce::Cause;

/// What stays as it is, beside letters and digits: what form encoding leaves, and slashes. A blank becomes a plus.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b' ').remove(b'/');

/// The bucket that an event is of.
pub(super) struct EventBucket<'a> {
    pub(super) name: &'a str,
    pub(super) region: &'a str,
    /// Of the owner.
    pub(super) principal_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    records: [Record<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'static str,
    event_source: &'static str,
    aws_region: &'a str,
    event_time: String,
    event_name: &'static str,
    user_identity: Principal<'a>,
    request_parameters: RequestParameters<'a>,
    response_elements: ResponseElements<'a>,
    s3: Subject<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Principal<'a> {
    principal_id: &'a str,
}

#[derive(Serialize)]
struct RequestParameters<'a> {
    #[serde(rename = "sourceIPAddress")]
    source_address: &'a str,
}

#[derive(Serialize)]
struct ResponseElements<'a> {
    #[serde(rename = "x-amz-request-id")]
    request_id: &'a str,
    #[serde(rename = "x-amz-id-2")]
    host_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject<'a> {
    s3_schema_version: &'static str,
    configuration_id: &'a str,
    bucket: Bucket<'a>,
    object: Object<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bucket<'a> {
    name: &'a str,
    owner_identity: Principal<'a>,
    arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<String>,
}

/// JSON.
pub(super) fn event(
    cause: &Cause,
    time: Timestamp,
    bucket: &EventBucket<'_>,
    configuration_id: &str,
    change: &ObjectChange<'_>,
) -> String {
    let described = change.kind == ObjectChangeKind::Described;
    let source_address = cause.source_ip.map(|address| address.to_string()).unwrap_or_default();
    let record = Record {
        event_version: if described { "2.3" } else { "2.1" },
        event_source: "aws:s3",
        aws_region: bucket.region,
        event_time: time.to_rfc3339(),
        event_name: event_name(cause.action, change.kind),
        user_identity: Principal { principal_id: &cause.principal_id },
        request_parameters: RequestParameters { source_address: &source_address },
        response_elements: ResponseElements {
            request_id: &cause.request_id,
            host_id: &cause.extended_request_id,
        },
        s3: Subject {
            s3_schema_version: "1.0",
            configuration_id,
            bucket: Bucket {
                name: bucket.name,
                owner_identity: Principal { principal_id: bucket.principal_id },
                arn: format!("arn:aws:s3:::{}", bucket.name),
            },
            object: object(change),
        },
    };
    // A structure of texts and numbers is always written.
    serde_json::to_string(&Event { records: [record] }).unwrap_or_default()
}

fn object<'a>(change: &ObjectChange<'a>) -> Object<'a> {
    let (has_content, created) = match change.kind {
        ObjectChangeKind::Created => (true, true),
        ObjectChangeKind::Described => (true, false),
        ObjectChangeKind::Deleted | ObjectChangeKind::DeleteMarkerCreated => (false, false),
    };
    Object {
        key: form_encoded(change.key),
        size: created.then_some(change.size),
        e_tag: has_content.then_some(change.etag),
        version_id: change.version_id,
        sequencer: (change.kind != ObjectChangeKind::Described).then(|| sequencer(change.sequence)),
    }
}

/// Of one length, so that they may be compared as texts.
fn sequencer(sequence: u64) -> String {
    format!("{sequence:018X}")
}

pub(super) fn form_encoded(key: &str) -> String {
    utf8_percent_encode(key, ENCODED).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::announce::Action;

    fn example(action: Action, kind: ObjectChangeKind) -> String {
        let change = ObjectChange {
            kind,
            key: "images/a b@ü.jpg",
            version_id: None,
            sequence: 0x1f,
            size: 9,
            etag: "d41d8cd98f00b204e9800998ecf8427e",
        };
        let bucket = EventBucket { name: "photos", region: "us-east-1", principal_id: "A3NL1KOZZKEXAMPLE" };
        let time = Timestamp::from_millis(1_767_323_045_678);
        let event = event(&Cause::example(action), time, &bucket, "mine", &change);
        let event: serde_json::Value = serde_json::from_str(&event).unwrap();
        serde_json::to_string_pretty(&event).unwrap()
    }

    #[test]
    fn an_object_was_put() {
        insta::assert_snapshot!(example(Action::Put, ObjectChangeKind::Created), @r#"
        {
          "Records": [
            {
              "eventVersion": "2.1",
              "eventSource": "aws:s3",
              "awsRegion": "us-east-1",
              "eventTime": "2026-01-02T03:04:05.678Z",
              "eventName": "ObjectCreated:Put",
              "userIdentity": {
                "principalId": "AWS:AIDAEXAMPLE"
              },
              "requestParameters": {
                "sourceIPAddress": "192.0.2.1"
              },
              "responseElements": {
                "x-amz-request-id": "REQUEST",
                "x-amz-id-2": "HOST"
              },
              "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "mine",
                "bucket": {
                  "name": "photos",
                  "ownerIdentity": {
                    "principalId": "A3NL1KOZZKEXAMPLE"
                  },
                  "arn": "arn:aws:s3:::photos"
                },
                "object": {
                  "key": "images/a+b%40%C3%BC.jpg",
                  "size": 9,
                  "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                  "sequencer": "00000000000000001F"
                }
              }
            }
          ]
        }
    "#);
    }

    #[test]
    fn an_object_was_deleted() {
        insta::assert_snapshot!(example(Action::Delete, ObjectChangeKind::Deleted), @r#"
        {
          "Records": [
            {
              "eventVersion": "2.1",
              "eventSource": "aws:s3",
              "awsRegion": "us-east-1",
              "eventTime": "2026-01-02T03:04:05.678Z",
              "eventName": "ObjectRemoved:Delete",
              "userIdentity": {
                "principalId": "AWS:AIDAEXAMPLE"
              },
              "requestParameters": {
                "sourceIPAddress": "192.0.2.1"
              },
              "responseElements": {
                "x-amz-request-id": "REQUEST",
                "x-amz-id-2": "HOST"
              },
              "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "mine",
                "bucket": {
                  "name": "photos",
                  "ownerIdentity": {
                    "principalId": "A3NL1KOZZKEXAMPLE"
                  },
                  "arn": "arn:aws:s3:::photos"
                },
                "object": {
                  "key": "images/a+b%40%C3%BC.jpg",
                  "sequencer": "00000000000000001F"
                }
              }
            }
          ]
        }
    "#);
    }

    #[test]
    fn tags_were_put() {
        insta::assert_snapshot!(example(Action::PutTagging, ObjectChangeKind::Described), @r#"
        {
          "Records": [
            {
              "eventVersion": "2.3",
              "eventSource": "aws:s3",
              "awsRegion": "us-east-1",
              "eventTime": "2026-01-02T03:04:05.678Z",
              "eventName": "ObjectTagging:Put",
              "userIdentity": {
                "principalId": "AWS:AIDAEXAMPLE"
              },
              "requestParameters": {
                "sourceIPAddress": "192.0.2.1"
              },
              "responseElements": {
                "x-amz-request-id": "REQUEST",
                "x-amz-id-2": "HOST"
              },
              "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "mine",
                "bucket": {
                  "name": "photos",
                  "ownerIdentity": {
                    "principalId": "A3NL1KOZZKEXAMPLE"
                  },
                  "arn": "arn:aws:s3:::photos"
                },
                "object": {
                  "key": "images/a+b%40%C3%BC.jpg",
                  "eTag": "d41d8cd98f00b204e9800998ecf8427e"
                }
              }
            }
          ]
        }
    "#);
    }

    #[test]
    fn later_changes_have_greater_sequencers() {
        assert!(sequencer(255) < sequencer(256));
        assert!(sequencer(u64::MAX - 1) < sequencer(u64::MAX));
    }

    #[test]
    fn keys_are_encoded_as_in_forms() {
        assert_eq!(form_encoded("a b/c+d@e~f*g-h_i.j"), "a+b/c%2Bd%40e%7Ef*g-h_i.j");
    }

    proptest! {
        #[test]
        fn every_key_can_be_decoded(key in ".{0,30}") {
            let encoded = form_encoded(&key).replace('+', " ");
            let decoded = percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap().into_owned();
            prop_assert_eq!(decoded, key);
        }
    }
}
