//! The sandboxes that live, and those of which something is still there.

use std::collections::HashMap;

use rustix::process::{Pid, WaitOptions, wait};

use super::super::message::SandboxName;
use crate::cgroup::Group;
use crate::network::Attachment;

/// What must be removed when a sandbox's init has ended. The rest, mounts and network, goes with its processes.
pub(super) struct Resident {
    pub(super) name: SandboxName,
    pub(super) group: Group,
    /// Its address becomes free when nothing of the sandbox is left.
    pub(super) _attachment: Option<Attachment>,
}

#[derive(Default)]
pub(super) struct Residents {
    living: HashMap<Pid, Resident>,
    leaving: Vec<Resident>,
}

impl Residents {
    pub(super) fn add(&mut self, init: Pid, resident: Resident) {
        self.living.insert(init, resident);
    }

    /// Collects the inits that have ended. All other processes of such a sandbox have ended then, too.
    pub(super) fn reap(&mut self) {
        while let Ok(Some((init, _))) = wait(WaitOptions::NOHANG) {
            self.leaving.extend(self.living.remove(&init));
        }
    }

    /// Removes what can be removed now, and returns the names of the sandboxes of which nothing is left.
    pub(super) fn remove(&mut self) -> Vec<SandboxName> {
        self.leaving
            .extract_if(.., |resident| resident.group.remove())
            .map(|resident| resident.name)
            .collect()
    }

    /// Whether the kernel was not ready to let go of something.
    pub(super) fn has_leaving(&self) -> bool {
        !self.leaving.is_empty()
    }
}
