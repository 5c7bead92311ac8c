use std::time::Duration;

/// How long what could not be delivered waits, by how often it was tried: a second, doubled each time, at most a
/// minute.
pub(super) fn backoff(attempts: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(60);
    Duration::from_secs(1 << attempts.min(6)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_longer_each_time_and_never_long() {
        let waits: Vec<_> = [0, 1, 5, 6, u32::MAX].into_iter().map(|n| backoff(n).as_secs()).collect();
        assert_eq!(waits, [1, 2, 32, 60, 60]);
    }
}
