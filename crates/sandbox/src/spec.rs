//! What a sandbox is asked to be. The same for every isolation tier.

use std::ffi::OsString;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib};

use crate::Peers;

/// A `/tmp` holds one file for each so many bytes of its size, be it as small as it may: what the kernel keeps of each
/// must have a bound as well. As dense as a file system can reasonably be filled.
pub(crate) const TMP_BYTES_PER_FILE: u64 = 8 << 10;

/// What is isolated, mounted and limited. A sandbox outlives the programs that run in it one after another:
/// its `/tmp`, its network and its limits stay while the runtime is reset.
#[derive(Clone, Debug)]
pub struct SandboxSpec {
    /// Also names its cgroups and directories.
    pub id: EnvironmentId,
    /// Shown read-only inside, besides the base root file system. Later entries may lie within earlier ones.
    pub mounts: Vec<Mount>,
    /// Directories inside in which [`Sandbox::attach`] may still show something, empty until then. Only where the tier
    /// [can attach](Abilities::attach).
    pub slots: Vec<PathBuf>,
    pub memory: MemoryMib,
    pub ephemeral_storage: EphemeralStorageMib,
}

/// What makes a sandbox that was made ahead one function's.
#[derive(Clone, Debug)]
pub struct Specialisation {
    /// Each target is one of the sandbox's slots.
    pub mounts: Vec<Mount>,
    /// Replaces the one that the sandbox was made with.
    pub memory: MemoryMib,
}

/// What a tier can do beyond making a sandbox for a function that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// [`Sandbox::attach`] works: sandboxes can be made ahead, and runtimes parked in them.
    pub attach: bool,
    /// [`Sandboxes::zygote`] and [`Sandbox::fork`] work.
    pub fork: bool,
    /// [`Sandbox::freeze`] works.
    pub freeze: bool,
}

/// A host directory or file and where it appears inside, always read-only, nosuid and nodev.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Several directories are stacked, the last on top, as the layers under `/opt` are.
    pub sources: Vec<PathBuf>,
    pub target: PathBuf,
}

/// A process to start in a sandbox.
#[derive(Clone, Debug)]
pub struct Program {
    /// Absolute, as seen from inside.
    pub path: PathBuf,
    /// The arguments, the program's own name first.
    pub arguments: Vec<OsString>,
    /// The whole environment; nothing is inherited.
    pub environment: Vec<(OsString, OsString)>,
    pub working_directory: PathBuf,
}

/// The two listeners inside the sandbox's network that the server accepts. Nothing else can connect to them.
/// Both are in non-blocking mode.
#[derive(Debug)]
pub struct Listeners {
    /// `AWS_LAMBDA_RUNTIME_API`: on 169.254.100.1:9001 where the tier has a network namespace.
    pub runtime_api: TcpListener,
    /// The function's own AWS calls: on 169.254.100.1:4566 likewise.
    pub aws_endpoint: TcpListener,
}

/// The ends of a started program's output that the server reads. Both are in non-blocking mode.
#[derive(Debug)]
pub struct Output {
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Status(i32),
    Signal(i32),
    /// Killed because the sandbox used more memory than it has.
    OutOfMemory,
}

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No isolation tier works here; the text names what is missing and what to do.
    #[error("no isolation is available: {0}")]
    Unavailable(String),
    /// The program could not be executed; the text is the kernel's.
    #[error("cannot execute {}: {source}", path.display())]
    Exec { path: PathBuf, source: std::io::Error },
    /// The server's own limit (descriptors, memory, processes) is reached.
    #[error("this machine has no room for another sandbox: {0}")]
    Exhausted(String),
    #[error("{doing}: {source}")]
    Io { doing: &'static str, source: std::io::Error },
}

/// A process that is initialised once, and of which sandboxes then get copies.
#[derive(Clone, Debug)]
pub struct ZygoteSpec {
    /// Shown to it where its copies will find the same.
    pub mounts: Vec<Mount>,
    /// Started as every [`Program`] is, but with the rights that it needs to enter sandboxes, so it must not run what
    /// a user wrote. It speaks with the sandbox crate on the descriptor whose number is in `HOB_ZYGOTE`.
    pub program: Program,
    /// All copies but the first are copies of the first one, which may run what a user wrote. Then the program has no
    /// such descriptor: it sends itself `SIGSTOP` and forks, and goes on as its child, the first copy. That one does the
    /// same when it wants to be copied, and stands there; the copies go on as its children. Copies that are asked for
    /// earlier wait. The zygote ends with its first copy.
    pub from_first_copy: bool,
}

/// A running zygote. Dropping the last handle ends it; its copies live on.
pub trait Zygote: Send + Sync + std::fmt::Debug {
    /// It cannot make copies any more: another is needed.
    fn has_ended(&self) -> bool;

    /// How many copies it has been asked for.
    fn forks(&self) -> u64;

    /// The tier's own handle.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// Makes sandboxes.
#[async_trait]
pub trait Sandboxes: Send + Sync {
    /// Ready to run a program when this returns. Dropping the future removes what was made so far.
    async fn create(&self, spec: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError>;

    /// What else this tier can do. Waits until the tier is known.
    async fn abilities(&self) -> Abilities {
        Abilities::default()
    }

    /// Starts a zygote. It is ready for [`Sandbox::fork`] when this returns.
    async fn zygote(&self, _spec: ZygoteSpec) -> Result<Arc<dyn Zygote>, SandboxError> {
        Err(SandboxError::Unavailable("this tier has no zygotes".to_owned()))
    }
}

/// One sandbox. Dropping it kills all that runs in it and removes what it left, in the background.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// The first call takes them; they stay open while programs come and go.
    fn take_listeners(&mut self) -> Option<Listeners>;

    /// Starts a program; the one before must have ended.
    async fn start(&mut self, program: Program) -> Result<Output, SandboxError>;

    /// Starts a copy of a zygote instead of a program. Everything that holds for a started program holds for it.
    async fn fork(&mut self, _zygote: &dyn Zygote) -> Result<Output, SandboxError> {
        Err(SandboxError::Unavailable("this tier has no zygotes".to_owned()))
    }

    /// Makes a sandbox one function's, once: what is mounted appears at once to the programs that run in it already.
    async fn attach(&mut self, _specialisation: Specialisation) -> Result<(), SandboxError> {
        Err(SandboxError::Unavailable("this tier cannot attach to a sandbox".to_owned()))
    }

    /// Where what is said to be at `/` inside really is: `/`, but for a tier that cannot change the root directory.
    fn root(&self) -> &Path {
        Path::new("/")
    }

    /// Whom to serve on the [listeners](Self::take_listeners).
    fn peers(&self) -> Peers {
        Peers::default()
    }

    /// Stops every process inside from running until [`thaw`](Self::thaw); may take effect a moment later. Nothing
    /// where the tier cannot. A frozen sandbox can be killed and removed like any other.
    fn freeze(&self) {}

    /// Takes effect before it returns. Nothing for a sandbox that is not frozen.
    fn thaw(&self) {}

    /// Resolves when the started program has ended. May be dropped and called again.
    async fn exited(&mut self) -> Exit;

    /// Whether the sandbox itself has ended, and not only its program: nothing can be started in it any more.
    fn has_ended(&self) -> bool {
        false
    }

    /// Kills every process inside, whatever it does. Returns at once; [`exited`](Self::exited) then resolves.
    fn kill(&self);

    /// Asks the started program to end (SIGTERM).
    fn terminate(&self);

    /// Holds the programs to their share of CPU from now on. Until then they may use one whole CPU, or their share
    /// if that is more, as AWS lets an initialisation do. Doing it again is nothing.
    fn limit_cpu(&self);

    /// The highest memory use so far, in bytes, without what lies in `/tmp`.
    fn memory_peak(&self) -> u64;

    /// Kills all and waits until nothing of it is left on the machine.
    async fn remove(self: Box<Self>);
}
