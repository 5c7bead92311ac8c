use hob_storage::{EventSourceMappingRecord, Owner};

use super::{EventSourceMappings, MappingChange, MappingError, lifecycle};
use crate::function::Target;

#[derive(Clone, Debug, Default)]
pub(crate) struct UpdateMapping {
    pub(crate) target: Option<Target>,
    pub(crate) enabled: Option<bool>,
    pub(crate) change: MappingChange,
}

impl EventSourceMappings {
    /// What is answered is about to be so.
    pub(crate) async fn update(
        &self,
        owner: &Owner,
        id: &str,
        update: UpdateMapping,
    ) -> Result<EventSourceMappingRecord, MappingError> {
        let _placing = self.placing.lock().await;
        loop {
            let read = self.existing(owner, id).await?;
            let mapping = self.updated(owner, read.value, update.clone()).await?;
            if self.store().replace(owner, read.edition, mapping.clone().into()).await? {
                self.begun.notify_one();
                return Ok(mapping);
            }
        }
    }

    async fn updated(
        &self,
        owner: &Owner,
        mut mapping: EventSourceMappingRecord,
        update: UpdateMapping,
    ) -> Result<EventSourceMappingRecord, MappingError> {
        mapping.state = lifecycle::updated(mapping.state, update.enabled)
            .map_err(|lifecycle::InTransition| MappingError::UpdateInUse)?;
        update.change.apply(mapping.id, &mapping.source, &mut mapping.settings)?;
        let target = update.target;
        // What brings nothing may wait for a queue that is gone.
        if target.is_some() || lifecycle::is_wanted(mapping.state) {
            self.check_ends(target.as_ref().unwrap_or(&mapped(&mapping)), &mapping.source).await?;
        }
        if let Some(target) = target {
            (mapping.function, mapping.qualifier) = (target.function, target.qualifier);
            self.check_unique(owner, &mapping).await?;
        }
        mapping.last_modified = self.functions.clock.now();
        Ok(mapping)
    }
}

fn mapped(mapping: &EventSourceMappingRecord) -> Target {
    Target { function: mapping.function.clone(), qualifier: mapping.qualifier.clone() }
}
