use hob_storage::{LayerVersionRecord, ResourceKind, StorageError};
use hob_types::AccountId;

use super::{LayerArn, LayerError};
use crate::function::{CodeSource, FetchError, Functions, StorePackageError};

#[derive(Debug)]
pub(crate) struct PublishLayerVersion {
    pub(crate) layer: LayerArn,
    pub(crate) source: CodeSource,
    pub(crate) description: String,
    pub(crate) compatible_runtimes: Option<Vec<String>>,
    pub(crate) compatible_architectures: Option<Vec<String>>,
    pub(crate) license: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishLayerVersionError {
    #[error(transparent)]
    Layer(#[from] LayerError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error("the account's packages would be larger than they may be")]
    CodeStorageExceeded,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The version is durable when this returns. Its number is greater than that of every version before it, deleted
    /// ones included.
    pub(crate) async fn publish_layer_version(
        &self,
        account: &AccountId,
        publish: PublishLayerVersion,
    ) -> Result<LayerVersionRecord, PublishLayerVersionError> {
        let PublishLayerVersion { layer, source, .. } = publish;
        layer.check_owned_by(account, "PublishLayerVersion")?;
        let owner = layer.owner();
        let zip = self.fetch(source, &layer.region).await?;
        let arrived = self.packages.store(zip, None).await?;
        if !self.owner_has_code_storage(&owner, arrived.code.size).await? {
            return Err(PublishLayerVersionError::CodeStorageExceeded);
        }
        let mut version = LayerVersionRecord {
            layer: layer.name,
            version: 0,
            description: publish.description,
            created: self.clock.now(),
            code: arrived.code.clone(),
            compatible_runtimes: publish.compatible_runtimes,
            compatible_architectures: publish.compatible_architectures,
            license: publish.license,
            policy: None,
        };
        loop {
            let kind = ResourceKind::LayerVersion;
            version.version = self.resources.next_number(&owner, kind, &version.layer).await?;
            if self.resources.create(&owner, version.clone().into()).await? {
                return Ok(version);
            }
        }
    }
}
