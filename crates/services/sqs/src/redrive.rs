//! Where messages go that were received too often, and which queues may send theirs.

use hob_storage::{RedriveAllowPolicy, RedrivePolicy};
use hob_types::QueueArn;
use serde_json::{Map, Value, json};

use crate::SqsError;
use crate::error::InvalidRedrive;
use crate::queue::Queue;

const POLICY: &str = "RedrivePolicy";
const ALLOW_POLICY: &str = "RedriveAllowPolicy";
/// How many queues a policy names at most.
const SOURCES_MAX: usize = 10;

/// An empty policy is none.
pub(crate) fn policy(text: &str) -> Result<Option<RedrivePolicy>, SqsError> {
    if text.is_empty() {
        return Ok(None);
    }
    parse_policy(text).map(Some).map_err(|why| refused(POLICY, text, why))
}

fn refused(parameter: &'static str, text: &str, why: InvalidRedrive) -> SqsError {
    SqsError::InvalidRedrive { parameter, value: text.to_owned(), why }
}

fn parse_policy(text: &str) -> Result<RedrivePolicy, InvalidRedrive> {
    let policy = object(text)?;
    let target = policy.get("deadLetterTargetArn").and_then(Value::as_str);
    let target = target.ok_or(InvalidRedrive::Missing("deadLetterTargetArn"))?;
    let max_receives = policy.get("maxReceiveCount").ok_or(InvalidRedrive::Missing("maxReceiveCount"))?;
    let number = match max_receives {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64().and_then(|number| u32::try_from(number).ok()),
    };
    let max_receives = number
        .filter(|number| (1..=1000).contains(number))
        .ok_or_else(|| InvalidRedrive::MaxReceives(plain(max_receives)))?;
    let target = target.parse().map_err(|_| InvalidRedrive::InvalidArn(target.to_owned()))?;
    Ok(RedrivePolicy { target, max_receives })
}

/// A string without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn object(text: &str) -> Result<Map<String, Value>, InvalidRedrive> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(InvalidRedrive::NotJson),
    }
}

/// An empty policy is none.
pub(crate) fn allow_policy(text: &str) -> Result<Option<RedriveAllowPolicy>, SqsError> {
    if text.is_empty() {
        return Ok(None);
    }
    parse_allow_policy(text).map(Some).map_err(|why| refused(ALLOW_POLICY, text, why))
}

fn parse_allow_policy(text: &str) -> Result<RedriveAllowPolicy, InvalidRedrive> {
    let policy = object(text)?;
    let permission = policy.get("redrivePermission").ok_or(InvalidRedrive::Missing("redrivePermission"))?;
    let sources = policy.get("sourceQueueArns").and_then(Value::as_array);
    match (permission.as_str(), sources) {
        (Some("byQueue"), Some(sources)) => by_queue(sources),
        (Some("byQueue"), None) => Err(InvalidRedrive::SourcesMissing),
        (Some("allowAll" | "denyAll"), Some(_)) => Err(InvalidRedrive::SourcesWithoutByQueue),
        (Some("allowAll"), None) => Ok(RedriveAllowPolicy::AllowAll),
        (Some("denyAll"), None) => Ok(RedriveAllowPolicy::DenyAll),
        _ => Err(InvalidRedrive::Permission(plain(permission))),
    }
}

fn by_queue(sources: &[Value]) -> Result<RedriveAllowPolicy, InvalidRedrive> {
    match sources.len() {
        0 => return Err(InvalidRedrive::SourcesMissing),
        count if count > SOURCES_MAX => return Err(InvalidRedrive::TooManySources),
        _ => {}
    }
    let queue = |source: &Value| {
        let text = plain(source);
        text.parse().map_err(|_| InvalidRedrive::InvalidArn(text))
    };
    sources.iter().map(queue).collect::<Result<Vec<QueueArn>, _>>().map(RedriveAllowPolicy::ByQueue)
}

pub(crate) fn print(policy: &RedrivePolicy) -> String {
    json!({ "deadLetterTargetArn": policy.target, "maxReceiveCount": policy.max_receives }).to_string()
}

pub(crate) fn print_allow(policy: &RedriveAllowPolicy) -> String {
    match policy {
        RedriveAllowPolicy::AllowAll => json!({ "redrivePermission": "allowAll" }),
        RedriveAllowPolicy::DenyAll => json!({ "redrivePermission": "denyAll" }),
        RedriveAllowPolicy::ByQueue(sources) => {
            json!({ "redrivePermission": "byQueue", "sourceQueueArns": sources })
        }
    }
    .to_string()
}

/// Whether `source` may send its dead letters to `target`, as things are.
pub(crate) fn check(
    source: &QueueArn,
    policy: &RedrivePolicy,
    target: Option<&Queue>,
) -> Result<(), SqsError> {
    let why = match target {
        None => InvalidRedrive::NoTarget,
        Some(target) if target.is_fifo() != source.is_fifo() => InvalidRedrive::OtherType,
        Some(target) if !permits(target, source) => InvalidRedrive::NotPermitted,
        Some(_) => return Ok(()),
    };
    Err(refused(POLICY, &print(policy), why))
}

fn permits(target: &Queue, source: &QueueArn) -> bool {
    match &target.record.settings.redrive_allow {
        None | Some(RedriveAllowPolicy::AllowAll) => true,
        Some(RedriveAllowPolicy::DenyAll) => false,
        Some(RedriveAllowPolicy::ByQueue(sources)) => sources.contains(source),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TARGET: &str = "arn:aws:sqs:us-east-1:000000000000:dead";

    #[test]
    fn the_count_may_be_a_number_or_its_text() {
        for count in ["5", "\"5\""] {
            let text = format!(r#"{{"deadLetterTargetArn":"{TARGET}","maxReceiveCount":{count}}}"#);
            let policy = policy(&text).unwrap().unwrap();
            assert_eq!((policy.target.to_string().as_str(), policy.max_receives), (TARGET, 5));
            assert_eq!(
                print(&policy),
                r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":5}"#
            );
        }
        assert_eq!(policy("").unwrap(), None);
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let why = |text: &str| parse_policy(text).unwrap_err();
        assert_eq!(why("[]"), InvalidRedrive::NotJson);
        assert_eq!(why("{}"), InvalidRedrive::Missing("deadLetterTargetArn"));
        assert_eq!(why(r#"{"deadLetterTargetArn":"x"}"#), InvalidRedrive::Missing("maxReceiveCount"));
        let with = |target: &str, count: &str| {
            why(&format!(r#"{{"deadLetterTargetArn":"{target}","maxReceiveCount":{count}}}"#))
        };
        assert_eq!(with("x", "1"), InvalidRedrive::InvalidArn("x".to_owned()));
        for count in ["0", "1001", "-1", "1.5"] {
            assert_eq!(with(TARGET, count), InvalidRedrive::MaxReceives(count.to_owned()));
        }
    }

    #[test]
    fn sources_are_named_where_the_permission_is_by_queue() {
        let by_queue = format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":["{TARGET}"]}}"#);
        let policy = parse_allow_policy(&by_queue).unwrap();
        assert_eq!(policy, RedriveAllowPolicy::ByQueue(vec![TARGET.parse().unwrap()]));
        assert_eq!(print_allow(&policy), by_queue);
        let why = |text: &str| parse_allow_policy(text).unwrap_err();
        assert_eq!(why(r#"{"redrivePermission":"byQueue"}"#), InvalidRedrive::SourcesMissing);
        assert_eq!(
            why(r#"{"redrivePermission":"denyAll","sourceQueueArns":[]}"#),
            InvalidRedrive::SourcesWithoutByQueue
        );
        assert_eq!(why(r#"{"redrivePermission":"some"}"#), InvalidRedrive::Permission("some".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_a_policy_or_refused_without_a_panic(text in "\\PC{0,40}|\\{(\"[a-zA-Z]{0,20}\":[0-9\"]{0,4},?){0,3}\\}") {
            let _ = (policy(&text), allow_policy(&text));
        }
    }
}
