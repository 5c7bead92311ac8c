use hob_storage::{StorageError, VersionRecord};
use hob_types::{FunctionArn, Qualifier, Version};

use crate::version::DeleteVersionError;

use super::functions::Functions;
use super::target::Target;

#[derive(Debug, thiserror::Error)]
pub(crate) enum DeleteFunctionError {
    #[error("{0} does not exist")]
    NotFound(FunctionArn),
    #[error("$LATEST goes only with the whole function")]
    LatestAlone,
    #[error("an alias is not deleted this way")]
    Alias,
    #[error(transparent)]
    Version(#[from] DeleteVersionError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// Without a qualifier: the whole function, whose running invocations go on to their end. A version that
    /// does not exist counts as deleted.
    pub(crate) async fn delete(&self, target: &Target) -> Result<(), DeleteFunctionError> {
        let Some(function) = self.store.get(&target.function).await? else {
            return Err(DeleteFunctionError::NotFound(target.function.clone()));
        };
        match target.qualifier.as_deref().map(str::parse::<Qualifier>) {
            None => {}
            Some(Ok(Qualifier::Version(Version::Latest))) => return Err(DeleteFunctionError::LatestAlone),
            Some(Ok(Qualifier::Version(Version::Published(number)))) => {
                return Ok(self.delete_version(&target.function, number).await?);
            }
            Some(Ok(Qualifier::Alias(_)) | Err(_)) => return Err(DeleteFunctionError::Alias),
        }
        let reserving = self.reserving(&target.function).await;
        let versions = self.parts::<VersionRecord>(&target.function).await?;
        self.telling.about_to_change(&target.function);
        let deleted = self.store.delete(&target.function).await?;
        reserving.end(None);
        self.runnable.forget(&target.function);
        if !deleted {
            return Err(DeleteFunctionError::NotFound(target.function.clone()));
        }
        self.packages.release(&function.code, &function.configuration);
        for version in versions {
            self.packages.release(&version.code, &version.configuration);
        }
        self.invoker.retire(&target.function, None, None);
        self.tell_provisioned(&target.function).await;
        Ok(())
    }
}
