//! An invocation whose environment could not be made because of the function itself: what its caller gets, and what
//! its log says.

use std::sync::Arc;
use std::time::Duration;

use hob_types::{Clock, MemoryMib, Version};

use crate::environment::{Assignment, Measured, Outcome};
use crate::function_log::FunctionLog;
use crate::log_lines::{self, Report, Status};
use crate::phase::InitPhase;
use crate::{FunctionError, LogSink, LogStreamName};

/// What is said to the invocations of one environment.
pub struct Refusal {
    pub error: FunctionError,
    pub version: Version,
    pub memory: MemoryMib,
    /// The one that the environment would have had.
    pub log_stream: LogStreamName,
    pub logs: Arc<dyn LogSink>,
    pub clock: Arc<dyn Clock>,
}

impl Refusal {
    pub(crate) fn answer(&self, assignment: Assignment) {
        let mut log = self.log();
        log.start_tail(assignment.log_tail);
        log.write(self.log_lines(&assignment));
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
        self.log().write([self.reason(), log_lines::init_report(Duration::ZERO, InitPhase::Init, status)]);
    }

    fn log(&self) -> FunctionLog {
        FunctionLog::new(self.log_stream.clone(), Arc::clone(&self.logs), Arc::clone(&self.clock))
    }

    fn reason(&self) -> String {
        format!("[hob] {}\n", self.error.message())
    }

    fn log_lines(&self, assignment: &Assignment) -> [String; 4] {
        let request_id = assignment.request_id;
        let report = Report {
            request_id,
            measured: Measured::default(),
            memory: self.memory,
            memory_peak: 0,
            status: Status::Error(self.error.reported_type()),
        };
        [
            log_lines::start(request_id, self.version),
            self.reason(),
            log_lines::end(request_id),
            log_lines::report(&report),
        ]
    }
}
