use std::pin::pin;
use std::time::Duration;

use hob_storage::{FunctionRecord, StorageError};
use tokio::time::{Instant, timeout_at};

use super::functions::Functions;
use super::lookup::Found;
use super::target::Target;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GetFunctionError {
    /// As the caller named it.
    #[error("{0} does not exist")]
    NotFound(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// How long one who asks waits for what is about to be settled. It takes milliseconds, but an SDK's waiter that
/// comes too early sleeps for 1 to 5 seconds.
const PATIENCE: Duration = Duration::from_secs(1);

impl Functions {
    /// The function's `$LATEST` as it is at this moment; other versions do not change.
    pub(crate) async fn get_latest(&self, target: &Target) -> Result<FunctionRecord, GetFunctionError> {
        let found = if target.is_latest() { self.store.get(&target.function).await? } else { None };
        found.ok_or_else(|| GetFunctionError::NotFound(target.arn()))
    }

    /// What the target names, settled unless that takes long.
    pub(crate) async fn get_settled(&self, target: &Target) -> Result<Found, GetFunctionError> {
        let patience = Instant::now() + PATIENCE;
        loop {
            // Listens before it looks, so that no end is missed in between.
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            let found = self.existing(target).await?;
            if !found.is_unsettled() || timeout_at(patience, ended).await.is_err() {
                return Ok(found);
            }
        }
    }
}
