use hob_storage::{EventSourceMappingRecord, Owner};

use super::{EventSourceMappings, MappingError, lifecycle};

impl EventSourceMappings {
    /// It is gone as soon as nobody polls for it any more.
    pub(crate) async fn delete(
        &self,
        owner: &Owner,
        id: &str,
    ) -> Result<EventSourceMappingRecord, MappingError> {
        loop {
            let read = self.existing(owner, id).await?;
            let mut mapping = read.value;
            mapping.state = lifecycle::deleted(mapping.state)
                .map_err(|lifecycle::InTransition| MappingError::DeleteInUse)?;
            if self.store().replace(owner, read.edition, mapping.clone().into()).await? {
                self.begun.notify_one();
                return Ok(mapping);
            }
        }
    }
}
