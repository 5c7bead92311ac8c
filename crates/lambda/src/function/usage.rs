use hob_storage::{CodeUsage, StorageError};
use hob_types::{AccountId, Region};

use super::functions::Functions;

impl Functions {
    /// What an account holds in a region.
    pub(crate) async fn usage(
        &self,
        account: &AccountId,
        region: &Region,
    ) -> Result<CodeUsage, StorageError> {
        self.store.usage(account, region).await
    }
}
