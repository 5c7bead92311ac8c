use hob_delivery::DeliveryError;
use hob_storage::{
    Changed, EventInvokeRecord, FunctionChange, FunctionRecord, Part as _, PartKind, StorageError,
};
use hob_types::{FunctionArn, QualifiedFunctionArn, Qualifier};

use super::destination::{Destination, InvalidDestination};
use super::{Destinations, EventInvokeSettings};
use crate::function::{Functions, Target};
use crate::page::{Page, Wanted};

#[derive(Debug, thiserror::Error)]
pub(crate) enum EventInvokeError {
    #[error("what the settings are for does not exist")]
    NoFunction,
    /// Always with a qualifier, as AWS says it.
    #[error("{0} has no settings")]
    NotFound(String),
    #[error("nothing is set")]
    Empty,
    #[error("a service of {0:?} takes no results, or not these")]
    Unsupported(Destinations),
    #[error("{0} does not exist")]
    NoDestination(String),
    #[error("there is no event bus")]
    EventBus,
    #[error("the function is its own destination")]
    Itself,
    #[error(transparent)]
    Neighbour(#[from] DeliveryError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// In place of all that was set before.
    pub(crate) async fn put_event_invoke(
        &self,
        target: &Target,
        settings: EventInvokeSettings,
    ) -> Result<EventInvokeRecord, EventInvokeError> {
        if settings.is_empty() {
            return Err(EventInvokeError::Empty);
        }
        loop {
            let (function, qualifier) = self.event_invoke_target(target).await?;
            let record = EventInvokeRecord {
                qualifier,
                last_modified: self.clock.now(),
                maximum_retry_attempts: None,
                maximum_event_age: None,
                on_success: None,
                on_failure: None,
            };
            if let Some(done) = self.set_event_invoke(function, record, settings.clone()).await? {
                return Ok(done);
            }
        }
    }

    /// What is not given stays as it is.
    pub(crate) async fn update_event_invoke(
        &self,
        target: &Target,
        settings: EventInvokeSettings,
    ) -> Result<EventInvokeRecord, EventInvokeError> {
        if settings.is_empty() {
            return Err(EventInvokeError::Empty);
        }
        loop {
            let (function, _) = self.event_invoke_target(target).await?;
            let mut record = self.get_event_invoke(target).await?;
            record.last_modified = self.clock.now();
            if let Some(done) = self.set_event_invoke(function, record, settings.clone()).await? {
                return Ok(done);
            }
        }
    }

    pub(crate) async fn get_event_invoke(
        &self,
        target: &Target,
    ) -> Result<EventInvokeRecord, EventInvokeError> {
        let record = match target.parsed_qualifier() {
            Some(qualifier) => self.part(&target.function, &qualifier.to_string()).await?,
            None => None,
        };
        record.ok_or_else(|| EventInvokeError::NotFound(target.qualified_arn()))
    }

    pub(crate) async fn delete_event_invoke(&self, target: &Target) -> Result<(), EventInvokeError> {
        loop {
            let function = self.store.get(&target.function).await?;
            let function = function.ok_or_else(|| EventInvokeError::NotFound(target.qualified_arn()))?;
            let record = self.get_event_invoke(target).await?;
            let change = FunctionChange::of(function).remove(PartKind::EventInvoke, record.name());
            if self.store.change(change).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    /// By qualifier: `$LATEST`, versions, aliases.
    pub(crate) async fn list_event_invokes(
        &self,
        function: &FunctionArn,
        wanted: &Wanted,
    ) -> Result<Page<EventInvokeRecord>, EventInvokeError> {
        self.store.get(function).await?.ok_or(EventInvokeError::NoFunction)?;
        Ok(self.parts_page(function, wanted).await?)
    }

    async fn event_invoke_target(
        &self,
        target: &Target,
    ) -> Result<(FunctionRecord, Qualifier), EventInvokeError> {
        let found = self.find(target).await?.ok_or(EventInvokeError::NoFunction)?;
        let qualifier = target.parsed_qualifier().ok_or(EventInvokeError::NoFunction)?;
        Ok((FunctionRecord::clone(&found.function), qualifier))
    }

    /// `None`: the function has changed meanwhile, and nothing happened.
    async fn set_event_invoke(
        &self,
        function: FunctionRecord,
        mut record: EventInvokeRecord,
        settings: EventInvokeSettings,
    ) -> Result<Option<EventInvokeRecord>, EventInvokeError> {
        if let Some(destinations) = &settings.destinations {
            self.check_destinations(&function.arn, destinations).await?;
        }
        settings.apply(&mut record);
        let done = self.store.change(FunctionChange::of(function).put(record.clone())).await?;
        Ok((done == Changed::Done).then_some(record))
    }

    async fn check_destinations(
        &self,
        function: &FunctionArn,
        destinations: &Destinations,
    ) -> Result<(), EventInvokeError> {
        let Destinations { on_success, on_failure } = destinations;
        for (arn, takes_buckets) in [(on_failure, true), (on_success, false)] {
            let Some(arn) = arn else { continue };
            let exists = match arn.parse() {
                Ok(Destination::Function(destination)) => self.function_exists(function, destination).await?,
                Ok(Destination::Queue(queue)) => self.neighbours.queues()?.describe(&queue).await?.is_some(),
                Ok(Destination::Topic(topic)) => self.neighbours.topics()?.describe(&topic).await?.is_some(),
                Ok(Destination::EventBus) => return Err(EventInvokeError::EventBus),
                Ok(Destination::Bucket(bucket)) if takes_buckets => {
                    self.neighbours.buckets()?.region(&bucket).await?.is_some()
                }
                Ok(Destination::Bucket(_)) | Err(InvalidDestination::Service) => {
                    return Err(EventInvokeError::Unsupported(destinations.clone()));
                }
                Err(InvalidDestination::Resource) => false,
            };
            if !exists {
                return Err(EventInvokeError::NoDestination(arn.clone()));
            }
        }
        Ok(())
    }

    /// Functions of other accounts and regions cannot be reached from here.
    async fn function_exists(
        &self,
        function: &FunctionArn,
        destination: QualifiedFunctionArn,
    ) -> Result<bool, EventInvokeError> {
        let QualifiedFunctionArn { function: other, qualifier } = destination;
        if other == *function {
            return Err(EventInvokeError::Itself);
        }
        let reachable = (&other.account, &other.region) == (&function.account, &function.region);
        let target = Target { function: other, qualifier: qualifier.map(|qualifier| qualifier.to_string()) };
        Ok(reachable && self.find(&target).await?.is_some())
    }
}
