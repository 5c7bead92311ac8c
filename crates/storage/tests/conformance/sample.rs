use std::collections::BTreeMap;
use std::path::Path;

use hob_storage::{
    AliasRecord, Architecture, CapacityProviderRecord, CapacityScaling, CodeRecord, EventSource,
    EventSourceMappingRecord, FunctionConfiguration, FunctionRecord, FunctionState, InstanceRequirements,
    KafkaConsumer, LayerVersionRecord, LogGroupId, LogStreamId, MappingSettings, MappingState, NewLogEvent,
    PropagatedTags, ScalingPolicy, SnapStart, StartingPosition, Storage, TracingMode, VersionRecord,
    VpcConfiguration, VpcState,
};
use hob_types::{
    AccountId, EventSourceMappingId, FunctionArn, LogFormat, LoggingConfiguration, Region, RevisionId,
    Runtime, SeededRandom, Sha256Digest, Timestamp, Version, VersionNumber,
};

pub fn arn(name: &str) -> FunctionArn {
    FunctionArn { region: Region::local(), account: AccountId::local(), name: name.parse().unwrap() }
}

pub fn revision(number: u64) -> RevisionId {
    RevisionId::random(&SeededRandom::new(number))
}

pub fn digest(byte: u8) -> Sha256Digest {
    Sha256Digest::new([byte; 32])
}

/// At revision 1, settled, with the package `digest(1)` of 100 bytes.
pub fn function(name: &str) -> FunctionRecord {
    let role = "arn:aws:iam::000000000000:role/any".to_owned();
    let configuration = FunctionConfiguration {
        runtime: Some(Runtime::new("python3.12")),
        handler: Some("app.handler".to_owned()),
        description: "Grüße".to_owned(),
        environment: BTreeMap::from([("KEY".to_owned(), "a value".to_owned())]),
        logging: LoggingConfiguration { format: LogFormat::Json, ..Default::default() },
        dead_letter_target: Some("arn:aws:sqs:us-east-1:000000000000:q".to_owned()),
        tracing: TracingMode::Active,
        snap_start: SnapStart::PublishedVersions,
        vpc: VpcState::Attached(VpcConfiguration {
            subnet_ids: vec!["subnet-1".to_owned()],
            security_group_ids: vec!["sg-1".to_owned()],
            ipv6_allowed_for_dual_stack: true,
        }),
        ..FunctionConfiguration::new(role, Architecture::X86_64)
    };
    let (code, now) = (CodeRecord::new(digest(1), 100), Timestamp::from_millis(1_767_323_045_678));
    FunctionRecord {
        state: FunctionState::Active,
        ..FunctionRecord::new(arn(name), revision(1), now, code, configuration)
    }
}

/// With the package `digest(n)` of 10 bytes.
pub fn version(number: u64) -> VersionRecord {
    let function = function("any");
    VersionRecord {
        number: VersionNumber::new(number).unwrap(),
        revision: revision(100 + number),
        last_modified: function.last_modified,
        state: FunctionState::Active,
        optimized: false,
        code: CodeRecord::new(digest(u8::try_from(number).unwrap()), 10),
        configuration: function.configuration,
        source_description: String::new(),
    }
}

pub fn alias(name: &str, number: u64) -> AliasRecord {
    AliasRecord {
        name: name.parse().unwrap(),
        description: String::new(),
        version: Version::Published(VersionNumber::new(number).unwrap()),
        weights: BTreeMap::new(),
        revision: revision(200),
    }
}

pub fn layer(name: &str, version: u64) -> LayerVersionRecord {
    LayerVersionRecord {
        layer: name.to_owned(),
        version,
        description: String::new(),
        created: Timestamp::EPOCH,
        code: CodeRecord::new(digest(9), 1000),
        compatible_runtimes: None,
        compatible_architectures: None,
        license: None,
        policy: None,
    }
}

pub fn open(directory: &Path) -> Storage {
    Storage::open(directory, &SeededRandom::new(1)).unwrap()
}

pub fn group(name: &str) -> LogGroupId {
    LogGroupId { account: AccountId::local(), region: Region::local(), name: name.to_owned() }
}

pub fn stream(group_name: &str, name: &str) -> LogStreamId {
    LogStreamId { group: group(group_name), name: name.to_owned() }
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub fn event(millis: i64, message: &str) -> NewLogEvent {
    NewLogEvent { timestamp: at(millis), message: message.to_owned() }
}

/// From Kafka, with some of what can be set.
pub fn event_source_mapping() -> EventSourceMappingRecord {
    let now = Timestamp::from_millis(1_767_323_045_678);
    let consumer = KafkaConsumer { group: "group".to_owned(), ..KafkaConsumer::default() };
    EventSourceMappingRecord {
        id: EventSourceMappingId::random(&SeededRandom::new(1)),
        function: arn("fn"),
        qualifier: Some("$LATEST".to_owned()),
        source: EventSource::SelfManagedKafka {
            bootstrap_servers: vec!["kafka:1000".to_owned()],
            topic: "topic".to_owned(),
        },
        state: MappingState::Updating { enabled: true },
        last_modified: now,
        starting_position: Some(StartingPosition::AtTimestamp(now)),
        settings: MappingSettings {
            batch_size: 100,
            filters: vec![r#"{"value": ["grün"]}"#.to_owned()],
            maximum_retry_attempts: Some(-1),
            kafka: Some(consumer),
            ..MappingSettings::default()
        },
        tags: BTreeMap::from([("team".to_owned(), "blue".to_owned())]),
    }
}

pub fn capacity_provider() -> CapacityProviderRecord {
    let policy =
        ScalingPolicy { metric: "LambdaCapacityProviderAverageCPUUtilization".to_owned(), target: 62.5 };
    CapacityProviderRecord {
        name: "provider".to_owned(),
        last_modified: Timestamp::from_millis(1_767_323_045_678),
        subnet_ids: vec!["subnet-1".to_owned()],
        security_group_ids: Vec::new(),
        operator_role: "arn:aws:iam::000000000000:role/operator".to_owned(),
        instances: Some(InstanceRequirements {
            architecture: Some(Architecture::Arm64),
            ..InstanceRequirements::default()
        }),
        scaling: Some(CapacityScaling { policies: Some(vec![policy]), ..CapacityScaling::default() }),
        propagated_tags: Some(PropagatedTags::None),
        logging: None,
        tags: BTreeMap::new(),
    }
}
