//! Makes versions ready that were published: ends what [`publish`](Functions::publish) and its like began.

use std::sync::Arc;

use hob_invoke::{Snapshot, SnapshotError};
use hob_storage::{
    Changed, FunctionChange, FunctionRecord, FunctionState, SnapStart, StorageError, VersionRecord,
};
use hob_types::{FunctionArn, Version};

use crate::function::{Failure, Found, Functions, StorePackageError};

/// With this type the invoker says that an init took longer than it may.
const TIMED_OUT: &str = "Sandbox.Timedout";

impl Functions {
    /// Of a version that is Pending. Nothing happens if it has gone meanwhile.
    pub(crate) async fn settle_version(
        &self,
        arn: &FunctionArn,
        version: VersionRecord,
    ) -> Result<(), StorageError> {
        let Some(function) = self.store.get(arn).await? else { return Ok(()) };
        let settled = match self.prepare_version(function, &version).await? {
            Ok(optimized) => VersionRecord { state: FunctionState::Active, optimized, ..version },
            Err(Failure { code, reason }) => {
                VersionRecord { state: FunctionState::Failed { code: code.to_owned(), reason }, ..version }
            }
        };
        if !self.replace_version(arn, &settled).await? {
            return Ok(());
        }
        self.runnable.forget(arn);
        // So that the first invocation asks no store. Whatever prevents it will be met, and told, there.
        if let Ok(version) = self.load_version(arn, Version::Published(settled.number)).await {
            self.invoker.anticipate(&version);
        }
        self.ended.notify_waiters();
        Ok(())
    }

    /// Whether the version will start from a snapshot.
    async fn prepare_version(
        &self,
        function: FunctionRecord,
        version: &VersionRecord,
    ) -> Result<Result<bool, Failure>, StorageError> {
        if let Err(failure) = self.make_ready(&version.code, &version.configuration).await? {
            return Ok(Err(failure));
        }
        if version.configuration.snap_start == SnapStart::None {
            return Ok(Ok(false));
        }
        let found = Found { function: Arc::new(function), version: Some(version.clone()) };
        match self.assemble(&found).await {
            Ok(version) => Ok(snapshot_outcome(self.invoker.take_snapshot(&version).await)),
            Err(StorePackageError::Storage(error)) => Err(error),
            Err(error @ (StorePackageError::Package(_) | StorePackageError::Signature(_))) => {
                Ok(Err(Failure { code: "InvalidZipFileException", reason: error.to_string() }))
            }
        }
    }

    /// `false`: the version has gone meanwhile, or is settled already.
    async fn replace_version(
        &self,
        arn: &FunctionArn,
        settled: &VersionRecord,
    ) -> Result<bool, StorageError> {
        loop {
            let Some(function) = self.store.get(arn).await? else { return Ok(false) };
            let current = self.version(arn, settled.number).await?;
            if current.is_none_or(|current| current.state != FunctionState::Pending) {
                return Ok(false);
            }
            let change = FunctionChange::of(function).put(settled.clone());
            if self.store.change(change).await? == Changed::Done {
                return Ok(true);
            }
        }
    }
}

/// Where no snapshot can be made, the version starts as any other, and says so. One whose init fails is of no use.
fn snapshot_outcome(outcome: Result<Snapshot, SnapshotError>) -> Result<bool, Failure> {
    match outcome {
        Ok(Snapshot::Taken) => Ok(true),
        Ok(Snapshot::NotPossible(reason)) => {
            tracing::info!(%reason, "a version has no snapshot");
            Ok(false)
        }
        Err(SnapshotError::Function { error_type, message }) => {
            let code = if error_type == TIMED_OUT { "FunctionError.InitTimeout" } else { "FunctionError" };
            Err(Failure { code, reason: format!("{error_type}: {message}") })
        }
        Err(SnapshotError::Service(error)) => {
            tracing::error!(%error, "a version's snapshot failed; it starts without one");
            Ok(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_optimized_ordinary_or_failed() {
        assert_eq!(snapshot_outcome(Ok(Snapshot::Taken)), Ok(true));
        assert_eq!(snapshot_outcome(Ok(Snapshot::NotPossible("Node.js".to_owned()))), Ok(false));
        let failed = |error_type: &str| {
            let error =
                SnapshotError::Function { error_type: error_type.to_owned(), message: "no".to_owned() };
            snapshot_outcome(Err(error)).unwrap_err().code
        };
        assert_eq!(failed("ValueError"), "FunctionError");
        assert_eq!(failed(TIMED_OUT), "FunctionError.InitTimeout");
    }
}
