use hob_storage::{FunctionRecord, StorageError};

use super::functions::Functions;
use super::target::Target;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GetFunctionError {
    /// As the caller named it.
    #[error("{0} does not exist")]
    NotFound(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    pub(crate) async fn get(&self, target: &Target) -> Result<FunctionRecord, GetFunctionError> {
        let found = if target.is_latest() { self.store.get(&target.function).await? } else { None };
        found.ok_or_else(|| GetFunctionError::NotFound(target.arn()))
    }
}
