//! Messages that are taken, and go to the function together.

use std::collections::{BTreeSet, VecDeque};

use hob_delivery::QueueDelivery;
use hob_types::QueueArn;
use tokio::time::Instant;

use super::event::{self, Record};
use super::response::Done;

/// Of an event, in bytes. Source: Lambda quotas, the payload of a synchronous invocation.
const PAYLOAD_MAX: usize = 6 * 1024 * 1024;

/// A message that nobody else sees until `hidden_until`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) receipt_handle: String,
    /// Of a FIFO queue.
    pub(super) group: Option<String>,
    pub(super) trace_header: Option<String>,
    /// As the function gets it: JSON.
    record: String,
    pub(super) hidden_until: Instant,
}

impl Message {
    pub(super) fn new(queue: &QueueArn, delivery: &QueueDelivery, hidden_until: Instant) -> Self {
        let system = |name: &str| delivery.system_attributes.get(name).cloned();
        Self {
            id: delivery.message_id.clone(),
            receipt_handle: delivery.receipt_handle.clone(),
            // Standard queues have groups, too, which say nothing of order.
            group: system("MessageGroupId").filter(|_| queue.is_fifo()),
            trace_header: system("AWSTraceHeader"),
            record: serde_json::to_string(&Record::of(queue, delivery)).unwrap_or_default(),
            hidden_until,
        }
    }

    fn bytes(&self) -> usize {
        self.record.len() + 1
    }
}

/// One event of a function. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch(pub(super) Vec<Message>);

impl Batch {
    pub(super) fn event(&self) -> String {
        event::event(self.0.iter().map(|message| message.record.as_str()))
    }

    /// The first that there is: a batch is one call, and has one.
    pub(super) fn trace_header(&self) -> Option<String> {
        self.0.iter().find_map(|message| message.trace_header.clone())
    }

    /// When the first of its messages is seen again.
    pub(super) fn hidden_until(&self) -> Option<Instant> {
        self.0.iter().map(|message| message.hidden_until).min()
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|message| message.group.as_deref())
    }

    /// What is done, and the groups of which something is not. Of a group, nothing is done that comes after what is
    /// not, also where the function says so: it would be seen again after what follows it.
    pub(super) fn divide(&self, done: &Done) -> (Vec<&Message>, BTreeSet<String>) {
        let is_done = |message: &Message| match done {
            Done::All => true,
            Done::None => false,
            Done::AllBut(failed) => !failed.contains(&message.id),
        };
        let mut broken = BTreeSet::new();
        let mut divided = Vec::new();
        for message in &self.0 {
            let blocked = message.group.as_ref().is_some_and(|group| broken.contains(group));
            if is_done(message) && !blocked {
                divided.push(message);
            } else {
                broken.extend(message.group.clone());
            }
        }
        (divided, broken)
    }

    /// What is left without the messages of some groups. `None`: nothing.
    pub(super) fn without_groups(mut self, groups: &BTreeSet<String>) -> Option<Self> {
        self.0.retain(|message| message.group.as_ref().is_none_or(|group| !groups.contains(group)));
        (!self.0.is_empty()).then_some(self)
    }

    /// The messages that came with the header the batch has, and what is left without them.
    pub(super) fn split_by_trace(self) -> (Vec<Message>, Option<Self>) {
        let header = self.trace_header();
        let (with, without): (Vec<_>, Vec<_>) =
            self.0.into_iter().partition(|message| message.trace_header == header);
        (with, (!without.is_empty()).then_some(Self(without)))
    }
}

/// Messages that are taken and wait for a batch, in order.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    messages: VecDeque<Message>,
    bytes: usize,
    /// When the first of them came.
    since: Option<Instant>,
}

impl Gathered {
    pub(super) fn add(&mut self, messages: Vec<Message>, now: Instant) {
        if !messages.is_empty() {
            self.since.get_or_insert(now);
        }
        self.bytes += messages.iter().map(Message::bytes).sum::<usize>();
        self.messages.extend(messages);
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }

    /// Nothing more fits into the next batch.
    pub(super) fn is_full(&self, batch_size: usize) -> bool {
        self.messages.len() >= batch_size
            || self.bytes > PAYLOAD_MAX - event::BEFORE.len() - event::AFTER.len()
    }

    /// The next batch: as many as there may be in one. `None`: there is nothing.
    pub(super) fn take_batch(&mut self, batch_size: usize, now: Instant) -> Option<Batch> {
        let mut taken = Vec::new();
        let mut bytes = event::BEFORE.len() + event::AFTER.len();
        while let Some(next) = self.messages.front() {
            // A message alone always fits.
            let fits = taken.len() < batch_size && bytes + next.bytes() <= PAYLOAD_MAX;
            if !fits && !taken.is_empty() {
                break;
            }
            bytes += next.bytes();
            self.bytes -= next.bytes();
            taken.extend(self.messages.pop_front());
        }
        self.since = (!self.messages.is_empty()).then_some(now);
        (!taken.is_empty()).then_some(Batch(taken))
    }

    /// Forgets what others may see again.
    pub(super) fn forget_expired(&mut self, now: Instant) {
        self.messages.retain(|message| message.hidden_until > now);
        self.bytes = self.messages.iter().map(Message::bytes).sum();
        if self.messages.is_empty() {
            self.since = None;
        }
    }

    pub(super) fn take_all(&mut self) -> Vec<Message> {
        std::mem::take(self).messages.into()
    }
}

/// The receipt handles of messages.
pub(super) fn handles<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<String> {
    messages.into_iter().map(|message| message.receipt_handle.clone()).collect()
}
