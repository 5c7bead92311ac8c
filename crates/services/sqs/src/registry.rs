use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use hob_storage::{Arrivals, QueueId, QueueRecord};
use hob_types::{Clock, QueueArn, Timestamp};

use crate::line::Line;
use crate::queue::Queue;

/// All queues, as the store has them.
pub(crate) struct Registry {
    clock: Arc<dyn Clock>,
    queues: RwLock<Queues>,
}

#[derive(Default)]
struct Queues {
    by_arn: HashMap<QueueArn, Arc<Queue>>,
    lines: HashMap<QueueId, Arc<Line>>,
}

impl Registry {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, queues: RwLock::default() }
    }

    pub(crate) fn get(&self, queue: &QueueArn) -> Option<Arc<Queue>> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner).by_arn.get(queue).cloned()
    }

    /// In no order.
    pub(crate) fn all(&self) -> Vec<Arc<Queue>> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner).by_arn.values().cloned().collect()
    }

    /// A new queue, or what a queue has become.
    pub(crate) fn put(&self, record: QueueRecord) {
        let mut queues = self.queues.write().unwrap_or_else(PoisonError::into_inner);
        let new_line = || Arc::new(Line::new(self.clock.clone()));
        let line = queues.lines.entry(record.id).or_insert_with(new_line).clone();
        queues.by_arn.insert(record.arn.clone(), Arc::new(Queue { record, line }));
    }

    pub(crate) fn remove(&self, queue: &QueueRecord) {
        let mut queues = self.queues.write().unwrap_or_else(PoisonError::into_inner);
        queues.by_arn.remove(&queue.arn);
        if let Some(line) = queues.lines.remove(&queue.id) {
            line.call_all();
        }
    }

    fn line(&self, queue: QueueId) -> Option<Arc<Line>> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner).lines.get(&queue).cloned()
    }
}

impl Arrivals for Registry {
    fn arrived(&self, queue: QueueId, at: Timestamp, messages: usize) {
        if let Some(line) = self.line(queue) {
            line.arrived(at, messages);
        }
    }

    fn drained(&self, queue: QueueId, until: Option<Timestamp>) {
        if let Some(line) = self.line(queue) {
            line.drained(until);
        }
    }
}
