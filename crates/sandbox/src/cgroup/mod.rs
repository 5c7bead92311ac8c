//! Control groups: how much memory, CPU and how many processes a sandbox may use.
//!
//! Version 1 has a tree per controller, version 2 one tree for all; hybrid systems have both, and a controller
//! is only in one of them. A [`Layout`] says in which directory the groups of this server lie, per controller;
//! a [`Group`] is one sandbox's.

mod detect;
mod freezer;
mod group;
mod hold;
mod meter;
mod sweep;
mod v2;

pub(crate) use self::detect::detect;
pub(crate) use self::freezer::thaw_all;
pub(crate) use self::group::{CpuShare, Group, Limits};
pub(crate) use self::hold::Hold;
use self::meter::Meter;
pub(crate) use self::sweep::{remove_all, remove_groups};

use std::path::{Path, PathBuf};

use crate::namespaces::codec::{Field, structs};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Controller {
    Memory,
    Cpu,
    Pids,
    Freezer,
}

/// Which files a controller has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
}

/// A directory in which this server may make groups that one controller limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) version: Version,
    pub(crate) directory: PathBuf,
}

/// Where each controller's groups lie; `None` where this server may not use the controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) memory: Option<Place>,
    pub(crate) cpu: Option<Place>,
    pub(crate) pids: Option<Place>,
    /// Version 2 freezes in every group, version 1 in a tree of its own.
    pub(crate) freezer: Option<Place>,
}

structs! {
    Place { version, directory }
    Layout { memory, cpu, pids, freezer }
}

impl Field for Version {
    fn put(&self, out: &mut Vec<u8>) {
        matches!(self, Self::V2).put(out);
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        Some(if bool::take(input)? { Self::V2 } else { Self::V1 })
    }
}

impl Layout {
    /// Every directory once: in version 2 the controllers share one. The freezer's is the first, so that who ends what
    /// is in the groups begins with what is frozen.
    pub(crate) fn directories(&self) -> Vec<&Path> {
        let mut directories: Vec<&Path> = Vec::new();
        for place in [&self.freezer, &self.memory, &self.cpu, &self.pids].into_iter().flatten() {
            if !directories.contains(&place.directory.as_path()) {
                directories.push(&place.directory);
            }
        }
        directories
    }

    fn map(self, change: impl Fn(Controller, &Place) -> Option<Place>) -> Self {
        let map = |controller, place: Option<Place>| place.and_then(|place| change(controller, &place));
        Self {
            memory: map(Controller::Memory, self.memory),
            cpu: map(Controller::Cpu, self.cpu),
            pids: map(Controller::Pids, self.pids),
            freezer: map(Controller::Freezer, self.freezer),
        }
    }
}
