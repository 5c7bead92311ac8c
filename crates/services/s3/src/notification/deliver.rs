use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hob_delivery::{DeliveryError, FunctionEvent, Neighbours, QueueMessage, TopicMessage};
use hob_storage::{ObjectEventStore, StorageError};
use hob_types::{Clock, Timestamp};
use tokio::task::JoinSet;

use super::backoff::backoff;
use super::destination::Destination;
use super::document::EventDocument;
use super::lanes::{LaneName, Queued, Waiting, sort};
use super::validate::s3_of;
use crate::S3;

/// Events that are in hand at once.
const BATCH: usize = 256;
/// How long to wait when the store fails, and at most when nothing is due.
const STORE_RETRY: Duration = Duration::from_secs(1);
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Hands events over and forgets them, in this order.
pub(super) struct Deliverer {
    events: Arc<dyn ObjectEventStore>,
    neighbours: Arc<Neighbours>,
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting>,
}

/// What became of the events of one lane.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Delivered, or never to be.
    done: Vec<u64>,
    /// To be tried again, and when.
    put_off: Vec<(u64, Timestamp)>,
}

impl S3 {
    /// Hands what is told of changes to functions, queues and topics. Never returns; dropping it at any time loses
    /// nothing, and what was handed over last may be handed over again.
    pub async fn deliver(&self) {
        let (events, neighbours) = (self.events.clone(), self.neighbours.clone());
        Arc::new(Deliverer::new(events, neighbours, self.clock.clone())).run().await;
    }
}

impl Deliverer {
    pub(super) fn new(
        events: Arc<dyn ObjectEventStore>,
        neighbours: Arc<Neighbours>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { events, neighbours, clock, waiting: Mutex::default() }
    }

    /// Never returns. Dropping it at any time loses nothing; what was handed over and not yet forgotten is handed
    /// over again.
    async fn run(self: Arc<Self>) {
        loop {
            let sleep = match self.deliver_due().await {
                Ok(true) => continue,
                Ok(false) => self.until_next().await,
                Err(error) => Err(error),
            };
            match sleep {
                Ok(sleep) => tokio::select! {
                    () = self.events.added() => {}
                    () = tokio::time::sleep(sleep) => {}
                },
                Err(error) => {
                    tracing::error!(%error, "events of buckets cannot be read, delivered or forgotten; trying again");
                    tokio::time::sleep(STORE_RETRY).await;
                }
            }
        }
    }

    /// Whether any event was due.
    pub(super) async fn deliver_due(self: &Arc<Self>) -> Result<bool, StorageError> {
        let due = self.events.due(self.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(false);
        }
        let sorted = sort(due);
        let mut running = JoinSet::new();
        for (name, lane) in sorted.lanes {
            let deliverer = Arc::clone(self);
            running.spawn(async move { deliverer.deliver_lane(name, lane).await });
        }
        let mut done = sorted.unreadable;
        if !done.is_empty() {
            tracing::error!(count = done.len(), "events of buckets cannot be read; they are dropped");
        }
        let mut broken = None;
        while let Some(outcome) = running.join_next().await {
            match outcome {
                Ok(outcome) => {
                    done.extend(outcome.done);
                    self.put_off(outcome.put_off).await?;
                }
                Err(error) => broken = Some(std::io::Error::other(error)),
            }
        }
        self.events.remove(done).await?;
        // The events of a delivery that panicked are still due: at once they would only panic again.
        broken.map_or(Ok(true), |error| Err(error.into()))
    }

    async fn put_off(&self, events: Vec<(u64, Timestamp)>) -> Result<(), StorageError> {
        for (id, due) in events {
            self.events.reschedule(id, due).await?;
        }
        Ok(())
    }

    async fn until_next(&self) -> Result<Duration, StorageError> {
        let next = self.events.next_due().await?;
        Ok(next.map_or(LONGEST_SLEEP, |due| due.since(self.clock.now())).min(LONGEST_SLEEP))
    }

    async fn deliver_lane(&self, name: LaneName, lane: Vec<Queued>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut later = self.waiting().until(&name, self.clock.now());
        for Queued { id, attempts, document } in lane {
            if let Some(until) = later {
                outcome.put_off.push((id, until));
                continue;
            }
            match self.deliver(&document).await {
                Err(error) if error.is_temporary() => {
                    tracing::warn!(%error, destination = %document.destination, "an event has to wait");
                    let until = self.clock.now() + backoff(attempts);
                    self.waiting().wait(name.clone(), until);
                    outcome.put_off.push((id, until));
                    later = Some(until);
                }
                Err(error) => {
                    let (bucket, destination) = (&document.bucket, &document.destination);
                    tracing::warn!(%error, bucket, %destination, "an event is dropped");
                    outcome.done.push(id);
                }
                Ok(()) => outcome.done.push(id),
            }
        }
        outcome
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn deliver(&self, document: &EventDocument) -> Result<(), DeliveryError> {
        let EventDocument { destination, bucket, account, trace_header, body, .. } = document.clone();
        match &destination {
            Destination::Function(function) => {
                let payload = Bytes::from(body);
                let event = FunctionEvent { payload, trace_header, origin: Some(s3_of(&bucket, &account)) };
                self.neighbours.functions()?.send(function, event).await
            }
            Destination::Queue(queue) => {
                let sender = SENDER.to_owned();
                let message = QueueMessage { body, trace_header, sender, ..QueueMessage::default() };
                self.neighbours.queues()?.send(queue, message).await
            }
            Destination::Topic(topic) => {
                let subject = Some(SUBJECT.to_owned());
                let message =
                    TopicMessage { message: body, subject, trace_header, ..TopicMessage::default() };
                self.neighbours.topics()?.publish(topic, message).await
            }
        }
    }
}

/// Who sends to queues; AWS's is an id of S3's own.
const SENDER: &str = "s3.amazonaws.com";
/// Source: events as they arrive in mail boxes.
const SUBJECT: &str = "Amazon S3 Notification";
