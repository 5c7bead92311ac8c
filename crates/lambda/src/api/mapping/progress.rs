//! What a mapping says of its work. Hob polls no source yet: a mapping that is to bring events says that it brings
//! none, where AWS would tell how the last batch went.

use hob_storage::EventSourceMappingRecord;

use crate::mapping::{SourceKind, is_wanted};

pub(super) struct Progress {
    /// `LastProcessingResult`; on AWS, mappings of queues have none.
    pub(super) result: Option<String>,
    /// `StateTransitionReason`.
    pub(super) reason: String,
}

pub(super) fn progress(mapping: &EventSourceMappingRecord) -> Progress {
    let kind = SourceKind::of(&mapping.source);
    let initiated = if kind.is_stream() { "User action" } else { "USER_INITIATED" };
    if is_wanted(mapping.state) {
        let source = plural(kind);
        return Progress {
            result: Some(format!("PROBLEM: {source} are not polled by this version of Hob.")),
            reason: format!("{initiated}; no events arrive: {source} are not polled by this version of Hob"),
        };
    }
    let result = (!kind.is_queue()).then(|| "No records processed".to_owned());
    Progress { result, reason: initiated.to_owned() }
}

fn plural(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::StandardQueue | SourceKind::FifoQueue => "SQS queues",
        SourceKind::Kinesis => "Kinesis streams",
        SourceKind::DynamoDb => "DynamoDB streams",
        SourceKind::Msk => "MSK clusters",
        SourceKind::SelfManagedKafka => "Kafka clusters",
        SourceKind::Mq => "MQ brokers",
        SourceKind::DocumentDb => "DocumentDB clusters",
    }
}
