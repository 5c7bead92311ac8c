use hob_storage::{LayerVersionRecord, ResourceKey, ResourceKind, ResourceRecord as _, StorageError, Stored};
use hob_types::AccountId;

use super::permission::may_be_read_by;
use super::{LayerArn, LayerError, LayerVersionArn};
use crate::function::Functions;

/// What a layer's policy may allow to others.
const READ: &str = "GetLayerVersion";

impl LayerArn {
    /// Others may read a layer's versions if they are allowed to, and never more.
    pub(crate) fn check_owned_by(&self, account: &AccountId, action: &'static str) -> Result<(), LayerError> {
        if self.account == *account {
            Ok(())
        } else {
            Err(LayerError::Denied { account: account.clone(), action, resource: self.to_string() })
        }
    }
}

impl Functions {
    /// A version as `account` may read it: one of its own, or one that it was allowed to read.
    pub(crate) async fn get_layer_version(
        &self,
        account: &AccountId,
        arn: &LayerVersionArn,
    ) -> Result<LayerVersionRecord, LayerError> {
        let version = self.layer_version(arn).await?.map(|stored| stored.value);
        if arn.layer.account == *account {
            return version.ok_or_else(|| LayerError::NotFound(arn.clone()));
        }
        let allowed = version.filter(|version| may_be_read_by(account, version));
        allowed.ok_or_else(|| LayerError::Denied {
            account: account.clone(),
            action: READ,
            resource: arn.to_string(),
        })
    }

    pub(super) async fn layer_version(
        &self,
        arn: &LayerVersionArn,
    ) -> Result<Option<Stored<LayerVersionRecord>>, StorageError> {
        let name = LayerVersionRecord::key(&arn.layer.name, arn.version);
        let key = ResourceKey { kind: ResourceKind::LayerVersion, name };
        let stored = self.resources.get(&arn.layer.owner(), &key).await?;
        Ok(stored.and_then(|Stored { edition, value }| {
            LayerVersionRecord::of(value).map(|value| Stored { edition, value })
        }))
    }
}
