//! Task handles: which move task of which queue, as JSON in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_storage::MoveTaskId;
use hob_types::QueueArn;
use serde_json::{Value, json};

pub(super) fn print(task: MoveTaskId, source: &QueueArn) -> String {
    BASE64.encode(json!({ "taskId": task.get(), "sourceArn": source }).to_string())
}

/// `None`: it is no handle.
pub(super) fn parse(handle: &str) -> Option<(MoveTaskId, QueueArn)> {
    let json: Value = serde_json::from_slice(&BASE64.decode(handle).ok()?).ok()?;
    let source = json.get("sourceArn")?.as_str()?.parse().ok()?;
    Some((MoveTaskId::new(json.get("taskId")?.as_i64()?), source))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_handle_is_read_as_it_was_printed(id: i64) {
            let source: QueueArn = "arn:aws:sqs:us-east-1:000000000000:dead".parse().unwrap();
            let task = MoveTaskId::new(id);
            prop_assert_eq!(parse(&print(task, &source)), Some((task, source)));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            let _ = (parse(&text), parse(&BASE64.encode(text)));
        }
    }
}
