//! Ends what creations and updates began: a reconciler that compares what is unsettled with what is ready. A
//! crash, a lost nudge and a restart are all its ordinary path.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{FunctionRecord, StorageError};
use hob_types::{RevisionId, Version};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::functions::Functions;
use super::lifecycle::{Failure, settle};
use super::packages::StorePackageError;

/// How soon what failed for a passing reason is tried again, and what nobody told of is found: a client may hang
/// up while its function is being stored.
const RETRY_PERIOD: Duration = Duration::from_secs(5);

/// How often packages that no function needs are looked for.
const GARBAGE_PERIOD: Duration = Duration::from_secs(600);

impl Functions {
    /// Settles functions and removes packages that none needs any more, for as long as it is polled.
    pub(crate) async fn keep_settling(self: Arc<Self>) {
        let mut settling: JoinSet<RevisionId> = JoinSet::new();
        let mut in_hand = HashSet::new();
        let (mut retry, mut garbage) = (interval(RETRY_PERIOD), interval(GARBAGE_PERIOD));
        for period in [&mut retry, &mut garbage] {
            period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            tokio::select! {
                () = self.begun.notified() => self.settle_all(&mut settling, &mut in_hand).await,
                Some(settled) = settling.join_next() => match settled {
                    Ok(revision) => { in_hand.remove(&revision); }
                    Err(error) => tracing::error!(%error, "settling a function failed"),
                },
                _ = retry.tick() => {
                    self.settle_all(&mut settling, &mut in_hand).await;
                    if let Err(error) = self.settle_reservations().await {
                        tracing::error!(%error, "reserved concurrency cannot be read; trying again later");
                    }
                }
                _ = garbage.tick() => self.remove_garbage().await,
            }
        }
    }

    /// What [`keep_settling`](Self::keep_settling) would do now.
    #[cfg(test)]
    pub(crate) async fn settle_now(&self) {
        for function in self.store.unsettled().await.unwrap() {
            self.try_settle(function).await.unwrap();
        }
    }

    async fn settle_all(
        self: &Arc<Self>,
        settling: &mut JoinSet<RevisionId>,
        in_hand: &mut HashSet<RevisionId>,
    ) {
        let unsettled = match self.store.unsettled().await {
            Ok(unsettled) => unsettled,
            Err(error) => return tracing::error!(%error, "unsettled functions cannot be read"),
        };
        for function in unsettled {
            if in_hand.insert(function.revision) {
                settling.spawn(Arc::clone(self).settle(function));
            }
        }
    }

    async fn settle(self: Arc<Self>, function: FunctionRecord) -> RevisionId {
        let begun = function.revision;
        if let Err(error) = self.try_settle(function).await {
            tracing::error!(%error, "a function could not be settled; trying again later");
        }
        begun
    }

    async fn try_settle(&self, function: FunctionRecord) -> Result<(), StorageError> {
        let outcome = match self.packages.tree(function.code.sha256).await {
            Ok(_) => Ok(()),
            Err(StorePackageError::Storage(error)) => return Err(error),
            Err(StorePackageError::Package(error)) => {
                Err(Failure { code: "InvalidZipFileException", reason: error.to_string() })
            }
        };
        let begun = function.revision;
        let Some(settled) = settle(function, outcome, self.new_revision()) else { return Ok(()) };
        let (arn, revision) = (settled.arn.clone(), settled.revision);
        // Until here invocations ran the old code; whoever sees the update's success must get the new.
        self.runnable.forget(&arn);
        if self.store.replace(begun, settled).await? {
            self.runnable.forget(&arn);
            // So that the first invocation asks no store. Whatever prevents it will be met, and told, there.
            if let Ok(version) = self.load_version(&arn).await {
                self.invoker.anticipate(&version);
            }
            self.ended.notify_waiters();
            self.invoker.retire(&arn, Some(Version::Latest), Some(revision));
        }
        Ok(())
    }

    async fn remove_garbage(&self) {
        if let Err(error) = self.packages.remove_garbage(&*self.store).await {
            tracing::error!(%error, "packages that no function needs cannot be removed");
        }
    }
}
