//! How many batches of a mapping may run at once.
//!
//! Source: Lambda guide, "Configuring scaling behavior for SQS event source mappings" and "Provisioned mode".

use std::time::Duration;

use hob_storage::MappingSettings;
use tokio::time::Instant;

/// What a standard mapping begins with, and returns to when there is nothing to do.
const START: u32 = 5;
const MOST: u32 = 1250;
const PER_MINUTE: u32 = 300;
/// Batches that one provisioned poller has at once.
const PER_POLLER: u32 = 10;
const POLLERS_MIN: u32 = 2;
const POLLERS_MAX: u32 = 200;
const PER_MINUTE_PROVISIONED: u32 = 1000;

/// For so long it still counts as full when a batch has ended and the next one has not begun.
const BREATH: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    start: u32,
    most: u32,
    /// How many more each minute, while all that are allowed run.
    per_minute: u32,
}

impl Bounds {
    pub(crate) fn of(settings: &MappingSettings) -> Self {
        if let Some(pollers) = &settings.provisioned_pollers {
            let minimum = pollers.minimum.unwrap_or(POLLERS_MIN);
            let maximum = pollers.maximum.unwrap_or(POLLERS_MAX).max(minimum);
            return Self {
                start: minimum.saturating_mul(PER_POLLER),
                most: maximum.saturating_mul(PER_POLLER),
                per_minute: PER_MINUTE_PROVISIONED,
            };
        }
        let most = settings.maximum_concurrency.unwrap_or(MOST).max(1);
        Self { start: START.min(most), most, per_minute: PER_MINUTE }
    }
}

/// Grows while there is work, shrinks when there is none, when functions fail and when they are throttled.
#[derive(Debug)]
pub(crate) struct Scaler {
    bounds: Bounds,
    /// At least 1; between whole numbers while it grows.
    allowed: f64,
    /// All that are allowed run.
    full: bool,
    /// When it was full last.
    full_at: Option<Instant>,
}

impl Scaler {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, allowed: bounds.start.into(), full: false, full_at: None }
    }

    pub(crate) fn allowed(&self) -> usize {
        // At least 1, and a few thousand at most.
        self.allowed as usize
    }

    pub(crate) fn set_bounds(&mut self, bounds: Bounds) {
        if self.bounds != bounds {
            self.bounds = bounds;
            self.allowed = self.allowed.clamp(bounds.start.into(), bounds.most.into());
        }
    }

    /// So many run now.
    pub(crate) fn running(&mut self, running: usize, now: Instant) {
        self.full = running >= self.allowed();
        if !self.full {
            return;
        }
        let full_for =
            self.full_at.replace(now).map(|at| now - at).filter(|gap| *gap <= BREATH).unwrap_or_default();
        let grown = full_for.as_secs_f64() * f64::from(self.bounds.per_minute) / 60.0;
        self.allowed = (self.allowed + grown).min(self.bounds.most.into());
    }

    /// How long until one more is allowed, if those that run go on running.
    pub(crate) fn until_next(&self) -> Option<Duration> {
        let more = self.allowed < f64::from(self.bounds.most);
        (self.full && more).then(|| Duration::from_secs(60) / self.bounds.per_minute)
    }

    /// The queue has no message.
    pub(crate) fn idle(&mut self) {
        self.allowed = self.allowed.min(self.bounds.start.into());
    }

    /// A function worked; what failures took is given back.
    pub(crate) fn succeeded(&mut self) {
        let start = f64::from(self.bounds.start);
        if self.allowed < start {
            self.allowed = (self.allowed + 1.0).min(start);
        }
    }

    /// A function failed, and will fail less often if it is called less often.
    pub(crate) fn failed(&mut self) {
        self.allowed = (self.allowed / 2.0).max(1.0);
        self.full = false;
    }

    /// No more than so many can run.
    pub(crate) fn throttled(&mut self, running: usize) {
        self.allowed = self.allowed.min(running.max(1) as f64);
        self.full = false;
    }
}

#[cfg(test)]
mod tests {
    use hob_storage::ProvisionedPollers;
    use proptest::prelude::*;

    use super::*;

    fn bounds(maximum_concurrency: Option<u32>) -> Bounds {
        Bounds::of(&MappingSettings { maximum_concurrency, ..MappingSettings::default() })
    }

    fn minutes(scaler: &mut Scaler, minutes: u64, from: Instant) {
        for second in 0..=minutes * 60 {
            scaler.running(usize::MAX, from + Duration::from_secs(second));
        }
    }

    #[test]
    fn it_begins_with_five_and_has_three_hundred_more_a_minute_up_to_the_most() {
        let (mut scaler, now) = (Scaler::new(bounds(None)), Instant::now());
        assert_eq!(scaler.allowed(), 5);
        minutes(&mut scaler, 1, now);
        assert_eq!(scaler.allowed(), 305);
        minutes(&mut scaler, 10, now + Duration::from_secs(60));
        assert_eq!((scaler.allowed(), scaler.until_next()), (1250, None));
        scaler.idle();
        assert_eq!(scaler.allowed(), 5);
    }

    #[test]
    fn what_does_not_run_does_not_make_it_grow() {
        let (mut scaler, now) = (Scaler::new(bounds(None)), Instant::now());
        scaler.running(5, now);
        assert_eq!(scaler.until_next(), Some(Duration::from_millis(200)));
        scaler.running(4, now + Duration::from_secs(1));
        scaler.running(5, now + Duration::from_secs(60));
        assert_eq!(scaler.allowed(), 5);
    }

    #[test]
    fn the_maximum_concurrency_is_never_exceeded() {
        let (mut scaler, now) = (Scaler::new(bounds(Some(2))), Instant::now());
        assert_eq!(scaler.allowed(), 2);
        minutes(&mut scaler, 1, now);
        assert_eq!(scaler.allowed(), 2);
        scaler.set_bounds(bounds(Some(20)));
        assert_eq!(scaler.allowed(), 5);
        minutes(&mut scaler, 1, now);
        assert_eq!(scaler.allowed(), 20);
        scaler.set_bounds(bounds(Some(3)));
        assert_eq!(scaler.allowed(), 3);
    }

    #[test]
    fn provisioned_pollers_have_ten_each() {
        let pollers = ProvisionedPollers { minimum: Some(3), maximum: Some(4), group: None };
        let settings = MappingSettings { provisioned_pollers: Some(pollers), ..MappingSettings::default() };
        let (mut scaler, now) = (Scaler::new(Bounds::of(&settings)), Instant::now());
        assert_eq!(scaler.allowed(), 30);
        minutes(&mut scaler, 1, now);
        assert_eq!(scaler.allowed(), 40);
    }

    #[test]
    fn failures_halve_it_and_successes_bring_it_back() {
        let mut scaler = Scaler::new(bounds(None));
        for allowed in [2, 1, 1] {
            scaler.failed();
            assert_eq!(scaler.allowed(), allowed);
        }
        for _ in 0..10 {
            scaler.succeeded();
        }
        assert_eq!(scaler.allowed(), 5);
        scaler.throttled(3);
        assert_eq!(scaler.allowed(), 3);
        scaler.throttled(0);
        assert_eq!(scaler.allowed(), 1);
    }

    proptest! {
        #[test]
        fn it_is_one_at_least_and_the_most_at_most(events in prop::collection::vec(0..5, 0..100), most in 2_u32..1000) {
            let (mut scaler, mut now) = (Scaler::new(bounds(Some(most))), Instant::now());
            for event in events {
                match event {
                    0 => scaler.running(usize::MAX, now),
                    1 => scaler.idle(),
                    2 => scaler.succeeded(),
                    3 => scaler.failed(),
                    _ => scaler.throttled(0),
                }
                now += Duration::from_secs(7);
                prop_assert!((1..=most as usize).contains(&scaler.allowed()));
            }
        }
    }
}
