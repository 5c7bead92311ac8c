//! The lines that the platform writes into a function's log, in AWS's text format.

use std::fmt;
use std::time::Duration;

use hob_types::{MemoryMib, Region, RequestId, Version, runtime_version_arn};

use crate::Measured;
use crate::current::whole_milliseconds;
use crate::phase::InitPhase;

/// How an init or an invocation ended, if it did not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status<'a> {
    Success,
    Timeout,
    Error(&'a str),
}

pub(crate) fn init_start(description: &str, region: &Region) -> String {
    let arn = runtime_version_arn(region, description);
    format!("INIT_START Runtime Version: {description}\tRuntime Version ARN: {arn}\n")
}

pub(crate) fn restore_start(description: &str, region: &Region) -> String {
    let arn = runtime_version_arn(region, description);
    format!("RESTORE_START Runtime Version: {description}\tRuntime Version ARN: {arn}\n")
}

pub(crate) fn start(request_id: RequestId, version: Version) -> String {
    format!("START RequestId: {request_id} Version: {version}\n")
}

pub(crate) fn end(request_id: RequestId) -> String {
    format!("END RequestId: {request_id}\n")
}

/// What a REPORT line says.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub request_id: RequestId,
    pub measured: Measured,
    pub memory: MemoryMib,
    /// In MiB.
    pub memory_peak: u32,
    pub status: Status<'a>,
}

pub(crate) fn report(report: &Report<'_>) -> String {
    let Report { request_id, measured, memory, memory_peak, status } = report;
    let duration = Milliseconds(measured.duration);
    let billed = measured.billed.as_millis();
    let mut line = format!(
        "REPORT RequestId: {request_id}\tDuration: {duration} ms\tBilled Duration: {billed} ms\t\
         Memory Size: {memory} MB\tMax Memory Used: {memory_peak} MB\t"
    );
    if let Some(init) = measured.init {
        line.push_str(&format!("Init Duration: {} ms\t", Milliseconds(init)));
    }
    if let Some(restore) = measured.restore {
        let billed = whole_milliseconds(restore).as_millis();
        let restore = Milliseconds(restore);
        line.push_str(&format!("Restore Duration: {restore} ms\tBilled Restore Duration: {billed} ms\t"));
    }
    line.push_str(&status.to_string());
    line.push('\n');
    line
}

pub(crate) fn restore_report(duration: Duration, status: Status<'_>) -> String {
    let separator = if status == Status::Success { "" } else { "\t" };
    format!("RESTORE_REPORT Restore Duration: {} ms{separator}{status}\n", Milliseconds(duration))
}

pub(crate) fn init_report(duration: Duration, phase: InitPhase, status: Status<'_>) -> String {
    let phase = match phase {
        InitPhase::Init => "init",
        InitPhase::Invoke => "invoke",
        InitPhase::Snapshot => "snap-start",
    };
    format!("INIT_REPORT Init Duration: {} ms\tPhase: {phase}\t{status}\n", Milliseconds(duration))
}

/// As AWS writes durations: with two decimals.
struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whole hundredths, because formatting a float costs more than the rest of the line.
        let hundredths = (self.0.as_micros() + 5) / 10;
        write!(f, "{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => Ok(()),
            Self::Timeout => f.write_str("Status: timeout"),
            Self::Error(error_type) => write!(f, "Status: error\tError Type: {error_type}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> RequestId {
        "11111111-2222-4333-8444-555555555555".parse().unwrap()
    }

    fn line(init: Option<Duration>, status: Status<'_>) -> String {
        let measured = Measured {
            duration: Duration::from_nanos(2_344_999),
            billed: Duration::from_millis(3),
            init,
            restore: None,
        };
        let memory = MemoryMib::default();
        report(&Report { request_id: id(), measured, memory, memory_peak: 35, status })
    }

    #[test]
    fn lines_are_as_recorded_from_aws() {
        assert_eq!(start(id(), Version::Latest), format!("START RequestId: {} Version: $LATEST\n", id()));
        assert_eq!(end(id()), format!("END RequestId: {}\n", id()));
        assert_eq!(
            line(Some(Duration::from_micros(95_120)), Status::Success),
            format!(
                "REPORT RequestId: {}\tDuration: 2.34 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t\
                 Max Memory Used: 35 MB\tInit Duration: 95.12 ms\t\n",
                id()
            )
        );
    }

    #[test]
    fn failures_end_the_line_with_their_status() {
        assert!(line(None, Status::Timeout).ends_with("Max Memory Used: 35 MB\tStatus: timeout\n"));
        let error = line(None, Status::Error("Runtime.ExitError"));
        assert!(error.ends_with("35 MB\tStatus: error\tError Type: Runtime.ExitError\n"));
        assert_eq!(
            init_report(Duration::from_micros(1_236_040), InitPhase::Init, Status::Timeout),
            "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n"
        );
    }

    #[test]
    fn a_restore_takes_the_place_of_an_init() {
        let restore = Duration::from_micros(398_970);
        let measured = Measured { restore: Some(restore), ..Measured::default() };
        let report = report(&Report {
            request_id: id(),
            measured,
            memory: MemoryMib::default(),
            memory_peak: 35,
            status: Status::Success,
        });
        assert!(report.ends_with("35 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 399 ms\t\n"));
        assert_eq!(restore_report(restore, Status::Success), "RESTORE_REPORT Restore Duration: 398.97 ms\n");
        assert_eq!(
            restore_report(restore, Status::Error("Runtime.AfterRestoreError")),
            "RESTORE_REPORT Restore Duration: 398.97 ms\tStatus: error\tError Type: Runtime.AfterRestoreError\n"
        );
    }

    #[test]
    fn an_init_names_the_runtimes_build() {
        let (region, build) = (Region::local(), "python:3.12.v1");
        let arn = runtime_version_arn(&region, build);
        assert_eq!(
            init_start(build, &region),
            format!("INIT_START Runtime Version: {build}\tRuntime Version ARN: {arn}\n")
        );
    }
}
