//! What callers and logs are told about inits and invocations.

use std::time::Duration;

use bytes::Bytes;
use hob_sandbox::SandboxError;
use hob_types::{RequestId, SystemLogLevel};
use tokio::time::Instant;

use super::Driver;
use crate::current::Current;
use crate::environment::{InitFault, Measured, Outcome, StartFailure, Unavailable};
use crate::function_error::FunctionError;
use crate::phase::{Answer, InitFailure, InitPhase, Phase};
use crate::platform_event::{InitStart, PlatformEvent, Report, RuntimeDone, Status, init_end};
use crate::runtime_api::Posted;

/// How long a measured peak of memory stands for the truth. Measuring costs some 15 µs, a short invocation less.
const PEAK_HOLDS: Duration = Duration::from_millis(10);

/// How an invocation ended: the caller's payload and the log's words for it.
struct Ending {
    payload: Bytes,
    function_error: bool,
    reported: Reported,
}

#[derive(Debug)]
pub(super) enum Reported {
    Success,
    Timeout,
    Error(String),
}

/// What the last log lines of an answered invocation will say.
#[derive(Debug)]
pub(super) struct PendingReport {
    request_id: RequestId,
    /// As the caller named it, if the runtime never got the invocation: START has not been written.
    function_arn: Option<String>,
    measured: Measured,
    /// The length of the function's own answer.
    produced_bytes: usize,
    reported: Reported,
}

impl Driver {
    /// Answers the invocation. Its last log lines come after that, unless the caller wants them in the answer.
    pub(super) fn answer(&mut self, answer: Answer) {
        let Some(current) = self.current.take() else { return };
        self.setup.keeper.answered();
        let ending = match self.ending(answer, &current) {
            Ok(ending) => ending,
            Err(unavailable) => return current.reply(Err(unavailable)),
        };
        let timeout = matches!(answer, Answer::TimedOut).then_some(self.setup.function.timeout);
        let measured = current.measure(Instant::now(), timeout);
        self.report = Some(PendingReport {
            request_id: current.request_id(),
            function_arn: (!current.was_delivered()).then(|| current.function_arn().to_owned()),
            measured: Measured { init: measured.init.or(self.unreported_init.take()), ..measured },
            produced_bytes: ending.produced_bytes(),
            reported: ending.reported,
        });
        if current.wants_log_tail() {
            self.write_report();
        }
        let outcome = Outcome {
            payload: ending.payload,
            function_error: ending.function_error,
            log_tail: self.log.take_tail(),
            trace_header: current.trace_header().to_owned(),
            measured,
        };
        current.reply(Ok(outcome));
    }

    fn ending(&mut self, answer: Answer, current: &Current) -> Result<Ending, Unavailable> {
        let id = current.request_id();
        match answer {
            Answer::Posted => match self.posted.take() {
                Some(Posted::Response(payload)) => Ok(Ending::success(payload)),
                // The function has failed, its environment has not: the REPORT line shows no error.
                Some(Posted::Error { document, .. }) => {
                    Ok(Ending { function_error: true, ..Ending::success(document) })
                }
                Some(Posted::Failed(error)) => Ok(Ending::failure(&error, id)),
                None => Err(Unavailable::Failed("The runtime's answer was lost.".to_owned())),
            },
            Answer::InitError => match self.init_error.take() {
                Some(Posted::Error { document, error_type }) => Ok(Ending {
                    payload: document,
                    function_error: true,
                    reported: Reported::Error(error_type),
                }),
                Some(Posted::Failed(error)) => Ok(Ending::failure(&error, id)),
                Some(Posted::Response(_)) | None => {
                    Err(Unavailable::Failed("The init error was lost.".to_owned()))
                }
            },
            Answer::TimedOut => {
                let error = FunctionError::TimedOut { timeout: self.setup.function.timeout };
                Ok(Ending { reported: Reported::Timeout, ..Ending::failure(&error, id) })
            }
            Answer::Exited(exit) => Ok(Ending::failure(&FunctionError::Exited(exit), id)),
            Answer::NotStarted => match self.start_failure() {
                StartFailure::Function(error) => Ok(Ending::failure(&error, id)),
                StartFailure::Unavailable(unavailable) => Err(unavailable),
            },
            Answer::NotRestored(failure) => Err(self.not_restored(failure)),
            Answer::Ended => {
                let text = "The execution environment was ended before the function answered.";
                Err(Unavailable::Failed(text.to_owned()))
            }
        }
    }

    /// Writes the last lines of an invocation, after everything that the function wrote during it.
    pub(super) fn write_report(&mut self) {
        let Some(pending) = self.report.take() else { return };
        self.drain_output();
        let memory_peak = self.memory_peak_mib(&pending.reported);
        let function = &self.setup.function;
        let PendingReport { request_id, measured, produced_bytes, .. } = pending;
        let (status, memory) = (pending.reported.status(), function.memory);
        let start = pending.function_arn.as_deref().map(|function_arn| PlatformEvent::Start {
            request_id,
            function_arn,
            version: function.version,
        });
        let duration = measured.duration;
        let ends = [
            PlatformEvent::RuntimeDone(RuntimeDone { request_id, status, duration, produced_bytes }),
            PlatformEvent::Report(Report { request_id, measured, memory, memory_peak, status }),
        ];
        self.log.report(start.into_iter().chain(ends));
    }

    /// Never more than the function has, as on AWS: the peak may be a page above when it was killed.
    fn memory_peak_mib(&mut self, reported: &Reported) -> u32 {
        let now = Instant::now();
        let holds =
            |measured: &Instant| now - *measured < PEAK_HOLDS && matches!(reported, Reported::Success);
        if !self.memory_measured.as_ref().is_some_and(holds) {
            self.memory_measured = Some(now);
            self.memory_peak = self.setup.sandbox.memory_peak();
            self.setup.keeper.measured(self.memory_peak);
        }
        let mib = u32::try_from(self.memory_peak.div_ceil(1 << 20)).unwrap_or(u32::MAX);
        mib.min(self.setup.function.memory.get())
    }

    pub(super) fn drain_output(&mut self) {
        if let Some(output) = &mut self.output {
            self.log.write(output.drain());
        }
    }

    pub(super) fn write_init_start(&mut self) {
        let function = &self.setup.function;
        let start = InitStart {
            runtime_version: function.runtime_description.as_deref(),
            region: &function.region,
            function_name: &function.name,
            function_version: function.version,
            instance_id: &self.setup.log_stream.stream,
            memory: function.memory,
            initialization: function.initialization,
        };
        let start = match self.phase {
            Phase::Restore { .. } => PlatformEvent::RestoreStart(start),
            _ => PlatformEvent::InitStart(start),
        };
        let note = function.note.as_deref();
        let note = note.map(|text| PlatformEvent::Note { text, level: SystemLogLevel::Info });
        self.log.report([start].into_iter().chain(note));
    }

    pub(super) fn report_good_init(&mut self, duration: Duration) {
        let (phase, status) = (InitPhase::Init, Status::Success);
        self.log.report(init_end(self.setup.function.initialization, phase, duration, status));
    }

    pub(super) fn report_init(&mut self, phase: InitPhase, duration: Duration, failure: InitFailure) {
        self.end_first_init();
        if failure == InitFailure::Posted {
            self.init_error = self.posted.take();
        }
        let reported = self.reported_init(failure);
        self.drain_output();
        self.log.report(init_end(self.setup.function.initialization, phase, duration, reported.status()));
    }

    /// The first invocation will report its duration, too, though it has not waited for it.
    pub(super) fn report_init_ahead(&mut self, duration: Duration) {
        self.end_first_init();
        self.drain_output();
        self.unreported_init = Some(duration);
        self.report_good_init(duration);
    }

    pub(super) fn give_up(&mut self, failure: InitFailure) {
        let fault = match (failure, self.start_failure()) {
            (InitFailure::NotStarted, StartFailure::Unavailable(unavailable)) => {
                InitFault::Unavailable(unavailable)
            }
            _ => InitFault::Function,
        };
        self.setup.keeper.init_failed(fault);
    }

    pub(super) fn reported_init(&self, failure: InitFailure) -> Reported {
        let error = match failure {
            InitFailure::TimedOut => return Reported::Timeout,
            InitFailure::Exited(exit) => FunctionError::Exited(exit).reported_type().to_owned(),
            InitFailure::NotStarted => match self.start_failure() {
                StartFailure::Function(error) => error.reported_type().to_owned(),
                StartFailure::Unavailable(_) => "Sandbox.Failure".to_owned(),
            },
            InitFailure::Posted => match &self.init_error {
                Some(Posted::Error { error_type, .. }) => error_type.clone(),
                _ => "Runtime.Unknown".to_owned(),
            },
        };
        Reported::Error(error)
    }

    /// Why the program could not be started.
    fn start_failure(&self) -> StartFailure {
        match &self.start_error {
            Some(SandboxError::Exec { path, source }) => {
                StartFailure::Function(FunctionError::NotExecutable {
                    text: format!("fork/exec {}: {}", path.display(), kernel_text(source)),
                })
            }
            Some(other) => StartFailure::Unavailable(Unavailable::Failed(other.to_string())),
            None => StartFailure::Unavailable(Unavailable::Failed("The runtime was not started.".to_owned())),
        }
    }

    /// The first init is over, however it went: from now on the function has only its share of CPU.
    pub(super) fn end_first_init(&mut self) {
        if let Some(initialised) = self.initialised.take() {
            self.setup.sandbox.limit_cpu();
            let _ = initialised.send(());
        }
    }
}

impl Ending {
    fn produced_bytes(&self) -> usize {
        if self.function_error { 0 } else { self.payload.len() }
    }

    fn success(payload: Bytes) -> Self {
        Self { payload, function_error: false, reported: Reported::Success }
    }

    fn failure(error: &FunctionError, request_id: RequestId) -> Self {
        let reported = Reported::Error(error.reported_type().to_owned());
        Self { payload: error.document(request_id), function_error: true, reported }
    }
}

impl Reported {
    pub(super) fn status(&self) -> Status<'_> {
        match self {
            Self::Success => Status::Success,
            Self::Timeout => Status::Timeout,
            Self::Error(error_type) => Status::Error(error_type),
        }
    }
}

/// `No such file or directory (os error 2)` as AWS writes it: `no such file or directory`.
fn kernel_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_error_reads_as_on_aws() {
        let text = |code| kernel_text(&std::io::Error::from_raw_os_error(code));
        assert_eq!(text(2), "no such file or directory");
        assert_eq!(text(8), "exec format error");
        assert_eq!(text(13), "permission denied");
    }
}
