use std::pin::pin;
use std::time::Duration;

use hob_storage::{FunctionRecord, StorageError};
use tokio::time::{Instant, timeout_at};

use super::functions::Functions;
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
    /// The function as it is at this moment.
    pub(super) async fn get(&self, target: &Target) -> Result<FunctionRecord, GetFunctionError> {
        let found = if target.is_latest() { self.store.get(&target.function).await? } else { None };
        found.ok_or_else(|| GetFunctionError::NotFound(target.arn()))
    }

    /// The function, settled unless that takes long.
    pub(crate) async fn get_settled(&self, target: &Target) -> Result<FunctionRecord, GetFunctionError> {
        let patience = Instant::now() + PATIENCE;
        loop {
            // Listens before it looks, so that no end is missed in between.
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            let function = self.get(target).await?;
            if !function.is_unsettled() || timeout_at(patience, ended).await.is_err() {
                return Ok(function);
            }
        }
    }
}
