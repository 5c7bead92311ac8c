use std::sync::Arc;

use hob_storage::LogStore;
use hob_types::{Clock, Timestamp};

/// The rules of CloudWatch Logs over a store.
pub struct Logs {
    pub(crate) store: Arc<dyn LogStore>,
    clock: Arc<dyn Clock>,
}

impl Logs {
    pub fn new(store: Arc<dyn LogStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
