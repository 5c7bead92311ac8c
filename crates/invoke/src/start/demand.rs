//! How much of one kind was asked for lately.

use std::time::Duration;

use tokio::time::Instant;

/// Starts within this time of each other count as simultaneous.
const BURST: Duration = Duration::from_millis(250);

/// After each such time without another peak as high, half of it is expected.
const HALF_LIFE: Duration = Duration::from_secs(120);

/// What nobody has asked for this long is not expected any more.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Expected of every kind that is in use.
const FEW: usize = 2;

/// Of the functions that were made and not yet invoked, so many may be invoked at once.
const NEW_MAX: usize = 8;

/// What starts have asked of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    asked: Instant,
    /// Functions that will ask, and have not yet.
    new: usize,
    /// Since when, and how many have asked.
    burst: (Instant, usize),
    peak: (Instant, usize),
}

impl Demand {
    pub(super) fn new(now: Instant) -> Self {
        Self { asked: now, new: 0, burst: (now, 0), peak: (now, 0) }
    }

    /// A start asks.
    pub(super) fn ask(&mut self, now: Instant) {
        if now - self.burst.0 > BURST {
            self.burst = (now, 0);
        }
        self.burst.1 += 1;
        if self.burst.1 >= self.peak_at(now) {
            self.peak = (now, self.burst.1);
        }
        self.new = self.new.saturating_sub(1);
        self.asked = now;
    }

    /// A function that has never asked may do so soon.
    pub(super) fn expect(&mut self, now: Instant) {
        self.new = (self.new + 1).min(NEW_MAX);
        self.asked = now;
    }

    /// When somebody has asked or was expected to.
    pub(super) fn last(&self) -> Instant {
        self.asked
    }

    /// As many as may be asked for at once.
    pub(super) fn forecast(&self, now: Instant) -> usize {
        match now - self.asked < FORGOTTEN {
            true => self.peak_at(now).max(self.new).max(FEW),
            false => 0,
        }
    }

    fn peak_at(&self, now: Instant) -> usize {
        let (at, peak) = self.peak;
        let halvings = (now - at).as_secs() / HALF_LIFE.as_secs();
        peak.checked_shr(u32::try_from(halvings).unwrap_or(u32::MAX)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Asked `count` times at once.
    fn after_a_burst(count: usize, now: Instant) -> Demand {
        let mut demand = Demand::new(now);
        (0..count).for_each(|_| demand.ask(now));
        demand
    }

    #[test]
    fn few_are_expected_before_anybody_has_asked() {
        let now = Instant::now();
        assert_eq!(Demand::new(now).forecast(now), FEW);
    }

    #[test]
    fn functions_that_were_made_together_may_ask_together() {
        let now = Instant::now();
        let mut demand = Demand::new(now);
        (0..6).for_each(|_| demand.expect(now));
        assert_eq!(demand.forecast(now), 6);
        let later = now + HALF_LIFE * 4;
        (0..6).for_each(|_| demand.ask(later));
        assert_eq!(demand.forecast(later + HALF_LIFE * 4), FEW);
        (0..1000).for_each(|_| demand.expect(later));
        assert_eq!(demand.forecast(later + HALF_LIFE * 4), NEW_MAX);
    }

    #[test]
    fn as_many_are_expected_as_asked_at_once() {
        let now = Instant::now();
        assert_eq!(after_a_burst(100, now).forecast(now), 100);
    }

    #[test]
    fn those_who_ask_one_after_another_need_few() {
        let now = Instant::now();
        let mut demand = Demand::new(now);
        (1..=20).for_each(|second| demand.ask(now + Duration::from_secs(second)));
        assert_eq!(demand.forecast(now + Duration::from_secs(20)), FEW);
    }

    #[test]
    fn a_peak_is_forgotten_by_halves_while_somebody_asks_now_and_then() {
        let start = Instant::now();
        let mut demand = after_a_burst(64, start);
        let forecasts: Vec<usize> = (1..=6)
            .map(|step| {
                let now = start + HALF_LIFE * step;
                demand.ask(now);
                demand.forecast(now)
            })
            .collect();
        assert_eq!(forecasts, [32, 16, 8, 4, 2, 2]);
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten() {
        let now = Instant::now();
        let demand = after_a_burst(1000, now);
        assert_eq!(demand.forecast(now + FORGOTTEN - Duration::from_millis(1)), 1000 >> 4);
        assert_eq!(demand.forecast(now + FORGOTTEN), 0);
    }

    proptest! {
        #[test]
        fn a_forecast_is_never_above_what_was_asked_and_only_falls_by_itself(
            pauses in prop::collection::vec(0u64..400_000, 0..60),
            later in prop::collection::vec(0u64..700_000, 2),
        ) {
            let mut now = Instant::now();
            let mut demand = Demand::new(now);
            for pause in &pauses {
                now += Duration::from_millis(*pause);
                demand.ask(now);
            }
            prop_assert!((FEW..=pauses.len().max(FEW)).contains(&demand.forecast(now)));
            let first = now + Duration::from_millis(later[0]);
            let second = first + Duration::from_millis(later[1]);
            prop_assert!(demand.forecast(first) <= demand.forecast(now));
            prop_assert!(demand.forecast(second) <= demand.forecast(first));
        }
    }
}
