use std::collections::BTreeMap;

use hob_storage::{EventSourceMappingRecord, Owner};
use hob_types::EventSourceMappingId;

use super::change::defaults;
use super::{
    EventSourceMappings, GivenPosition, GivenSource, MappingChange, MappingError, SourceKind, lifecycle,
};
use crate::function::Target;
use crate::tag::check_tags;

#[derive(Debug)]
pub(crate) struct CreateMapping {
    pub(crate) target: Target,
    pub(crate) source: GivenSource,
    pub(crate) position: GivenPosition,
    pub(crate) enabled: bool,
    /// Over the defaults.
    pub(crate) change: MappingChange,
    pub(crate) tags: BTreeMap<String, String>,
}

impl EventSourceMappings {
    /// The mapping is durable when this returns.
    pub(crate) async fn create(
        &self,
        create: CreateMapping,
    ) -> Result<EventSourceMappingRecord, MappingError> {
        let CreateMapping { target, source, position, enabled, change, tags } = create;
        let (owner, now) = (Owner::of(&target.function), self.functions.clock.now());
        let source = source.parse(&owner.region)?;
        let starting_position = position.parse(&source, now)?;
        let id = EventSourceMappingId::random(&*self.functions.random);
        let mut settings = defaults(id, SourceKind::of(&source));
        change.apply(id, &source, &mut settings)?;
        check_tags(&tags)?;
        self.check_ends(&target, &source).await?;
        let mapping = EventSourceMappingRecord {
            id,
            function: target.function,
            qualifier: target.qualifier,
            source,
            state: lifecycle::created(enabled),
            last_modified: now,
            starting_position,
            settings,
            tags,
        };
        let placing = self.placing.lock().await;
        self.check_unique(&owner, &mapping).await?;
        self.store().create(&owner, mapping.clone().into()).await?;
        drop(placing);
        self.begun.notify_one();
        Ok(mapping)
    }
}
