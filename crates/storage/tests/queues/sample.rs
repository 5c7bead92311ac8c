use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{
    DeadLetterQueue, DeduplicationScope, FifoSettings, FifoThroughputLimit, NewMessage, QueueCreated,
    QueueId, QueueRecord, QueueSettings, QueueStore, Receipt, ReceiveMessages, Received, ReceivedMessage,
    Storage,
};
use hob_types::{QueueArn, Timestamp};

pub const START: Timestamp = Timestamp::from_millis(1_767_323_045_678);
pub const MINUTE: Duration = Duration::from_secs(60);

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn arn(name: &str) -> QueueArn {
    format!("arn:aws:sqs:us-east-1:000000000000:{name}").parse().unwrap()
}

pub fn settings(fifo: bool) -> QueueSettings {
    QueueSettings {
        visibility_timeout: 30,
        delay: 0,
        retention: 3600,
        maximum_message_size: 1_048_576,
        receive_wait: 0,
        redrive: None,
        redrive_allow: None,
        policy: None,
        managed_encryption: true,
        fifo: fifo.then_some(FifoSettings {
            content_based_deduplication: false,
            deduplication_scope: DeduplicationScope::Queue,
            throughput_limit: FifoThroughputLimit::PerQueue,
        }),
    }
}

/// A store, and what time it is for it.
pub struct World {
    pub store: Arc<dyn QueueStore>,
    pub now: Timestamp,
    _storage: Storage,
}

impl World {
    pub fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        Self { store: storage.queues(), now: START, _storage: storage }
    }

    pub fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    pub async fn create(&self, name: &str) -> QueueRecord {
        let settings = settings(name.ends_with(".fifo"));
        match self.store.create(&arn(name), settings, BTreeMap::new(), self.now, MINUTE).await.unwrap() {
            QueueCreated::Created(record) => record,
            other => panic!("{other:?}"),
        }
    }

    /// Named by their bodies.
    pub async fn send(&self, queue: QueueId, bodies: &[&str]) {
        let messages = bodies.iter().map(|body| self.message(body)).collect();
        self.store.send(queue, messages, self.now).await.unwrap().unwrap();
    }

    /// With its body as its id.
    pub fn message(&self, body: &str) -> NewMessage {
        NewMessage {
            message_id: body.to_owned(),
            body: body.to_owned(),
            attributes: BTreeMap::new(),
            visible_at: self.now,
            group: None,
            deduplication_id: None,
            deduplicate_in_group: false,
            trace_header: None,
            sender: "somebody".to_owned(),
        }
    }

    pub fn in_group(&self, body: &str, group: &str) -> NewMessage {
        NewMessage {
            group: Some(group.to_owned()),
            deduplication_id: Some(body.to_owned()),
            ..self.message(body)
        }
    }

    pub fn wish(&self, queue: &QueueRecord, at_most: usize) -> ReceiveMessages {
        ReceiveMessages {
            queue: queue.id,
            at_most,
            visibility: seconds(30),
            retention: seconds(queue.settings.retention.into()),
            fifo: queue.settings.fifo.is_some(),
            dead_letters: None,
            attempt: None,
            in_flight_max: 120_000,
            now: self.now,
        }
    }

    /// After that many times they go to `target`.
    pub fn buried(&self, wish: ReceiveMessages, target: &QueueRecord, max_receives: u32) -> ReceiveMessages {
        let dead_letters = DeadLetterQueue { queue: target.id, max_receives, source: arn("source") };
        ReceiveMessages { dead_letters: Some(dead_letters), ..wish }
    }

    pub async fn receive(&self, wish: ReceiveMessages) -> Vec<ReceivedMessage> {
        match self.store.receive(wish).await.unwrap() {
            Received::Messages(messages) => messages,
            other => panic!("{other:?}"),
        }
    }

    pub async fn bodies(&self, queue: &QueueRecord, at_most: usize) -> Vec<String> {
        bodies(&self.receive(self.wish(queue, at_most)).await)
    }
}

pub fn bodies(messages: &[ReceivedMessage]) -> Vec<String> {
    messages.iter().map(|message| message.body.clone()).collect()
}

pub fn receipts(messages: &[ReceivedMessage]) -> Vec<Receipt> {
    messages.iter().map(|message| message.receipt).collect()
}
