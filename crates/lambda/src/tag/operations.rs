use std::collections::BTreeMap;

use hob_storage::{
    CapacityProviderRecord, Changed, CodeSigningConfigRecord, EventSourceMappingRecord, FunctionChange,
    FunctionRecord, Owner, ResourceRecord, Stored,
};
use hob_types::FunctionArn;

use super::{TagChange, TagError, Taggable, TaggableKind};
use crate::function::{Functions, check_update};
use crate::resources;

type Tags = BTreeMap<String, String>;

/// A resource that keeps its tags with it.
trait Tagged: ResourceRecord {
    fn tags(&mut self) -> &mut Tags;
}

impl Tagged for EventSourceMappingRecord {
    fn tags(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for CodeSigningConfigRecord {
    fn tags(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for CapacityProviderRecord {
    fn tags(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Functions {
    /// `asker` is who asks.
    pub(crate) async fn tags(&self, asker: &Owner, of: &Taggable) -> Result<Tags, TagError> {
        check(asker, of)?;
        match of.kind {
            TaggableKind::Function => Ok(self.tagged_function(of).await?.tags),
            TaggableKind::EventSourceMapping => self.resource_tags::<EventSourceMappingRecord>(of).await,
            TaggableKind::CodeSigningConfig => self.resource_tags::<CodeSigningConfigRecord>(of).await,
            TaggableKind::CapacityProvider => self.resource_tags::<CapacityProviderRecord>(of).await,
            TaggableKind::NetworkConnector => Err(TagError::NotFound(Box::new(of.clone()))),
        }
    }

    pub(crate) async fn change_tags(
        &self,
        asker: &Owner,
        of: &Taggable,
        change: &TagChange,
    ) -> Result<(), TagError> {
        check(asker, of)?;
        match of.kind {
            TaggableKind::Function => self.change_function_tags(of, change).await,
            TaggableKind::EventSourceMapping => {
                self.change_resource_tags::<EventSourceMappingRecord>(of, change).await
            }
            TaggableKind::CodeSigningConfig => {
                self.change_resource_tags::<CodeSigningConfigRecord>(of, change).await
            }
            TaggableKind::CapacityProvider => {
                self.change_resource_tags::<CapacityProviderRecord>(of, change).await
            }
            TaggableKind::NetworkConnector => Err(TagError::NotFound(Box::new(of.clone()))),
        }
    }

    async fn tagged_function(&self, of: &Taggable) -> Result<FunctionRecord, TagError> {
        let not_found = || TagError::NotFound(Box::new(of.clone()));
        let name = of.name.parse().map_err(|_| not_found())?;
        let Owner { account, region } = of.owner.clone();
        self.store.get(&FunctionArn { region, account, name }).await?.ok_or_else(not_found)
    }

    async fn change_function_tags(&self, of: &Taggable, change: &TagChange) -> Result<(), TagError> {
        loop {
            let mut function = self.tagged_function(of).await?;
            check_update(&function, None)?;
            change.apply(&mut function.tags)?;
            if self.store.change(FunctionChange::of(function)).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    async fn tagged_resource<R: Tagged>(&self, of: &Taggable) -> Result<Stored<R>, TagError> {
        let found = resources::read(&*self.resources, &of.owner, &of.name).await?;
        found.ok_or_else(|| TagError::NotFound(Box::new(of.clone())))
    }

    async fn resource_tags<R: Tagged>(&self, of: &Taggable) -> Result<Tags, TagError> {
        let mut found = self.tagged_resource::<R>(of).await?;
        Ok(std::mem::take(found.value.tags()))
    }

    async fn change_resource_tags<R: Tagged>(
        &self,
        of: &Taggable,
        change: &TagChange,
    ) -> Result<(), TagError> {
        loop {
            let Stored { edition, mut value } = self.tagged_resource::<R>(of).await?;
            change.apply(value.tags())?;
            if self.resources.replace(&of.owner, edition, value.into()).await? {
                return Ok(());
            }
        }
    }
}

fn check(asker: &Owner, of: &Taggable) -> Result<(), TagError> {
    if of.owner != *asker {
        return Err(TagError::Elsewhere { of: Box::new(of.clone()), here: asker.region.clone() });
    }
    if of.qualifier.is_some() { Err(TagError::Qualified) } else { Ok(()) }
}
