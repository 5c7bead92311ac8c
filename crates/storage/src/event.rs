//! Events that functions are to run for: accepted, tried again, and kept until what comes of them is handed over.

use async_trait::async_trait;
use bytes::Bytes;
use hob_types::{FunctionArn, Qualifier, RequestId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::StorageError;

/// Names an event among all of a server, in the order in which they were accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub i64);

/// An event as it is accepted. It is due at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub function: FunctionArn,
    /// As it was asked for. `None`: no version or alias was named.
    pub qualifier: Option<Qualifier>,
    /// The same for all attempts.
    pub request_id: RequestId,
    /// JSON.
    pub payload: Bytes,
    /// `X-Amzn-Trace-Id`.
    pub trace_header: String,
    pub accepted: Timestamp,
}

/// An event that waits for its turn, or whose consequences do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    pub id: EventId,
    pub event: NewEvent,
    pub progress: EventProgress,
    /// `None`: the function is to run. Else it has run, or never will, and these are what is left to do.
    pub consequences: Option<EventConsequences>,
}

/// How far an event has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventProgress {
    /// How often the function has run for it.
    pub attempts: u32,
    /// How often in a row it was put off without that: its function could not run, or its consequences not be handed over.
    pub postponements: u32,
    /// What the last attempt came to that did not succeed.
    pub failure: Option<EventFailure>,
    /// What the function answered in its last run.
    pub answer: Option<EventAnswer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventFailure {
    /// The function ran and failed.
    Function,
    /// A limit of its concurrency was reached.
    Throttled,
    /// The server could not run it.
    Unavailable,
}

/// What a function made of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAnswer {
    pub executed_version: Version,
    pub payload: Bytes,
}

/// What is to be handed over before an event may be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventConsequences {
    /// The invocation record, JSON.
    pub record: Bytes,
    /// The trace header that goes along: what the function saw, if it ran.
    pub trace_header: String,
    /// Not empty.
    pub deliveries: Vec<EventDelivery>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventDelivery {
    /// The record, to a destination's ARN.
    Destination { target: String },
    /// The event itself, to the ARN of a dead-letter queue or topic.
    DeadLetter { target: String, error_code: u16, error_message: String },
}

/// Due events of one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueEvents {
    /// What was due first comes first, and of several at one moment what was accepted first.
    pub events: Vec<EventRecord>,
    /// When the next one is due that is neither among these nor held; in the past if the page was too small for it.
    /// `None`: there is none.
    pub next: Option<Timestamp>,
}

/// How much of what is due is wanted at once.
#[derive(Clone, Copy, Debug)]
pub struct DuePage {
    pub events: usize,
    /// Of payloads and records; the first event comes however large it is.
    pub bytes: usize,
}

/// The events of all functions. Each method is one transaction.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// On disk when it returns.
    async fn accept(&self, event: NewEvent) -> Result<(), StorageError>;

    /// Those that have an event, by ARN.
    async fn functions(&self) -> Result<Vec<FunctionArn>, StorageError>;

    /// What is due, without the events that the caller holds already.
    async fn due(
        &self,
        function: &FunctionArn,
        now: Timestamp,
        held: Vec<EventId>,
        page: DuePage,
    ) -> Result<DueEvents, StorageError>;

    /// The event waits until `due`.
    async fn put_off(
        &self,
        event: EventId,
        due: Timestamp,
        progress: EventProgress,
    ) -> Result<(), StorageError>;

    /// The function will not run for the event any more; it is kept, and due at once, for what is to be handed over.
    async fn conclude(&self, event: EventId, consequences: EventConsequences) -> Result<(), StorageError>;

    /// These are left to be handed over.
    async fn keep_deliveries(
        &self,
        event: EventId,
        deliveries: Vec<EventDelivery>,
    ) -> Result<(), StorageError>;

    /// Nothing is left to do.
    async fn remove(&self, event: EventId) -> Result<(), StorageError>;
}
