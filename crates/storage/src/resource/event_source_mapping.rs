use std::collections::BTreeMap;

use hob_types::{EventSourceMappingId, FunctionArn, Timestamp};
use serde::{Deserialize, Serialize};

/// What brings a source's events to a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventSourceMappingRecord {
    pub id: EventSourceMappingId,
    pub function: FunctionArn,
    /// As given: a version or an alias.
    pub qualifier: Option<String>,
    pub source: EventSource,
    pub state: MappingState,
    pub last_modified: Timestamp,
    /// Where a stream is read from at first; `None` for sources without a past.
    pub starting_position: Option<StartingPosition>,
    pub settings: MappingSettings,
    pub tags: BTreeMap<String, String>,
}

/// Where events come from. Never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventSource {
    /// The ARN of a queue.
    Sqs(String),
    /// The ARN of a stream, or of one of its consumers.
    Kinesis(String),
    /// The ARN of a table's stream.
    DynamoDb(String),
    Msk {
        /// An ARN.
        cluster: String,
        topic: String,
    },
    SelfManagedKafka {
        /// As `host:port`.
        bootstrap_servers: Vec<String>,
        topic: String,
    },
    Mq {
        /// An ARN.
        broker: String,
        queue: String,
    },
    /// The ARN of a cluster.
    DocumentDb(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StartingPosition {
    Latest,
    TrimHorizon,
    AtTimestamp(Timestamp),
}

/// What a mapping does, or is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MappingState {
    Creating,
    Enabling,
    Enabled,
    Disabling,
    Disabled,
    Updating {
        /// It was, and will be again.
        enabled: bool,
    },
    Deleting,
}

/// What can be set, and changed later. `None`: the source has no such setting, or it was not given and has no default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MappingSettings {
    /// Events, 1 to 10000.
    pub batch_size: u32,
    /// Seconds, 0 to 300.
    pub batching_window: Option<u32>,
    /// Event patterns, of which an event must match one; empty: all events are wanted.
    pub filters: Vec<String>,
    /// The function says which events of a batch failed. `None`: not said.
    pub report_batch_item_failures: Option<bool>,
    pub metrics: Option<Vec<String>>,
    pub system_log_level: Option<String>,
    /// Invocations at once, 2 to 1000.
    pub maximum_concurrency: Option<u32>,
    pub provisioned_pollers: Option<ProvisionedPollers>,
    /// Batches of one shard at once, 1 to 10.
    pub parallelization_factor: Option<u32>,
    /// Seconds, 60 to 604800; -1: without a limit.
    pub maximum_record_age: Option<i32>,
    /// 0 to 10000; -1: until a record expires.
    pub maximum_retry_attempts: Option<i32>,
    pub bisect_batch: Option<bool>,
    /// Seconds, up to 900; 0: none.
    pub tumbling_window: Option<u32>,
    /// Where batches go that failed for good: the ARN of a queue, a topic or a bucket, or `kafka://` and a topic.
    pub on_failure: Option<String>,
    pub source_access: Vec<SourceAccess>,
    pub kafka: Option<KafkaConsumer>,
    pub document_db: Option<DocumentDbCollection>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionedPollers {
    pub minimum: Option<u32>,
    pub maximum: Option<u32>,
    pub group: Option<String>,
}

/// With what, or through what, a source is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceAccess {
    /// As AWS names it.
    pub kind: String,
    pub uri: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KafkaConsumer {
    pub group: String,
    /// `Stream` or `Queue`; `None`: not said.
    pub consumption_mode: Option<String>,
    pub schema_registry: Option<SchemaRegistry>,
}

/// The names of formats, kinds and attributes are AWS's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaRegistry {
    pub uri: Option<String>,
    pub event_record_format: Option<String>,
    pub access: Vec<SourceAccess>,
    /// What is validated: `KEY`, `VALUE`.
    pub validated_attributes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDbCollection {
    pub database: String,
    /// `None`: all of the database.
    pub collection: Option<String>,
    /// An update's event has the whole document.
    pub update_lookup: bool,
}

impl EventSourceMappingRecord {
    pub(super) fn resource_name(&self) -> String {
        self.id.to_string()
    }
}
