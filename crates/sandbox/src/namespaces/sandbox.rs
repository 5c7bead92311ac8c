//! The server's handle of one sandbox.

use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use rustix::pipe::{PipeFlags, pipe_with};
use tokio::sync::oneshot;

use super::keeper::Orders;
use super::line::Line;
use super::message::{Attached, FromInit, Furnished, SandboxName, SlotMounts, ToInit, ToLauncher};
use super::usage;
use crate::cgroup::Hold;
use crate::{Exit, Listeners, Output, Program, Sandbox, SandboxError, Specialisation};

/// How long the kernel may take to end all processes of a sandbox. Only a process that waits for a broken disk
/// takes longer, and nothing can be done about it.
const REMOVAL_DEADLINE: Duration = Duration::from_secs(10);

pub(super) struct NamespacedSandbox {
    /// Closing it ends the sandbox.
    init: Line,
    name: SandboxName,
    orders: Orders,
    listeners: Option<Listeners>,
    groups: Hold,
    removal: oneshot::Receiver<()>,
    program: ProgramState,
    /// The started program's directory below `/proc`.
    process: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProgramState {
    None,
    Running {
        /// How many processes the kernel had killed for want of memory before it was started.
        kills_before: u64,
        /// The init has killed it for that.
        used_too_much: bool,
    },
    Ended(Exit),
}

/// Waits until a sandbox is ready for a program.
pub(super) async fn ready(init: &Line) -> Result<(Furnished, Listeners), SandboxError> {
    let doing = |source| SandboxError::Io { doing: "cannot make a sandbox", source };
    match init.receive().await.map_err(doing)? {
        Some((FromInit::Ready(furnished), descriptors)) => {
            Ok((furnished, listeners(descriptors).map_err(doing)?))
        }
        Some((FromInit::Failed(failure), _)) => Err(match failure.error {
            libc::ENOSPC | libc::ENOMEM | libc::EMFILE | libc::ENFILE | libc::EAGAIN => {
                SandboxError::Exhausted(failure.to_error().to_string())
            }
            _ => doing(failure.to_error()),
        }),
        Some(_) => Err(doing(io::ErrorKind::InvalidData.into())),
        None => Err(doing(io::Error::other("its first process ended"))),
    }
}

fn listeners(descriptors: Vec<OwnedFd>) -> io::Result<Listeners> {
    let [runtime_api, aws_endpoint] =
        <[OwnedFd; 2]>::try_from(descriptors).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Listeners {
        runtime_api: TcpListener::from(runtime_api),
        aws_endpoint: TcpListener::from(aws_endpoint),
    })
}

impl NamespacedSandbox {
    pub(super) fn new(
        init: Line,
        name: SandboxName,
        orders: Orders,
        listeners: Listeners,
        groups: Hold,
        removal: oneshot::Receiver<()>,
    ) -> Self {
        Self {
            init,
            name,
            orders,
            listeners: Some(listeners),
            groups,
            removal,
            program: ProgramState::None,
            process: None,
        }
    }

    /// The next thing that the init says of the program.
    async fn report(&mut self) -> FromInit {
        const KILLED: FromInit = FromInit::Ended(libc::SIGKILL);
        match self.init.receive().await {
            Ok(Some((FromInit::MemoryPeak(bytes), _))) => {
                self.groups.meter.observe(bytes);
                FromInit::MemoryPeak(bytes)
            }
            Ok(Some((FromInit::Started, process))) => {
                let number = process.first().and_then(|process| usage::number(process.as_fd()).ok());
                self.process = number.map(|number| PathBuf::from(format!("/proc/{number}")));
                FromInit::Started
            }
            Ok(Some((report, _))) => report,
            // Whatever ended the init has killed the program.
            Ok(None) | Err(_) => KILLED,
        }
    }

    fn exit(&self, status: i32, kills_before: u64) -> Exit {
        if libc::WIFEXITED(status) {
            return Exit::Status(libc::WEXITSTATUS(status));
        }
        match libc::WTERMSIG(status) {
            libc::SIGKILL if self.groups.meter.kills_for_memory() > kills_before => Exit::OutOfMemory,
            signal => Exit::Signal(signal),
        }
    }
}

#[async_trait]
impl Sandbox for NamespacedSandbox {
    fn take_listeners(&mut self) -> Option<Listeners> {
        self.listeners.take()
    }

    async fn start(&mut self, program: Program) -> Result<Output, SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot start a program", source };
        let path: PathBuf = program.path.clone();
        let (stdout, their_stdout) = pipe_with(PipeFlags::CLOEXEC).map_err(io::Error::from).map_err(doing)?;
        let (stderr, their_stderr) = pipe_with(PipeFlags::CLOEXEC).map_err(io::Error::from).map_err(doing)?;
        for ours in [&stdout, &stderr] {
            rustix::io::ioctl_fionbio(ours, true).map_err(io::Error::from).map_err(doing)?;
        }
        self.program = ProgramState::Running { kills_before: self.groups.meter.kills_for_memory() };
        self.init.send(&ToInit::Start(program), &[&their_stdout, &their_stderr]).map_err(doing)?;
        drop((their_stdout, their_stderr));
        loop {
            match self.report().await {
                FromInit::Started => return Ok(Output { stdout, stderr }),
                FromInit::NotStarted(error) => {
                    self.program = ProgramState::None;
                    return Err(SandboxError::Exec { path, source: io::Error::from_raw_os_error(error) });
                }
                // The init has died, or this is the end of an earlier program that nobody waited for.
                FromInit::Ended(_) | FromInit::EndedForMemory if self.init_has_ended() => {
                    return Err(doing(io::ErrorKind::BrokenPipe.into()));
                }
                _ => {}
            }
        }
    }

    async fn attach(&mut self, specialisation: Specialisation) -> Result<(), SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot attach to a sandbox", source };
        let Specialisation { mounts, memory } = specialisation;
        let (answer, theirs) = Line::open().map_err(doing)?;
        let order = ToLauncher::Attach(SlotMounts { sandbox: self.name.clone(), mounts });
        self.orders.send(order, theirs).await.map_err(doing)?;
        // Meanwhile the launcher mounts.
        self.groups.change(memory).map_err(doing)?;
        self.init.send(&ToInit::LimitMemory(memory), &[]).map_err(doing)?;
        match answer.receive::<Attached>().await.map_err(doing)? {
            Some((Ok(()), _)) => Ok(()),
            Some((Err(failure), _)) => Err(doing(failure.to_error())),
            None => Err(doing(io::Error::other("the launcher has ended"))),
        }
    }

    async fn exited(&mut self) -> Exit {
        loop {
            let kills_before = match self.program {
                ProgramState::Ended(exit) => return exit,
                ProgramState::Running { kills_before } => kills_before,
                ProgramState::None => 0,
            };
            match self.report().await {
                FromInit::Ended(status) => {
                    self.program = ProgramState::Ended(self.exit(status, kills_before))
                }
                FromInit::EndedForMemory => self.program = ProgramState::Ended(Exit::OutOfMemory),
                _ => {}
            }
        }
    }

    fn kill(&self) {
        // It fails only if the init has ended, and then there is nobody to kill.
        let _ = self.init.send(&ToInit::Kill, &[]);
    }

    fn terminate(&self) {
        let _ = self.init.send(&ToInit::Terminate, &[]);
    }

    fn limit_cpu(&self) {
        self.groups.limit_cpu();
    }

    fn memory_peak(&self) -> u64 {
        match (self.groups.meter.memory_peak(), &self.process) {
            // The kernel does not count here, and the init has not looked yet.
            (0, Some(process)) => self.groups.meter.observe(usage::of(process)),
            (peak, _) => peak,
        }
    }

    async fn remove(self: Box<Self>) {
        let Self { init, removal, .. } = *self;
        drop(init);
        if tokio::time::timeout(REMOVAL_DEADLINE, removal).await.is_err() {
            tracing::warn!("a sandbox could not be removed in time; the next start sweeps it");
        }
    }
}

impl NamespacedSandbox {
    fn init_has_ended(&self) -> bool {
        // An ended init has closed its end; asking costs one system call and happens only on failure.
        self.init.send(&ToInit::Terminate, &[]).is_err()
    }
}
