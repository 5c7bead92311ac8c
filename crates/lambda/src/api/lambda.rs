use std::sync::Arc;
use std::time::Duration;

use hob_delivery::{FunctionService, Neighbours};
use hob_invoke::Invoker;
use hob_storage::{
    CodeStore, EventSourceMappingRecord, EventStore, FunctionStore, Owner, ResourceStore, StorageError,
};
use hob_types::{Clock, QualifiedFunctionArn, Random};
use hob_wire::{RawRoute, RequestContext, Service};

use super::code_url::CodeUrls;
use super::download::CodeRoute;
use super::marker::Markers;
use super::shapes;
use crate::event::Events;
use crate::function::{Collaborators, Functions, Limits, Packages, Target, TargetError};
use crate::mapping::EventSourceMappings;
use crate::signing::SigningProfiles;

/// What the service is made of.
pub struct LambdaOptions {
    pub functions: Arc<dyn FunctionStore>,
    pub resources: Arc<dyn ResourceStore>,
    pub code: Arc<dyn CodeStore>,
    pub events: Arc<dyn EventStore>,
    pub invoker: Arc<dyn Invoker>,
    /// The services that functions deal with.
    pub neighbours: Arc<Neighbours>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    /// The concurrency is the invoker's.
    pub limits: Limits,
    /// Whose signatures can be checked.
    pub signing_profiles: SigningProfiles,
    /// Signs what clients carry back to the server: download URLs and markers. Anew for each start will do.
    pub secret: [u8; 32],
}

/// The Lambda service of one server, for all accounts and regions.
pub struct Lambda {
    pub(super) functions: Arc<Functions>,
    pub(super) mappings: Arc<EventSourceMappings>,
    pub(super) events: Arc<Events>,
    pub(super) code_urls: CodeUrls,
    pub(super) markers: Markers,
}

impl Lambda {
    pub fn new(options: LambdaOptions) -> Arc<Self> {
        let LambdaOptions {
            functions,
            resources,
            code,
            events,
            invoker,
            neighbours,
            clock,
            random,
            limits,
            signing_profiles,
            secret,
        } = options;
        let packages = Packages::new(code, Arc::clone(&clock), signing_profiles);
        let functions = Arc::new(Functions::new(Collaborators {
            store: functions,
            resources,
            packages,
            invoker,
            neighbours,
            clock: Arc::clone(&clock),
            random,
            limits,
        }));
        Arc::new(Self {
            mappings: Arc::new(EventSourceMappings::new(Arc::clone(&functions))),
            events: Arc::new(Events::new(Arc::clone(&functions), events)),
            functions,
            code_urls: CodeUrls::new(&secret, clock),
            markers: Markers::new(&secret),
        })
    }

    /// Tells the invoker what limits functions have, and what is provisioned of them. To be awaited before anything is invoked.
    pub async fn restore(&self) -> Result<(), StorageError> {
        self.functions.restore_reservations().await?;
        self.functions.restore_provisioned().await
    }

    /// Answers the operations of the API.
    pub fn service(self: &Arc<Self>) -> impl Service + use<> {
        shapes::service(Arc::clone(self))
    }

    /// Answers what the URLs in GetFunction's `Code.Location` ask for.
    pub fn code_route(self: &Arc<Self>) -> impl RawRoute + use<> {
        CodeRoute(Arc::clone(self))
    }

    /// Brings what was created or updated to its end, also what a crash interrupted, and removes packages that
    /// no function needs any more. Never returns; without it functions stay Pending. Dropping it at any time loses nothing.
    pub async fn run(self: Arc<Self>) {
        Arc::clone(&self.functions).keep_settling().await;
    }

    /// What the services around it see of it.
    pub fn function_service(&self) -> &Arc<impl FunctionService + use<>> {
        &self.events
    }

    /// Runs functions for the events that were accepted, and hands over what comes of them, until
    /// [`stop_events`](Self::stop_events) is called and those that run have ended. Dropping it at any time loses nothing:
    /// what ran then runs again.
    pub async fn run_events(self: Arc<Self>) {
        Arc::clone(&self.events).run().await;
    }

    /// Begins with no further event. Those that are accepted from now on run after the next start.
    pub fn stop_events(&self) {
        self.events.stop();
    }

    /// Every event source mapping of every account and region, for whoever polls for them.
    pub async fn mappings(&self) -> Result<Vec<EventSourceMappingRecord>, StorageError> {
        self.mappings.all().await
    }

    /// Returns when an event source mapping may have changed since this was called before.
    pub async fn mappings_changed(&self) {
        self.mappings.changed().await;
    }

    /// What was begun with an event source mapping has come to its end: it is polled for as it says, or not any more.
    /// Until this is called it stays Creating, Updating, Deleting and so on. Does nothing if the mapping has changed
    /// meanwhile.
    pub async fn settle_mapping(&self, mapping: &EventSourceMappingRecord) -> Result<(), StorageError> {
        self.mappings.settle(mapping).await
    }

    /// How long a function may run. `None`: there is no such function.
    pub async fn function_timeout(
        &self,
        function: &QualifiedFunctionArn,
    ) -> Result<Option<Duration>, StorageError> {
        self.mappings.timeout(&function.into()).await
    }

    pub(super) fn owner(context: &RequestContext) -> Owner {
        Owner::new(&context.account, &context.region)
    }

    pub(super) fn target(
        context: &RequestContext,
        name: Option<&str>,
        qualifier: Option<&str>,
    ) -> Result<Target, TargetError> {
        Target::resolve(&context.region, &context.account, name.unwrap_or_default(), qualifier)
    }
}
