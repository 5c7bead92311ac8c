//! An invocation whose environment could not be made because of the function itself: what its caller gets, and what
//! its log says.

use std::sync::Arc;
use std::time::Duration;

use hob_types::{Clock, LoggingConfiguration, MemoryMib, SystemLogLevel, Version};

use crate::environment::{Assignment, Measured, Outcome};
use crate::function_log::FunctionLog;
use crate::phase::InitPhase;
use crate::platform_event::{PlatformEvent, Report, RuntimeDone, Status, init_end};
use crate::{FunctionError, Initialization, LogSink, LogStreamName};

/// What is said to the invocations of one environment.
pub struct Refusal {
    pub error: FunctionError,
    pub version: Version,
    pub memory: MemoryMib,
    /// The one that the environment would have had.
    pub log_stream: LogStreamName,
    pub logging: LoggingConfiguration,
    pub logs: Arc<dyn LogSink>,
    pub clock: Arc<dyn Clock>,
}

impl Refusal {
    pub(crate) fn answer(&self, assignment: Assignment) {
        let mut log = self.log();
        log.start_tail(assignment.log_tail);
        self.report(&assignment, &mut log);
        let outcome = Outcome {
            payload: self.error.document(assignment.request_id),
            function_error: true,
            log_tail: log.take_tail(),
            trace_header: assignment.trace_header.clone(),
            measured: Measured::default(),
        };
        assignment.answer(Ok(outcome));
    }

    /// Nobody has called yet.
    pub(crate) fn report_init(&self) {
        let status = Status::Error(self.error.reported_type());
        let note = PlatformEvent::Note { text: &self.error.message(), level: SystemLogLevel::Warn };
        let end = init_end(Initialization::ProvisionedConcurrency, InitPhase::Init, Duration::ZERO, status);
        self.log().report([note].into_iter().chain(end));
    }

    fn log(&self) -> FunctionLog {
        let (stream, sink, clock) =
            (self.log_stream.clone(), Arc::clone(&self.logs), Arc::clone(&self.clock));
        FunctionLog::new(stream, self.logging, sink, clock)
    }

    fn report(&self, assignment: &Assignment, log: &mut FunctionLog) {
        let Assignment { request_id, invoked_function_arn, .. } = assignment;
        let (request_id, status) = (*request_id, Status::Error(self.error.reported_type()));
        let measured = Measured::default();
        log.report([
            PlatformEvent::Start { request_id, function_arn: invoked_function_arn, version: self.version },
            PlatformEvent::Note { text: &self.error.message(), level: SystemLogLevel::Warn },
            PlatformEvent::RuntimeDone(RuntimeDone {
                request_id,
                status,
                duration: measured.duration,
                produced_bytes: 0,
            }),
            PlatformEvent::Report(Report {
                request_id,
                measured,
                memory: self.memory,
                memory_peak: 0,
                status,
            }),
        ]);
    }
}
