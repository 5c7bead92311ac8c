//! Ends what creations and updates began: a reconciler that compares what is unsettled with what is ready. A
//! crash, a lost nudge and a restart are all its ordinary path.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{
    Changed, CodeRecord, FunctionChange, FunctionConfiguration, FunctionRecord, Part as _, StorageError,
    VersionRecord,
};
use hob_types::{FunctionArn, RevisionId, Version};
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

enum Unsettled {
    Function(Box<FunctionRecord>),
    Version(FunctionArn, Box<VersionRecord>),
}

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
                    self.settle_provisioned().await;
                }
                _ = garbage.tick() => self.remove_garbage().await,
            }
        }
    }

    /// What [`keep_settling`](Self::keep_settling) would do now.
    #[cfg(test)]
    pub(crate) async fn settle_now(&self) {
        for function in self.store.unsettled().await.unwrap() {
            self.settle_function(function).await.unwrap();
        }
        for (arn, part) in self.store.unsettled_versions().await.unwrap() {
            self.settle_version(&arn, VersionRecord::of(part).unwrap()).await.unwrap();
        }
    }

    async fn settle_all(
        self: &Arc<Self>,
        settling: &mut JoinSet<RevisionId>,
        in_hand: &mut HashSet<RevisionId>,
    ) {
        let (functions, versions) =
            match (self.store.unsettled().await, self.store.unsettled_versions().await) {
                (Ok(functions), Ok(versions)) => (functions, versions),
                (Err(error), _) | (_, Err(error)) => {
                    return tracing::error!(%error, "unsettled functions cannot be read");
                }
            };
        let versions = versions.into_iter().filter_map(|(arn, part)| Some((arn, VersionRecord::of(part)?)));
        for function in functions {
            if in_hand.insert(function.revision) {
                settling.spawn(Arc::clone(self).settle(Unsettled::Function(Box::new(function))));
            }
        }
        for (arn, version) in versions {
            if in_hand.insert(version.revision) {
                settling.spawn(Arc::clone(self).settle(Unsettled::Version(arn, Box::new(version))));
            }
        }
    }

    async fn settle(self: Arc<Self>, unsettled: Unsettled) -> RevisionId {
        let (begun, settled) = match unsettled {
            Unsettled::Function(function) => (function.revision, self.settle_function(*function).await),
            Unsettled::Version(arn, version) => (version.revision, self.settle_version(&arn, *version).await),
        };
        if let Err(error) = settled {
            tracing::error!(%error, "a function could not be settled; trying again later");
        }
        begun
    }

    async fn settle_function(&self, function: FunctionRecord) -> Result<(), StorageError> {
        let outcome = self.make_ready(&function.code, &function.configuration).await?;
        let (arn, begun, revision) = (function.arn.clone(), function.revision, self.new_revision());
        // Until here invocations ran the old code; whoever sees the update's success must get the new.
        self.runnable.forget(&arn);
        if !self.replace_settled(&arn, begun, outcome, revision).await? {
            return Ok(());
        }
        self.runnable.forget(&arn);
        // So that the first invocation asks no store. Whatever prevents it will be met, and told, there.
        if let Ok(version) = self.load_version(&arn, Version::Latest).await {
            self.invoker.anticipate(&version);
        }
        self.ended.notify_waiters();
        self.invoker.retire(&arn, Some(Version::Latest), Some(revision));
        Ok(())
    }

    /// `false`: something else has begun or ended meanwhile.
    async fn replace_settled(
        &self,
        arn: &FunctionArn,
        begun: RevisionId,
        outcome: Result<(), Failure>,
        revision: RevisionId,
    ) -> Result<bool, StorageError> {
        loop {
            let Some(current) = self.store.get(arn).await?.filter(|now| now.revision == begun) else {
                return Ok(false);
            };
            let Some(settled) = settle(current, outcome.clone(), revision) else { return Ok(false) };
            match self.store.change(FunctionChange::of(settled)).await? {
                Changed::Done => return Ok(true),
                Changed::Stale | Changed::ConcurrencyExceeded => {}
            }
        }
    }

    /// Unpacks what a version runs, where it is not there yet.
    pub(crate) async fn make_ready(
        &self,
        code: &CodeRecord,
        configuration: &FunctionConfiguration,
    ) -> Result<Result<(), Failure>, StorageError> {
        let layers = configuration.layers.iter().map(|layer| &layer.code);
        for package in layers.chain([code]) {
            match self.packages.tree(package.sha256).await {
                Ok(_) => {}
                Err(StorePackageError::Storage(error)) => return Err(error),
                Err(error @ (StorePackageError::Package(_) | StorePackageError::Signature(_))) => {
                    let reason = error.to_string();
                    return Ok(Err(Failure { code: "InvalidZipFileException", reason }));
                }
            }
        }
        Ok(Ok(()))
    }

    async fn remove_garbage(&self) {
        if let Err(error) = self.packages.remove_garbage(&*self.store).await {
            tracing::error!(%error, "packages that no function needs cannot be removed");
        }
    }
}
