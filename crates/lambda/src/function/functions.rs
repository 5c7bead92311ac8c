use std::collections::HashSet;
use std::sync::Arc;

use hob_delivery::Neighbours;
use hob_invoke::Invoker;
use hob_storage::{FunctionStore, ResourceStore};
use hob_types::{Clock, FunctionArn, Random, RevisionId};
use tokio::sync::{Mutex, Notify, RwLock};

use super::packages::Packages;
use super::runnable::RunnableVersions;
use crate::provisioned::Telling;

/// All functions of all accounts and regions, and what the operations on them need.
pub(crate) struct Functions {
    pub(crate) store: Arc<dyn FunctionStore>,
    pub(crate) resources: Arc<dyn ResourceStore>,
    pub(crate) packages: Packages,
    pub(crate) invoker: Arc<dyn Invoker>,
    /// Queues, topics and buckets.
    pub(crate) neighbours: Arc<Neighbours>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) runnable: RunnableVersions,
    pub(crate) limits: Limits,
    /// Held while a reservation changes.
    pub(crate) reserving: Mutex<()>,
    /// Held for writing while a code signing configuration is deleted, and for reading from when one is looked up
    /// until a function refers to it.
    pub(crate) attaching: RwLock<()>,
    /// Functions whose reservation has changed, or may have, without the invoker's knowledge.
    pub(crate) unsettled_reservations: std::sync::Mutex<HashSet<FunctionArn>>,
    pub(crate) telling: Telling,
    /// Something was begun, for [`keep_settling`](Self::keep_settling) to end.
    pub(crate) begun: Notify,
    /// Something came to its end.
    pub(crate) ended: Notify,
}

/// What the rules work with.
pub(crate) struct Collaborators {
    pub(crate) store: Arc<dyn FunctionStore>,
    pub(crate) resources: Arc<dyn ResourceStore>,
    pub(crate) packages: Packages,
    pub(crate) invoker: Arc<dyn Invoker>,
    pub(crate) neighbours: Arc<Neighbours>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) limits: Limits,
}

/// What an account may have in a region.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Invocations that may run at once.
    pub concurrency: u32,
    /// The sum of all packages of functions, versions and layers, in bytes.
    pub code_storage: u64,
}

impl Limits {
    /// AWS's 75 GB of packages. Source: Lambda quotas.
    pub const CODE_STORAGE: u64 = 80_530_636_800;
}

impl Functions {
    pub(crate) fn new(collaborators: Collaborators) -> Self {
        let Collaborators { store, resources, packages, invoker, neighbours, clock, random, limits } =
            collaborators;
        Self {
            store,
            resources,
            packages,
            invoker,
            neighbours,
            clock,
            random,
            runnable: RunnableVersions::default(),
            limits,
            reserving: Mutex::new(()),
            attaching: RwLock::new(()),
            unsettled_reservations: std::sync::Mutex::default(),
            telling: Telling::default(),
            begun: Notify::new(),
            ended: Notify::new(),
        }
    }

    pub(crate) fn new_revision(&self) -> RevisionId {
        RevisionId::random(&*self.random)
    }

    pub(crate) fn packages(&self) -> &Packages {
        &self.packages
    }
}
