//! How often something may happen: a bucket of tokens that is refilled continuously and holds no more than its size.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many tokens there are, and how long an empty bucket takes to be full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub size: u32,
    pub refill: Duration,
}

/// Full when it is new.
#[derive(Debug, Default)]
pub struct Bucket {
    /// When the bucket will be full if nothing is taken any more, in nanoseconds. All there is to know.
    full_at: AtomicU64,
}

impl Bucket {
    /// Takes a token if there is one. `now` counts from whatever moment, the same for each call.
    pub fn take(&self, now: Duration, rate: Rate) -> bool {
        let now = nanos(now);
        self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full| take(full, now, rate)).is_ok()
    }

    /// Nothing has been taken for so long that it could as well be a new one.
    pub fn is_full(&self, now: Duration) -> bool {
        self.full_at.load(Ordering::Relaxed) <= nanos(now)
    }
}

/// When the bucket will be full once a token is taken. `None`: it is empty.
fn take(full_at: u64, now: u64, rate: Rate) -> Option<u64> {
    let refill = nanos(rate.refill);
    let token = refill.checked_div(u64::from(rate.size))?;
    // Later than it can be: the clock has been set back.
    let full_at = if full_at > now + 2 * refill { now } else { full_at.max(now) } + token;
    (full_at <= now + refill).then_some(full_at)
}

fn nanos(duration: Duration) -> u64 {
    // Five hundred years.
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate { size: 1000, refill: Duration::from_secs(10) };

    fn taken(bucket: &Bucket, now: Duration, rate: Rate) -> usize {
        (0..5000).filter(|_| bucket.take(now, rate)).count()
    }

    #[test]
    fn a_bucket_is_refilled_continuously_and_saves_nothing_beyond_its_size() {
        let bucket = Bucket::default();
        assert_eq!(taken(&bucket, Duration::ZERO, RATE), 1000);
        assert_eq!(taken(&bucket, Duration::from_millis(10), RATE), 1);
        assert_eq!(taken(&bucket, Duration::from_secs(1), RATE), 99);
        assert_eq!(taken(&bucket, Duration::from_secs(3600), RATE), 1000);
    }

    #[test]
    fn a_bucket_is_full_again_once_its_refill_has_passed() {
        let bucket = Bucket::default();
        assert!(bucket.is_full(Duration::ZERO));
        taken(&bucket, Duration::ZERO, RATE);
        assert!(!bucket.is_full(Duration::from_secs(9)));
        assert!(bucket.is_full(Duration::from_secs(10)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_keep_a_bucket_empty() {
        let bucket = Bucket::default();
        taken(&bucket, Duration::from_secs(3600), RATE);
        assert_eq!(taken(&bucket, Duration::from_secs(1), RATE), 1000);
    }

    #[test]
    fn a_bucket_without_size_is_always_empty() {
        assert!(!Bucket::default().take(Duration::from_secs(9), Rate { size: 0, ..RATE }));
    }

    proptest! {
        #[test]
        fn no_window_sees_more_than_a_full_bucket_and_its_refill(
            size in 1u32..50,
            steps in proptest::collection::vec(0u64..400, 1..200),
        ) {
            let rate = Rate { size, refill: Duration::from_secs(1) };
            let (bucket, mut now, mut taken) = (Bucket::default(), Duration::ZERO, Vec::new());
            for step in steps {
                now += Duration::from_millis(step);
                if bucket.take(now, rate) {
                    taken.push(now);
                }
            }
            for (first, start) in taken.iter().enumerate() {
                for (last, end) in taken.iter().enumerate().skip(first) {
                    let refilled = (*end - *start).as_secs_f64() * f64::from(size);
                    prop_assert!((last - first + 1) as f64 <= f64::from(size) + refilled + 1.0);
                }
            }
        }
    }
}
