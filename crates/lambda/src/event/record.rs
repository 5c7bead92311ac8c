//! The invocation record: what destinations are told of an event. Its members and their order are recorded from AWS.

use bytes::Bytes;
use hob_storage::{EventAnswer, NewEvent};
use hob_types::{Qualifier, Timestamp, Version};
use serde::Serialize;
use serde_json::value::RawValue;

use super::decision::Condition;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvocationRecord<'a> {
    version: &'static str,
    timestamp: String,
    request_context: RequestContext,
    request_payload: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_context: Option<ResponseContext>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_payload: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    request_id: String,
    function_arn: String,
    condition: &'static str,
    approximate_invoke_count: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseContext {
    status_code: u16,
    executed_version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_error: Option<&'static str>,
}

/// JSON. `answer`: what the function answered in its last run, if it ran.
pub(super) fn invocation_record(
    event: &NewEvent,
    condition: Condition,
    attempts: u32,
    answer: Option<&EventAnswer>,
    now: Timestamp,
) -> Bytes {
    let latest = Qualifier::Version(Version::Latest);
    let function = event.function.qualified(event.qualifier.clone().unwrap_or(latest));
    let failed = condition != Condition::Success;
    let (request_payload, response_payload) =
        (as_json(&event.payload), answer.map(|answer| as_json(&answer.payload)));
    let record = InvocationRecord {
        version: "1.0",
        timestamp: now.to_rfc3339(),
        request_context: RequestContext {
            request_id: event.request_id.to_string(),
            function_arn: function.to_string(),
            condition: condition.name(),
            approximate_invoke_count: attempts,
        },
        request_payload: &request_payload,
        response_context: answer.map(|answer| ResponseContext {
            status_code: 200,
            executed_version: answer.executed_version.to_string(),
            function_error: failed.then_some("Unhandled"),
        }),
        response_payload: response_payload.as_deref(),
    };
    // There is no map whose keys could be anything but text.
    serde_json::to_vec(&record).unwrap_or_default().into()
}

/// As it is, down to its blanks. A runtime may answer what is no JSON; that becomes a text.
fn as_json(payload: &[u8]) -> Box<RawValue> {
    let text = String::from_utf8_lossy(payload).into_owned();
    RawValue::from_string(text.clone())
        .or_else(|_| serde_json::value::to_raw_value(&text))
        .unwrap_or_else(|_| RawValue::NULL.to_owned())
}
