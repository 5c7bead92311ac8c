//! Runs a function for batches, and deletes what it has done.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_delivery::{DeliveryError, FunctionAnswer, FunctionCall, FunctionCallError, Neighbours};
use hob_types::Random;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::QueueSettings;
use super::batch::{Batch, Message, handles};
use super::response::{self, Done};
use crate::backoff::Backoff;

/// How soon a call that did not get through is tried again, at first and at last.
const KNOCK: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// The same for what could not be deleted.
const DELETE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// How it went with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// The function failed, or said that all failed.
    Failed,
    /// The call did not get through for as long as the messages were hidden from others.
    NotRun,
}

/// What runs one batch after the other. A clone for each task.
#[derive(Clone)]
pub(super) struct Runner {
    pub(super) neighbours: Arc<Neighbours>,
    pub(super) random: Arc<dyn Random>,
    pub(super) settings: Arc<QueueSettings>,
    /// Set where a call does not get through.
    pub(super) blocked: watch::Sender<bool>,
    /// `None`: the poller stops, and nobody must wait for a call to get through.
    pub(super) wanted: watch::Receiver<Option<Arc<QueueSettings>>>,
}

enum Called {
    Answered(FunctionAnswer),
    Recursive,
    NotRun,
}

impl Runner {
    /// Where a group failed, its messages in later batches are left.
    pub(super) async fn run(self, batches: Vec<Batch>) -> Outcome {
        let (mut outcome, mut broken) = (Outcome::Succeeded, BTreeSet::new());
        for batch in batches {
            let Some(batch) = batch.without_groups(&broken) else { continue };
            let (how, groups) = self.run_batch(batch).await;
            broken.extend(groups);
            if how != Outcome::Succeeded {
                outcome = how;
            }
        }
        outcome
    }

    /// How it went, and of which groups something is not done.
    async fn run_batch(&self, batch: Batch) -> (Outcome, BTreeSet<String>) {
        let (mut rest, mut broken) = (Some(batch), BTreeSet::new());
        while let Some(batch) = rest.take() {
            match self.call(&batch).await {
                Called::Answered(answer) => {
                    let (outcome, groups) = self.answered(&batch, &answer).await;
                    broken.extend(groups);
                    return (outcome, broken);
                }
                Called::Recursive => {
                    let (looping, others) = batch.split_by_trace();
                    broken.extend(self.end_loop(looping).await);
                    rest = others.and_then(|others| others.without_groups(&broken));
                }
                Called::NotRun => {
                    broken.extend(batch.groups().map(str::to_owned));
                    return (Outcome::NotRun, broken);
                }
            }
        }
        (Outcome::Succeeded, broken)
    }

    async fn call(&self, batch: &Batch) -> Called {
        let payload = Bytes::from(batch.event());
        let hidden_until = batch.hidden_until().unwrap_or_else(Instant::now);
        let mut backoff = Backoff::new(KNOCK.0, KNOCK.1);
        let mut wanted = self.wanted.clone();
        loop {
            let call = FunctionCall { payload: payload.clone(), trace_header: batch.trace_header() };
            match self.call_once(call).await {
                Ok(answer) => return Called::Answered(answer),
                Err(FunctionCallError::Recursive) => return Called::Recursive,
                Err(error) => {
                    tracing::debug!(function = %self.settings.function, %error, "a batch is not taken yet");
                }
            }
            self.blocked.send_replace(true);
            let wait = backoff.next(&*self.random);
            if Instant::now() + wait >= hidden_until {
                return Called::NotRun;
            }
            tokio::select! {
                () = sleep(wait) => {}
                () = stopped(&mut wanted) => {
                    self.show_again(&batch.0).await;
                    return Called::NotRun;
                }
            }
        }
    }

    async fn call_once(&self, call: FunctionCall) -> Result<FunctionAnswer, FunctionCallError> {
        let functions = self.neighbours.functions();
        let functions = functions.map_err(|error| FunctionCallError::Unavailable(error.to_string()))?;
        functions.call(&self.settings.function, call).await
    }

    async fn answered(&self, batch: &Batch, answer: &FunctionAnswer) -> (Outcome, BTreeSet<String>) {
        let ids = batch.0.iter().map(|message| message.id.as_str());
        let done = response::done(answer, self.settings.reports_failures, ids);
        let (messages, broken) = batch.divide(&done);
        self.delete(handles(messages), batch.hidden_until()).await;
        let outcome = if done == Done::None { Outcome::Failed } else { Outcome::Succeeded };
        (outcome, broken)
    }

    /// Gives up only when others see the messages again, and will delete them.
    async fn delete(&self, handles: Vec<String>, hidden_until: Option<Instant>) {
        let queue = &self.settings.queue;
        let mut backoff = Backoff::new(DELETE.0, DELETE.1);
        while !handles.is_empty() {
            let Err(error) = self.delete_once(&handles).await else { return };
            let wait = backoff.next(&*self.random);
            let too_late = hidden_until.is_none_or(|hidden| Instant::now() + wait >= hidden);
            if !error.is_temporary() || too_late {
                tracing::warn!(%queue, %error, "messages that are done could not be deleted");
                return;
            }
            sleep(wait).await;
        }
    }

    async fn delete_once(&self, handles: &[String]) -> Result<(), DeliveryError> {
        self.neighbours.queues()?.delete(&self.settings.queue, handles).await
    }

    /// Ends a loop: the messages leave for the dead-letter queue, by being received too often, or for good where there
    /// is none. Of the groups that it returns, something is left. Source: Lambda guide, "Recursive loop detection".
    async fn end_loop(&self, looping: Vec<Message>) -> BTreeSet<String> {
        let QueueSettings { queue, function, .. } = &*self.settings;
        let messages = looping.len();
        tracing::warn!(%queue, %function, messages, "messages went round in a circle; the function does not run for them");
        if self.has_dead_letter_queue().await {
            return looping.into_iter().filter_map(|message| message.group).collect();
        }
        let hidden_until = looping.iter().map(|message| message.hidden_until).min();
        self.delete(handles(&looping), hidden_until).await;
        BTreeSet::new()
    }

    /// Who cannot tell is asked again when the messages are seen again.
    async fn has_dead_letter_queue(&self) -> bool {
        match self.neighbours.queues() {
            Ok(queues) => queues.has_dead_letter_queue(&self.settings.queue).await.unwrap_or(true),
            Err(_) => true,
        }
    }

    async fn show_again(&self, messages: &[Message]) {
        show_again(&self.neighbours, &self.settings, messages).await;
    }
}

/// Returns when the poller is to stop, or is gone.
async fn stopped(wanted: &mut watch::Receiver<Option<Arc<QueueSettings>>>) {
    let _ = wanted.wait_for(Option::is_none).await;
}

/// Lets others have messages at once.
pub(super) async fn show_again(neighbours: &Neighbours, settings: &QueueSettings, messages: &[Message]) {
    if messages.is_empty() {
        return;
    }
    let shown = match neighbours.queues() {
        Ok(queues) => queues.hide(&settings.queue, &handles(messages), Duration::ZERO).await,
        Err(error) => Err(error),
    };
    if let Err(error) = shown {
        tracing::debug!(queue = %settings.queue, %error, "messages stay hidden until their visibility timeout");
    }
}
