//! Which configuration a function uses. What it runs already is not checked again.

use hob_storage::{Changed, FunctionChange, FunctionRecord, StorageError};
use hob_types::FunctionArn;

use super::demand::DemandError;
use crate::function::Functions;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachError {
    #[error(transparent)]
    Config(#[from] DemandError),
    #[error("{0} does not exist")]
    NoFunction(FunctionArn),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// `None`: none any more; also for a function that had none.
    pub(crate) async fn attach_signing_config(
        &self,
        function: &FunctionArn,
        config: Option<&str>,
    ) -> Result<(), AttachError> {
        let _config_stays = self.attaching.read().await;
        self.demand(function, config).await?;
        loop {
            let found = self.function_with_signing_config(function).await?;
            let changed = FunctionRecord { code_signing_config: config.map(str::to_owned), ..found };
            if self.store.change(FunctionChange::of(changed)).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    /// The ARN of what the function uses.
    pub(crate) async fn attached_signing_config(
        &self,
        function: &FunctionArn,
    ) -> Result<Option<String>, AttachError> {
        Ok(self.function_with_signing_config(function).await?.code_signing_config)
    }

    async fn function_with_signing_config(&self, arn: &FunctionArn) -> Result<FunctionRecord, AttachError> {
        self.store.get(arn).await?.ok_or_else(|| AttachError::NoFunction(arn.clone()))
    }
}
