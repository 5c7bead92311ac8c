//! A server of the test's own, and what it is asked.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hob_sandbox::{Exit, Options, Output, Program, Report, Sandbox, SandboxSpec, Sandboxes, Tier};
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, SeededRandom};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;

pub struct Server {
    pub sandboxes: Arc<dyn Sandboxes>,
    pub report: Report,
    pub directory: tempfile::TempDir,
    random: SeededRandom,
}

static SEED: AtomicU64 = AtomicU64::new(0);

impl Server {
    /// `None`, with the reason on standard error, where the kernel has no Landlock.
    pub async fn open() -> Option<Self> {
        let directory = tempfile::Builder::new().prefix("hob-landlock-").tempdir().unwrap();
        let seed = (u64::from(std::process::id()) << 32) + SEED.fetch_add(1, Ordering::Relaxed);
        let options = Options {
            tier: Some(Tier::Landlock),
            launcher: vec![env!("CARGO_BIN_EXE_hob-sandbox-launcher").into()],
            runtime_directory: directory.path().join("run"),
            state_directory: directory.path().join("state"),
            random: Arc::new(SeededRandom::new(seed)),
        };
        let (sandboxes, report) = hob_sandbox::open(options).await.unwrap();
        if report.tier != Some(Tier::Landlock) {
            eprintln!("skipped, no Landlock here: {report:#?}");
            return None;
        }
        Some(Self { sandboxes, report, directory, random: SeededRandom::new(seed) })
    }

    pub fn spec(&self) -> SandboxSpec {
        SandboxSpec {
            id: EnvironmentId::random(&self.random),
            mounts: Vec::new(),
            slots: Vec::new(),
            memory: MemoryMib::default(),
            ephemeral_storage: EphemeralStorageMib::default(),
        }
    }

    pub async fn create(&self) -> Box<dyn Sandbox> {
        self.sandboxes.create(self.spec()).await.unwrap()
    }
}

/// Runs an asynchronous test on the kind of runtime that the product has.
pub fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

/// A shell script whose `$ROOT` is the sandbox's root.
pub fn shell(sandbox: &dyn Sandbox, script: &str) -> Program {
    let arguments = ["/bin/sh", "-c", script];
    Program {
        path: PathBuf::from(arguments[0]),
        arguments: arguments.iter().map(OsString::from).collect(),
        environment: vec![("PATH".into(), "/usr/bin:/bin".into()), ("ROOT".into(), sandbox.root().into())],
        working_directory: sandbox.root().join("tmp"),
    }
}

/// Runs a shell script to its end: standard output, standard error, and how it ended.
pub async fn outcome(sandbox: &mut dyn Sandbox, script: &str) -> (String, String, Exit) {
    let program = shell(sandbox, script);
    let Output { stdout, stderr } = sandbox.start(program).await.unwrap();
    let (stdout, stderr, exit) = tokio::join!(all_of(stdout), all_of(stderr), sandbox.exited());
    (stdout, stderr, exit)
}

/// What a script prints on standard output; it must succeed.
pub async fn printed(sandbox: &mut dyn Sandbox, script: &str) -> String {
    let (stdout, stderr, exit) = outcome(sandbox, script).await;
    assert_eq!(exit, Exit::Status(0), "{script}: {stderr}");
    stdout
}

async fn all_of(pipe: OwnedFd) -> String {
    let mut text = Vec::new();
    Receiver::from_owned_fd(pipe).unwrap().read_to_end(&mut text).await.unwrap();
    String::from_utf8_lossy(&text).into_owned()
}
