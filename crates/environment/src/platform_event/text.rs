//! AWS's text format: a line with tabs between its fields.

use std::fmt;
use std::time::Duration;

use hob_types::runtime_version_arn;

use super::{Dropped, InitStart, PlatformEvent, Report, RuntimeDone, Status};
use crate::Initialization;
use crate::current::whole_milliseconds;
use crate::phase::InitPhase;

/// `None`: the format has no line for it.
pub(super) fn line(event: &PlatformEvent<'_>) -> Option<String> {
    let line = match event {
        PlatformEvent::InitStart(start) => return runtime_version("INIT_START", start),
        PlatformEvent::RestoreStart(start) => return runtime_version("RESTORE_START", start),
        PlatformEvent::InitRuntimeDone { .. }
        | PlatformEvent::RestoreRuntimeDone { .. }
        | PlatformEvent::InitReport {
            status: Status::Success,
            initialization: Initialization::OnDemand,
            ..
        } => return None,
        PlatformEvent::InitReport { phase, duration, status, .. } => init_report(*duration, *phase, *status),
        PlatformEvent::RestoreReport { duration, status } => restore_report(*duration, *status),
        PlatformEvent::Start { request_id, version, .. } => {
            format!("START RequestId: {request_id} Version: {version}\n")
        }
        PlatformEvent::RuntimeDone(RuntimeDone { request_id, .. }) => {
            format!("END RequestId: {request_id}\n")
        }
        PlatformEvent::Report(report) => self::report(report),
        PlatformEvent::LogsDropped(dropped) => format!("[hob] {dropped}\n"),
        PlatformEvent::Note { text, .. } => format!("[hob] {text}\n"),
    };
    Some(line)
}

fn runtime_version(event: &str, start: &InitStart<'_>) -> Option<String> {
    let version = start.runtime_version?;
    let arn = runtime_version_arn(start.region, version);
    Some(format!("{event} Runtime Version: {version}\tRuntime Version ARN: {arn}\n"))
}

fn report(report: &Report<'_>) -> String {
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

fn restore_report(duration: Duration, status: Status<'_>) -> String {
    let separator = if status == Status::Success { "" } else { "\t" };
    format!("RESTORE_REPORT Restore Duration: {} ms{separator}{status}\n", Milliseconds(duration))
}

fn init_report(duration: Duration, phase: InitPhase, status: Status<'_>) -> String {
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

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, lines, bytes_per_second, lines_per_second } = self;
        write!(
            f,
            "{lines} lines ({bytes} bytes) were dropped: the function logs more than {lines_per_second} lines or \
             {bytes_per_second} bytes a second"
        )
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{MemoryMib, Region};

    use super::super::samples;
    use super::*;
    use crate::Measured;

    fn written(event: &PlatformEvent<'_>) -> String {
        line(event).unwrap().replace(&samples::id().to_string(), "<id>")
    }

    #[test]
    fn lines_are_as_recorded_from_aws() {
        assert_eq!(written(&samples::start()), "START RequestId: <id> Version: $LATEST\n");
        assert_eq!(written(&samples::runtime_done(Status::Success)), "END RequestId: <id>\n");
        assert_eq!(
            written(&samples::report(Some(Duration::from_micros(95_120)), Status::Success)),
            "REPORT RequestId: <id>\tDuration: 2.34 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 35 MB\tInit Duration: 95.12 ms\t\n"
        );
    }

    #[test]
    fn failures_end_the_line_with_their_status() {
        let report = |status| written(&samples::report(None, status));
        assert!(report(Status::Timeout).ends_with("Max Memory Used: 35 MB\tStatus: timeout\n"));
        let error = report(Status::Error("Runtime.ExitError"));
        assert!(error.ends_with("35 MB\tStatus: error\tError Type: Runtime.ExitError\n"));
        assert_eq!(
            written(&samples::init_report(Status::Timeout)),
            "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n"
        );
    }

    #[test]
    fn a_restore_takes_the_place_of_an_init() {
        let restore = Duration::from_micros(398_970);
        let report = PlatformEvent::Report(Report {
            request_id: samples::id(),
            measured: Measured { restore: Some(restore), ..Measured::default() },
            memory: MemoryMib::default(),
            memory_peak: 35,
            status: Status::Success,
        });
        let end = "35 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 399 ms\t\n";
        assert!(written(&report).ends_with(end));
        let reported = |status| written(&PlatformEvent::RestoreReport { duration: restore, status });
        assert_eq!(reported(Status::Success), "RESTORE_REPORT Restore Duration: 398.97 ms\n");
        assert_eq!(
            reported(Status::Error("Runtime.AfterRestoreError")),
            "RESTORE_REPORT Restore Duration: 398.97 ms\tStatus: error\tError Type: Runtime.AfterRestoreError\n"
        );
    }

    #[test]
    fn an_init_names_the_runtimes_build() {
        let build = "python:3.12.v1";
        let arn = runtime_version_arn(&Region::local(), build);
        assert_eq!(
            samples::init_start(Some(build), written),
            format!("INIT_START Runtime Version: {build}\tRuntime Version ARN: {arn}\n")
        );
    }

    #[test]
    fn an_init_that_goes_well_has_no_line_but_that() {
        assert_eq!(samples::init_start(None, line), None);
        let done = PlatformEvent::InitRuntimeDone {
            initialization: Initialization::OnDemand,
            phase: InitPhase::Init,
            status: Status::Timeout,
        };
        assert_eq!([line(&done), line(&samples::init_report(Status::Success))], [None, None]);
    }

    #[test]
    fn what_only_hob_says_begins_with_its_name() {
        assert_eq!(
            written(&samples::dropped()),
            "[hob] 905 lines (926720 bytes) were dropped: the function logs more than 20000 lines or 4194304 bytes a \
             second\n"
        );
    }
}
