//! How many environments of one version are to be kept, and what is to be done for that now. Pure.

use std::time::Duration;

use tokio::time::Instant;

use super::{Provisioned, ProvisioningFailure};

/// How long nothing is started after a first failure; each further one doubles it.
const BACK_OFF: Duration = Duration::from_secs(1);

const BACK_OFF_MAX: Duration = Duration::from_secs(60);

/// Failures that are further apart than this have nothing to do with each other.
const FORGIVEN: Duration = Duration::from_secs(600);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    requested: u32,
    /// In a row.
    failures: u32,
    /// Until then nothing is started.
    not_before: Option<Instant>,
    failure: Option<ProvisioningFailure>,
}

/// The environments that are there, but for those that are about to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) initialising: u32,
    pub(crate) ready: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    /// One more environment.
    Start,
    /// Nothing, until this moment or a change.
    Wait(Option<Instant>),
}

impl Target {
    pub(crate) fn new(requested: u32) -> Self {
        Self { requested, failures: 0, not_before: None, failure: None }
    }

    /// Whoever asks anew may have mended what was in the way.
    pub(crate) fn request(&mut self, requested: u32) {
        *self = Self::new(requested);
    }

    /// How many are too many.
    pub(crate) fn surplus(&self, counts: Counts) -> u32 {
        counts.all().saturating_sub(self.requested)
    }

    /// The first environment shows whether the others are worth starting.
    pub(crate) fn next(&self, counts: Counts, now: Instant) -> Chore {
        if counts.all() >= self.requested {
            return Chore::Wait(None);
        }
        if let Some(moment) = self.not_before.filter(|moment| *moment > now) {
            return Chore::Wait(Some(moment));
        }
        match counts {
            Counts { initialising: 1.., ready: 0 } => Chore::Wait(None),
            _ => Chore::Start,
        }
    }

    /// One more is ready. Whether it is of use will be known when it has [served](Self::served).
    pub(crate) fn initialised(&mut self) {
        self.failure = None;
    }

    pub(crate) fn served(&mut self) {
        (self.failures, self.not_before) = (0, None);
    }

    /// One could not be started or initialised, or has ended without having been of use.
    pub(crate) fn failed(&mut self, failure: ProvisioningFailure, now: Instant) {
        self.failure = Some(failure);
        match self.not_before {
            // Several that were started together count once.
            Some(moment) if moment > now => return,
            Some(moment) if now - moment > FORGIVEN => self.failures = 0,
            _ => {}
        }
        let delay = BACK_OFF.saturating_mul(1 << self.failures.min(16)).min(BACK_OFF_MAX);
        self.failures += 1;
        self.not_before = Some(now + delay);
    }

    pub(crate) fn state(&self, counts: Counts) -> Provisioned {
        Provisioned {
            requested: self.requested,
            allocated: counts.all(),
            available: counts.ready,
            failure: self.failure.clone(),
        }
    }
}

impl Counts {
    fn all(self) -> u32 {
        self.initialising + self.ready
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NO_ROOM: ProvisioningFailure = ProvisioningFailure::NoRoom;

    fn counts(initialising: u32, ready: u32) -> Counts {
        Counts { initialising, ready }
    }

    #[test]
    fn the_first_one_is_waited_for_and_then_all_others_are_started() {
        let (target, now) = (Target::new(5), Instant::now());
        assert_eq!(target.next(counts(0, 0), now), Chore::Start);
        assert_eq!(target.next(counts(1, 0), now), Chore::Wait(None));
        assert_eq!(target.next(counts(0, 1), now), Chore::Start);
        assert_eq!(target.next(counts(3, 1), now), Chore::Start);
        assert_eq!(target.next(counts(4, 1), now), Chore::Wait(None));
    }

    #[test]
    fn failures_are_waited_out_ever_longer_until_one_has_served() {
        let (mut target, mut now) = (Target::new(1), Instant::now());
        let mut delays = Vec::new();
        for _ in 0..8 {
            target.failed(NO_ROOM, now);
            target.failed(NO_ROOM, now);
            target.initialised();
            let Chore::Wait(Some(moment)) = target.next(counts(0, 0), now) else { panic!() };
            delays.push((moment - now).as_secs());
            now = moment;
            assert_eq!(target.next(counts(0, 0), now), Chore::Start);
        }
        assert_eq!(delays, [1, 2, 4, 8, 16, 32, 60, 60]);
        target.served();
        target.failed(NO_ROOM, now);
        assert_eq!(target.next(counts(0, 0), now), Chore::Wait(Some(now + BACK_OFF)));
    }

    #[test]
    fn failures_that_are_far_apart_are_no_row() {
        let (mut target, now) = (Target::new(1), Instant::now());
        target.failed(NO_ROOM, now);
        target.failed(NO_ROOM, now + Duration::from_secs(2));
        let later = now + Duration::from_secs(2) + 2 * FORGIVEN;
        target.failed(NO_ROOM, later);
        assert_eq!(target.next(counts(0, 0), later), Chore::Wait(Some(later + BACK_OFF)));
    }

    #[test]
    fn whoever_asks_again_need_not_wait() {
        let (mut target, now) = (Target::new(1), Instant::now());
        target.failed(ProvisioningFailure::FunctionInit, now);
        assert_eq!(target.state(counts(0, 0)).failure, Some(ProvisioningFailure::FunctionInit));
        target.request(2);
        assert_eq!(target.next(counts(0, 0), now), Chore::Start);
        assert_eq!(target.state(counts(0, 0)), Provisioned { requested: 2, ..Provisioned::default() });
    }

    #[derive(Clone, Debug)]
    enum Step {
        Request(u32),
        Initialised,
        InitFailed,
        Lost { served: bool },
        Pass(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            1 => (1u32..6).prop_map(Step::Request),
            4 => Just(Step::Initialised),
            2 => Just(Step::InitFailed),
            1 => any::<bool>().prop_map(|served| Step::Lost { served }),
            2 => (0u64..90).prop_map(Step::Pass),
        ]
    }

    /// Does all there is to do, and ends what is too much.
    fn settle(target: &Target, there: &mut Counts, now: Instant) {
        for _ in 0..target.surplus(*there) {
            match there {
                Counts { initialising: 1.., .. } => there.initialising -= 1,
                _ => there.ready -= 1,
            }
        }
        while target.next(*there, now) == Chore::Start {
            there.initialising += 1;
        }
    }

    proptest! {
        #[test]
        fn never_too_many_and_in_the_end_enough(steps in proptest::collection::vec(step(), 0..100)) {
            let (mut target, mut there, mut now) = (Target::new(3), Counts::default(), Instant::now());
            for step in steps {
                match step {
                    Step::Request(requested) => target.request(requested),
                    Step::Initialised if there.initialising > 0 => {
                        there = counts(there.initialising - 1, there.ready + 1);
                        target.initialised();
                    }
                    Step::InitFailed if there.initialising > 0 => {
                        there.initialising -= 1;
                        target.failed(ProvisioningFailure::FunctionInit, now);
                        prop_assert!(target.next(there, now) != Chore::Start);
                    }
                    Step::Lost { served } if there.ready > 0 => {
                        there.ready -= 1;
                        match served {
                            true => target.served(),
                            false => target.failed(ProvisioningFailure::FunctionInit, now),
                        }
                    }
                    Step::Pass(seconds) => now += Duration::from_secs(seconds),
                    _ => {}
                }
                settle(&target, &mut there, now);
                prop_assert!(there.all() <= target.requested);
            }
            // Nothing fails any more.
            now += BACK_OFF_MAX;
            for _ in 0..2 {
                settle(&target, &mut there, now);
                there = counts(0, there.all());
                target.initialised();
            }
            let requested = target.requested;
            let ready = Provisioned { requested, allocated: requested, available: requested, failure: None };
            prop_assert_eq!(target.state(there), ready);
        }
    }
}
