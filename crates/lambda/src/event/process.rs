//! What is done with an event whose turn has come.

use std::sync::Arc;

use hob_storage::{EventProgress, EventRecord};
use hob_types::Timestamp;

use super::attempt::{Attempt, past};
use super::decision::{Condition, Decision, Outcome, decide};
use super::events::Events;

/// What its lane has to know.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) admission: Admission,
    /// When the event is due again.
    pub(super) due: Option<Timestamp>,
}

/// Whether there was room for a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Admission {
    Admitted,
    Refused,
    #[default]
    NotTried,
}

impl Admission {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Succeeded | Outcome::Failed => Self::Admitted,
            Outcome::Throttled | Outcome::Unavailable => Self::Refused,
            Outcome::NoConcurrency | Outcome::Expired | Outcome::Recursive | Outcome::Gone => Self::NotTried,
        }
    }
}

impl Events {
    /// Does the next step for the event, and stores that it is done.
    pub(super) async fn process(self: Arc<Self>, record: EventRecord) -> Report {
        if record.consequences.is_some() {
            return Report { due: self.deliver(record).await, ..Report::default() };
        }
        let attempt = self.attempt(&record).await;
        let admission = Admission::of(attempt.outcome);
        if admission == Admission::Refused && self.is_stopping() {
            // The server is what refuses. Nothing has happened to the event.
            return Report::default();
        }
        Report { admission, due: self.settle(record, attempt).await }
    }

    async fn settle(&self, record: EventRecord, attempt: Attempt) -> Option<Timestamp> {
        let settings = self.insist(|| self.settings(&record.event)).await?;
        let now = self.functions.clock.now();
        let progress = attempt.progress(record.progress.clone());
        match decide(attempt.outcome, past(&record.event, &progress), settings.patience, now) {
            Decision::Retry { due } => self.put_off(&record, due, progress).await,
            Decision::Succeeded => {
                self.conclude(record, progress, attempt, Condition::Success, settings).await
            }
            Decision::GiveUp(condition) => {
                self.conclude(record, progress, attempt, condition, settings).await
            }
            Decision::Discard => {
                let (function, request) = (&record.event.function, record.event.request_id);
                tracing::warn!(%function, %request, "an event is dropped: what it was for does not exist any more");
                self.insist(|| self.store.remove(record.id)).await?;
                None
            }
        }
    }

    pub(super) async fn put_off(
        &self,
        record: &EventRecord,
        due: Timestamp,
        progress: EventProgress,
    ) -> Option<Timestamp> {
        self.insist(|| self.store.put_off(record.id, due, progress.clone())).await?;
        Some(due)
    }
}
