//! What queues and topics get when a configuration names them.

use hob_types::AccountId;
use serde::Serialize;

use super::configuration::NotificationConfiguration;
use super::destination::DestinationKind;
use super::document::EventDocument;
use super::event_kind::Origin;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TestEvent<'a> {
    service: &'static str,
    event: &'static str,
    time: String,
    bucket: &'a str,
    request_id: &'a str,
    host_id: &'a str,
}

impl NotificationConfiguration {
    /// For the outbox: one for each configuration but those of functions.
    pub(crate) fn test_events(&self, bucket: &str, account: &AccountId, origin: &Origin) -> Vec<String> {
        let body = test_event(bucket, origin);
        let told = self.rules.iter().filter(|rule| rule.destination.kind() != DestinationKind::Function);
        let documents = told.map(|rule| EventDocument {
            destination: rule.destination.clone(),
            bucket: bucket.to_owned(),
            account: account.clone(),
            key: String::new(),
            trace_header: None,
            body: body.clone(),
        });
        documents.map(|document| document.to_json()).collect()
    }
}

fn test_event(bucket: &str, origin: &Origin) -> String {
    let event = TestEvent {
        service: "Amazon S3",
        event: "s3:TestEvent",
        time: origin.time.to_rfc3339(),
        bucket,
        request_id: &origin.request_id,
        host_id: &origin.host_id,
    };
    // Texts are always written.
    serde_json::to_string(&event).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_event() {
        insta::assert_snapshot!(test_event("photos", &Origin::example()), @r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-02T03:04:05.678Z","Bucket":"photos","RequestId":"REQUEST","HostId":"HOST"}"#);
    }
}
