//! What the platform writes into a function's log. AWS's text format has lines for it, its JSON format events.

mod json;
mod text;

use std::time::Duration;

use hob_types::{
    FunctionName, LogFormat, LoggingConfiguration, MemoryMib, Region, RequestId, SystemLogLevel, Timestamp,
    Version,
};

use crate::phase::InitPhase;
use crate::{Initialization, Measured};

#[derive(Clone, Copy, Debug)]
pub(crate) enum PlatformEvent<'a> {
    InitStart(InitStart<'a>),
    InitRuntimeDone {
        initialization: Initialization,
        phase: InitPhase,
        status: Status<'a>,
    },
    InitReport {
        initialization: Initialization,
        phase: InitPhase,
        duration: Duration,
        status: Status<'a>,
    },
    /// The environment is copied from a snapshot.
    RestoreStart(InitStart<'a>),
    RestoreRuntimeDone {
        status: Status<'a>,
    },
    RestoreReport {
        duration: Duration,
        status: Status<'a>,
    },
    Start {
        request_id: RequestId,
        /// As the caller named the function.
        function_arn: &'a str,
        version: Version,
    },
    /// The function has answered, or failed.
    RuntimeDone(RuntimeDone<'a>),
    Report(Report<'a>),
    LogsDropped(Dropped),
    /// Something that AWS has no event for.
    Note {
        text: &'a str,
        level: SystemLogLevel,
    },
}

/// The environment's program is started for the first time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitStart<'a> {
    /// Such as `python:3.12.v1`. `None`: the package brings its own.
    pub runtime_version: Option<&'a str>,
    pub region: &'a Region,
    pub function_name: &'a FunctionName,
    pub function_version: Version,
    /// The environment's log stream.
    pub instance_id: &'a str,
    pub memory: MemoryMib,
    pub initialization: Initialization,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct RuntimeDone<'a> {
    pub request_id: RequestId,
    pub status: Status<'a>,
    pub duration: Duration,
    /// The length of the function's own answer.
    pub produced_bytes: usize,
}

/// What an invocation took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub request_id: RequestId,
    pub measured: Measured,
    pub memory: MemoryMib,
    /// In MiB.
    pub memory_peak: u32,
    pub status: Status<'a>,
}

/// The function has logged more than it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub bytes: usize,
    pub lines: usize,
    pub bytes_per_second: usize,
    pub lines_per_second: usize,
}

/// How an init or an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status<'a> {
    Success,
    Timeout,
    /// With its type, such as `Runtime.ExitError`.
    Error(&'a str),
}

/// Both events of an init that has ended.
pub(crate) fn init_end(
    initialization: Initialization,
    phase: InitPhase,
    duration: Duration,
    status: Status<'_>,
) -> [PlatformEvent<'_>; 2] {
    [
        PlatformEvent::InitRuntimeDone { initialization, phase, status },
        PlatformEvent::InitReport { initialization, phase, duration, status },
    ]
}

/// Both events of a restore that has ended.
pub(crate) fn restore_end(duration: Duration, status: Status<'_>) -> [PlatformEvent<'_>; 2] {
    [PlatformEvent::RestoreRuntimeDone { status }, PlatformEvent::RestoreReport { duration, status }]
}

impl PlatformEvent<'_> {
    /// As the log has it. `None`: this format has nothing for it, or it matters less than what the log is to have.
    pub(crate) fn line(&self, logging: LoggingConfiguration, now: Timestamp) -> Option<String> {
        match logging.format {
            LogFormat::Text => text::line(self),
            LogFormat::Json => (self.level() >= logging.system_level).then(|| json::line(self, now)),
        }
    }

    /// Source: Lambda guide, "System log level event mapping".
    fn level(&self) -> SystemLogLevel {
        use SystemLogLevel::{Debug, Info};
        match *self {
            Self::InitStart(InitStart { runtime_version: None, .. }) => Debug,
            Self::InitStart(_) | Self::RestoreStart(_) | Self::Start { .. } => Info,
            Self::RestoreReport { status, .. } => status.level(Info),
            Self::InitReport { status, initialization, .. } if initialization != Initialization::OnDemand => {
                status.level(Info)
            }
            Self::InitRuntimeDone { status, .. }
            | Self::RestoreRuntimeDone { status }
            | Self::InitReport { status, .. }
            | Self::RuntimeDone(RuntimeDone { status, .. }) => status.level(Debug),
            Self::Report(Report { status, .. }) => status.level(Info),
            Self::LogsDropped(_) => SystemLogLevel::Warn,
            Self::Note { level, .. } => level,
        }
    }
}

impl Status<'_> {
    fn level(self, of_success: SystemLogLevel) -> SystemLogLevel {
        if self == Self::Success { of_success } else { SystemLogLevel::Warn }
    }
}

/// One of each kind, for tests of both formats.
#[cfg(test)]
mod samples {
    use super::*;

    pub(super) fn id() -> RequestId {
        "11111111-2222-4333-8444-555555555555".parse().unwrap()
    }

    pub(super) fn report(init: Option<Duration>, status: Status<'_>) -> PlatformEvent<'_> {
        let measured = Measured {
            duration: Duration::from_nanos(2_344_999),
            billed: Duration::from_millis(3),
            init,
            restore: None,
        };
        let memory = MemoryMib::default();
        PlatformEvent::Report(Report { request_id: id(), measured, memory, memory_peak: 35, status })
    }

    pub(super) fn start() -> PlatformEvent<'static> {
        let function_arn = "arn:aws:lambda:us-east-1:000000000000:function:hello";
        PlatformEvent::Start { request_id: id(), function_arn, version: Version::Latest }
    }

    pub(super) fn runtime_done(status: Status<'_>) -> PlatformEvent<'_> {
        let duration = Duration::from_micros(1056);
        PlatformEvent::RuntimeDone(RuntimeDone { request_id: id(), status, duration, produced_bytes: 50 })
    }

    pub(super) fn init_report(status: Status<'_>) -> PlatformEvent<'_> {
        PlatformEvent::InitReport {
            initialization: Initialization::OnDemand,
            phase: InitPhase::Init,
            duration: Duration::from_micros(1_236_040),
            status,
        }
    }

    pub(super) fn dropped() -> PlatformEvent<'static> {
        PlatformEvent::LogsDropped(Dropped {
            bytes: 926_720,
            lines: 905,
            bytes_per_second: 4 << 20,
            lines_per_second: 20_000,
        })
    }

    /// Calls `with` with the start of an init, which borrows.
    pub(super) fn init_start<T>(runtime: Option<&str>, with: impl Fn(&PlatformEvent<'_>) -> T) -> T {
        with(&PlatformEvent::InitStart(InitStart {
            runtime_version: runtime,
            region: &Region::local(),
            function_name: &"hello".parse().unwrap(),
            function_version: Version::Latest,
            instance_id: "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
            memory: MemoryMib::default(),
            initialization: Initialization::OnDemand,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{dropped, init_report, init_start, report, runtime_done, start};
    use super::*;

    #[test]
    fn the_more_an_event_matters_the_higher_its_level() {
        use SystemLogLevel::{Debug, Info, Warn};
        let failed = Status::Error("Runtime.ExitError");
        assert_eq!(init_start(Some("python:3.12.v1"), |event| event.level()), Info);
        assert_eq!(init_start(None, |event| event.level()), Debug);
        assert_eq!(start().level(), Info);
        for (event, of_success) in [
            (init_report as fn(Status<'static>) -> PlatformEvent<'static>, Debug),
            (runtime_done, Debug),
            (|status| report(None, status), Info),
        ] {
            assert_eq!(event(Status::Success).level(), of_success);
            assert_eq!([event(Status::Timeout).level(), event(failed).level()], [Warn, Warn]);
        }
        assert_eq!(dropped().level(), Warn);
    }

    #[test]
    fn only_the_json_format_is_filtered() {
        let warn = |format| LoggingConfiguration {
            format,
            system_level: SystemLogLevel::Warn,
            ..LoggingConfiguration::default()
        };
        assert!(start().line(warn(LogFormat::Text), Timestamp::EPOCH).is_some());
        assert!(start().line(warn(LogFormat::Json), Timestamp::EPOCH).is_none());
        assert!(dropped().line(warn(LogFormat::Json), Timestamp::EPOCH).is_some());
    }
}
