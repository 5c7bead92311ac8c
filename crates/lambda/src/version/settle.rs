//! Makes versions ready that were published: ends what [`publish`](Functions::publish) and its like began.

use hob_storage::{Changed, FunctionChange, FunctionState, StorageError, VersionRecord};
use hob_types::{FunctionArn, Version};

use crate::function::{Failure, Functions};

impl Functions {
    /// Of a version that is Pending. Nothing happens if it has gone meanwhile.
    pub(crate) async fn settle_version(
        &self,
        arn: &FunctionArn,
        version: VersionRecord,
    ) -> Result<(), StorageError> {
        let settled = match self.make_ready(&version.code, &version.configuration).await? {
            Ok(()) => VersionRecord { state: FunctionState::Active, ..version },
            Err(Failure { code, reason }) => {
                VersionRecord { state: FunctionState::Failed { code: code.to_owned(), reason }, ..version }
            }
        };
        loop {
            let Some(function) = self.store.get(arn).await? else { return Ok(()) };
            let current = self.version(arn, settled.number).await?;
            if current.is_none_or(|current| current.state != FunctionState::Pending) {
                return Ok(());
            }
            let change = FunctionChange::of(function).put(settled.clone());
            if self.store.change(change).await? == Changed::Done {
                break;
            }
        }
        self.runnable.forget(arn);
        // So that the first invocation asks no store. Whatever prevents it will be met, and told, there.
        if let Ok(version) = self.load_version(arn, Version::Published(settled.number)).await {
            self.invoker.anticipate(&version);
        }
        self.ended.notify_waiters();
        Ok(())
    }
}
