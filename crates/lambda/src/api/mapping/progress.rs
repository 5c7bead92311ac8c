//! What a mapping says of its work. Hob polls queues only: a mapping of another source that is to bring events says that
//! it brings none, where AWS would tell how the last batch went.

use hob_storage::EventSourceMappingRecord;

use crate::mapping::{SourceKind, is_wanted};

pub(super) struct Progress {
    /// `LastProcessingResult`; mappings of queues have none.
    pub(super) result: Option<String>,
    /// `StateTransitionReason`.
    pub(super) reason: String,
}

pub(super) fn progress(mapping: &EventSourceMappingRecord) -> Progress {
    let kind = SourceKind::of(&mapping.source);
    let initiated = if kind.is_stream() { "User action" } else { "USER_INITIATED" };
    let Some(source) = unpolled(kind) else {
        return Progress { result: None, reason: initiated.to_owned() };
    };
    if is_wanted(mapping.state) {
        return Progress {
            result: Some(format!("PROBLEM: {source} are not polled by this version of Hob.")),
            reason: format!("{initiated}; no events arrive: {source} are not polled by this version of Hob"),
        };
    }
    Progress { result: Some("No records processed".to_owned()), reason: initiated.to_owned() }
}

/// `None`: it is polled.
fn unpolled(kind: SourceKind) -> Option<&'static str> {
    match kind {
        SourceKind::StandardQueue | SourceKind::FifoQueue => None,
        SourceKind::Kinesis => Some("Kinesis streams"),
        SourceKind::DynamoDb => Some("DynamoDB streams"),
        SourceKind::Msk => Some("MSK clusters"),
        SourceKind::SelfManagedKafka => Some("Kafka clusters"),
        SourceKind::Mq => Some("MQ brokers"),
        SourceKind::DocumentDb => Some("DocumentDB clusters"),
    }
}
