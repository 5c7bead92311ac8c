//! Which functions use a configuration. Each function knows its own; nothing else does.

use hob_storage::{FunctionRecord, Owner, StorageError};
use hob_types::{FunctionArn, FunctionName};

use super::arn::CodeSigningConfigArn;
use super::operations::CodeSigningConfigError;
use crate::function::Functions;
use crate::page::{Page, Wanted};

/// Functions that are looked at in one go.
const BATCH: usize = 200;

impl Functions {
    /// By name.
    pub(crate) async fn list_users(
        &self,
        owner: &Owner,
        arn: &str,
        wanted: &Wanted,
    ) -> Result<Page<FunctionArn>, CodeSigningConfigError> {
        let (config, _) = self.existing_signing_config(owner, arn).await?;
        // What is no name was no item of this list.
        let after = wanted.after.as_deref().and_then(|name| name.parse().ok());
        let users = self.users(&config, after, wanted.limit_and_one()).await?;
        Ok(wanted.page(users, |function| function.name.to_string()))
    }

    /// Up to `limit`, whose names are greater than `after`.
    pub(super) async fn users(
        &self,
        config: &CodeSigningConfigArn,
        mut after: Option<FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionArn>, StorageError> {
        let Owner { account, region } = config.owner();
        let config = config.to_string();
        let uses = |function: &FunctionRecord| function.code_signing_config.as_ref() == Some(&config);
        let mut users = Vec::new();
        while users.len() < limit {
            let functions = self.store.list(account, region, after.as_ref(), BATCH).await?;
            let Some(last) = functions.last() else { break };
            after = Some(last.arn.name.clone());
            users.extend(functions.into_iter().filter(uses).map(|function| function.arn));
        }
        users.truncate(limit);
        Ok(users)
    }
}
