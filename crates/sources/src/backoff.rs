use std::time::Duration;

use hob_types::Random;

/// How long to wait before something is tried again: twice as long each time, up to a maximum, less a random part so
/// that not everybody comes back at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) const fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, failures: 0 }
    }

    /// Between half and all of what is due after so many failures.
    pub(crate) fn next(&mut self, random: &dyn Random) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        doubled.min(self.most).mul_f64(1.0 - random.fraction() / 2.0)
    }

    /// Nothing has failed since it was made or reset.
    pub(crate) fn is_new(&self) -> bool {
        self.failures == 0
    }

    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    #[test]
    fn each_wait_is_up_to_twice_as_long_until_the_longest() {
        let random = SeededRandom::new(1);
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
        for most in [1, 2, 4, 5, 5] {
            let wait = backoff.next(&random);
            let most = Duration::from_secs(most);
            assert!(wait > most / 2 && wait <= most, "{wait:?}");
        }
        backoff.reset();
        assert!(backoff.next(&random) <= Duration::from_secs(1));
    }
}
