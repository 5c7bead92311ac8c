//! What runs in the process that will be killed.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use bytes::Bytes;
use hob_storage::{
    Architecture, CodeRecord, FunctionConfiguration, FunctionRecord, LogDelivery, LogGroupId, LogStreamId,
    NewEvent, NewLogEvent, Storage, StorageError,
};
use hob_types::{
    AccountId, FunctionArn, Region, RequestId, RevisionId, SeededRandom, Sha256Digest, Timestamp,
};
use tokio::task::JoinSet;

/// Set for the victim, to its data directory.
pub const VICTIM_DIRECTORY: &str = "HOB_STORAGE_TEST_VICTIM";
/// Which start of the victim this is; keeps its names apart from those of earlier ones.
pub const VICTIM_ROUND: &str = "HOB_STORAGE_TEST_ROUND";

const FILES_PER_TREE: usize = 10;
const FILE: &[u8] = &[b'x'; 5000];

pub fn group() -> LogGroupId {
    LogGroupId { account: AccountId::local(), region: Region::local(), name: "g".to_owned() }
}

pub fn is_whole_tree(tree: &Path) -> bool {
    (0..FILES_PER_TREE).all(|number| fs::read(tree.join(number.to_string())).is_ok_and(|file| file == FILE))
}

pub fn is_whole_archive(archive: &Path) -> bool {
    fs::read(archive).is_ok_and(|file| file == FILE)
}

/// Does nothing in an ordinary test run.
#[tokio::test]
async fn writes_until_it_ends() {
    let Some(directory) = std::env::var_os(VICTIM_DIRECTORY) else { return };
    let round: u32 = std::env::var(VICTIM_ROUND).unwrap().parse().unwrap();
    let storage = Storage::open(Path::new(&directory), &SeededRandom::new(1)).unwrap();
    let mut writers = JoinSet::new();
    for lane in 0..4 {
        writers.spawn(write(storage.clone(), round * 10 + lane));
    }
    writers.join_all().await;
}

/// Until the store says no.
async fn write(storage: Storage, lane: u32) {
    for number in 0.. {
        let name = format!("{lane}-{number}");
        if let Err(error) = write_one_of_each(&storage, &name, lane, number).await {
            if matches!(error, StorageError::Closed(_)) {
                answered("closed", "");
            }
            return;
        }
    }
}

async fn write_one_of_each(
    storage: &Storage,
    name: &str,
    lane: u32,
    number: u32,
) -> Result<(), StorageError> {
    storage.functions().create(function(name), Vec::new()).await?;
    answered("function", name);
    let stream = LogStreamId { group: group(), name: format!("lane {lane}") };
    let events = vec![NewLogEvent { timestamp: Timestamp::EPOCH, message: name.to_owned() }];
    storage.logs().deliver(vec![LogDelivery { stream, events }], Timestamp::EPOCH).await?;
    answered("event", name);
    storage.events().accept(pending(name)).await?;
    answered("pending", name);
    let digest = digest(lane, number);
    storage.code().put_archive(digest, Box::new(FILE)).await?;
    answered("archive", &digest.to_string());
    storage.code().tree(digest, Box::new(unpack)).await?;
    answered("tree", &digest.to_string());
    Ok(())
}

fn unpack(directory: &Path) -> io::Result<()> {
    (0..FILES_PER_TREE).try_for_each(|number| fs::write(directory.join(number.to_string()), FILE))
}

/// Written at once and in one piece: the next instant may be the last.
fn answered(kind: &str, name: &str) {
    let line = format!("answered {kind} {name}");
    io::stdout().write_all(format!("{}\n", line.trim_end()).as_bytes()).unwrap();
}

fn digest(lane: u32, number: u32) -> Sha256Digest {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&lane.to_be_bytes());
    bytes[4..8].copy_from_slice(&number.to_be_bytes());
    Sha256Digest::new(bytes)
}

/// An event for a function.
fn pending(name: &str) -> NewEvent {
    NewEvent {
        function: arn("pending"),
        qualifier: None,
        request_id: RequestId::random(&SeededRandom::new(1)),
        payload: Bytes::from(name.to_owned()),
        trace_header: String::new(),
        accepted: Timestamp::EPOCH,
    }
}

pub fn arn(name: &str) -> FunctionArn {
    FunctionArn { region: Region::local(), account: AccountId::local(), name: name.parse().unwrap() }
}

fn function(name: &str) -> FunctionRecord {
    let arn = arn(name);
    let configuration = FunctionConfiguration {
        description: "x".repeat(1000),
        ..FunctionConfiguration::new(String::new(), Architecture::X86_64)
    };
    let revision = RevisionId::random(&SeededRandom::new(1));
    FunctionRecord::new(arn, revision, Timestamp::EPOCH, CodeRecord::new(digest(0, 0), 1), configuration)
}
