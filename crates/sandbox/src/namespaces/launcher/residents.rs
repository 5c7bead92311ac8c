//! The sandboxes that live, and those of which something is still there.

use std::collections::HashMap;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::process::{Pid, WaitOptions, WaitStatus, wait};

use super::super::channel;
use super::super::message::{FromInit, SandboxName};
use super::doors::Doors;
use crate::cgroup::Group;
use crate::network::Attachment;

/// What must be removed when a sandbox's init has ended. The rest, mounts and network, goes with its processes.
pub(super) struct Resident {
    pub(super) name: SandboxName,
    pub(super) group: Group,
    /// Its address becomes free when nothing of the sandbox is left.
    pub(super) attachment: Option<Attachment>,
    pub(super) doors: Doors,
    /// The init's end, for what the server must know and the init cannot.
    pub(super) channel: OwnedFd,
}

#[derive(Default)]
pub(super) struct Residents {
    living: HashMap<Pid, Resident>,
    inits: HashMap<SandboxName, Pid>,
    leaving: Vec<(SandboxName, Group, Option<Attachment>)>,
}

impl Residents {
    pub(super) fn add(&mut self, init: Pid, resident: Resident) {
        self.inits.insert(resident.name.clone(), init);
        self.living.insert(init, resident);
    }

    pub(super) fn named(&self, name: &SandboxName) -> Option<&Resident> {
        self.living.get(self.inits.get(name)?)
    }

    /// Says something to the server in the place of a sandbox's init, if that lives.
    pub(super) fn tell(&self, name: &SandboxName, message: &FromInit, descriptors: &[BorrowedFd<'_>]) {
        if let Some(resident) = self.named(name) {
            // There is room for the few messages that a sandbox has. A server that is gone needs none.
            let _ = channel::send_now(&resident.channel, message, descriptors);
        }
    }

    /// Collects the processes that have ended.
    pub(super) fn reap() -> Vec<(Pid, WaitStatus)> {
        std::iter::from_fn(|| wait(WaitOptions::NOHANG).ok().flatten()).collect()
    }

    /// All other processes of a sandbox have ended when its init has. Its channel is closed by this.
    pub(super) fn bury(&mut self, ended: &[(Pid, WaitStatus)]) {
        for (init, _) in ended {
            if let Some(resident) = self.living.remove(init) {
                self.inits.remove(&resident.name);
                self.leaving.push((resident.name, resident.group, resident.attachment));
            }
        }
    }

    /// Removes what can be removed now, and returns the names of the sandboxes of which nothing is left.
    pub(super) fn remove(&mut self) -> Vec<SandboxName> {
        self.leaving.extract_if(.., |(_, group, _)| group.remove()).map(|(name, ..)| name).collect()
    }

    /// Whether the kernel was not ready to let go of something.
    pub(super) fn has_leaving(&self) -> bool {
        !self.leaving.is_empty()
    }
}
