//! Stores that fail whatever they are asked.

use async_trait::async_trait;
use hob_storage::{
    Changed, CodeUsage, FunctionChange, FunctionPart, FunctionRecord, FunctionStore, Owner, PartKey,
    PartKind, Resource, ResourceKey, ResourceKind, ResourceStore, StorageError, Stored,
};
use hob_types::{AccountId, FunctionArn, FunctionName, Region, Sha256Digest};

pub(super) struct Broken;

type Failed<T> = Result<T, StorageError>;

fn failed<T>() -> Failed<T> {
    Err(StorageError::Closed("for a test".to_owned()))
}

#[async_trait]
impl FunctionStore for Broken {
    async fn create(&self, _: FunctionRecord, _: Vec<FunctionPart>) -> Failed<bool> {
        failed()
    }

    async fn get(&self, _: &FunctionArn) -> Failed<Option<FunctionRecord>> {
        failed()
    }

    async fn part(&self, _: &FunctionArn, _: &PartKey) -> Failed<Option<FunctionPart>> {
        failed()
    }

    async fn parts(
        &self,
        _: &FunctionArn,
        _: PartKind,
        _: Option<&str>,
        _: usize,
    ) -> Failed<Vec<FunctionPart>> {
        failed()
    }

    async fn change(&self, _: FunctionChange) -> Failed<Changed> {
        failed()
    }

    async fn delete(&self, _: &FunctionArn) -> Failed<bool> {
        failed()
    }

    async fn last_version(&self, _: &FunctionArn) -> Failed<u64> {
        failed()
    }

    async fn list(
        &self,
        _: &AccountId,
        _: &Region,
        _: Option<&FunctionName>,
        _: usize,
    ) -> Failed<Vec<FunctionRecord>> {
        failed()
    }

    async fn usage(&self, _: &AccountId, _: &Region) -> Failed<CodeUsage> {
        failed()
    }

    async fn unsettled(&self) -> Failed<Vec<FunctionRecord>> {
        failed()
    }

    async fn unsettled_versions(&self) -> Failed<Vec<(FunctionArn, FunctionPart)>> {
        failed()
    }

    async fn reservations(&self) -> Failed<Vec<(FunctionArn, u32)>> {
        failed()
    }

    async fn all_parts(&self, _: PartKind) -> Failed<Vec<(FunctionArn, FunctionPart)>> {
        failed()
    }

    async fn code_in_use(&self) -> Failed<Vec<Sha256Digest>> {
        failed()
    }
}

#[async_trait]
impl ResourceStore for Broken {
    async fn create(&self, _: &Owner, _: Resource) -> Failed<bool> {
        failed()
    }

    async fn get(&self, _: &Owner, _: &ResourceKey) -> Failed<Option<Stored<Resource>>> {
        failed()
    }

    async fn replace(&self, _: &Owner, _: u64, _: Resource) -> Failed<bool> {
        failed()
    }

    async fn delete(&self, _: &Owner, _: u64, _: &ResourceKey) -> Failed<bool> {
        failed()
    }

    async fn list(
        &self,
        _: &Owner,
        _: ResourceKind,
        _: &str,
        _: Option<&str>,
        _: usize,
    ) -> Failed<Vec<Stored<Resource>>> {
        failed()
    }

    async fn all(&self, _: ResourceKind) -> Failed<Vec<(Owner, Resource)>> {
        failed()
    }

    async fn next_number(&self, _: &Owner, _: ResourceKind, _: &str) -> Failed<u64> {
        failed()
    }
}
