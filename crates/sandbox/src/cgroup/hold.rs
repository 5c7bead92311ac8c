//! The server's side of one sandbox's groups.

use std::io;

use hob_types::MemoryMib;

use super::freezer::Freezer;
use super::{CpuShare, Layout, Meter};

/// Reads what a sandbox uses, and changes what it may use.
#[derive(Debug)]
pub(crate) struct Hold {
    pub(crate) meter: Meter,
    share: CpuShare,
    freezer: Freezer,
    /// Counts as memory, and is not the function's.
    tmp_bytes: u64,
}

impl Hold {
    pub(crate) fn new(layout: &Layout, name: &str, memory: MemoryMib, tmp_bytes: u64) -> Self {
        Self {
            meter: Meter::new(layout, name, memory.bytes()),
            share: CpuShare::new(layout, name, memory.cpu_millis()),
            freezer: Freezer::new(layout, name),
            tmp_bytes,
        }
    }

    /// From now on another memory size decides. The share of CPU is that of an initialisation again.
    pub(crate) fn change(&mut self, memory: MemoryMib) -> io::Result<()> {
        self.meter.change_limit(memory.bytes(), self.tmp_bytes)?;
        self.share.change(memory.cpu_millis())
    }

    /// Holds the programs to their share of CPU.
    pub(crate) fn limit_cpu(&self) {
        self.share.apply();
    }

    pub(crate) fn freeze(&self) {
        self.freezer.freeze();
    }

    pub(crate) fn thaw(&self) {
        self.freezer.thaw();
    }
}
