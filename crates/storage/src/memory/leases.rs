use async_trait::async_trait;
use hob_types::Timestamp;

use super::meta::MemoryMetaStore;
use crate::{LeaseStore, StorageError};

#[async_trait]
impl LeaseStore for MemoryMetaStore {
    async fn acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        let mut meta = self.lock();
        let others = meta.leases.get(name).filter(|(of, expires)| of != holder && *expires > now);
        let free = others.is_none();
        if free {
            meta.leases.insert(name.to_owned(), (holder.to_owned(), until));
        }
        Ok(free)
    }

    async fn release(&self, name: &str, holder: &str) -> Result<(), StorageError> {
        let mut meta = self.lock();
        if meta.leases.get(name).is_some_and(|(of, _)| of == holder) {
            meta.leases.remove(name);
        }
        Ok(())
    }
}
