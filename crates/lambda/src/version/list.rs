use std::sync::Arc;

use hob_storage::{FunctionRecord, Part, StorageError, VersionRecord};
use hob_types::{AccountId, FunctionArn, FunctionName, Region};

use crate::function::{Found, Functions, GetFunctionError, Target};
use crate::page::{Page, Wanted};

/// How a list's place right after `$LATEST` is written: before every number.
const LATEST: &str = "";

impl Functions {
    /// `$LATEST` first, then what was published, by number.
    pub(crate) async fn list_versions(
        &self,
        target: &Target,
        wanted: &Wanted,
    ) -> Result<Page<Found>, GetFunctionError> {
        let found = self.existing(target).await?;
        let items = self.versions_of(found.function, wanted.after.as_deref(), wanted.limit_and_one()).await?;
        Ok(wanted.page(items, place))
    }

    /// Every version of every function of an account in a region, by name and number.
    pub(crate) async fn list_all_versions(
        &self,
        account: &AccountId,
        region: &Region,
        wanted: &Wanted,
    ) -> Result<Page<Found>, StorageError> {
        let mut items = Vec::new();
        let mut last: Option<FunctionName> = None;
        if let Some((name, version)) = wanted.after.as_deref().and_then(|after| after.split_once(':'))
            && let Ok(name) = name.parse::<FunctionName>()
        {
            let arn = FunctionArn { region: region.clone(), account: account.clone(), name: name.clone() };
            items = self.versions_after(&arn, version, wanted.limit_and_one()).await?;
            last = Some(name);
        }
        while items.len() < wanted.limit_and_one() {
            let functions = self.store.list(account, region, last.as_ref(), wanted.limit_and_one()).await?;
            let Some(end) = functions.last().map(|function| function.arn.name.clone()) else { break };
            for function in functions {
                let missing = wanted.limit_and_one().saturating_sub(items.len());
                if missing == 0 {
                    break;
                }
                items.extend(self.versions_of(Arc::new(function), None, missing).await?);
            }
            last = Some(end);
        }
        Ok(wanted.page(items, |found| format!("{}:{}", found.function.arn.name, place(found))))
    }

    /// The rest of a function's versions, if it still exists.
    async fn versions_after(
        &self,
        arn: &FunctionArn,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Found>, StorageError> {
        match self.store.get(arn).await? {
            Some(function) => self.versions_of(Arc::new(function), Some(after), limit).await,
            None => Ok(Vec::new()),
        }
    }

    /// Up to `limit`, with `$LATEST` unless there is an `after`.
    async fn versions_of(
        &self,
        function: Arc<FunctionRecord>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Found>, StorageError> {
        let mut items = Vec::new();
        if after.is_none() {
            items.push(Found { function: Arc::clone(&function), version: None });
        }
        let after = after.filter(|after| *after != LATEST);
        let versions = self.store.parts(&function.arn, VersionRecord::KIND, after, limit).await?;
        let versions = versions.into_iter().filter_map(VersionRecord::of);
        items.extend(
            versions.map(|version| Found { function: Arc::clone(&function), version: Some(version) }),
        );
        items.truncate(limit);
        Ok(items)
    }
}

/// Where in a function's list of versions something stands.
fn place(found: &Found) -> String {
    found.version.as_ref().map_or_else(|| LATEST.to_owned(), VersionRecord::name)
}
