//! The snapshots that there are, one of each version that wants one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_sandbox::Zygote;
use hob_types::{FunctionArn, RevisionId, Version};
use tokio::time::Instant;

use super::snapshot::TakenSnapshot;
use crate::FunctionVersion;

/// At most so many are kept: those that were used last.
const KEPT_MAX: usize = 64;

/// How long to wait after one that could not be taken.
const BACK_OFF: Duration = Duration::from_secs(60);

/// Usable from any shard.
pub(super) struct Snapshots {
    /// What all may use together, in bytes. One alone may use more.
    memory_max: u64,
    entries: Mutex<HashMap<RevisionId, Entry>>,
}

struct Entry {
    function: FunctionArn,
    version: Version,
    used: Instant,
    state: State,
}

enum State {
    /// Somebody takes it.
    Taking,
    Taken {
        snapshot: TakenSnapshot,
        memory: u64,
    },
    /// There is none, and nobody tries before this.
    Missing {
        until: Instant,
    },
}

impl Entry {
    fn memory(&self) -> u64 {
        match self.state {
            State::Taken { memory, .. } => memory,
            State::Taking | State::Missing { .. } => 0,
        }
    }

    fn taken(&self) -> Option<&TakenSnapshot> {
        match &self.state {
            State::Taken { snapshot, .. } if snapshot.is_alive() => Some(snapshot),
            _ => None,
        }
    }

    fn is_wanted(&self, now: Instant) -> bool {
        match &self.state {
            State::Taking => false,
            State::Taken { .. } => self.taken().is_none(),
            State::Missing { until } => *until <= now,
        }
    }
}

impl Snapshots {
    pub(super) fn new(memory_max: u64) -> Self {
        Self { memory_max, entries: Mutex::default() }
    }

    /// One that can be copied now.
    pub(super) fn find(&self, version: &FunctionVersion) -> Option<Arc<dyn Zygote>> {
        let mut entries = self.lock();
        let entry = entries.get_mut(&version.revision)?;
        entry.used = Instant::now();
        entry.taken().map(|snapshot| Arc::clone(&snapshot.zygote))
    }

    /// It will be taken by the caller, whatever there is.
    pub(super) fn begin(&self, version: &FunctionVersion) -> Taking<'_> {
        let entry = Entry {
            function: version.arn.clone(),
            version: version.version,
            used: Instant::now(),
            state: State::Taking,
        };
        let replaced = self.lock().insert(version.revision, entry);
        drop(replaced);
        Taking { snapshots: self, revision: version.revision }
    }

    /// Nobody has it nor takes it, and it is time to try.
    pub(super) fn is_wanted(&self, version: &FunctionVersion) -> bool {
        let now = Instant::now();
        self.lock().get(&version.revision).is_none_or(|entry| entry.is_wanted(now))
    }

    /// Ends those of every revision of `version` but `keep`; `version` of `None` means all of the function's.
    pub(super) fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        let concerned = |revision: &RevisionId, entry: &Entry| {
            entry.function == *function
                && version.is_none_or(|version| version == entry.version)
                && keep != Some(*revision)
        };
        let mut entries = self.lock();
        let ended: Vec<_> = entries.extract_if(|revision, entry| concerned(revision, entry)).collect();
        drop(entries);
        drop(ended);
    }

    /// In bytes, of all.
    pub(super) fn memory(&self) -> u64 {
        self.lock().values().map(Entry::memory).sum()
    }

    pub(super) fn count(&self) -> usize {
        self.lock().values().filter(|entry| entry.taken().is_some()).count()
    }

    /// Gives up all. They are taken again when they are missed.
    pub(super) fn reclaim(&self) {
        let until = Instant::now() + BACK_OFF;
        let mut given_up = Vec::new();
        for entry in self.lock().values_mut().filter(|entry| entry.memory() > 0) {
            given_up.push(std::mem::replace(&mut entry.state, State::Missing { until }));
        }
    }

    /// Nothing of them is left when this returns.
    pub(super) async fn close(&self) {
        let entries = std::mem::take(&mut *self.lock());
        for entry in entries.into_values() {
            if let State::Taken { snapshot, .. } = entry.state {
                snapshot.remove().await;
            }
        }
    }

    /// Gives up those that were not used for the longest, until the rest is few and small enough.
    fn trim(&self, entries: &mut HashMap<RevisionId, Entry>, newest: RevisionId) -> Vec<Entry> {
        let mut given_up = Vec::new();
        loop {
            let taken = || entries.iter().filter(|(_, entry)| entry.taken().is_some());
            let memory: u64 = taken().map(|(_, entry)| entry.memory()).sum();
            if taken().count() <= KEPT_MAX && memory <= self.memory_max {
                return given_up;
            }
            let oldest = taken().filter(|(revision, _)| **revision != newest);
            let Some(oldest) = oldest.min_by_key(|(_, entry)| entry.used).map(|(revision, _)| *revision)
            else {
                return given_up;
            };
            given_up.extend(entries.remove(&oldest));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RevisionId, Entry>> {
        // Nothing under this lock leaves the entries half changed.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody takes a snapshot. Dropped without one, there is none for a while.
pub(super) struct Taking<'a> {
    snapshots: &'a Snapshots,
    revision: RevisionId,
}

impl Taking<'_> {
    /// It may have been retired meanwhile; then it ends.
    pub(super) fn end(self, snapshot: TakenSnapshot) {
        let mut entries = self.snapshots.lock();
        let given_up = match entries.get_mut(&self.revision) {
            Some(entry) => {
                let memory = snapshot.memory();
                entry.state = State::Taken { snapshot, memory };
                self.snapshots.trim(&mut entries, self.revision)
            }
            None => Vec::new(),
        };
        drop(entries);
        drop(given_up);
    }
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.snapshots.lock().get_mut(&self.revision)
            && matches!(entry.state, State::Taking)
        {
            entry.state = State::Missing { until: Instant::now() + BACK_OFF };
        }
    }
}
