//! The owner of the environments' tasks.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

/// Tasks of all shards. Each runs on the shard that spawned it.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<JoinSet<()>>);

impl Tasks {
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Forget those that have ended meanwhile.
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a task has failed");
            }
        }
        tasks.spawn(task);
    }

    /// Ends all, whatever they are doing.
    pub(crate) async fn abort(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }

    /// Waits until all have ended, for at most `patience`; then aborts the rest.
    pub(crate) async fn join(&self, patience: Duration) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!(left = tasks.len(), "environments did not end in time and are given up");
            tasks.shutdown().await;
        }
    }
}
