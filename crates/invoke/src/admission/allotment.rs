//! What one version has provisioned, as those see it who want to use it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::requests;
use hob_types::Bucket;

/// Empty when it is new.
#[derive(Debug, Default)]
pub(crate) struct Allotment {
    /// Initialised environments, whether or not they are busy.
    available: AtomicU32,
    running: AtomicU32,
    requests: Bucket,
    taken: AtomicU64,
    spilled: AtomicU64,
}

impl Allotment {
    /// What runs goes on, and is counted where it was.
    pub(crate) fn set_available(&self, available: u32) {
        self.available.store(available, Ordering::SeqCst);
    }

    /// Invocations that took from it.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Invocations for which there was nothing left.
    pub(crate) fn spilled(&self) -> u64 {
        self.spilled.load(Ordering::Relaxed)
    }

    /// Counts one more invocation, if there is an environment for it and its requests do not come too fast.
    pub(super) fn enter(&self, now: Duration) -> bool {
        let available = self.available.load(Ordering::SeqCst);
        if available == 0 {
            return false;
        }
        let one_more = |running| (running < available).then(|| running + 1);
        let free = self.running.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).is_ok();
        if free && !self.requests.take(now, requests(available)) {
            self.leave();
            return self.spill();
        }
        if !free {
            return self.spill();
        }
        self.taken.fetch_add(1, Ordering::Relaxed);
        true
    }

    pub(super) fn leave(&self) {
        self.running.fetch_sub(1, Ordering::SeqCst);
    }

    fn spill(&self) -> bool {
        self.spilled.fetch_add(1, Ordering::Relaxed);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_as_much_as_there_are_environments() {
        let allotment = Allotment::default();
        assert!(!allotment.enter(Duration::ZERO));
        assert_eq!(allotment.spilled(), 0, "where nothing is provisioned nothing spills over");
        allotment.set_available(2);
        assert!(allotment.enter(Duration::ZERO) && allotment.enter(Duration::ZERO));
        assert!(!allotment.enter(Duration::ZERO));
        allotment.leave();
        assert!(allotment.enter(Duration::ZERO));
        assert_eq!((allotment.taken(), allotment.spilled()), (3, 1));
    }

    #[test]
    fn ten_requests_come_per_second_for_each_environment_and_the_rest_spills_over() {
        let allotment = Allotment::default();
        allotment.set_available(2);
        let taken = |now| (0..100).filter(|_| allotment.enter(now)).inspect(|_| allotment.leave()).count();
        assert_eq!((taken(Duration::ZERO), taken(Duration::from_millis(500))), (20, 10));
        assert_eq!(allotment.running.load(Ordering::SeqCst), 0);
    }
}
