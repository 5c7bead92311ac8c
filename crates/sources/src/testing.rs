//! What the tests stand on: a queue and a function in memory.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hob_delivery::{
    DeliveryError, FunctionAnswer, FunctionCall, FunctionCallError, FunctionEvent, FunctionService, Origin,
    QueueDelivery, QueueDescription, QueueMessage, QueueService, Receive,
};
use hob_storage::{EventSource, EventSourceMappingRecord, MappingSettings, MappingState, StorageError};
use hob_types::{
    AccountId, EventSourceMappingId, FunctionArn, QualifiedFunctionArn, QueueArn, Region, SeededRandom,
    Timestamp,
};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout_at};

use crate::Mappings;

pub(crate) fn queue(name: &str) -> QueueArn {
    QueueArn { region: Region::local(), account: AccountId::local(), name: name.to_owned() }
}

pub(crate) fn delivery(id: &str) -> QueueDelivery {
    let system_attributes = [
        ("ApproximateReceiveCount", "1"),
        ("SentTimestamp", "1545082649183"),
        ("SenderId", "AIDAIENQZJOLO23YVJ4VO"),
        ("ApproximateFirstReceiveTimestamp", "1545082649185"),
    ];
    QueueDelivery {
        message_id: id.to_owned(),
        receipt_handle: format!("handle-{id}"),
        body: format!("body {id}"),
        md5_of_body: "e4e68fb7bd0e697a0ae8f1bb342846b3".to_owned(),
        system_attributes: system_attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        attributes: BTreeMap::new(),
        md5_of_attributes: None,
    }
}

pub(crate) fn mapping(queue: &QueueArn) -> EventSourceMappingRecord {
    let name = "fn".parse().unwrap();
    EventSourceMappingRecord {
        id: EventSourceMappingId::random(&SeededRandom::new(1)),
        function: FunctionArn { region: Region::local(), account: AccountId::local(), name },
        qualifier: None,
        source: EventSource::Sqs(queue.to_string()),
        state: MappingState::Enabled,
        last_modified: Timestamp::EPOCH,
        starting_position: None,
        settings: MappingSettings { batch_size: 10, batching_window: Some(0), ..MappingSettings::default() },
        tags: BTreeMap::new(),
    }
}

/// One queue with messages that wait, are hidden, or are gone.
pub(crate) struct FakeQueue {
    visibility: Duration,
    fifo: bool,
    messages: Mutex<Vec<Kept>>,
    changed: Notify,
    /// What was asked for, in order.
    pub(crate) receives: Mutex<Vec<Receive>>,
    pub(crate) has_dead_letter_queue: AtomicBool,
    /// How many of the next calls fail.
    pub(crate) broken: AtomicU32,
}

struct Kept {
    delivery: QueueDelivery,
    group: Option<String>,
    visible_at: Instant,
    received: u32,
}

impl FakeQueue {
    pub(crate) fn new(visibility: Duration, fifo: bool) -> Arc<Self> {
        Arc::new(Self {
            visibility,
            fifo,
            messages: Mutex::default(),
            changed: Notify::new(),
            receives: Mutex::default(),
            has_dead_letter_queue: AtomicBool::new(false),
            broken: AtomicU32::new(0),
        })
    }

    pub(crate) fn put(&self, delivery: QueueDelivery) {
        let group = delivery.system_attributes.get("MessageGroupId").cloned();
        let kept = Kept { delivery, group, visible_at: Instant::now(), received: 0 };
        self.messages.lock().unwrap().push(kept);
        self.changed.notify_waiters();
    }

    pub(crate) fn put_many(&self, ids: impl IntoIterator<Item = u32>) {
        ids.into_iter().for_each(|id| self.put(delivery(&id.to_string())));
    }

    pub(crate) fn put_in_group(&self, group: &str, id: &str) {
        let mut message = delivery(id);
        message.system_attributes.insert("MessageGroupId".to_owned(), group.to_owned());
        self.put(message);
    }

    /// The ids of what was not deleted.
    pub(crate) fn left(&self) -> Vec<String> {
        let messages = self.messages.lock().unwrap();
        messages.iter().map(|kept| kept.delivery.message_id.clone()).collect()
    }

    /// How often what is left was received.
    pub(crate) fn receive_counts(&self) -> Vec<u32> {
        self.messages.lock().unwrap().iter().map(|kept| kept.received).collect()
    }

    fn take(&self, at_most: u32, visibility: Duration) -> Vec<QueueDelivery> {
        let now = Instant::now();
        let mut messages = self.messages.lock().unwrap();
        let mut blocked: HashSet<String> = HashSet::new();
        if self.fifo {
            let hidden = messages.iter().filter(|kept| kept.visible_at > now);
            blocked.extend(hidden.filter_map(|kept| kept.group.clone()));
        }
        let mut taken = Vec::new();
        for kept in messages.iter_mut().filter(|kept| kept.visible_at <= now) {
            let is_blocked = kept.group.as_ref().is_some_and(|group| blocked.contains(group));
            if !is_blocked && taken.len() < at_most as usize {
                kept.visible_at = now + visibility;
                kept.received += 1;
                taken.push(kept.delivery.clone());
            }
        }
        taken
    }

    fn check(&self) -> Result<(), DeliveryError> {
        let broken = self.broken.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
        if broken { Err(DeliveryError::Unavailable("broken".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl QueueService for FakeQueue {
    async fn describe(&self, _: &QueueArn) -> Result<Option<QueueDescription>, DeliveryError> {
        Ok(Some(QueueDescription { visibility_timeout: self.visibility, policy: None }))
    }

    async fn has_dead_letter_queue(&self, _: &QueueArn) -> Result<bool, DeliveryError> {
        Ok(self.has_dead_letter_queue.load(Relaxed))
    }

    async fn send(&self, _: &QueueArn, _: QueueMessage) -> Result<(), DeliveryError> {
        Err(DeliveryError::Refused("a test puts".to_owned()))
    }

    async fn receive(&self, _: &QueueArn, receive: Receive) -> Result<Vec<QueueDelivery>, DeliveryError> {
        self.check()?;
        self.receives.lock().unwrap().push(receive);
        let deadline = Instant::now() + receive.wait;
        loop {
            let changed = self.changed.notified();
            let taken = self.take(receive.at_most, receive.visibility.unwrap_or(self.visibility));
            if !taken.is_empty() || Instant::now() >= deadline {
                return Ok(taken);
            }
            let next = self.messages.lock().unwrap().iter().map(|kept| kept.visible_at).min();
            let next = next.filter(|next| *next > Instant::now()).unwrap_or(deadline).min(deadline);
            let _ = timeout_at(next, changed).await;
        }
    }

    async fn delete(&self, _: &QueueArn, receipt_handles: &[String]) -> Result<(), DeliveryError> {
        self.check()?;
        self.messages.lock().unwrap().retain(|kept| !receipt_handles.contains(&kept.delivery.receipt_handle));
        self.changed.notify_waiters();
        // Others may see what was done before this one hears of it.
        for _ in 0..10 {
            yield_now().await;
        }
        Ok(())
    }

    async fn hide(
        &self,
        _: &QueueArn,
        handles: &[String],
        visibility: Duration,
    ) -> Result<(), DeliveryError> {
        for kept in self.messages.lock().unwrap().iter_mut() {
            if handles.contains(&kept.delivery.receipt_handle) {
                kept.visible_at = Instant::now() + visibility;
            }
        }
        self.changed.notify_waiters();
        Ok(())
    }
}

/// What a function makes of the ids of one batch.
type Behaviour = dyn Fn(&[String]) -> Result<FunctionAnswer, FunctionCallError> + Send + Sync;

/// One function that runs for a while.
pub(crate) struct FakeFunction {
    pub(crate) runs_for: Duration,
    behaviour: Mutex<Arc<Behaviour>>,
    /// The ids of each call that got through, in the order of their beginning.
    pub(crate) batches: Mutex<Vec<Vec<String>>>,
    pub(crate) traces: Mutex<Vec<Option<String>>>,
    running: AtomicU32,
    pub(crate) most_running: AtomicU32,
    /// Calls beyond these are throttled.
    pub(crate) concurrency: AtomicU32,
}

impl FakeFunction {
    pub(crate) fn new(runs_for: Duration) -> Arc<Self> {
        Arc::new(Self {
            runs_for,
            behaviour: Mutex::new(Arc::new(|_| answer("null"))),
            batches: Mutex::default(),
            traces: Mutex::default(),
            running: AtomicU32::new(0),
            most_running: AtomicU32::new(0),
            concurrency: AtomicU32::new(u32::MAX),
        })
    }

    pub(crate) fn behave(
        &self,
        behaviour: impl Fn(&[String]) -> Result<FunctionAnswer, FunctionCallError> + Send + Sync + 'static,
    ) {
        *self.behaviour.lock().unwrap() = Arc::new(behaviour);
    }

    pub(crate) fn seen(&self) -> Vec<Vec<String>> {
        self.batches.lock().unwrap().clone()
    }
}

pub(crate) fn answer(payload: &str) -> Result<FunctionAnswer, FunctionCallError> {
    Ok(FunctionAnswer { payload: Bytes::copy_from_slice(payload.as_bytes()), failed: false })
}

pub(crate) fn failure() -> Result<FunctionAnswer, FunctionCallError> {
    Ok(FunctionAnswer { payload: Bytes::from_static(b"{}"), failed: true })
}

#[async_trait]
impl FunctionService for FakeFunction {
    async fn permits(&self, _: &QualifiedFunctionArn, _: &Origin) -> Result<bool, DeliveryError> {
        Ok(true)
    }

    async fn send(&self, _: &QualifiedFunctionArn, _: FunctionEvent) -> Result<(), DeliveryError> {
        Err(DeliveryError::Refused("a test calls".to_owned()))
    }

    async fn call(
        &self,
        _: &QualifiedFunctionArn,
        call: FunctionCall,
    ) -> Result<FunctionAnswer, FunctionCallError> {
        let running = self.running.fetch_add(1, Relaxed) + 1;
        if running > self.concurrency.load(Relaxed) {
            self.running.fetch_sub(1, Relaxed);
            return Err(FunctionCallError::Throttled);
        }
        self.most_running.fetch_max(running, Relaxed);
        let event: serde_json::Value = serde_json::from_slice(&call.payload).unwrap();
        let records = event["Records"].as_array().unwrap();
        let ids: Vec<String> =
            records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect();
        self.batches.lock().unwrap().push(ids.clone());
        self.traces.lock().unwrap().push(call.trace_header);
        sleep(self.runs_for).await;
        self.running.fetch_sub(1, Relaxed);
        let behaviour = self.behaviour.lock().unwrap().clone();
        behaviour(&ids)
    }
}

/// Mappings in memory, with functions that may run for three seconds.
#[derive(Default)]
pub(crate) struct FakeMappings {
    mappings: Mutex<BTreeMap<EventSourceMappingId, EventSourceMappingRecord>>,
    changed: Notify,
    settled: Notify,
}

impl FakeMappings {
    pub(crate) fn put(&self, mapping: EventSourceMappingRecord) {
        self.mappings.lock().unwrap().insert(mapping.id, mapping);
        self.changed.notify_one();
    }

    pub(crate) fn state(&self, id: EventSourceMappingId) -> Option<MappingState> {
        self.mappings.lock().unwrap().get(&id).map(|mapping| mapping.state)
    }

    /// Waits until nothing is in transition.
    pub(crate) async fn settled(&self) {
        let unsettled = || {
            let mappings = self.mappings.lock().unwrap();
            mappings.values().any(|mapping| crate::reconcile::is_unsettled(mapping.state))
        };
        while unsettled() {
            self.settled.notified().await;
        }
    }
}

#[async_trait]
impl Mappings for FakeMappings {
    async fn all(&self) -> Result<Vec<EventSourceMappingRecord>, StorageError> {
        Ok(self.mappings.lock().unwrap().values().cloned().collect())
    }

    async fn changed(&self) {
        self.changed.notified().await;
    }

    async fn settle(&self, mapping: &EventSourceMappingRecord) -> Result<(), StorageError> {
        let mut mappings = self.mappings.lock().unwrap();
        let state = match mapping.state {
            MappingState::Disabling | MappingState::Updating { enabled: false } => MappingState::Disabled,
            _ => MappingState::Enabled,
        };
        match mapping.state {
            MappingState::Deleting => drop(mappings.remove(&mapping.id)),
            _ => drop(mappings.insert(mapping.id, EventSourceMappingRecord { state, ..mapping.clone() })),
        }
        self.settled.notify_one();
        Ok(())
    }

    async fn timeout(&self, _: &QualifiedFunctionArn) -> Result<Option<Duration>, StorageError> {
        Ok(Some(Duration::from_secs(3)))
    }
}
