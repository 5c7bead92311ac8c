//! Which messages a function wants.

use hob_types::{EventPattern, Pattern};
use serde_json::Value;

use super::event::Record;

/// The key that holds what was sent, as JSON if it is JSON.
const BODY: &str = "body";

/// Whether one of the patterns matches, or there is none.
pub(super) fn is_wanted(filters: &[EventPattern], record: &Record<'_>) -> bool {
    if filters.is_empty() {
        return true;
    }
    let Ok(mut event) = serde_json::to_value(record) else { return false };
    let body = body(record.body);
    let is_json = !body.is_string();
    if let Some(text) = event.get_mut(BODY) {
        *text = body;
    }
    filters.iter().any(|filter| agrees(filter, is_json) && filter.matches(&event))
}

/// What is no object and no array is a plain string, also where it would be JSON.
fn body(text: &str) -> Value {
    let parsed = serde_json::from_str(text).ok().filter(|json: &Value| json.is_object() || json.is_array());
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A pattern for JSON is never met by a plain string, whatever it says, nor the other way round.
/// Source: Lambda guide, "Properly filtering Amazon SQS messages".
fn agrees(filter: &EventPattern, is_json: bool) -> bool {
    match filter.0.all.get(BODY) {
        Some(Pattern::Object(_)) => is_json,
        Some(Pattern::OneOf(_)) => !is_json,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{delivery, queue};

    #[track_caller]
    fn wants(filter: Value, body: &str, wanted: bool) {
        let filters = [filter.to_string().parse().unwrap()];
        let mut message = delivery("id");
        message.body = body.to_owned();
        let queue = queue("orders");
        assert_eq!(is_wanted(&filters, &Record::of(&queue, &message)), wanted, "{filter} {body}");
    }

    /// The table of the Lambda guide.
    #[test]
    fn body_and_pattern_are_both_json_or_both_plain() {
        let plain = json!({"body": ["hello", {"prefix": "{"}]});
        let structured = json!({"body": {"kind": ["a"]}});
        let metadata = json!({"messageId": ["id"]});
        for (filter, body, wanted) in [
            (&plain, "hello", true),
            (&plain, "bye", false),
            (&plain, r#"{"kind": "a"}"#, false),
            (&structured, r#"{"kind": "a"}"#, true),
            (&structured, r#"{"kind": "b"}"#, false),
            (&structured, "a", false),
            (&metadata, "hello", true),
            (&metadata, r#"{"kind": "a"}"#, true),
        ] {
            wants(filter.clone(), body, wanted);
        }
        wants(json!({"body": {"kind": [{"exists": false}]}}), "plain", false);
        wants(json!({"body": {"kind": [{"exists": false}]}}), "{}", true);
        wants(json!({"body": ["5", "\"x\""]}), "5", true);
    }

    #[test]
    fn metadata_are_filtered_as_they_are_delivered() {
        wants(json!({"attributes": {"ApproximateReceiveCount": ["1"]}}), "", true);
        wants(json!({"attributes": {"ApproximateReceiveCount": [1]}}), "", false);
        wants(json!({"eventSource": ["aws:sqs"], "awsRegion": [{"prefix": "us-"}]}), "", true);
    }

    #[test]
    fn one_of_several_filters_is_enough_and_no_filter_wants_all() {
        let queue = queue("orders");
        let message = delivery("id");
        let record = Record::of(&queue, &message);
        let filter = |id: &str| json!({"messageId": [id]}).to_string().parse().unwrap();
        assert!(is_wanted(&[filter("other"), filter("id")], &record));
        assert!(!is_wanted(&[filter("other")], &record));
        assert!(is_wanted(&[], &record));
    }
}
