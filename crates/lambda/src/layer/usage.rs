//! The layers that a function uses.

use hob_storage::{CodeRecord, LayerUse, Owner, StorageError};
use hob_types::{AccountId, Region};

use super::{LayerError, LayerVersionArn};
use crate::function::{Functions, StorePackageError};
use crate::package::UNZIPPED_SIZE_LIMIT;

/// Layers of one function. Source: Lambda quotas.
const LAYERS_MAX: usize = 5;

#[derive(Debug, thiserror::Error)]
pub(crate) enum LayerUseError {
    #[error("more than {LAYERS_MAX} layers")]
    TooMany,
    #[error("{0} does not exist")]
    NotFound(String),
    #[error("{0} and {1} are of the same layer")]
    SameLayer(LayerVersionArn, LayerVersionArn),
    #[error("layers of functions in {0} must be there, too")]
    OtherRegion(Region),
    /// The layer is another account's.
    #[error("{account} may not read {resource}")]
    Denied { account: AccountId, resource: String },
    /// In bytes.
    #[error("the layers' files make more than {UNZIPPED_SIZE_LIMIT} bytes")]
    TooLarge,
    /// In bytes.
    #[error("the files of code and layers make {0} bytes, more than {UNZIPPED_SIZE_LIMIT}")]
    TooLargeWithCode(u64),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Of all files of a package together, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CodeSize<'a> {
    Known(u64),
    /// Of a package that is kept.
    Of(&'a CodeRecord),
}

impl Functions {
    /// What a function of `owner` uses that is given these ARNs, in merge order.
    pub(crate) async fn layers_to_use(
        &self,
        owner: &Owner,
        arns: &[String],
    ) -> Result<Vec<LayerUse>, LayerUseError> {
        if arns.len() > LAYERS_MAX {
            return Err(LayerUseError::TooMany);
        }
        let mut taken: Vec<LayerVersionArn> = Vec::new();
        let mut layers = Vec::new();
        for given in arns {
            let arn: LayerVersionArn = given.parse().map_err(|_| LayerUseError::NotFound(given.clone()))?;
            layers.push(self.layer_to_use(owner, &arn).await?);
            if let Some(other) = taken.iter().find(|other| other.layer == arn.layer) {
                return Err(LayerUseError::SameLayer(other.clone(), arn));
            }
            taken.push(arn);
        }
        Ok(layers)
    }

    async fn layer_to_use(&self, owner: &Owner, arn: &LayerVersionArn) -> Result<LayerUse, LayerUseError> {
        if arn.layer.region != owner.region {
            return Err(if arn.layer.account == owner.account {
                LayerUseError::OtherRegion(owner.region.clone())
            } else {
                // Of what others have elsewhere nothing else is said.
                LayerUseError::Denied { account: owner.account.clone(), resource: arn.to_string() }
            });
        }
        let version = self.get_layer_version(&owner.account, arn).await?;
        Ok(LayerUse { arn: arn.to_string(), code: version.code })
    }

    /// Whether layers and a function's code are small enough to be used together.
    pub(crate) async fn check_size_with_layers(
        &self,
        code: CodeSize<'_>,
        layers: &[LayerUse],
    ) -> Result<(), LayerUseError> {
        if layers.is_empty() {
            return Ok(());
        }
        let mut total = 0;
        for layer in layers {
            total += self.packages.unzipped_size(layer.code.sha256).await?;
        }
        if total > UNZIPPED_SIZE_LIMIT {
            return Err(LayerUseError::TooLarge);
        }
        total += match code {
            CodeSize::Known(size) => size,
            CodeSize::Of(kept) => self.packages.unzipped_size(kept.sha256).await?,
        };
        if total > UNZIPPED_SIZE_LIMIT {
            return Err(LayerUseError::TooLargeWithCode(total));
        }
        Ok(())
    }
}

impl From<LayerError> for LayerUseError {
    fn from(error: LayerError) -> Self {
        match error {
            LayerError::NotFound(arn) => Self::NotFound(arn.to_string()),
            LayerError::Denied { account, resource, .. } => Self::Denied { account, resource },
            LayerError::Storage(error) => Self::Storage(error),
        }
    }
}
