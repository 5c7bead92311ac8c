//! What a function's answer says of its batch.

use std::collections::HashSet;

use hob_delivery::FunctionAnswer;
use serde_json::Value;

/// Which messages are done, and leave the queue. The others stay, and are seen again after their visibility timeout.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Done {
    All,
    None,
    /// All but those with these ids.
    AllBut(HashSet<String>),
}

/// `ids` are those of the batch; `reports_failures` is `ReportBatchItemFailures`.
///
/// Source: Lambda guide, "Implementing partial batch responses", on success and failure conditions.
pub(super) fn done<'a>(
    answer: &FunctionAnswer,
    reports_failures: bool,
    ids: impl Iterator<Item = &'a str>,
) -> Done {
    if answer.failed {
        return Done::None;
    }
    if !reports_failures {
        return Done::All;
    }
    match failures(&answer.payload) {
        None => Done::None,
        Some(failed) if failed.is_empty() => Done::All,
        Some(failed) => {
            let known: HashSet<&str> = ids.collect();
            let all_known = failed.iter().all(|id| known.contains(id.as_str()));
            if all_known { Done::AllBut(failed) } else { Done::None }
        }
    }
}

/// `None`: the answer is no list of failures.
fn failures(payload: &[u8]) -> Option<HashSet<String>> {
    let none = HashSet::new();
    let answer: Value = serde_json::from_slice(payload).ok()?;
    let failures = match &answer {
        Value::Null => return Some(none),
        // Recorded for streams.
        Value::String(text) if text.is_empty() => return Some(none),
        Value::Array(items) if items.is_empty() => return Some(none),
        Value::Object(answer) => answer.get("batchItemFailures"),
        _ => return None,
    };
    match failures {
        None | Some(Value::Null) => Some(none),
        Some(Value::Array(failures)) => failures.iter().map(identifier).collect(),
        Some(_) => None,
    }
}

fn identifier(failure: &Value) -> Option<String> {
    let identifier = failure.get("itemIdentifier")?.as_str()?;
    (!identifier.is_empty()).then(|| identifier.to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;

    fn of(payload: &str, reports_failures: bool) -> Done {
        let answer = FunctionAnswer { payload: Bytes::copy_from_slice(payload.as_bytes()), failed: false };
        done(&answer, reports_failures, ["a", "b"].into_iter())
    }

    #[test]
    fn nothing_said_is_success() {
        for payload in [
            "null",
            "{}",
            r#"{"batchItemFailures": []}"#,
            r#"{"batchItemFailures": null}"#,
            r#"{"x": 1}"#,
            r#""""#,
            "[]",
        ] {
            assert_eq!(of(payload, true), Done::All, "{payload}");
        }
    }

    #[test]
    fn what_is_listed_stays() {
        let listed = |payload: &str| match of(payload, true) {
            Done::AllBut(failed) => failed.contains("b") && failed.len() == 1,
            _ => false,
        };
        assert!(listed(r#"{"batchItemFailures": [{"itemIdentifier": "b"}]}"#));
        assert!(listed(r#"{"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "b"}]}"#));
    }

    #[test]
    fn what_cannot_be_understood_is_failure_of_all() {
        for payload in [
            "",
            "not JSON",
            r#""text""#,
            "5",
            r#"[{"itemIdentifier": "a"}]"#,
            r#"{"batchItemFailures": "a"}"#,
            r#"{"batchItemFailures": ["a"]}"#,
            r#"{"batchItemFailures": [{"itemIdentifier": ""}]}"#,
            r#"{"batchItemFailures": [{"itemIdentifier": null}]}"#,
            r#"{"batchItemFailures": [{"itemIdentifier": 1}]}"#,
            r#"{"batchItemFailures": [{"itemId": "a"}]}"#,
            r#"{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "unknown"}]}"#,
        ] {
            assert_eq!(of(payload, true), Done::None, "{payload}");
        }
    }

    #[test]
    fn whoever_reports_no_failures_says_nothing_with_its_answer() {
        assert_eq!(of(r#"{"batchItemFailures": [{"itemIdentifier": "b"}]}"#, false), Done::All);
        assert_eq!(of("not JSON", false), Done::All);
        let failed = FunctionAnswer { payload: Bytes::from_static(b"{}"), failed: true };
        assert_eq!(done(&failed, true, ["a"].into_iter()), Done::None);
    }

    proptest! {
        #[test]
        fn any_answer_is_understood_or_not_without_a_panic(payload in prop::collection::vec(any::<u8>(), 0..60)) {
            let answer = FunctionAnswer { payload: payload.into(), failed: false };
            done(&answer, true, ["a"].into_iter());
        }
    }
}
