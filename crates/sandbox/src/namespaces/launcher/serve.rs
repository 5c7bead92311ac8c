//! The launcher's loop: a message of the server, or an init that has ended.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Pid;

use super::super::channel;
use super::super::init::{self, Furnishing};
use super::super::message::{
    Abilities, Attached, Configuration, FromInit, FromLauncher, SandboxName, SlotMounts, ToLauncher,
    ZygoteOrder,
};
use super::super::problem::{Doing, Problem, Result};
use super::doors::Doors;
use super::images::Images;
use super::listening::Network;
use super::networks::Networks;
use super::residents::{Resident, Residents};
use super::slots::Slots;
use super::stage::Stage;
use super::uplink::Connector;
use super::zygotes::{self, Source, Zygotes};
use crate::SandboxSpec;
use crate::cgroup::{CpuShare, Group, Layout, Limits};
use crate::network::{DnsSockets, namespace};
use crate::seccomp::Filters;
use crate::sys::{self, Forked};

/// AWS's quota of processes and threads together. Source: Lambda guide, "Lambda quotas".
pub(crate) const PROCESSES_MAX: u32 = 1024;

const NAMESPACES: libc::c_int =
    libc::CLONE_NEWNS | libc::CLONE_NEWPID | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | libc::CLONE_NEWCGROUP;

pub(super) struct Launcher {
    control: OwnedFd,
    children: OwnedFd,
    stage: Stage,
    cgroups: Layout,
    seccomp: Filters,
    networks: Networks,
    images: Images,
    dns: Option<DnsSockets>,
    rootless: bool,
    residents: Residents,
    zygotes: Zygotes,
    /// Of sandboxes that may still become a function's.
    slots: HashMap<SandboxName, Slots>,
}

/// What there is to do.
struct Wake {
    message: bool,
    /// A child has ended.
    child: bool,
    /// The host's addresses have changed.
    host: bool,
    zygotes: Vec<Source>,
    /// Nothing has happened for a while.
    quiet: bool,
}

impl Launcher {
    /// Prepares all that sandboxes share. The channel comes back if that fails.
    pub(super) fn new(
        control: OwnedFd,
        configuration: Configuration,
        rootless: bool,
    ) -> std::result::Result<Self, (OwnedFd, Problem)> {
        let prepared = || {
            let children = sys::signal_descriptor(libc::SIGCHLD).doing("watching for children")?;
            let limits_memory = configuration.cgroups.memory.is_some();
            let seccomp =
                if rootless { Filters::compile_for_shared_user(limits_memory) } else { Filters::compile() };
            let seccomp = seccomp.doing("compiling the system call filters")?;
            let images = Images::start(&configuration.images, rootless)?;
            Ok((children, Stage::build(&configuration.stage)?, seccomp, images))
        };
        match prepared() {
            Ok((children, stage, seccomp, mut images)) => {
                let (connector, dns) = Connector::start(&configuration);
                // The first one tells whether there can be any; it was made meanwhile.
                images.await_first();
                Ok(Self {
                    control,
                    children,
                    stage,
                    cgroups: configuration.cgroups,
                    seccomp,
                    networks: Networks::new(connector),
                    images,
                    dns,
                    rootless,
                    residents: Residents::default(),
                    zygotes: Zygotes::default(),
                    slots: HashMap::new(),
                })
            }
            Err(problem) => Err((control, problem)),
        }
    }

    /// Until the server closes the channel.
    pub(super) fn serve(mut self) -> Result<()> {
        self.introduce();
        loop {
            let Wake { message, child, host, zygotes, quiet } = self.wait()?;
            if quiet {
                self.networks.rest();
                self.images.rest();
            }
            if host {
                self.networks.connector.follow_host();
            }
            let nobody_waits = !message && !child && zygotes.is_empty();
            for source in zygotes {
                self.zygotes.serve(source, &self.residents);
            }
            if nobody_waits && self.networks.want_more() {
                self.networks.refill(&self.stage);
            }
            if child {
                self.drain_signals();
                let ended = Residents::reap();
                self.zygotes.bury(&ended, &self.residents);
                self.residents.bury(&ended);
            }
            for name in self.residents.remove() {
                self.slots.remove(&name);
                self.tell(&FromLauncher::Removed(name));
            }
            if message {
                match channel::receive(&self.control).doing("receiving from the server")? {
                    Some((ToLauncher::Create(spec), channels)) => self.create(&spec, channels),
                    Some((ToLauncher::Attach(slots), channels)) => self.attach(&slots, channels),
                    Some((ToLauncher::Zygote(order), channels)) => self.start_zygote(&order, channels),
                    Some((ToLauncher::Configure(_), _)) => {}
                    None => return Ok(()),
                }
            }
        }
    }

    fn introduce(&mut self) {
        let abilities = Abilities {
            rootless: self.rootless,
            no_images: self.images.obstacle.clone(),
            uplink: self.networks.connector.uplink.clone(),
            no_uplink: self.networks.connector.obstacle.clone(),
        };
        let dns = self.dns.take();
        let sockets: Vec<_> = dns.iter().flat_map(|dns| [dns.udp.as_fd(), dns.tcp.as_fd()]).collect();
        let _ = channel::send(&self.control, &FromLauncher::Configured(abilities), &sockets);
    }

    fn wait(&self) -> Result<Wake> {
        const NOW: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
        const SOON: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
        const LONG: Timespec = Timespec { tv_sec: 10, tv_nsec: 0 };
        let mut ready =
            vec![PollFd::new(&self.control, PollFlags::IN), PollFd::new(&self.children, PollFlags::IN)];
        let (sources, zygotes): (Vec<_>, Vec<_>) = self.zygotes.sources().unzip();
        let first_zygote = ready.len();
        ready.extend(zygotes.into_iter().map(|zygote| PollFd::from_borrowed_fd(zygote, PollFlags::IN)));
        let host = self.networks.connector.host_changes();
        ready.extend(host.map(|host| PollFd::from_borrowed_fd(host, PollFlags::IN)));
        let is_raised = self.networks.is_raised() || self.images.is_raised();
        let timeout = match (self.networks.want_more(), self.residents.has_leaving()) {
            (true, _) => Some(&NOW),
            (false, true) => Some(&SOON),
            (false, false) => is_raised.then_some(&LONG),
        };
        let nothing = poll(&mut ready, timeout).doing("waiting")? == 0;
        let is_ready = |number: usize| ready.get(number).is_some_and(|ready| !ready.revents().is_empty());
        let host = is_ready(first_zygote + sources.len());
        let numbered = sources.into_iter().enumerate();
        let zygotes = numbered.filter(|(number, _)| is_ready(first_zygote + number));
        let zygotes = zygotes.map(|(_, source)| source).collect();
        let quiet = nothing && timeout == Some(&LONG);
        Ok(Wake { message: is_ready(0), child: is_ready(1), host, zygotes, quiet })
    }

    fn drain_signals(&self) {
        // Signals of one kind merge: whatever is read here only says "look".
        let _ = rustix::io::read(&self.children, &mut [0_u8; 128][..]);
    }

    /// If the server is gone, the next thing that is received is its end.
    fn tell(&self, message: &FromLauncher) {
        let _ = channel::send(&self.control, message, &[]);
    }

    /// Makes a sandbox, or says on its own channel why not. If the server has closed that meanwhile, the init
    /// finds out by itself.
    fn create(&mut self, spec: &SandboxSpec, mut channels: Vec<OwnedFd>) {
        let Some(channel) = channels.pop() else { return };
        let name = spec.id.to_string();
        if let Err(problem) = self.try_create(name, spec, &channel) {
            let _ = channel::send(&channel, &FromInit::Failed(problem.into()), &[]);
        }
    }

    /// Shows something in a sandbox's slots, and says on the order's own channel how it went.
    fn attach(&mut self, wanted: &SlotMounts, mut channels: Vec<OwnedFd>) {
        let Some(channel) = channels.pop() else { return };
        // They can be used once, and are closed when the server knows the answer.
        let slots = self.slots.remove(&wanted.sandbox);
        let attached = match &slots {
            Some(slots) => slots.attach(&wanted.mounts),
            None => Err(io::Error::from(io::ErrorKind::NotFound)).doing("looking for the sandbox's slots"),
        };
        let _ = channel::send(&channel, &Attached::from(attached.map_err(Into::into)), &[]);
    }

    fn start_zygote(&mut self, order: &ZygoteOrder, mut channels: Vec<OwnedFd>) {
        let Some(channel) = channels.pop() else { return };
        let limits = zygotes::limits(self.rootless, &self.seccomp);
        self.zygotes.start(order, &self.stage, limits, channel);
    }

    fn try_create(&mut self, name: String, spec: &SandboxSpec, channel: &OwnedFd) -> Result<()> {
        self.images.order(spec.ephemeral_storage);
        let (network, attachment) = self.networks.take(&self.stage)?;
        let tmp = self.images.take(spec.ephemeral_storage);
        let limits = limits(spec, tmp.is_none());
        let slots = Slots::open(&self.stage, &name, &spec.slots)?;
        let group = Group::create(&self.cgroups, &name, &limits).doing("making control groups")?;
        match self.fork(spec, channel, &network, &group, tmp) {
            Ok((init, doors)) => {
                let channel = channel.try_clone().doing("keeping a sandbox's channel")?;
                self.slots.extend(slots.map(|slots| (name.clone(), slots)));
                self.residents.add(init, Resident { name, group, attachment, doors, channel });
                Ok(())
            }
            Err(problem) => {
                group.remove();
                Err(problem)
            }
        }
    }

    fn fork(
        &self,
        spec: &SandboxSpec,
        channel: &OwnedFd,
        network: &Network,
        group: &Group,
        tmp: Option<OwnedFd>,
    ) -> Result<(Pid, Doors)> {
        let entrances = group.entrances().doing("opening control groups")?;
        let showing = self.rootless.then(channel::pair).transpose().doing("making a channel")?;
        let furnishing = Furnishing {
            spec,
            stage: &self.stage,
            tmp: tmp.as_ref(),
            listeners: &network.listeners,
            entrances: &entrances,
            seccomp: &self.seccomp,
            limits_memory: self.cgroups.memory.is_some(),
            rootless: self.rootless,
            shown_to: showing.as_ref().map(|(_, theirs)| theirs),
        };
        let user = if self.rootless { libc::CLONE_NEWUSER } else { 0 };
        // The child is born in the network namespace: from a user namespace of its own it could not enter it.
        // Meanwhile this thread waits and holds no lock, so the child may go on as if it were alone.
        let forked =
            namespace::inside(network.namespace.as_fd(), || match sys::fork_into(NAMESPACES | user)? {
                Forked::Child => init::main(channel, furnishing),
                Forked::Parent(init) => Ok(init),
            });
        let init = forked.doing("making namespaces")?;
        let doors = match showing {
            None => Doors::of_process(init)?,
            Some((ours, theirs)) => {
                drop(theirs);
                Doors::receive(&ours, network.namespace.as_fd())?
            }
        };
        Ok((init, doors))
    }
}

/// A `/tmp` in memory counts as the function's memory, so that has its size on top; the init then watches the rest.
fn limits(spec: &SandboxSpec, tmp_is_memory: bool) -> Limits {
    let tmp = if tmp_is_memory { spec.ephemeral_storage.bytes() } else { 0 };
    Limits {
        memory_bytes: spec.memory.bytes() + tmp,
        cpu_millis: spec.memory.cpu_millis().max(CpuShare::BEFORE_MILLIS_MIN),
        processes: PROCESSES_MAX,
    }
}
