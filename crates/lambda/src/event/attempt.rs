//! One try to run a function for an event.

use hob_invoke::{InvocationResult, InvokeError};
use hob_storage::{EventAnswer, EventFailure, EventProgress, EventRecord, NewEvent};
use hob_types::{InvocationSource, Version};

use super::decision::{MAXIMUM_AGE_MIN, Outcome, Past, is_expired};
use super::events::Events;
use crate::function::{InvokeFunction, InvokeFunctionError, Target};

/// What came of it.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) outcome: Outcome,
    /// What the function answered, if it ran.
    pub(super) answer: Option<EventAnswer>,
    /// What it saw, if it ran.
    pub(super) trace_header: Option<String>,
}

impl From<Outcome> for Attempt {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, answer: None, trace_header: None }
    }
}

impl Attempt {
    /// What the event has been through with this.
    pub(super) fn progress(&self, before: EventProgress) -> EventProgress {
        let ran = EventProgress {
            attempts: before.attempts + 1,
            postponements: 0,
            failure: None,
            answer: self.answer.clone(),
        };
        let put_off = |failure, before: EventProgress| EventProgress {
            postponements: before.postponements + 1,
            failure: Some(failure),
            ..before
        };
        match self.outcome {
            Outcome::Succeeded => ran,
            Outcome::Failed => EventProgress { failure: Some(EventFailure::Function), ..ran },
            Outcome::Throttled => put_off(EventFailure::Throttled, before),
            Outcome::Unavailable => put_off(EventFailure::Unavailable, before),
            Outcome::NoConcurrency => EventProgress { failure: Some(EventFailure::Throttled), ..before },
            Outcome::Expired | Outcome::Recursive | Outcome::Gone => before,
        }
    }
}

/// What the rules look at.
pub(super) fn past(event: &NewEvent, progress: &EventProgress) -> Past {
    let EventProgress { attempts, postponements, .. } = *progress;
    Past { accepted: event.accepted, attempts, postponements }
}

impl Events {
    pub(super) async fn attempt(&self, record: &EventRecord) -> Attempt {
        match self.is_too_old(&record.event).await {
            Ok(false) => self.run_once(&record.event).await,
            Ok(true) => Outcome::Expired.into(),
            Err(error) => {
                tracing::error!(%error, "an event's settings cannot be read; trying again later");
                Outcome::Unavailable.into()
            }
        }
    }

    async fn is_too_old(&self, event: &NewEvent) -> Result<bool, hob_storage::StorageError> {
        let now = self.functions.clock.now();
        if now.since(event.accepted) < MAXIMUM_AGE_MIN {
            return Ok(false);
        }
        Ok(is_expired(event.accepted, self.settings(event).await?.patience, now))
    }

    async fn run_once(&self, event: &NewEvent) -> Attempt {
        let target = target(event);
        let invoke = InvokeFunction {
            request_id: event.request_id,
            source: InvocationSource::Event,
            payload: event.payload.clone(),
            client_context: None,
            trace_header: Some(event.trace_header.clone()),
            log_tail: false,
        };
        let run = async {
            let version = self.functions.runnable_version(&target).await?;
            self.functions.run(&target, version, invoke).await
        };
        match run.await {
            Ok((version, result)) => answered(version, result),
            Err(error) => self.not_run(event, error).await,
        }
    }

    async fn not_run(&self, event: &NewEvent, error: InvokeFunctionError) -> Attempt {
        match error {
            InvokeFunctionError::NotFound(_) => Outcome::Gone.into(),
            InvokeFunctionError::Recursive => Outcome::Recursive.into(),
            InvokeFunctionError::Invoke(InvokeError::Throttled(_)) => self.throttled(event).await.into(),
            InvokeFunctionError::Invoke(InvokeError::NotRestored { error_type, message }) => {
                not_restored(&error_type, &message)
            }
            InvokeFunctionError::Invoke(error @ InvokeError::RestoreTimedOut { .. }) => {
                not_restored("Runtime.RestoreTimeout", &error.to_string())
            }
            error => {
                tracing::debug!(%error, function = %event.function, "an event cannot run now");
                Outcome::Unavailable.into()
            }
        }
    }

    /// At any limit it may run later, but if it is reserved nothing at all it never will.
    async fn throttled(&self, event: &NewEvent) -> Outcome {
        match self.whole(&event.function).await {
            Ok(whole) if whole.no_concurrency => Outcome::NoConcurrency,
            _ => Outcome::Throttled,
        }
    }
}

pub(super) fn target(event: &NewEvent) -> Target {
    let qualifier = event.qualifier.as_ref().map(ToString::to_string);
    Target { function: event.function.clone(), qualifier }
}

fn answered(executed_version: Version, result: InvocationResult) -> Attempt {
    Attempt {
        outcome: if result.function_error { Outcome::Failed } else { Outcome::Succeeded },
        answer: Some(EventAnswer { executed_version, payload: result.payload }),
        trace_header: Some(result.trace_header),
    }
}

/// The function's own hooks failed it: a failure like any other.
fn not_restored(error_type: &str, message: &str) -> Attempt {
    let document = serde_json::json!({ "errorType": error_type, "errorMessage": message });
    let payload = document.to_string().into();
    Attempt {
        outcome: Outcome::Failed,
        answer: Some(EventAnswer { executed_version: Version::Latest, payload }),
        trace_header: None,
    }
}
