//! What a dead-letter queue gets: the event as it was, and what was wrong as attributes. Source: Lambda guide,
//! "Dead-letter queues".

use std::collections::BTreeMap;

use hob_delivery::{AttributeValue, MessageAttribute};
use hob_storage::{EventFailure, EventProgress};
use hob_types::RequestId;
use serde::Deserialize;

use super::decision::Condition;

/// Of an error's message, in bytes.
const MESSAGE_MAX: usize = 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorDocument {
    error_message: String,
}

/// The status that a caller would have got, and the first kilobyte of the message. The messages of other failures than a
/// function's are not recorded.
pub(super) fn error_of(condition: Condition, progress: &EventProgress) -> (u16, String) {
    match (condition, progress.failure) {
        (Condition::RecursiveLoop, _) => (400, "The function was invoked in a recursive loop.".to_owned()),
        (_, Some(EventFailure::Throttled)) => (429, "Rate Exceeded.".to_owned()),
        (_, Some(EventFailure::Unavailable)) => {
            (500, "An error occurred and the request cannot be processed.".to_owned())
        }
        (_, Some(EventFailure::Function) | None) => (200, function_message(progress)),
    }
}

fn function_message(progress: &EventProgress) -> String {
    let payload = progress.answer.as_ref().map(|answer| &answer.payload[..]).unwrap_or_default();
    let document = serde_json::from_slice::<ErrorDocument>(payload);
    let mut message = document
        .map_or_else(|_| String::from_utf8_lossy(payload).into_owned(), |document| document.error_message);
    message.truncate(message.floor_char_boundary(MESSAGE_MAX));
    message
}

pub(super) fn attributes(
    request: RequestId,
    error_code: u16,
    error_message: &str,
) -> BTreeMap<String, MessageAttribute> {
    let attribute = |name: &str, data_type: &str, value: String| {
        let value = AttributeValue::Text(value);
        (name.to_owned(), MessageAttribute { data_type: data_type.to_owned(), value })
    };
    let mut attributes = BTreeMap::from([
        attribute("RequestID", "String", request.to_string()),
        attribute("ErrorCode", "Number", error_code.to_string()),
    ]);
    // No attribute's value may be empty.
    if !error_message.is_empty() {
        attributes.extend([attribute("ErrorMessage", "String", error_message.to_owned())]);
    }
    attributes
}
