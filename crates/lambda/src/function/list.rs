use std::sync::Arc;

use hob_storage::StorageError;
use hob_types::{AccountId, Region};

use super::functions::Functions;
use super::lookup::Found;
use crate::page::{Page, Wanted};

impl Functions {
    /// The `$LATEST` of every function of an account in a region, by name.
    pub(crate) async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        wanted: &Wanted,
    ) -> Result<Page<Found>, StorageError> {
        // What is no name was no item of this list.
        let after = wanted.after.as_deref().and_then(|name| name.parse().ok());
        let functions = self.store.list(account, region, after.as_ref(), wanted.limit_and_one()).await?;
        let found =
            functions.into_iter().map(|function| Found { function: Arc::new(function), version: None });
        Ok(wanted.page(found.collect(), |found| found.function.arn.name.to_string()))
    }
}
