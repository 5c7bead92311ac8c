//! What runs of an account's functions in one region, and whether one more may.

use std::sync::atomic::{AtomicU32, Ordering};

use super::running::{Running, RunningCounter};
use hob_types::Bucket;

#[derive(Debug)]
pub(super) struct Account {
    /// How many may run at once.
    pub(super) limit: u32,
    /// The part of it that functions have reserved, or provisioned without a reservation.
    set_aside: AtomicU32,
    running: RunningCounter,
    /// Requests that take from what is not set aside.
    pub(super) requests: Bucket,
}

/// From which part of an account's concurrency an invocation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What its version has provisioned.
    Provisioned,
    /// What its function has reserved.
    Reserved,
    Unreserved,
}

impl Account {
    pub(super) fn new(limit: u32) -> Self {
        Self {
            limit,
            set_aside: AtomicU32::new(0),
            running: RunningCounter::default(),
            requests: Bucket::default(),
        }
    }

    /// What is left for the functions that have set nothing aside.
    pub(super) fn unreserved(&self) -> u32 {
        self.limit.saturating_sub(self.set_aside.load(Ordering::SeqCst))
    }

    pub(super) fn set_aside(&self, before: u32, after: u32) {
        self.set_aside.fetch_add(after, Ordering::SeqCst);
        self.set_aside.fetch_sub(before, Ordering::SeqCst);
    }

    /// Of which `open` are those in [`Part::Unreserved`].
    pub(super) fn running(&self) -> Running {
        self.running.get()
    }

    /// Counts one more, if the limits admit it.
    pub(super) fn enter(&self, part: Part) -> bool {
        let limits = Running { all: self.limit, open: self.unreserved() };
        self.running.enter(part == Part::Unreserved, limits)
    }

    pub(super) fn leave(&self, part: Part) {
        self.running.leave(part == Part::Unreserved);
    }
}
