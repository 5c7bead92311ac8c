//! Watches what a sandbox uses, where the kernel does not limit it.

use std::path::PathBuf;

use rustix::event::Timespec;
use rustix::process::{Pid, getpid};

use super::{tree, usage};
use crate::SandboxSpec;
use crate::namespaces::{PROCESSES_MAX, Supervision};

/// Files take longer to look at than processes, and fill more slowly.
const LOOKS_PER_LOOK_AT_FILES: u32 = 4;

pub(super) struct Limits {
    /// Where no control group limits it.
    memory: Option<Supervision>,
    /// Where no control group limits them.
    counts_processes: bool,
    tmp: PathBuf,
    tmp_bytes: u64,
    looks: u32,
}

/// Of what there was too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    Memory,
    Processes,
    Tmp,
}

#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) excess: Option<Excess>,
    /// The highest use of memory, if it is worth telling.
    pub(super) memory_peak: Option<u64>,
}

impl Limits {
    pub(super) fn new(
        spec: &SandboxSpec,
        tmp: PathBuf,
        watches_memory: bool,
        counts_processes: bool,
    ) -> Self {
        let memory = watches_memory.then(|| Supervision::new(spec.memory));
        Self { memory, counts_processes, tmp, tmp_bytes: spec.ephemeral_storage.bytes(), looks: 0 }
    }

    /// When to look again.
    pub(super) fn period(&self) -> Timespec {
        const WITHOUT_MEMORY: Timespec = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };
        self.memory.as_ref().map_or(WITHOUT_MEMORY, Supervision::period)
    }

    /// At all processes below this one, and now and then at the files.
    pub(super) fn look(&mut self) -> Observed {
        let processes = tree::below(getpid());
        let mut observed = self.look_at_memory(&processes);
        if self.counts_processes && count(&processes) > PROCESSES_MAX as usize {
            observed.excess = observed.excess.or(Some(Excess::Processes));
        }
        self.looks += 1;
        if self.looks.is_multiple_of(LOOKS_PER_LOOK_AT_FILES) && self.tmp_is_over_full() {
            observed.excess = observed.excess.or(Some(Excess::Tmp));
        }
        observed
    }

    fn look_at_memory(&mut self, processes: &[Pid]) -> Observed {
        let Some(memory) = &mut self.memory else { return Observed::default() };
        let seen = memory.judge(processes.iter().map(|process| usage::memory(*process)).sum());
        Observed { excess: seen.is_too_much.then_some(Excess::Memory), memory_peak: seen.new_peak }
    }

    /// For the function's log.
    pub(super) fn too_much_in_tmp(&self) -> String {
        format!("hob: more than {} MB in {}\n", self.tmp_bytes >> 20, self.tmp.display())
    }

    /// What cannot be measured has been hidden.
    fn tmp_is_over_full(&self) -> bool {
        usage::files(&self.tmp).map_or(true, |bytes| bytes > self.tmp_bytes)
    }
}

fn count(processes: &[Pid]) -> usize {
    processes.iter().map(|process| usage::threads(*process)).sum()
}
