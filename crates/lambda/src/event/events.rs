use std::sync::Arc;
use std::time::Duration;

use hob_storage::{EventStore, StorageError};
use tokio::sync::watch;
use tokio::time::sleep;

use super::arrivals::Arrivals;
use crate::function::Functions;

/// How soon the store is tried again, as when the disk was full.
const STORE_RETRY: Duration = Duration::from_secs(1);

/// The events of all functions.
pub(crate) struct Events {
    pub(super) functions: Arc<Functions>,
    pub(super) store: Arc<dyn EventStore>,
    pub(super) arrivals: Arrivals,
    stopping: watch::Sender<bool>,
}

impl Events {
    pub(crate) fn new(functions: Arc<Functions>, store: Arc<dyn EventStore>) -> Self {
        Self { functions, store, arrivals: Arrivals::default(), stopping: watch::Sender::new(false) }
    }

    /// No function runs for an event any more; what runs goes on. Events are still accepted.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Does this until it works, however long the disk is full. `None`: it cannot before the next start, when the event is
    /// found as it is.
    pub(super) async fn insist<T, F>(&self, work: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, StorageError>>,
    {
        loop {
            match work().await {
                Ok(done) => return Some(done),
                Err(StorageError::Closed(_)) => return None,
                Err(error) => {
                    tracing::error!(%error, "what became of an event cannot be stored; trying again")
                }
            }
            if self.is_stopping() {
                return None;
            }
            sleep(STORE_RETRY).await;
        }
    }
}
