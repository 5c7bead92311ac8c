use hob_storage::{FunctionRecord, StorageError};
use hob_types::{AccountId, FunctionName, Region};

use super::functions::Functions;

/// At most this many functions per answer, however many were asked for. Source: ListFunctions.
const PAGE_MAX: usize = 50;

#[derive(Debug)]
pub(crate) struct ListFunctions {
    pub(crate) region: Region,
    pub(crate) account: AccountId,
    /// Where the previous page ended.
    pub(crate) after: Option<FunctionName>,
    pub(crate) limit: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct FunctionPage {
    pub(crate) functions: Vec<FunctionRecord>,
    /// Where the next page goes on, if there is more.
    pub(crate) next: Option<FunctionName>,
}

impl Functions {
    pub(crate) async fn list(&self, list: &ListFunctions) -> Result<FunctionPage, StorageError> {
        let limit = list.limit.unwrap_or(PAGE_MAX).min(PAGE_MAX);
        // One more than is shown tells whether there is more.
        let wanted = limit + 1;
        let found = self.store.list(&list.account, &list.region, list.after.as_ref(), wanted).await?;
        let mut functions = found;
        let more = functions.len() > limit;
        functions.truncate(limit);
        let last = functions.last().filter(|_| more);
        Ok(FunctionPage { next: last.map(|function| function.arn.name.clone()), functions })
    }
}
