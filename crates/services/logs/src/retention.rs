use std::sync::Arc;
use std::time::Duration;

use hob_storage::{LogStore, StorageError};
use hob_types::{Clock, Timestamp};

/// How long the sweeper rests when nothing is left to remove.
const REST: Duration = Duration::from_secs(60);
/// How many events it removes in one transaction, so that writers need not wait for long.
const EVENTS_PER_STEP: usize = 1000;

/// Events before this moment are older than the retention.
pub(crate) fn retention_start(now: Timestamp, days: u32) -> Timestamp {
    const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;
    Timestamp::from_millis(now.as_millis() - i64::from(days) * MILLIS_PER_DAY)
}

/// Removes what is older than its group's retention and what deleted streams left behind, until dropped.
pub async fn sweep(store: Arc<dyn LogStore>, clock: Arc<dyn Clock>) {
    loop {
        match store.sweep(clock.now(), EVENTS_PER_STEP).await {
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                log_failure(&error);
                tokio::time::sleep(REST).await;
            }
        }
    }
}

fn log_failure(error: &StorageError) {
    tracing::warn!(%error, "expired log events could not be removed; trying again in a minute");
}
