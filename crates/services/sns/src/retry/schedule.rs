use std::time::Duration;

/// How many retries there are, and how long each waits. Source: "Amazon SNS message delivery retries": first retries
/// without a delay, then with the least, then with growing ones (back-off), then with the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetrySchedule {
    pub without_delay: u32,
    pub with_min_delay: u32,
    pub in_backoff: u32,
    pub with_max_delay: u32,
    pub min_delay: Duration,
    pub max_delay: Duration,
    pub backoff: Backoff,
}

/// How delays grow from the least to the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Backoff {
    Arithmetic,
    Exponential,
    Geometric,
    #[default]
    Linear,
}

impl RetrySchedule {
    /// For functions and queues: 100,015 retries in 23 days.
    pub(crate) const AWS_MANAGED: Self = Self {
        without_delay: 3,
        with_min_delay: 2,
        in_backoff: 10,
        with_max_delay: 100_000,
        min_delay: Duration::from_secs(1),
        max_delay: Duration::from_secs(20),
        backoff: Backoff::Exponential,
    };

    /// How long to wait after so many failed attempts, 1 at least. `None`: give up.
    pub(crate) fn delay_after(&self, failures: u32) -> Option<Duration> {
        let mut retry = failures.saturating_sub(1);
        for (retries, delay) in [(self.without_delay, Duration::ZERO), (self.with_min_delay, self.min_delay)]
        {
            match retry.checked_sub(retries) {
                None => return Some(delay),
                Some(left) => retry = left,
            }
        }
        match retry.checked_sub(self.in_backoff) {
            None => Some(self.backoff_delay(retry)),
            Some(left) => (left < self.with_max_delay).then_some(self.max_delay),
        }
    }

    /// The first retry waits for the least, the last one for the greatest delay.
    fn backoff_delay(&self, retry: u32) -> Duration {
        let steps = self.in_backoff.saturating_sub(1);
        if steps == 0 {
            return self.min_delay;
        }
        let (min, max) = (self.min_delay.as_secs_f64(), self.max_delay.as_secs_f64());
        let seconds = self.backoff.between(min, max, f64::from(retry), f64::from(steps));
        Duration::from_secs_f64(seconds.clamp(min, max))
    }
}

impl Backoff {
    /// The value at `step` of the way from `min` at 0 to `max` at `steps`.
    fn between(self, min: f64, max: f64, step: f64, steps: f64) -> f64 {
        let share = match self {
            Self::Linear => step / steps,
            // Each step is longer than the one before it by the same amount.
            Self::Arithmetic => step * (step + 1.0) / (steps * (steps + 1.0)),
            // Each step is twice as long as the one before it.
            Self::Exponential => (step.exp2() - 1.0) / (steps.exp2() - 1.0),
            // Each delay is longer than the one before it by the same factor.
            Self::Geometric => return min * (max / min).powf(step / steps),
        };
        min + (max - min) * share
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn delays(schedule: &RetrySchedule) -> Vec<f64> {
        (1..).map_while(|failures| schedule.delay_after(failures)).map(|delay| delay.as_secs_f64()).collect()
    }

    fn schedule(backoff: Backoff) -> RetrySchedule {
        RetrySchedule {
            without_delay: 1,
            with_min_delay: 2,
            in_backoff: 5,
            with_max_delay: 2,
            min_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(16),
            backoff,
        }
    }

    #[test]
    fn retries_pass_through_four_phases() {
        let linear = delays(&schedule(Backoff::Linear));
        assert_eq!(linear, [0.0, 1.0, 1.0, 1.0, 4.75, 8.5, 12.25, 16.0, 16.0, 16.0]);
    }

    #[test]
    fn delays_grow_as_the_function_says() {
        let growing = |backoff| delays(&schedule(backoff))[3..8].to_vec();
        assert_eq!(growing(Backoff::Arithmetic), [1.0, 2.5, 5.5, 10.0, 16.0]);
        assert_eq!(growing(Backoff::Exponential), [1.0, 2.0, 4.0, 8.0, 16.0]);
        assert_eq!(growing(Backoff::Geometric), [1.0, 2.0, 4.0, 8.0, 16.0]);
    }

    #[test]
    fn functions_and_queues_are_tried_again_for_23_days() {
        let delays = delays(&RetrySchedule::AWS_MANAGED);
        assert_eq!(delays.len(), 100_015);
        assert_eq!(delays[..6], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        assert_eq!(delays[14..16], [20.0, 20.0]);
        assert_eq!((delays.iter().sum::<f64>() / 86_400.0).round(), 23.0);
    }

    proptest! {
        #[test]
        fn delays_never_shrink_and_stay_within_their_bounds(
            phases in prop::array::uniform4(0..30_u32),
            min in 1..100_u64,
            more in 0..1000_u64,
            backoff in prop::sample::select(vec![
                Backoff::Arithmetic, Backoff::Exponential, Backoff::Geometric, Backoff::Linear,
            ]),
        ) {
            let schedule = RetrySchedule {
                without_delay: phases[0],
                with_min_delay: phases[1],
                in_backoff: phases[2],
                with_max_delay: phases[3],
                min_delay: Duration::from_secs(min),
                max_delay: Duration::from_secs(min + more),
                backoff,
            };
            let delays = delays(&schedule);
            prop_assert_eq!(delays.len() as u32, phases.iter().sum::<u32>());
            prop_assert!(delays.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(delays.iter().all(|&delay| delay == 0.0 || (delay >= min as f64 && delay <= (min + more) as f64)));
        }
    }
}
