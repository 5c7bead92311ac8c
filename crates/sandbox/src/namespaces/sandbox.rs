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
use super::zygote::NamespacedZygote;
use crate::cgroup::Hold;
use crate::{Exit, Listeners, Output, Program, Sandbox, SandboxError, Specialisation, Zygote};

/// How long the kernel may take to end all processes of a sandbox. Only a process that waits for a broken disk
/// takes longer, and nothing can be done about it.
const REMOVAL_DEADLINE: Duration = Duration::from_secs(10);

/// How long a zygote may take to make a copy: many may be waiting for theirs.
const FORK_DEADLINE: Duration = Duration::from_secs(10);

pub(crate) struct NamespacedSandbox {
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
        is_copy: bool,
    },
    /// A copy has ended like this, and what it left running is being killed.
    Leaving(Exit),
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

    fn expect_program(&mut self, is_copy: bool) {
        let kills_before = self.groups.meter.kills_for_memory();
        self.program = ProgramState::Running { kills_before, used_too_much: false, is_copy };
    }

    /// The next thing that is said of the program, and the descriptor of its process when it has started.
    async fn report(&mut self) -> (FromInit, Option<OwnedFd>) {
        let (report, descriptors) = match self.init.receive().await {
            Ok(Some(received)) => received,
            // Whatever ended the init has killed the program.
            Ok(None) | Err(_) => (FromInit::Ended(libc::SIGKILL), Vec::new()),
        };
        match (&report, &mut self.program) {
            (FromInit::MemoryPeak(bytes), _) => {
                self.groups.meter.observe(*bytes);
            }
            (FromInit::TooMuchMemory, ProgramState::Running { used_too_much, .. }) => *used_too_much = true,
            _ => {}
        }
        (report, descriptors.into_iter().next())
    }

    /// Waits until what was ordered runs. The inner error is why it does not; with the outer one the sandbox has ended.
    async fn started(&mut self) -> io::Result<io::Result<Option<OwnedFd>>> {
        loop {
            match self.report().await {
                (FromInit::Started, process) => {
                    let number = process.as_ref().and_then(|process| usage::number(process.as_fd()).ok());
                    self.process = number.map(|number| PathBuf::from(format!("/proc/{number}")));
                    return Ok(Ok(process));
                }
                (FromInit::NotStarted(error), _) => {
                    self.program = ProgramState::None;
                    return Ok(Err(io::Error::from_raw_os_error(error)));
                }
                // The init has died, or this is the end of an earlier program that nobody waited for.
                (FromInit::Ended(_), _) if self.init.is_closed() => {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                _ => {}
            }
        }
    }

    /// Waits until the copy of a zygote runs, and makes it known to the init.
    async fn forked(&mut self) -> io::Result<()> {
        let Ok(started) = tokio::time::timeout(FORK_DEADLINE, self.started()).await else {
            // It could still come, and be taken for what is started next.
            self.init.close();
            return Err(io::ErrorKind::TimedOut.into());
        };
        let process = started??;
        let process = process.ok_or(io::ErrorKind::InvalidData)?;
        self.init.send(&ToInit::Adopt, &[&process])
    }

    fn exit(&self, status: i32) -> Exit {
        if libc::WIFEXITED(status) {
            return Exit::Status(libc::WEXITSTATUS(status));
        }
        match libc::WTERMSIG(status) {
            libc::SIGKILL if self.ran_out_of_memory() => Exit::OutOfMemory,
            signal => Exit::Signal(signal),
        }
    }

    fn ran_out_of_memory(&self) -> bool {
        match self.program {
            ProgramState::Running { kills_before, used_too_much, .. } => {
                used_too_much || self.groups.meter.kills_for_memory() > kills_before
            }
            _ => false,
        }
    }
}

/// What the server reads of a program's output, and what becomes the program's standard output and standard error.
fn pipes() -> io::Result<(Output, OwnedFd, OwnedFd)> {
    let (stdout, their_stdout) = pipe_with(PipeFlags::CLOEXEC)?;
    let (stderr, their_stderr) = pipe_with(PipeFlags::CLOEXEC)?;
    for ours in [&stdout, &stderr] {
        rustix::io::ioctl_fionbio(ours, true)?;
    }
    Ok((Output { stdout, stderr }, their_stdout, their_stderr))
}

#[async_trait]
impl Sandbox for NamespacedSandbox {
    fn take_listeners(&mut self) -> Option<Listeners> {
        self.listeners.take()
    }

    async fn start(&mut self, program: Program) -> Result<Output, SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot start a program", source };
        let path: PathBuf = program.path.clone();
        let (output, stdout, stderr) = pipes().map_err(doing)?;
        self.expect_program(false);
        self.init.send(&ToInit::Start(program), &[&stdout, &stderr]).map_err(doing)?;
        drop((stdout, stderr));
        match self.started().await.map_err(doing)? {
            Ok(_) => Ok(output),
            Err(source) => Err(SandboxError::Exec { path, source }),
        }
    }

    async fn fork(&mut self, zygote: &dyn Zygote) -> Result<Output, SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot copy a zygote", source };
        let zygote = zygote.as_any().downcast_ref::<NamespacedZygote>();
        let zygote = zygote.ok_or_else(|| doing(io::ErrorKind::InvalidInput.into()))?;
        let (output, stdout, stderr) = pipes().map_err(doing)?;
        self.expect_program(true);
        let forked = match zygote.fork(&self.name, [&stdout, &stderr]) {
            Ok(()) => self.forked().await,
            Err(error) => Err(error),
        };
        if forked.is_err() {
            // Whatever became of a copy that nobody knows of.
            self.program = ProgramState::None;
            self.kill();
        }
        forked.map(|()| output).map_err(doing)
    }

    async fn attach(&mut self, specialisation: Specialisation) -> Result<(), SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot attach to a sandbox", source };
        let Specialisation { mounts, memory } = specialisation;
        self.init.move_here().map_err(doing)?;
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
            if let ProgramState::Ended(exit) = self.program {
                return exit;
            }
            let (report, _) = self.report().await;
            self.program = match (self.program, report) {
                (ProgramState::Leaving(exit), FromInit::Released | FromInit::Ended(_)) => {
                    ProgramState::Ended(exit)
                }
                (ProgramState::Running { is_copy: true, .. }, FromInit::Ended(status)) => {
                    // If the init has ended, so has all else, and the next report says so.
                    let _ = self.init.send(&ToInit::Release, &[]);
                    ProgramState::Leaving(self.exit(status))
                }
                (_, FromInit::Ended(status)) => ProgramState::Ended(self.exit(status)),
                (unchanged, _) => unchanged,
            };
        }
    }

    fn has_ended(&self) -> bool {
        self.init.is_closed()
    }

    fn freeze(&self) {
        self.groups.freeze();
    }

    fn thaw(&self) {
        self.groups.thaw();
    }

    fn kill(&self) {
        // It fails only if the init has ended, and then there is nobody to kill.
        let _ = self.init.send(&ToInit::Kill, &[]);
        // In version 1 a frozen process does not die.
        self.groups.thaw();
    }

    fn terminate(&self) {
        let _ = self.init.send(&ToInit::Terminate, &[]);
        self.groups.thaw();
    }

    fn limit_cpu(&self) {
        self.groups.limit_cpu();
    }

    fn memory_peak(&self) -> u64 {
        match (self.groups.meter.memory_peak(), &self.process) {
            // The kernel does not count here, and the init has not looked yet.
            (0, Some(process)) => self.groups.meter.observe(usage::of(process).own),
            (peak, _) => peak,
        }
    }

    async fn remove(self: Box<Self>) {
        let Self { init, groups, removal, .. } = *self;
        // The order also holds when all is simply dropped: the end first, then whatever was frozen meets it.
        drop(init);
        drop(groups);
        if tokio::time::timeout(REMOVAL_DEADLINE, removal).await.is_err() {
            tracing::warn!("a sandbox could not be removed in time; the next start sweeps it");
        }
    }
}
