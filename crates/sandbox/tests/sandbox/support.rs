//! What every test of the sandbox needs: a server of its own, and programs to run.

use std::ffi::OsString;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hob_sandbox::{Exit, Mount, Options, Output, Program, Report, Sandbox, SandboxSpec, Sandboxes, Tier};
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random, SeededRandom};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::unix::pipe::Receiver;

/// Sandboxes of a server of this test's own.
pub struct Server {
    pub sandboxes: Arc<dyn Sandboxes>,
    pub report: Report,
    pub random: SeededRandom,
    pub directory: Directory,
}

/// Removed with the test that made it.
pub enum Directory {
    Own(tempfile::TempDir),
    Foreign(PathBuf),
}

impl Directory {
    pub fn path(&self) -> &Path {
        match self {
            Self::Own(directory) => directory.path(),
            Self::Foreign(directory) => directory,
        }
    }
}

impl From<PathBuf> for Directory {
    fn from(directory: PathBuf) -> Self {
        Self::Foreign(directory)
    }
}

static SEED: AtomicU64 = AtomicU64::new(0);

impl Server {
    /// `None`, with the reason on standard error, where no isolation is possible.
    pub async fn open() -> Option<Self> {
        Self::open_in(Directory::Own(tempfile::Builder::new().prefix("hob-sandbox-").tempdir().unwrap()))
            .await
    }

    /// In the directory of an earlier server.
    pub async fn open_in(directory: impl Into<Directory>) -> Option<Self> {
        let directory = directory.into();
        let seed = (u64::from(std::process::id()) << 32) + SEED.fetch_add(1, Ordering::Relaxed);
        let options = Options {
            tier: None,
            launcher: vec![
                env!("CARGO_BIN_EXE_hob-sandbox-launcher").into(),
                // Not read by it; so the tests can tell their launchers apart.
                directory.path().into(),
            ],
            runtime_directory: directory.path().join("run"),
            state_directory: directory.path().join("state"),
            random: Arc::new(SeededRandom::new(seed)),
        };
        let (sandboxes, report) = hob_sandbox::open(options).await.unwrap();
        if report.tier != Some(Tier::Namespaces) {
            eprintln!("skipped, no isolation here: {report:#?}");
            return None;
        }
        Some(Self { sandboxes, report, random: SeededRandom::new(seed), directory })
    }

    pub fn spec(&self) -> SandboxSpec {
        SandboxSpec {
            id: EnvironmentId::random(&self.random as &dyn Random),
            mounts: Vec::new(),
            slots: Vec::new(),
            memory: MemoryMib::default(),
            ephemeral_storage: EphemeralStorageMib::default(),
        }
    }

    /// The name under which this server's groups and directories lie.
    pub fn instance(&self) -> String {
        let entries = fs::read_dir(self.directory.path().join("run")).unwrap().flatten();
        let names =
            entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".lock").map(str::to_owned));
        names.last().unwrap()
    }

    /// What is mounted in the launcher's mount namespace, one line each.
    pub fn launcher_mounts(&self) -> Vec<String> {
        let outside = self.launcher();
        let children = fs::read_to_string(format!("/proc/{outside}/task/{outside}/children")).unwrap();
        let mounts = fs::read_to_string(format!("/proc/{}/mountinfo", children.trim())).unwrap();
        mounts.lines().map(str::to_owned).collect()
    }

    /// Kills the process that the server started, as the kernel does when memory is short.
    pub fn kill_launcher(&self) {
        let launcher = rustix::process::Pid::from_raw(self.launcher().parse().unwrap()).unwrap();
        rustix::process::kill_process(launcher, rustix::process::Signal::KILL).unwrap();
    }

    /// The number of the process that the server started.
    pub fn launcher(&self) -> String {
        let children = fs::read_dir("/proc/self/task").unwrap().flatten();
        let children =
            children.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
        children
            .flat_map(|children| children.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .find(|child| self.is_launcher(child))
            .expect("the launcher runs")
    }

    /// Tests run side by side in one process, each with a launcher.
    fn is_launcher(&self, process: &str) -> bool {
        let command = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
        command.contains(self.directory.path().to_str().unwrap())
    }

    /// Ends the server; its directory stays until what is returned is dropped.
    pub fn close(self) -> Directory {
        let Self { sandboxes, directory, .. } = self;
        drop(sandboxes);
        directory
    }

    pub async fn create(&self) -> Box<dyn Sandbox> {
        self.create_with(self.spec()).await
    }

    pub async fn create_with(&self, spec: SandboxSpec) -> Box<dyn Sandbox> {
        self.sandboxes.create(spec).await.unwrap()
    }
}

/// Runs an asynchronous test on the kind of runtime that the product has.
pub fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

pub fn mount(source: impl Into<PathBuf>, target: impl Into<PathBuf>) -> Mount {
    Mount { sources: vec![source.into()], target: target.into() }
}

pub fn program(arguments: &[&str]) -> Program {
    Program {
        path: PathBuf::from(arguments[0]),
        arguments: arguments.iter().map(OsString::from).collect(),
        environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
        working_directory: PathBuf::from("/tmp"),
    }
}

pub fn shell(script: &str) -> Program {
    program(&["/bin/sh", "-c", script])
}

/// Runs a shell script to its end: standard output, standard error, and how it ended.
pub async fn outcome(sandbox: &mut dyn Sandbox, script: &str) -> (String, String, Exit) {
    let Output { stdout, stderr } = sandbox.start(shell(script)).await.unwrap();
    let (stdout, stderr, exit) = tokio::join!(all_of(stdout), all_of(stderr), sandbox.exited());
    (stdout, stderr, exit)
}

/// What a script prints on standard output; it must succeed.
pub async fn printed(sandbox: &mut dyn Sandbox, script: &str) -> String {
    let (stdout, stderr, exit) = outcome(sandbox, script).await;
    assert_eq!(exit, Exit::Status(0), "{script}: {stderr}");
    stdout
}

pub async fn all_of(pipe: OwnedFd) -> String {
    let mut text = Vec::new();
    Receiver::from_owned_fd(pipe).unwrap().read_to_end(&mut text).await.unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

/// The first line that a running program prints, and the rest to come.
pub async fn first_line(pipe: OwnedFd) -> (String, BufReader<Receiver>) {
    let mut lines = BufReader::new(Receiver::from_owned_fd(pipe).unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).await.unwrap();
    (line, lines)
}

/// Runs `test` in a second process with `role` set, which makes it a server with a sandbox, kills that, and returns the
/// next server in its directory: nothing of the first is left.
pub async fn after_a_killed_one(server: Server, role: &str, test: &str) -> Server {
    let directory = server.close();
    let mut killed = std::process::Command::new(std::env::current_exe().unwrap());
    killed.args(["--exact", test, "--nocapture"]).env(role, directory.path());
    let mut killed = killed.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(killed.stdout.take().unwrap()));
    let name = lines.find_map(|line| line.unwrap().strip_prefix("sandbox ").map(str::to_owned)).unwrap();
    let processes = processes_with(directory.path());
    assert!(processes.len() >= 3, "the launcher twice, and the init: {processes:?}");
    killed.kill().unwrap();
    killed.wait().unwrap();

    let next = Server::open_in(directory).await.unwrap();
    assert_eq!(traces_of(&name), Vec::<String>::new());
    let left = processes_with(next.directory.path());
    assert!(!left.iter().any(|process| processes.contains(process)), "{processes:?} {left:?}");
    next
}

/// Where a sandbox or a server of this name still shows: control groups, mounts, processes.
pub fn traces_of(name: &str) -> Vec<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mounts = mounts.lines().filter(|line| line.contains(name)).map(str::to_owned);
    groups_of(name)
        .into_iter()
        .map(|group| group.display().to_string())
        .chain(mounts)
        .chain(processes_in(name))
        .collect()
}

/// The control groups of this name, wherever they lie.
pub fn groups_of(name: &str) -> Vec<PathBuf> {
    groups_below(Path::new("/sys/fs/cgroup"), name)
}

fn groups_below(directory: &Path, name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let directories = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    directories
        .flat_map(|entry| match entry.file_name().to_str() == Some(name) {
            true => vec![entry.path()],
            false => groups_below(&entry.path(), name),
        })
        .collect()
}

fn processes_in(group: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries
        .map(|entry| entry.path().join("cgroup"))
        .filter(|groups| fs::read_to_string(groups).is_ok_and(|groups| groups.contains(group)))
        .map(|groups| groups.display().to_string())
        .collect()
}

/// The processes whose command line has this directory in it: a server's launcher, and the inits forked from it.
pub fn processes_with(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let command = |process: &Path| fs::read_to_string(process.join("cmdline")).unwrap_or_default();
    entries.filter(|process| command(process).contains(directory.to_str().unwrap())).collect()
}
