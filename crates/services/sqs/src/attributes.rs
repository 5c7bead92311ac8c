//! The attributes of a queue, as texts by name.

use hob_storage::{DeduplicationScope, FifoSettings, FifoThroughputLimit, QueueSettings};

use crate::SqsError;
use crate::redrive;

/// What a queue has whose owner sets nothing.
pub(crate) fn defaults(fifo: bool) -> QueueSettings {
    QueueSettings {
        visibility_timeout: 30,
        delay: 0,
        retention: 345_600,
        maximum_message_size: 1_048_576,
        receive_wait: 0,
        redrive: None,
        redrive_allow: None,
        policy: None,
        managed_encryption: true,
        fifo: fifo.then_some(FifoSettings {
            content_based_deduplication: false,
            deduplication_scope: DeduplicationScope::Queue,
            throughput_limit: FifoThroughputLimit::PerQueue,
        }),
    }
}

/// Sets one attribute to a value that has been checked as far as it stands for itself.
pub(crate) fn set(settings: &mut QueueSettings, name: &str, value: &str) -> Result<(), SqsError> {
    match name {
        "VisibilityTimeout" => {
            settings.visibility_timeout = number("VisibilityTimeout", value, 0, 43_200)?;
        }
        "DelaySeconds" => settings.delay = number("DelaySeconds", value, 0, 900)?,
        "MessageRetentionPeriod" => {
            settings.retention = number("MessageRetentionPeriod", value, 60, 1_209_600)?;
        }
        "MaximumMessageSize" => {
            settings.maximum_message_size = number("MaximumMessageSize", value, 1024, 1_048_576)?;
        }
        "ReceiveMessageWaitTimeSeconds" => {
            settings.receive_wait = number("ReceiveMessageWaitTimeSeconds", value, 0, 20)?;
        }
        "RedrivePolicy" => settings.redrive = redrive::policy(value)?,
        "RedriveAllowPolicy" => settings.redrive_allow = redrive::allow_policy(value)?,
        "Policy" => settings.policy = policy(value)?,
        "SqsManagedSseEnabled" => settings.managed_encryption = boolean("SqsManagedSseEnabled", value)?,
        "KmsMasterKeyId" if value.is_empty() => {}
        "KmsMasterKeyId" => return Err(SqsError::Unserved("KmsMasterKeyId")),
        "KmsDataKeyReusePeriodSeconds" => return Err(SqsError::Unserved("KmsDataKeyReusePeriodSeconds")),
        _ => return set_fifo(settings.fifo.as_mut(), name, value),
    }
    Ok(())
}

fn set_fifo(fifo: Option<&mut FifoSettings>, name: &str, value: &str) -> Result<(), SqsError> {
    let unknown = || Err(SqsError::UnknownAttribute(name.to_owned()));
    match (name, fifo) {
        ("FifoQueue", None) => unknown(),
        ("FifoQueue", Some(_)) if value.eq_ignore_ascii_case("true") => Ok(()),
        ("FifoQueue", Some(_)) => Err(SqsError::QueueTypeStays),
        ("ContentBasedDeduplication", Some(fifo)) => {
            fifo.content_based_deduplication = boolean("ContentBasedDeduplication", value)?;
            Ok(())
        }
        ("DeduplicationScope", Some(fifo)) => {
            fifo.deduplication_scope = scope(value)?;
            Ok(())
        }
        ("FifoThroughputLimit", Some(fifo)) => {
            fifo.throughput_limit = throughput_limit(value)?;
            Ok(())
        }
        ("DeduplicationScope", None) => Err(SqsError::FifoOnly("DeduplicationScope")),
        ("FifoThroughputLimit", None) => Err(SqsError::FifoOnly("FifoThroughputLimit")),
        _ => unknown(),
    }
}

/// What must hold between attributes.
pub(crate) fn check(settings: &QueueSettings) -> Result<(), SqsError> {
    match &settings.fifo {
        Some(fifo)
            if fifo.throughput_limit == FifoThroughputLimit::PerMessageGroupId
                && fifo.deduplication_scope == DeduplicationScope::Queue =>
        {
            Err(SqsError::ThroughputNeedsGroupScope)
        }
        _ => Ok(()),
    }
}

fn number(name: &'static str, value: &str, min: u32, max: u32) -> Result<u32, SqsError> {
    match value.parse() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(SqsError::InvalidAttributeValue(name)),
    }
}

fn boolean(name: &'static str, value: &str) -> Result<bool, SqsError> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(SqsError::InvalidAttributeValue(name)),
    }
}

fn scope(value: &str) -> Result<DeduplicationScope, SqsError> {
    match value {
        "queue" => Ok(DeduplicationScope::Queue),
        "messageGroup" => Ok(DeduplicationScope::MessageGroup),
        _ => Err(SqsError::InvalidAttributeValue("DeduplicationScope")),
    }
}

fn throughput_limit(value: &str) -> Result<FifoThroughputLimit, SqsError> {
    match value {
        "perQueue" => Ok(FifoThroughputLimit::PerQueue),
        "perMessageGroupId" => Ok(FifoThroughputLimit::PerMessageGroupId),
        _ => Err(SqsError::InvalidAttributeValue("FifoThroughputLimit")),
    }
}

/// An empty one is none.
fn policy(value: &str) -> Result<Option<String>, SqsError> {
    if value.is_empty() {
        return Ok(None);
    }
    match serde_json::from_str(value) {
        Ok(serde_json::Value::Object(_)) => Ok(Some(value.to_owned())),
        _ => Err(SqsError::InvalidAttributeValue("Policy")),
    }
}

/// Every attribute that was set or has a default, without those that count or tell the time.
pub(crate) fn of(settings: &QueueSettings) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("VisibilityTimeout", settings.visibility_timeout.to_string()),
        ("DelaySeconds", settings.delay.to_string()),
        ("MessageRetentionPeriod", settings.retention.to_string()),
        ("MaximumMessageSize", settings.maximum_message_size.to_string()),
        ("ReceiveMessageWaitTimeSeconds", settings.receive_wait.to_string()),
        ("SqsManagedSseEnabled", settings.managed_encryption.to_string()),
    ];
    all.extend(settings.redrive.as_ref().map(|policy| ("RedrivePolicy", redrive::print(policy))));
    all.extend(
        settings.redrive_allow.as_ref().map(|policy| ("RedriveAllowPolicy", redrive::print_allow(policy))),
    );
    all.extend(settings.policy.as_ref().map(|policy| ("Policy", policy.clone())));
    if let Some(fifo) = &settings.fifo {
        let scope = match fifo.deduplication_scope {
            DeduplicationScope::Queue => "queue",
            DeduplicationScope::MessageGroup => "messageGroup",
        };
        let limit = match fifo.throughput_limit {
            FifoThroughputLimit::PerQueue => "perQueue",
            FifoThroughputLimit::PerMessageGroupId => "perMessageGroupId",
        };
        all.push(("FifoQueue", "true".to_owned()));
        all.push(("ContentBasedDeduplication", fifo.content_based_deduplication.to_string()));
        all.push(("DeduplicationScope", scope.to_owned()));
        all.push(("FifoThroughputLimit", limit.to_owned()));
    }
    all
}

/// Every name that may be asked for.
pub(crate) const NAMES: [&str; 22] = [
    "All",
    "Policy",
    "VisibilityTimeout",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
    "ApproximateNumberOfMessagesDelayed",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];
