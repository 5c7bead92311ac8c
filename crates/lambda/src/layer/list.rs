use hob_storage::{LayerVersionRecord, Owner, ResourceKind, ResourceRecord as _, StorageError};
use hob_types::AccountId;

use super::{LayerArn, LayerError};
use crate::function::Functions;
use crate::page::{Page, Wanted};

/// What a version must say of itself to be listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompatibleWith {
    pub(crate) runtime: Option<String>,
    pub(crate) architecture: Option<String>,
}

impl CompatibleWith {
    /// Source: ListLayers, "only layers that indicate that they're compatible".
    fn admits(&self, version: &LayerVersionRecord) -> bool {
        fn says(said: Option<&Vec<String>>, wanted: Option<&String>) -> bool {
            wanted.is_none_or(|wanted| said.is_some_and(|said| said.contains(wanted)))
        }
        says(version.compatible_runtimes.as_ref(), self.runtime.as_ref())
            && says(version.compatible_architectures.as_ref(), self.architecture.as_ref())
    }
}

impl Functions {
    /// An account's layers in a region, each by the newest of its versions that is compatible; those without one are
    /// left out.
    pub(crate) async fn list_layers(
        &self,
        owner: &Owner,
        compatible: &CompatibleWith,
        wanted: &Wanted,
    ) -> Result<Page<LayerVersionRecord>, StorageError> {
        let mut items = Vec::new();
        let mut after = wanted.after.as_deref().map(last_of);
        while items.len() < wanted.limit_and_one() {
            let next = self.layer_versions(owner, "", after.as_deref(), 1).await?;
            let Some(version) = next.into_iter().next() else { break };
            if compatible.admits(&version) {
                after = Some(last_of(&version.layer));
                items.push(version);
            } else {
                after = Some(version.name());
            }
        }
        Ok(wanted.page(items, |version| version.layer.clone()))
    }

    /// Those of a layer's versions that are compatible, the newest first. A layer that does not exist has none.
    pub(crate) async fn list_layer_versions(
        &self,
        account: &AccountId,
        layer: &LayerArn,
        compatible: &CompatibleWith,
        wanted: &Wanted,
    ) -> Result<Page<LayerVersionRecord>, LayerError> {
        layer.check_owned_by(account, "ListLayerVersions")?;
        let (owner, prefix) = (layer.owner(), LayerVersionRecord::prefix(&layer.name));
        let mut items = Vec::new();
        let mut after = wanted.after.clone();
        while items.len() < wanted.limit_and_one() {
            let next = self.layer_versions(&owner, &prefix, after.as_deref(), wanted.limit_and_one()).await?;
            let Some(last) = next.last() else { break };
            after = Some(last.name());
            items.extend(next.into_iter().filter(|version| compatible.admits(version)));
        }
        Ok(wanted.page(items, LayerVersionRecord::name))
    }

    async fn layer_versions(
        &self,
        owner: &Owner,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<LayerVersionRecord>, StorageError> {
        let found = self.resources.list(owner, ResourceKind::LayerVersion, prefix, after, limit).await?;
        Ok(found.into_iter().filter_map(|stored| LayerVersionRecord::of(stored.value)).collect())
    }
}

/// After every version that a layer can have, in the order in which they are kept.
fn last_of(layer: &str) -> String {
    LayerVersionRecord::key(layer, 0)
}
