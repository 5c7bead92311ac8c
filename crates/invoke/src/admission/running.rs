//! What runs within two limits at once, counted exactly and without a lock.

use std::sync::atomic::{AtomicU64, Ordering};

/// Two counters that change together; or two limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) all: u32,
    /// Those that take from what nobody has set aside.
    pub(super) open: u32,
}

#[derive(Debug, Default)]
pub(super) struct RunningCounter(AtomicU64);

impl RunningCounter {
    pub(super) fn get(&self) -> Running {
        Running::from_bits(self.0.load(Ordering::SeqCst))
    }

    /// Counts one more, if the limits admit it.
    pub(super) fn enter(&self, open: bool, limits: Running) -> bool {
        let enter = |bits| Running::from_bits(bits).enter(open, limits).map(Running::to_bits);
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, enter).is_ok()
    }

    pub(super) fn leave(&self, open: bool) {
        let one = Running { all: 1, open: u32::from(open) };
        // Neither half was zero, so that nothing is borrowed from the other.
        self.0.fetch_sub(one.to_bits(), Ordering::SeqCst);
    }
}

impl Running {
    /// With one more, if the limits admit it.
    fn enter(self, open: bool, limits: Self) -> Option<Self> {
        if self.all >= limits.all || (open && self.open >= limits.open) {
            return None;
        }
        Some(Self { all: self.all + 1, open: self.open + u32::from(open) })
    }

    fn from_bits(bits: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let open = bits as u32;
        Self { all: (bits >> 32) as u32, open }
    }

    fn to_bits(self) -> u64 {
        u64::from(self.all) << 32 | u64::from(self.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_stays_free_for_those_it_is_for() {
        let (running, limits) = (RunningCounter::default(), Running { all: 3, open: 2 });
        assert!(running.enter(true, limits) && running.enter(true, limits));
        assert!(!running.enter(true, limits));
        assert!(running.enter(false, limits));
        assert!(!running.enter(false, limits));
        assert_eq!(running.get(), Running { all: 3, open: 2 });
    }

    #[test]
    fn what_is_set_aside_lets_no_more_run_than_the_limit() {
        let (running, limits) = (RunningCounter::default(), Running { all: 2, open: 0 });
        assert!(running.enter(true, Running { all: 2, open: 2 }));
        assert!(running.enter(false, limits));
        assert!(!running.enter(false, limits));
        running.leave(true);
        assert!(!running.enter(true, limits));
        assert!(running.enter(false, limits));
    }
}
