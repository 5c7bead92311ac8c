//! The launcher of this tier: forks supervisors, reaps them, and removes what they leave.

use std::collections::HashMap;
use std::fs::DirBuilder;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::Mode;
use rustix::process::{Pid, Signal, getpid, kill_process, set_child_subreaper, setsid, umask};

use super::ruleset::Abi;
use super::supervisor::{self, Assignment};
use super::{directory, removal, tree};
use crate::SandboxSpec;
use crate::cgroup::{CpuShare, Group, Layout, Limits};
use crate::namespaces::{
    Abilities, Configuration, Doing, Failure, FromInit, FromLauncher, PROCESSES_MAX, Result, ToLauncher,
    channel, live, refuse, take_control,
};
use crate::seccomp::{Asked, Filters};
use crate::sys::{self, Forked};

/// The last argument of a launcher of this tier.
pub(crate) const MODE: &str = "landlock";

/// The whole life of a launcher process. Its standard input is the channel to the server.
pub(crate) fn launcher_main() -> ! {
    live(run)
}

fn run() -> Result<()> {
    let control = take_control()?;
    // Away from the terminal, whose signals are for the server. It fails only if this is so already.
    let _ = setsid();
    // What a killed supervisor leaves comes here.
    set_child_subreaper(Some(getpid())).doing("becoming the parent of orphans")?;
    umask(Mode::from_raw_mode(0o022));
    let Ok(Some((ToLauncher::Configure(configuration), _))) = channel::receive(&control) else {
        return Ok(()); // The server is gone already.
    };
    match Launcher::new(&control, configuration) {
        Ok(launcher) => launcher.serve(),
        Err(problem) => {
            refuse(&control, problem.into());
            Ok(())
        }
    }
}

struct Launcher<'a> {
    control: &'a OwnedFd,
    children: OwnedFd,
    abi: Abi,
    seccomp: Filters,
    asked: Asked,
    directories: PathBuf,
    cgroups: Layout,
    living: HashMap<Pid, Resident>,
    /// Of which something is still there.
    leaving: Vec<Resident>,
}

struct Resident {
    name: String,
    directory: PathBuf,
    group: Group,
}

impl<'a> Launcher<'a> {
    fn new(control: &'a OwnedFd, configuration: Configuration) -> Result<Self> {
        let abi = Abi::detect().doing("looking for Landlock")?;
        let directories = directory::parent(&configuration.images);
        // What a server left that was killed with all its processes: only one at a time uses the state directory.
        removal::remove(&directories).doing("removing what an earlier server left")?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&directories);
        made.doing(format_args!("making {}", directories.display()))?;
        Ok(Self {
            control,
            children: sys::signal_descriptor(libc::SIGCHLD).doing("watching for children")?,
            abi,
            seccomp: Filters::compile_for_landlock(abi.limits_truncation())
                .doing("compiling the system call filters")?,
            asked: Asked::compile().doing("compiling the system call filters")?,
            directories,
            cgroups: configuration.cgroups,
            living: HashMap::new(),
            leaving: Vec::new(),
        })
    }

    /// Until the server closes the channel, or ends.
    fn serve(mut self) -> Result<()> {
        let abilities = Abilities { rootless: true, no_images: None, uplink: None, no_uplink: None };
        let _ = channel::send(self.control, &FromLauncher::Configured(abilities), &[]);
        loop {
            let (message, child) = self.wait()?;
            if child {
                self.reap();
            }
            self.remove();
            if message {
                match channel::receive(self.control).doing("receiving from the server")? {
                    Some((ToLauncher::Create(spec), channels)) => self.create(&spec, channels),
                    Some(_) => {}
                    None => {
                        self.end();
                        return Ok(());
                    }
                }
            }
        }
    }

    fn wait(&self) -> Result<(bool, bool)> {
        const SOON: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
        let mut ready =
            [PollFd::new(self.control, PollFlags::IN), PollFd::new(&self.children, PollFlags::IN)];
        poll(&mut ready, (!self.leaving.is_empty()).then_some(&SOON)).doing("waiting")?;
        let [message, child] = ready.map(|ready| !ready.revents().is_empty());
        Ok((message, child))
    }

    /// Makes a sandbox, or says on its own channel why not. If the server has closed that meanwhile, the supervisor
    /// finds out by itself.
    fn create(&mut self, spec: &SandboxSpec, mut channels: Vec<OwnedFd>) {
        let Some(channel) = channels.pop() else { return };
        if let Err(problem) = self.try_create(spec, &channel) {
            let _ = channel::send(&channel, &FromInit::Failed(Failure::from(problem)), &[]);
        }
    }

    fn try_create(&mut self, spec: &SandboxSpec, channel: &OwnedFd) -> Result<()> {
        let name = spec.id.to_string();
        let limits = Limits {
            memory_bytes: spec.memory.bytes(),
            cpu_millis: spec.memory.cpu_millis().max(CpuShare::BEFORE_MILLIS_MIN),
            processes: PROCESSES_MAX,
        };
        let group = Group::create(&self.cgroups, &name, &limits).doing("making control groups")?;
        let resident = Resident { directory: self.directories.join(&name), name, group };
        match self.fork(spec, channel, &resident) {
            Ok(supervisor) => {
                self.living.insert(supervisor, resident);
                Ok(())
            }
            Err(problem) => {
                resident.group.remove();
                Err(problem)
            }
        }
    }

    fn fork(&self, spec: &SandboxSpec, channel: &OwnedFd, resident: &Resident) -> Result<Pid> {
        let entrances = resident.group.entrances().doing("opening control groups")?;
        let launcher = getpid();
        match sys::fork().doing("forking")? {
            Forked::Parent(supervisor) => Ok(supervisor),
            Forked::Child => {
                let assignment = Assignment {
                    spec,
                    directory: resident.directory.clone(),
                    abi: self.abi,
                    seccomp: &self.seccomp,
                    asked: &self.asked,
                    entrances: &entrances,
                    limits_memory: self.cgroups.memory.is_some(),
                    limits_processes: self.cgroups.pids.is_some(),
                    launcher,
                };
                supervisor::main(channel, &assignment)
            }
        }
    }

    /// Collects the supervisors that have ended, and ends what one left that was killed.
    fn reap(&mut self) {
        // Signals of one kind merge: whatever is read here only says "look".
        let _ = rustix::io::read(&self.children, &mut [0_u8; 128][..]);
        let mut ended = Vec::new();
        tree::reap(&mut |process, _| ended.push(process));
        tree::end(|process| self.living.contains_key(&process), |process, _| ended.push(process));
        self.leaving.extend(ended.into_iter().filter_map(|process| self.living.remove(&process)));
    }

    /// Removes what can be removed now. If the server is gone, the next thing that is received is its end.
    fn remove(&mut self) {
        for resident in self.leaving.extract_if(.., |resident| resident.remove()) {
            let _ = channel::send(self.control, &FromLauncher::Removed(resident.name), &[]);
        }
    }

    /// All sandboxes, and then this process, end with the server.
    fn end(&mut self) {
        for supervisor in self.living.keys() {
            // Each ends what runs in its sandbox; it fails only if that has ended.
            let _ = kill_process(*supervisor, Signal::TERM);
        }
        /// One that has not come to an end by then hangs in a system call; it is ended like any other process.
        const PATIENCE: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };
        while !self.living.is_empty() {
            let mut ready = [PollFd::from_borrowed_fd(self.children.as_fd(), PollFlags::IN)];
            match poll(&mut ready, Some(&PATIENCE)) {
                Ok(0) | Err(_) => break,
                Ok(_) => self.reap(),
            }
        }
        tree::end(|_| false, |_, _| {});
        self.leaving.extend(self.living.drain().map(|(_, resident)| resident));
        self.remove();
        // What is left now is swept by the next server.
    }
}

impl Resident {
    /// `false` if the kernel was not ready to let go of something.
    fn remove(&self) -> bool {
        if let Err(error) = removal::remove(&self.directory) {
            eprintln!("hob launcher: removing {}: {error}", self.directory.display());
        }
        self.group.remove()
    }
}
