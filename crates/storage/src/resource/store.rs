use async_trait::async_trait;

use super::{Owner, Resource, ResourceKey, ResourceKind};
use crate::StorageError;

/// A resource as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<T> {
    /// Counts its changes.
    pub edition: u64,
    pub value: T,
}

/// Every method is atomic, and what it changed is durable when it returns.
#[async_trait]
pub trait ResourceStore: Send + Sync {
    /// `false`: the owner has one of that kind and name, and nothing changed.
    async fn create(&self, owner: &Owner, resource: Resource) -> Result<bool, StorageError>;

    async fn get(&self, owner: &Owner, key: &ResourceKey) -> Result<Option<Stored<Resource>>, StorageError>;

    /// `false`: it has changed since it was read at `edition`, or is gone, and nothing happened.
    async fn replace(&self, owner: &Owner, edition: u64, resource: Resource) -> Result<bool, StorageError>;

    /// `false`: it has changed since it was read at `edition`, or is gone, and nothing happened.
    async fn delete(&self, owner: &Owner, edition: u64, key: &ResourceKey) -> Result<bool, StorageError>;

    /// Up to `limit` resources of a kind whose names begin with `prefix` and are greater than `after`, ordered by name.
    async fn list(
        &self,
        owner: &Owner,
        kind: ResourceKind,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<Resource>>, StorageError>;

    /// Every resource of a kind, of any owner.
    async fn all(&self, kind: ResourceKind) -> Result<Vec<(Owner, Resource)>, StorageError>;

    /// A number that nobody got before for this name: 1, 2, 3 …
    async fn next_number(&self, owner: &Owner, kind: ResourceKind, name: &str) -> Result<u64, StorageError>;
}
