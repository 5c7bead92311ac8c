//! What the tests stand on: stores in memory, time that stands still, and an invoker that runs nothing.

mod buckets;
mod neighbours;

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hob_delivery::Neighbours;
use hob_invoke::{
    FunctionVersion, Invocation, InvocationResult, InvokeError, Invoker, Measured, Provisioned,
    ThrottleReason, trace_header,
};
use hob_storage::Storage;
use hob_types::{
    AccountId, Architecture, Clock, FunctionArn, ManualClock, Random, Region, RevisionId, SeededRandom,
    Sha256Digest, TimeoutSeconds, Timestamp, Version,
};
use tokio::sync::watch;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) use self::buckets::FakeBuckets;
pub(crate) use self::neighbours::FakeNeighbours;

/// 2026-01-02T03:04:05.678Z.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

pub(crate) struct World {
    pub(crate) storage: Storage,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) invoker: Arc<FakeInvoker>,
    pub(crate) neighbours: Arc<Neighbours>,
    pub(crate) buckets: Arc<FakeBuckets>,
    /// Neighbours know each other only for as long as somebody keeps them.
    pub(crate) _around: Arc<FakeNeighbours>,
}

impl World {
    pub(crate) fn new() -> Self {
        let (neighbours, buckets, around) =
            (Arc::<Neighbours>::default(), Arc::default(), Arc::<FakeNeighbours>::default());
        // The first that is connected counts.
        neighbours.connect_buckets(&buckets);
        around.connect(&neighbours);
        Self {
            storage: Storage::in_memory().unwrap(),
            clock: Arc::new(ManualClock::at(NOW)),
            random: Arc::new(SeededRandom::new(1)),
            invoker: Arc::default(),
            neighbours,
            buckets,
            _around: around,
        }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }
}

/// Answers every invocation at once, and remembers all it was asked.
#[derive(Default)]
pub(crate) struct FakeInvoker {
    pub(crate) invocations: Mutex<Vec<Invocation>>,
    pub(crate) retired: Mutex<Vec<Retired>>,
    pub(crate) reserved: Mutex<Vec<(FunctionArn, Option<u32>)>>,
    /// Every call, in order.
    pub(crate) provisions: Mutex<Vec<(Arc<FunctionVersion>, u32)>>,
    /// What is provisioned now, none of it allocated. A test makes it ready or fail.
    pub(crate) provisioned: Mutex<HashMap<(FunctionArn, Version), watch::Sender<Provisioned>>>,
    /// How the next invocation ends, if not well.
    pub(crate) next: Mutex<Option<Next>>,
}

pub(crate) type Retired = (FunctionArn, Option<Version>, Option<RevisionId>);

pub(crate) enum Next {
    FunctionError,
    Throttled,
    Broken,
    NotRestored,
    RestoreTimedOut,
}

#[async_trait]
impl Invoker for FakeInvoker {
    async fn invoke(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        let next = self.next.lock().unwrap().take();
        let log_tail = invocation.log_tail.then(|| Bytes::from_static(b"START\nEND\n"));
        let trace_header = trace_header(invocation.trace_header.as_deref(), NOW, &SeededRandom::new(1));
        self.invocations.lock().unwrap().push(invocation);
        let (payload, function_error) = match next {
            None => (r#"{"answer": 42}"#, false),
            Some(Next::FunctionError) => (r#"{"errorMessage": "no", "errorType": "ValueError"}"#, true),
            Some(Next::Throttled) => {
                let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
                return Err(InvokeError::Throttled(reason));
            }
            Some(Next::NotRestored) => {
                let (error_type, message) = ("Runtime.AfterRestoreError".to_owned(), "no".to_owned());
                return Err(InvokeError::NotRestored { error_type, message });
            }
            Some(Next::RestoreTimedOut) => {
                return Err(InvokeError::RestoreTimedOut { limit: Duration::from_secs(10) });
            }
            Some(Next::Broken) => {
                return Err(InvokeError::Service("The server is shutting down.".to_owned()));
            }
        };
        Ok(InvocationResult {
            payload: Bytes::from_static(payload.as_bytes()),
            function_error,
            log_tail,
            trace_header,
            measured: Measured::default(),
        })
    }

    fn reserve(&self, function: &FunctionArn, reserved: Option<u32>) {
        self.reserved.lock().unwrap().push((function.clone(), reserved));
    }

    fn provision(&self, version: &Arc<FunctionVersion>, environments: u32) {
        self.provisions.lock().unwrap().push((Arc::clone(version), environments));
        let key = (version.arn.clone(), version.version);
        let mut provisioned = self.provisioned.lock().unwrap();
        match environments {
            0 => drop(provisioned.remove(&key)),
            requested => {
                let state = Provisioned { requested, ..Provisioned::default() };
                provisioned.entry(key).or_default().send_replace(state);
            }
        }
    }

    fn watch_provisioned(
        &self,
        function: &FunctionArn,
        version: Version,
    ) -> Option<watch::Receiver<Provisioned>> {
        let provisioned = self.provisioned.lock().unwrap();
        provisioned.get(&(function.clone(), version)).map(watch::Sender::subscribe)
    }

    fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        self.retired.lock().unwrap().push((function.clone(), version, keep));
    }
}

pub(crate) fn arn(name: &str) -> FunctionArn {
    FunctionArn { region: Region::local(), account: AccountId::local(), name: name.parse().unwrap() }
}

/// A function's `$LATEST` as the invoker gets it; its name decides about its revision. Sizes are in MiB.
pub(crate) fn version(name: &str, memory: i64, ephemeral_storage: i64) -> FunctionVersion {
    let seed = name.bytes().fold(0, |seed, byte| seed * 256 + u64::from(byte));
    FunctionVersion {
        arn: arn(name),
        version: Version::Latest,
        revision: RevisionId::random(&SeededRandom::new(seed)),
        runtime: None,
        handler: String::new(),
        memory: memory.try_into().unwrap(),
        timeout: TimeoutSeconds::default(),
        ephemeral_storage: ephemeral_storage.try_into().unwrap(),
        architecture: Architecture::X86_64,
        environment: BTreeMap::new(),
        code_sha256: Sha256Digest::new([0; 32]),
        code: PathBuf::new(),
        layers: Vec::new(),
        role: String::new(),
        snap_start: false,
        log_group: String::new(),
        logging: Default::default(),
    }
}

/// A package of one file, `app.py`.
pub(crate) fn zip_of(code: &str) -> Bytes {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("app.py", SimpleFileOptions::default()).unwrap();
    zip.write_all(code.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner().into()
}

/// A package of one file that has so many bytes and is not compressed.
pub(crate) fn zip_of_size(bytes: usize) -> Bytes {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("data", stored).unwrap();
    zip.write_all(&vec![0; bytes]).unwrap();
    zip.finish().unwrap().into_inner().into()
}

/// A package of one file whose archive says that it has so many bytes, which it has not.
pub(crate) fn zip_of_promised_size(bytes: u32) -> Bytes {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const SIZE_AT: usize = 24;
    let mut zip = zip_of("").to_vec();
    let entry = zip.windows(ENTRY.len()).position(|window| window == ENTRY).unwrap();
    zip[entry + SIZE_AT..][..4].copy_from_slice(&bytes.to_le_bytes());
    zip.into()
}
