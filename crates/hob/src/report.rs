//! What ends every invocation's log: the REPORT line, or in the JSON format the event `platform.report`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::output;

/// What an invocation cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Report {
    pub duration_ms: f64,
    pub billed_duration_ms: u64,
    pub memory_size_mb: u32,
    pub max_memory_used_mb: u32,
    /// Only of a cold start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_duration_ms: Option<f64>,
    pub cold: bool,
}

#[derive(Deserialize)]
struct Event {
    r#type: String,
    record: Record,
}

#[derive(Deserialize)]
struct Record {
    metrics: Metrics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    duration_ms: f64,
    billed_duration_ms: u64,
    #[serde(rename = "memorySizeMB")]
    memory_size_mb: u32,
    #[serde(rename = "maxMemoryUsedMB")]
    max_memory_used_mb: u32,
    init_duration_ms: Option<f64>,
}

impl Report {
    /// Of the last invocation in a log.
    pub fn in_log(log: &str) -> Option<Self> {
        log.lines().rev().find_map(|line| Self::in_text(line).or_else(|| Self::in_json(line)))
    }

    fn in_json(line: &str) -> Option<Self> {
        let event: Event = serde_json::from_str(line).ok()?;
        let Metrics { duration_ms, billed_duration_ms, memory_size_mb, max_memory_used_mb, init_duration_ms } =
            event.record.metrics;
        (event.r#type == "platform.report").then_some(Self {
            duration_ms,
            billed_duration_ms,
            memory_size_mb,
            max_memory_used_mb,
            init_duration_ms,
            cold: init_duration_ms.is_some(),
        })
    }

    fn in_text(line: &str) -> Option<Self> {
        let line = line.strip_prefix("REPORT RequestId: ")?;
        let field = |label: &str| {
            let part = line.split('\t').find_map(|part| part.trim().strip_prefix(label))?;
            part.trim().split(' ').next()
        };
        let init = field("Init Duration:").and_then(|text| text.parse().ok());
        Some(Self {
            duration_ms: field("Duration:")?.parse().ok()?,
            billed_duration_ms: field("Billed Duration:")?.parse().ok()?,
            memory_size_mb: field("Memory Size:")?.parse().ok()?,
            max_memory_used_mb: field("Max Memory Used:")?.parse().ok()?,
            init_duration_ms: init,
            cold: init.is_some(),
        })
    }
}

/// As in `in 3.0 ms, cold (init 110.1 ms), 36 of 128 MB`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |ms: f64| output::duration(Duration::from_secs_f64(ms.max(0.0) / 1e3));
        write!(f, "in {}, ", time(self.duration_ms))?;
        match self.init_duration_ms {
            Some(init) => write!(f, "cold (init {})", time(init))?,
            None => f.write_str("warm")?,
        }
        write!(f, ", {} of {} MB", self.max_memory_used_mb, self.memory_size_mb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLD: &str = "START RequestId: 8f\n\
        REPORT RequestId: 8f\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\t\
        Max Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n";

    #[test]
    fn a_report_tells_what_it_cost_and_whether_the_start_was_cold() {
        let report = Report::in_log(COLD).unwrap();
        assert_eq!(report.to_string(), "in 3.0 ms, cold (init 110.1 ms), 36 of 128 MB");
        let warm = COLD.replace("Init Duration: 110.10 ms\t", "");
        assert_eq!(Report::in_log(&warm).unwrap().to_string(), "in 3.0 ms, warm, 36 of 128 MB");
        assert_eq!(Report::in_log("START RequestId: 8f\n"), None);
    }

    #[test]
    fn a_report_is_as_well_found_in_the_json_format() {
        const LOG: &str = r#"{"level":"INFO","message":"x"}
{"time":"2026-01-02T03:04:05.678Z","type":"platform.runtimeDone","record":{"requestId":"8f","status":"success","metrics":{"durationMs":9.0,"producedBytes":1}}}
{"time":"2026-01-02T03:04:05.678Z","type":"platform.report","record":{"requestId":"8f","metrics":{"durationMs":3.01,"billedDurationMs":4,"memorySizeMB":128,"maxMemoryUsedMB":36,"initDurationMs":110.1},"status":"success"}}
"#;
        assert_eq!(Report::in_log(LOG), Report::in_log(COLD));
    }
}
