//! What runs of an account's functions in one region, and whether one more may.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use hob_types::Bucket;

/// Counts what runs, exactly, without a lock.
#[derive(Debug)]
pub(super) struct Account {
    /// How many may run at once.
    pub(super) limit: u32,
    /// The part of it that functions have reserved.
    reserved: AtomicU32,
    running: AtomicU64,
    /// Requests for functions that have reserved nothing.
    pub(super) requests: Bucket,
}

/// Two counters that change together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) all: u32,
    /// Those that take from what no function has reserved.
    pub(super) unreserved: u32,
}

/// From which part of an account's concurrency an invocation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What its function has reserved.
    Reserved,
    Unreserved,
}

impl Account {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, reserved: AtomicU32::new(0), running: AtomicU64::new(0), requests: Bucket::default() }
    }

    /// What is left for the functions that have reserved nothing.
    pub(super) fn unreserved(&self) -> u32 {
        self.limit.saturating_sub(self.reserved.load(Ordering::SeqCst))
    }

    pub(super) fn reserve(&self, before: u32, after: u32) {
        self.reserved.fetch_add(after, Ordering::SeqCst);
        self.reserved.fetch_sub(before, Ordering::SeqCst);
    }

    pub(super) fn running(&self) -> Running {
        Running::from_bits(self.running.load(Ordering::SeqCst))
    }

    /// Counts one more, if the limits admit it.
    pub(super) fn enter(&self, part: Part) -> bool {
        let (limit, unreserved) = (self.limit, self.unreserved());
        let enter = |bits| Running::from_bits(bits).enter(part, limit, unreserved).map(Running::to_bits);
        self.running.fetch_update(Ordering::SeqCst, Ordering::SeqCst, enter).is_ok()
    }

    pub(super) fn leave(&self, part: Part) {
        let one = Running { all: 1, unreserved: u32::from(part == Part::Unreserved) };
        // Neither half was zero, so that nothing is borrowed from the other.
        self.running.fetch_sub(one.to_bits(), Ordering::SeqCst);
    }
}

impl Running {
    /// With one more, if the limits admit it: `all` at once, and `unreserved` of them beside what is reserved.
    fn enter(self, part: Part, all: u32, unreserved: u32) -> Option<Self> {
        if self.all >= all || (part == Part::Unreserved && self.unreserved >= unreserved) {
            return None;
        }
        Some(Self { all: self.all + 1, unreserved: self.unreserved + u32::from(part == Part::Unreserved) })
    }

    fn from_bits(bits: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let unreserved = bits as u32;
        Self { all: (bits >> 32) as u32, unreserved }
    }

    fn to_bits(self) -> u64 {
        u64::from(self.all) << 32 | u64::from(self.unreserved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_stays_free_for_those_who_reserved_it() {
        let account = Account::new(3);
        account.reserve(0, 1);
        assert!(account.enter(Part::Unreserved) && account.enter(Part::Unreserved));
        assert!(!account.enter(Part::Unreserved));
        assert!(account.enter(Part::Reserved));
        assert_eq!(account.running(), Running { all: 3, unreserved: 2 });
    }

    #[test]
    fn no_reservation_lets_more_run_than_the_limit() {
        let account = Account::new(2);
        assert!(account.enter(Part::Unreserved) && account.enter(Part::Unreserved));
        account.reserve(0, 2);
        assert!(!account.enter(Part::Reserved));
        account.leave(Part::Unreserved);
        assert!(account.enter(Part::Reserved));
        assert!(!account.enter(Part::Unreserved));
    }
}
