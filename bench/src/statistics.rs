//! Medians and tails.

use std::time::Duration;

use serde_json::{Value, json};

/// Durations, sorted.
pub struct Sample(Vec<Duration>);

impl Sample {
    pub fn of(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self(durations)
    }

    /// The duration that `percent` of the sample do not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    pub fn to_json(&self) -> Value {
        let micros = |percent| self.percentile(percent).as_micros() as u64;
        json!({ "n": self.0.len(), "p50_us": micros(50), "p90_us": micros(90), "p99_us": micros(99) })
    }
}

/// As in `87 µs` or `12.3 ms`.
pub fn show(duration: Duration) -> String {
    match duration.as_micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        micros => format!("{:.1} ms", micros as f64 / 1000.0),
    }
}
