use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const EPOCH: Self = Self(0);

    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// As in `2026-01-02T03:04:05.678+0000`, how Lambda writes `LastModified`.
    pub fn to_lambda_string(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%S.%3f+0000")
    }

    /// As in `2026-01-02T03:04:05+0000`, how Lambda writes when provisioned concurrency was changed.
    pub fn to_lambda_seconds(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%S+0000")
    }

    /// As in `2026-01-02T03:04:05.678Z`.
    pub fn to_rfc3339(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%S.%3fZ")
    }

    /// `2026-01-02T03:04:05Z` and its like, with an offset and a fraction of a second or without. `None`: it is none.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|moment| Self(moment.as_millisecond()))
    }

    /// As in `20260102T030405Z`, how SigV4 writes `X-Amz-Date`.
    pub fn to_sigv4_string(self) -> String {
        self.format("%Y%m%dT%H%M%SZ")
    }

    /// As in `Fri, 02 Jan 2026 03:04:05 GMT`, how HTTP writes in headers.
    pub fn to_http_date(self) -> String {
        self.format("%a, %d %b %Y %H:%M:%S GMT")
    }

    /// As in `2026/01/02`, how a log stream's name begins.
    pub fn to_date_path(self) -> String {
        self.format("%Y/%m/%d")
    }

    fn format(self, pattern: &str) -> String {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        moment.strftime(pattern).to_string()
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// What time it is. Injected; durations inside asynchronous code are measured with `tokio::time` instead,
/// which a test can pause.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.as_millis()))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_a_moment_is_utc() {
        let moment = Timestamp::from_millis(1_767_323_045_678);
        assert_eq!(moment.to_lambda_string(), "2026-01-02T03:04:05.678+0000");
        assert_eq!(moment.to_lambda_seconds(), "2026-01-02T03:04:05+0000");
        assert_eq!(moment.to_rfc3339(), "2026-01-02T03:04:05.678Z");
        assert_eq!(moment.to_sigv4_string(), "20260102T030405Z");
        assert_eq!(moment.to_http_date(), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(moment.to_date_path(), "2026/01/02");
    }

    #[test]
    fn a_moment_is_read_in_any_time_zone_but_not_without_one() {
        let moment = Some(Timestamp::from_millis(1_767_323_045_678));
        assert_eq!(Timestamp::from_rfc3339("2026-01-02T03:04:05.678Z"), moment);
        assert_eq!(Timestamp::from_rfc3339("2026-01-02T04:04:05.678901+01:00"), moment);
        for text in ["2026-01-02T03:04:05", "2026-01-02", "now", ""] {
            assert_eq!(Timestamp::from_rfc3339(text), None, "{text}");
        }
    }
}
