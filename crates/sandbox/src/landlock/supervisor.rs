//! The first process of a sandbox: starts programs, watches what they use, ends them, and tells the server.
//!
//! It is a fork of the launcher and confined by nothing, so that it can do its work; the programs cannot reach it,
//! because they are in a Landlock domain and it is not.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitStatus, getpid, getppid, kill_process, pidfd_open, set_child_subreaper,
    set_parent_process_death_signal,
};

use super::confine::Confinement;
use super::limits::{Excess, Limits};
use super::ruleset::Abi;
use super::stand_in::StandIn;
use super::{directory, tree};
use crate::namespaces::{Doing, FromInit, Furnished, PROCESSES_MAX, Result, ToInit, channel, start_with};
use crate::seccomp::{Asked, Filters};
use crate::{Program, SandboxSpec, sys};

/// What the launcher has for it.
pub(super) struct Assignment<'a> {
    pub(super) spec: &'a SandboxSpec,
    /// The sandbox's own, which does not exist yet.
    pub(super) directory: PathBuf,
    pub(super) abi: Abi,
    pub(super) seccomp: &'a Filters,
    pub(super) asked: &'a Asked,
    pub(super) entrances: &'a [File],
    /// Whether a control group does, of the sandbox's own.
    pub(super) limits_memory: bool,
    pub(super) limits_processes: bool,
    pub(super) launcher: Pid,
}

/// The whole life of a supervisor. Never returns into the launcher's code, whose copy it is.
pub(super) fn main(channel: &OwnedFd, assignment: &Assignment<'_>) -> ! {
    let status = match furnish(channel, assignment) {
        Ok((confinement, signals)) => {
            let mut supervisor = Supervisor::new(confinement, assignment, signals);
            let served = supervisor.serve(channel);
            supervisor.end_all();
            i32::from(served.is_err())
        }
        Err(problem) => {
            // If the server is gone, nobody wants to know.
            let _ = channel::send(channel, &FromInit::Failed(problem.into()), &[]);
            1
        }
    };
    sys::exit_now(status)
}

/// What wakes it besides the server.
struct Signals {
    /// A child has ended.
    children: OwnedFd,
    /// The launcher has ended, or somebody wants this to end.
    end: OwnedFd,
}

fn furnish<'a>(channel: &OwnedFd, assignment: &'a Assignment<'a>) -> Result<(Confinement<'a>, Signals)> {
    let Assignment { spec, abi, seccomp, asked, entrances, launcher, .. } = *assignment;
    let mut keep = vec![channel.as_raw_fd()];
    keep.extend(entrances.iter().map(AsRawFd::as_raw_fd));
    sys::close_all_but(&mut keep).doing("closing the launcher's descriptors")?;
    let signals = Signals {
        children: sys::signal_descriptor(libc::SIGCHLD).doing("watching for children")?,
        end: sys::signal_descriptor(libc::SIGTERM).doing("watching for the end")?,
    };
    // Not at once by SIGKILL: there is a tree to be ended first.
    set_parent_process_death_signal(Some(Signal::TERM)).doing("asking for the parent's death signal")?;
    if getppid() != Some(launcher) {
        return Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe)).doing("looking for the launcher");
    }
    set_child_subreaper(Some(getpid())).doing("becoming the parent of orphans")?;
    directory::make(&assignment.directory, spec)?;
    let (runtime_api, aws_endpoint) = (listen()?, listen()?);
    let ports = [port(&runtime_api)?, port(&aws_endpoint)?];
    let furnished = Furnished { tmp_is_memory: false, init: getpid().as_raw_nonzero().get().cast_unsigned() };
    channel::send(channel, &FromInit::Ready(furnished), &[runtime_api.as_fd(), aws_endpoint.as_fd()])
        .doing("telling the server")?;
    let (supervisor, directory) = (getpid(), assignment.directory.as_path());
    Ok((Confinement { spec, directory, abi, seccomp, asked, entrances, ports, supervisor }, signals))
}

/// On this machine's own address, where everybody can connect: the server looks at who does.
fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing("listening")?;
    listener.set_nonblocking(true).doing("listening")?;
    Ok(listener)
}

fn port(listener: &TcpListener) -> Result<u16> {
    Ok(listener.local_addr().doing("listening")?.port())
}

struct Supervisor<'a> {
    confinement: Confinement<'a>,
    limits: Limits,
    signals: Signals,
    program: Option<Running>,
    /// How many the program has asked for.
    calls: u32,
}

/// What there is to do.
struct Wake {
    /// Of the server.
    order: bool,
    /// A child has ended.
    child: bool,
    end: bool,
    /// The program asks for something.
    call: bool,
}

struct Running {
    process: Pid,
    /// The function's log, to say why it is ended.
    stderr: OwnedFd,
    /// Until all that could ask have ended; `None` where nobody can be asked.
    stand_in: Option<StandIn>,
}

impl<'a> Supervisor<'a> {
    fn new(confinement: Confinement<'a>, assignment: &Assignment<'_>, signals: Signals) -> Self {
        let tmp = confinement.directory.join("tmp");
        let limits =
            Limits::new(assignment.spec, tmp, !assignment.limits_memory, !assignment.limits_processes);
        Self { confinement, limits, signals, program: None, calls: 0 }
    }

    /// Until the server closes the channel, or the launcher ends.
    fn serve(&mut self, channel: &OwnedFd) -> Result<()> {
        loop {
            let Wake { order, child, end, call } = self.wait(channel)?;
            if end {
                return Ok(());
            }
            if !call || self.stand_in_for_program() {
                self.watch(channel)?;
            }
            if child {
                self.drain_signals();
                self.reap(channel)?;
            }
            if order {
                match channel::receive(channel).doing("receiving from the server")? {
                    Some((order, descriptors)) => self.obey(channel, order, descriptors)?,
                    None => return Ok(()),
                }
            }
        }
    }

    fn wait(&self, channel: &OwnedFd) -> Result<Wake> {
        let mut ready = vec![
            PollFd::new(channel, PollFlags::IN),
            PollFd::new(&self.signals.children, PollFlags::IN),
            PollFd::new(&self.signals.end, PollFlags::IN),
        ];
        let stand_in = self.program.as_ref().and_then(|program| program.stand_in.as_ref());
        ready.extend(stand_in.map(|stand_in| PollFd::new(&stand_in.listener, PollFlags::IN)));
        poll(&mut ready, self.period().as_ref()).doing("waiting")?;
        let is_ready = |number: usize| ready.get(number).is_some_and(|ready| !ready.revents().is_empty());
        Ok(Wake { order: is_ready(0), child: is_ready(1), end: is_ready(2), call: is_ready(3) })
    }

    fn obey(&mut self, channel: &OwnedFd, order: ToInit, descriptors: Vec<OwnedFd>) -> Result<()> {
        match order {
            ToInit::Start(program) => {
                let started = self.start(&program, descriptors);
                let answer = FromInit::of_start(&started);
                let process = started.ok().flatten();
                let process: Vec<_> = process.iter().map(|process| process.as_fd()).collect();
                channel::send(channel, &answer, &process).doing("telling the server")
            }
            ToInit::Kill => self.end_and_tell(channel),
            ToInit::Terminate => {
                if let Some(program) = &self.program {
                    // It fails only if the program has ended, which is what was asked for.
                    let _ = kill_process(program.process, Signal::TERM);
                }
                Ok(())
            }
            // The server has no order for what this tier cannot do.
            _ => Ok(()),
        }
    }

    /// The descriptor is how the server learns the program's number; some containers refuse to give one.
    fn start(&mut self, program: &Program, descriptors: Vec<OwnedFd>) -> std::io::Result<Option<OwnedFd>> {
        let Ok(output) = <[OwnedFd; 2]>::try_from(descriptors) else {
            return Err(std::io::ErrorKind::InvalidInput.into());
        };
        let (from_program, to_us) = channel::pair()?;
        let process = start_with(program, || self.confinement.confine(&output, &to_us))?;
        drop(to_us);
        let [_, stderr] = output;
        self.program = Some(Running { process, stderr, stand_in: self.stand_in(&from_program) });
        Ok(pidfd_open(process, PidfdFlags::empty()).ok())
    }

    /// What the program has sent before it was one.
    fn stand_in(&self, from_program: &OwnedFd) -> Option<StandIn> {
        let (_, mut descriptors) = channel::receive::<bool>(from_program).ok().flatten()?;
        StandIn::new(descriptors.pop()?, self.confinement.directory).ok()
    }

    /// Does what the program must not do itself. Looks at what is used now and then, so that asking without end does not
    /// keep this from it.
    fn stand_in_for_program(&mut self) -> bool {
        const CALLS_PER_LOOK: u32 = 64;
        let Some(program) = &mut self.program else { return true };
        if program.stand_in.as_ref().is_some_and(|stand_in| stand_in.answer().is_err()) {
            program.stand_in = None;
        }
        self.calls += 1;
        self.calls.is_multiple_of(CALLS_PER_LOOK)
    }

    /// When to look again at what is used.
    fn period(&self) -> Option<Timespec> {
        self.program.as_ref().map(|_| self.limits.period())
    }

    fn watch(&mut self, channel: &OwnedFd) -> Result<()> {
        let Some(program) = &self.program else { return Ok(()) };
        let observed = self.limits.look();
        if let Some(peak) = observed.memory_peak {
            // If the server does not read, a later peak will do.
            let _ = channel::send_now(channel, &FromInit::MemoryPeak(peak), &[]);
        }
        match observed.excess {
            Some(Excess::Memory) => {
                // Before the end that this brings about can be told.
                channel::send(channel, &FromInit::TooMuchMemory, &[]).doing("telling the server")?;
                self.end_and_tell(channel)
            }
            Some(Excess::Processes) => {
                say(&program.stderr, &format!("hob: more than {PROCESSES_MAX} processes and threads\n"));
                self.end_and_tell(channel)
            }
            Some(Excess::Tmp) => {
                say(&program.stderr, &self.limits.too_much_in_tmp());
                self.end_and_tell(channel)
            }
            None => Ok(()),
        }
    }

    fn drain_signals(&self) {
        // Signals of one kind merge: whatever is read here only says "look".
        let _ = rustix::io::read(&self.signals.children, &mut [0_u8; 128][..]);
    }

    /// Collects every process that has ended, orphans included. If the program is among them, what it left running is
    /// ended, too.
    fn reap(&mut self, channel: &OwnedFd) -> Result<()> {
        let program = self.program.as_ref().map(|program| program.process);
        let mut status = None;
        tree::reap(&mut |process, how| {
            if Some(process) == program {
                status = Some(how);
            }
        });
        match status {
            Some(status) => {
                tree::end(|_| false, |_, _| {});
                self.tell(channel, status)
            }
            None => Ok(()),
        }
    }

    /// Ends all that runs.
    fn end_and_tell(&mut self, channel: &OwnedFd) -> Result<()> {
        match self.end_all() {
            Some(status) => self.tell(channel, status),
            None => Ok(()),
        }
    }

    fn end_all(&self) -> Option<WaitStatus> {
        let program = self.program.as_ref().map(|program| program.process);
        let mut status = None;
        tree::end(
            |_| false,
            |process, how| {
                if Some(process) == program {
                    status = Some(how);
                }
            },
        );
        status
    }

    fn tell(&mut self, channel: &OwnedFd, status: WaitStatus) -> Result<()> {
        self.program = None;
        channel::send(channel, &FromInit::Ended(status.as_raw()), &[]).doing("telling the server")
    }
}

/// In the function's log, if there is room in the pipe: nothing that a function does may stop the supervisor.
fn say(log: &OwnedFd, text: &str) {
    let mut writable = [PollFd::new(log, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    if poll(&mut writable, Some(&now)).is_ok_and(|ready| ready > 0)
        && let Ok(log) = log.try_clone()
    {
        let _ = File::from(log).write_all(text.as_bytes());
    }
}
