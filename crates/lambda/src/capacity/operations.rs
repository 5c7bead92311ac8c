use std::collections::BTreeMap;

use hob_storage::{
    CapacityLogging, CapacityProviderRecord, CapacityScaling, InstanceRequirements, Owner, PropagatedTags,
    Resource, ResourceKind, StorageError, Stored,
};

use super::check::check;
use super::{CapacityProvider, CapacityProviderError};
use crate::function::Functions;
use crate::page::{Page, Wanted};
use crate::resources;
use crate::tag::check_tags;

/// Of an account in a region. Source: "Lambda Managed Instances quotas".
const PROVIDERS_MAX: usize = 1000;

#[derive(Debug)]
pub(crate) struct CreateCapacityProvider {
    pub(crate) provider: CapacityProvider,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) operator_role: String,
    pub(crate) instances: Option<InstanceRequirements>,
    pub(crate) scaling: Option<CapacityScaling>,
    pub(crate) propagated_tags: Option<PropagatedTags>,
    pub(crate) logging: Option<CapacityLogging>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// What is `None` stays as it is.
#[derive(Clone, Debug)]
pub(crate) struct UpdateCapacityProvider {
    pub(crate) scaling: Option<CapacityScaling>,
    pub(crate) propagated_tags: Option<PropagatedTags>,
    pub(crate) logging: Option<CapacityLogging>,
}

impl Functions {
    pub(crate) async fn create_capacity_provider(
        &self,
        create: CreateCapacityProvider,
    ) -> Result<CapacityProviderRecord, CapacityProviderError> {
        let provider = create.provider;
        check_tags(&create.tags)?;
        let record = CapacityProviderRecord {
            name: provider.name.clone(),
            last_modified: self.clock.now(),
            subnet_ids: create.subnet_ids,
            security_group_ids: create.security_group_ids,
            operator_role: create.operator_role,
            instances: create.instances,
            scaling: create.scaling,
            propagated_tags: create.propagated_tags,
            logging: create.logging,
            tags: create.tags,
        };
        check(&record)?;
        let (owner, kind) = (&provider.owner, ResourceKind::CapacityProvider);
        if self.resources.list(owner, kind, "", None, PROVIDERS_MAX).await?.len() == PROVIDERS_MAX {
            return Err(CapacityProviderError::TooMany { max: PROVIDERS_MAX });
        }
        match self.resources.create(&provider.owner, record.clone().into()).await? {
            true => Ok(record),
            false => Err(CapacityProviderError::Exists(provider.to_string())),
        }
    }

    pub(crate) async fn capacity_provider(
        &self,
        provider: &CapacityProvider,
    ) -> Result<Stored<CapacityProviderRecord>, CapacityProviderError> {
        let found = resources::read(&*self.resources, &provider.owner, &provider.name).await?;
        found.ok_or_else(|| CapacityProviderError::NotFound(provider.to_string()))
    }

    pub(crate) async fn update_capacity_provider(
        &self,
        provider: &CapacityProvider,
        update: UpdateCapacityProvider,
    ) -> Result<CapacityProviderRecord, CapacityProviderError> {
        loop {
            let Stored { edition, mut value } = self.capacity_provider(provider).await?;
            let update = update.clone();
            value.scaling = update.scaling.or(value.scaling);
            value.propagated_tags = update.propagated_tags.or(value.propagated_tags);
            value.logging = update.logging.or(value.logging);
            value.last_modified = self.clock.now();
            check(&value)?;
            if self.resources.replace(&provider.owner, edition, value.clone().into()).await? {
                return Ok(value);
            }
        }
    }

    /// What it was.
    pub(crate) async fn delete_capacity_provider(
        &self,
        provider: &CapacityProvider,
    ) -> Result<CapacityProviderRecord, CapacityProviderError> {
        loop {
            let Stored { edition, value } = self.capacity_provider(provider).await?;
            let key = Resource::from(value.clone()).key();
            if self.resources.delete(&provider.owner, edition, &key).await? {
                return Ok(value);
            }
        }
    }

    /// By name, a page at a time.
    pub(crate) async fn list_capacity_providers(
        &self,
        owner: &Owner,
        wanted: &Wanted,
    ) -> Result<Page<CapacityProviderRecord>, StorageError> {
        resources::page(&*self.resources, owner, wanted, |_| true).await
    }
}
