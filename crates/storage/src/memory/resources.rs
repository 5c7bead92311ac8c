use std::collections::btree_map::Entry;

use async_trait::async_trait;

use super::meta::MemoryMetaStore;
use crate::{Owner, Resource, ResourceKey, ResourceKind, ResourceStore, StorageError, Stored};

#[async_trait]
impl ResourceStore for MemoryMetaStore {
    async fn create(&self, owner: &Owner, resource: Resource) -> Result<bool, StorageError> {
        match self.lock().resources.entry((owner.clone(), resource.key())) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                place.insert(Stored { edition: 1, value: resource });
                Ok(true)
            }
        }
    }

    async fn get(&self, owner: &Owner, key: &ResourceKey) -> Result<Option<Stored<Resource>>, StorageError> {
        Ok(self.lock().resources.get(&(owner.clone(), key.clone())).cloned())
    }

    async fn replace(&self, owner: &Owner, edition: u64, resource: Resource) -> Result<bool, StorageError> {
        match self.lock().resources.get_mut(&(owner.clone(), resource.key())) {
            Some(current) if current.edition == edition => {
                *current = Stored { edition: edition + 1, value: resource };
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn delete(&self, owner: &Owner, edition: u64, key: &ResourceKey) -> Result<bool, StorageError> {
        let mut meta = self.lock();
        match meta.resources.entry((owner.clone(), key.clone())) {
            Entry::Occupied(kept) if kept.get().edition == edition => {
                kept.remove();
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn list(
        &self,
        owner: &Owner,
        kind: ResourceKind,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<Resource>>, StorageError> {
        let meta = self.lock();
        let wanted = meta.resources.iter().filter(|((of, key), _)| {
            of == owner
                && key.kind == kind
                && key.name.starts_with(prefix)
                && after.is_none_or(|after| key.name.as_str() > after)
        });
        Ok(wanted.take(limit).map(|(_, kept)| kept.clone()).collect())
    }

    async fn all(&self, kind: ResourceKind) -> Result<Vec<(Owner, Resource)>, StorageError> {
        let meta = self.lock();
        let wanted = meta.resources.iter().filter(|((_, key), _)| key.kind == kind);
        Ok(wanted.map(|((owner, _), kept)| (owner.clone(), kept.value.clone())).collect())
    }

    async fn next_number(&self, owner: &Owner, kind: ResourceKind, name: &str) -> Result<u64, StorageError> {
        let mut meta = self.lock();
        let key = (owner.clone(), ResourceKey { kind, name: name.to_owned() });
        let last = meta.numbers.entry(key).or_default();
        *last += 1;
        Ok(*last)
    }
}
