use hob_types::AccountId;

use super::{LayerError, LayerVersionArn};
use crate::function::Functions;

impl Functions {
    /// Functions that use the version keep it. One that does not exist counts as deleted.
    pub(crate) async fn delete_layer_version(
        &self,
        account: &AccountId,
        arn: &LayerVersionArn,
    ) -> Result<(), LayerError> {
        arn.layer.check_owned_by(account, "DeleteLayerVersion")?;
        let owner = arn.layer.owner();
        while let Some(stored) = self.layer_version(arn).await? {
            // A function that is about to use it may have read it already.
            self.packages.release_package(&stored.value.code);
            let key = hob_storage::Resource::from(stored.value).key();
            if self.resources.delete(&owner, stored.edition, &key).await? {
                break;
            }
        }
        Ok(())
    }
}
