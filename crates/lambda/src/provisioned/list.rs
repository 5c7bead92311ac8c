use hob_storage::ProvisionedRecord;
use hob_types::FunctionArn;

use super::{ProvisionedError, ProvisionedFound};
use crate::function::Functions;
use crate::page::{Page, Wanted};

impl Functions {
    /// All that is provisioned of a function, by alias or version.
    pub(crate) async fn list_provisioned(
        &self,
        function: &FunctionArn,
        wanted: &Wanted,
    ) -> Result<Page<ProvisionedFound>, ProvisionedError> {
        if self.store.get(function).await?.is_none() {
            return Err(ProvisionedError::NoFunction(function.clone()));
        }
        let Page { items, next } = self.parts_page::<ProvisionedRecord>(function, wanted).await?;
        let plan = self.plan(function).await?;
        let items = items.into_iter().map(|record| self.provisioned_of(function, &plan, record)).collect();
        Ok(Page { items, next })
    }
}
