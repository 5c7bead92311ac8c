//! What queues and topics get when a configuration names them.

use hob_types::{AccountId, Timestamp};
use serde::Serialize;

use super::configuration::NotificationConfiguration;
use super::destination::DestinationKind;
use super::document::EventDocument;

/// The request that names the destinations.
#[derive(Clone, Debug)]
pub(crate) struct TestRequest {
    pub(crate) time: Timestamp,
    /// `x-amz-request-id`.
    pub(crate) request_id: String,
    /// `x-amz-id-2`.
    pub(crate) host_id: String,
}

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
    pub(crate) fn test_events(
        &self,
        bucket: &str,
        account: &AccountId,
        request: &TestRequest,
    ) -> Vec<String> {
        let body = test_event(bucket, request);
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

fn test_event(bucket: &str, request: &TestRequest) -> String {
    let event = TestEvent {
        service: "Amazon S3",
        event: "s3:TestEvent",
        time: request.time.to_rfc3339(),
        bucket,
        request_id: &request.request_id,
        host_id: &request.host_id,
    };
    // Texts are always written.
    serde_json::to_string(&event).unwrap_or_default()
}

#[cfg(test)]
impl TestRequest {
    pub(super) fn example() -> Self {
        Self {
            time: Timestamp::from_millis(1_767_323_045_678),
            request_id: "REQUEST".to_owned(),
            host_id: "HOST".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_event() {
        insta::assert_snapshot!(test_event("photos", &TestRequest::example()), @r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-02T03:04:05.678Z","Bucket":"photos","RequestId":"REQUEST","HostId":"HOST"}"#);
    }
}
