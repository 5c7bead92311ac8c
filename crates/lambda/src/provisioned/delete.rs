use hob_storage::{Changed, FunctionChange, FunctionRecord, PartKind, ProvisionedRecord, StorageError};

use super::ProvisionedError;
use crate::function::{Functions, Target};

impl Functions {
    /// Where nothing is provisioned, nothing happens.
    pub(crate) async fn unprovision(&self, target: &Target) -> Result<(), ProvisionedError> {
        loop {
            let function = self.store.get(&target.function).await?;
            let qualifier = self.existing_qualifier(target).await?.to_string();
            let Some(function) = function else { continue };
            let function = self.without_provisioned(function, &qualifier).await?;
            let change = FunctionChange::of(function).remove(PartKind::Provisioned, qualifier);
            if self.change_provisioned(change).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    /// The function as it claims its account's concurrency when nothing of `qualifier` is provisioned any more.
    pub(crate) async fn without_provisioned(
        &self,
        function: FunctionRecord,
        qualifier: &str,
    ) -> Result<FunctionRecord, StorageError> {
        let record = self.part::<ProvisionedRecord>(&function.arn, qualifier).await?;
        let given_back = record.map_or(0, |record| record.requested);
        let provisioned_concurrency = function.provisioned_concurrency.saturating_sub(given_back);
        Ok(FunctionRecord { provisioned_concurrency, ..function })
    }
}
