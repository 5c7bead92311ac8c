use std::collections::HashSet;
use std::sync::Arc;

use hob_invoke::Invoker;
use hob_storage::FunctionStore;
use hob_types::{Clock, FunctionArn, Random, RevisionId};
use tokio::sync::{Mutex, Notify};

use super::packages::Packages;
use super::runnable::RunnableVersions;

/// All functions of all accounts and regions, and what the operations on them need.
pub(crate) struct Functions {
    pub(super) store: Arc<dyn FunctionStore>,
    pub(super) packages: Packages,
    pub(super) invoker: Arc<dyn Invoker>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) runnable: RunnableVersions,
    /// Invocations of an account in a region that may run at once.
    pub(super) concurrency_limit: u32,
    /// Held while a reservation changes.
    pub(super) reserving: Mutex<()>,
    /// Functions whose reservation has changed, or may have, without the invoker's knowledge.
    pub(super) unsettled_reservations: std::sync::Mutex<HashSet<FunctionArn>>,
    /// Something was begun, for [`keep_settling`](Self::keep_settling) to end.
    pub(super) begun: Notify,
    /// Something came to its end.
    pub(super) ended: Notify,
}

impl Functions {
    pub(crate) fn new(
        store: Arc<dyn FunctionStore>,
        packages: Packages,
        invoker: Arc<dyn Invoker>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        concurrency_limit: u32,
    ) -> Self {
        Self {
            store,
            packages,
            invoker,
            clock,
            random,
            runnable: RunnableVersions::default(),
            concurrency_limit,
            reserving: Mutex::new(()),
            unsettled_reservations: std::sync::Mutex::default(),
            begun: Notify::new(),
            ended: Notify::new(),
        }
    }

    pub(super) fn new_revision(&self) -> RevisionId {
        RevisionId::random(&*self.random)
    }

    pub(crate) fn packages(&self) -> &Packages {
        &self.packages
    }
}
