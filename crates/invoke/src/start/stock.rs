//! What is there of one kind, and what was asked of it.

use std::collections::BTreeSet;

use hob_types::Runtime;
use tokio::time::Instant;

use super::budget::Wish;
use super::demand::Demand;
use super::kind::{Kind, Making};
use super::made::Made;

/// A sandbox's in the kernel, in bytes (measured: name spaces, control groups, mounts).
const SANDBOX_COST: u64 = 512 << 10;

/// A runtime's, until one has been measured.
const COPY_COST: u64 = 2 << 20;
const BOOT_COST: u64 = 40 << 20;

/// The stock of one kind.
pub(super) struct Stock {
    made: Vec<Made>,
    pub demand: Demand,
    cost: u64,
    /// Of the functions that asked for it.
    pub runtimes: BTreeSet<String>,
    pub hits: u64,
    pub misses: u64,
    /// Copies of a zygote that were made for a function at once.
    pub forks: u64,
}

impl Stock {
    pub(super) fn new(kind: &Kind, now: Instant) -> Self {
        let cost = match kind.making() {
            Making::Sandbox => 0,
            Making::Fork => COPY_COST,
            Making::Boot => BOOT_COST,
        };
        Self {
            made: Vec::new(),
            demand: Demand::new(now),
            cost: cost + SANDBOX_COST,
            runtimes: BTreeSet::new(),
            hits: 0,
            misses: 0,
            forks: 0,
        }
    }

    pub(super) fn wanted_by(&mut self, runtime: Option<&Runtime>) {
        if let Some(runtime) = runtime.filter(|runtime| !self.runtimes.contains(runtime.as_str())) {
            self.runtimes.insert(runtime.to_string());
        }
    }

    pub(super) fn wish(&self, kind: &Kind, now: Instant) -> Wish {
        Wish {
            is_runtime: kind.making() != Making::Sandbox,
            forecast: self.demand.forecast(now),
            asked: self.demand.last(),
            cost: self.cost,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.made.len()
    }

    /// In bytes.
    pub(super) fn memory(&self) -> u64 {
        self.cost * self.made.len() as u64
    }

    pub(super) fn put(&mut self, made: Made) {
        if made.runtime.is_some() {
            self.cost = SANDBOX_COST + made.sandbox.memory_peak();
        }
        self.made.push(made);
    }

    /// The newest, one of this shard's first. What has died meanwhile is dropped.
    pub(super) fn take(&mut self) -> Option<Made> {
        let shard = std::thread::current().id();
        while !self.made.is_empty() {
            let here = self.made.iter().rposition(|made| made.shard == shard);
            let made = self.made.remove(here.unwrap_or(self.made.len() - 1));
            if made.is_alive() {
                return Some(made);
            }
        }
        None
    }

    /// Leaves no more than so many, and none that has died. The caller drops the others.
    pub(super) fn trim(&mut self, target: usize) -> Vec<Made> {
        let mut surplus: Vec<Made> = self.made.extract_if(.., |made| !made.is_alive()).collect();
        surplus.extend(self.made.drain(..self.made.len().saturating_sub(target)));
        surplus
    }

    pub(super) fn clear(&mut self) -> Vec<Made> {
        std::mem::take(&mut self.made)
    }
}
