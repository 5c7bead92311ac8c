use std::collections::BTreeMap;

use hob_storage::{
    Architecture, CodeRecord, FunctionConfiguration, FunctionRecord, FunctionState, LastUpdate, LogGroupId,
    LogStreamId, NewLogEvent,
};
use hob_types::{
    AccountId, EphemeralStorageMib, FunctionArn, MemoryMib, Region, RevisionId, Runtime, SeededRandom,
    Sha256Digest, TimeoutSeconds, Timestamp,
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
    FunctionRecord {
        arn: arn(name),
        revision: revision(1),
        last_modified: Timestamp::from_millis(1_767_323_045_678),
        state: FunctionState::Active,
        last_update: LastUpdate::Successful,
        code: CodeRecord { sha256: digest(1), size: 100 },
        configuration: FunctionConfiguration {
            runtime: Some(Runtime::new("python3.12")),
            handler: Some("app.handler".to_owned()),
            role: "arn:aws:iam::000000000000:role/any".to_owned(),
            description: "Grüße".to_owned(),
            memory: MemoryMib::default(),
            timeout: TimeoutSeconds::default(),
            ephemeral_storage: EphemeralStorageMib::default(),
            environment: BTreeMap::from([("KEY".to_owned(), "a value".to_owned())]),
            architecture: Architecture::X86_64,
            log_group: None,
        },
        tags: BTreeMap::new(),
    }
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
