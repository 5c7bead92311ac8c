//! When the versions of a function get newer runtimes. The rules.

use hob_storage::{
    Changed, FunctionChange, FunctionRecord, RuntimeManagementRecord, StorageError, UpdateRuntimeOn,
};
use hob_types::{Qualifier, RuntimeVersion, Version};

use crate::function::{Found, Functions, GetFunctionError, Target};

/// What a caller wants: with [`UpdateRuntimeOn::Manual`], and only then, the ARN of a runtime version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuntimeManagement {
    pub(crate) update_on: UpdateRuntimeOn,
    pub(crate) runtime_version: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum RuntimeManagementError {
    #[error(transparent)]
    Get(#[from] GetFunctionError),
    #[error("aliases have no runtime of their own")]
    Alias,
    #[error("no runtime version is given")]
    VersionMissing,
    #[error("a runtime version is given")]
    VersionGiven,
    #[error("Hob has no version {0} of the function's runtime")]
    NoVersion(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    pub(crate) async fn put_runtime_management(
        &self,
        target: &Target,
        wanted: RuntimeManagement,
    ) -> Result<RuntimeManagementRecord, RuntimeManagementError> {
        loop {
            let found = self.existing(target).await?;
            let version = managed_version(target)?;
            check(&found, &wanted)?;
            let RuntimeManagement { update_on, runtime_version } = wanted.clone();
            let record = RuntimeManagementRecord { version, update_on, runtime_version };
            let change = FunctionChange::of(FunctionRecord::clone(&found.function)).put(record.clone());
            if self.store.change(change).await? == Changed::Done {
                return Ok(record);
            }
        }
    }

    /// Automatic where nothing was ever set.
    pub(crate) async fn get_runtime_management(
        &self,
        target: &Target,
    ) -> Result<RuntimeManagementRecord, RuntimeManagementError> {
        self.existing(target).await?;
        let version = managed_version(target)?;
        let record = self.part(&target.function, &version.to_string()).await?;
        Ok(record.unwrap_or(RuntimeManagementRecord {
            version,
            update_on: UpdateRuntimeOn::default(),
            runtime_version: None,
        }))
    }
}

fn managed_version(target: &Target) -> Result<Version, RuntimeManagementError> {
    match target.parsed_qualifier() {
        Some(Qualifier::Version(version)) => Ok(version),
        Some(Qualifier::Alias(_)) | None => Err(RuntimeManagementError::Alias),
    }
}

/// Hob has one version of each runtime, so that is the only one to stay at.
fn check(found: &Found, wanted: &RuntimeManagement) -> Result<(), RuntimeManagementError> {
    match (wanted.update_on, &wanted.runtime_version) {
        (UpdateRuntimeOn::Manual, None) => Err(RuntimeManagementError::VersionMissing),
        (UpdateRuntimeOn::Manual, Some(given)) => {
            let description = found.description();
            let runtime = description.configuration.runtime.as_ref();
            let version = runtime.map(|runtime| RuntimeVersion::of(runtime).arn(&description.arn.region));
            let known = version.is_some_and(|version| version == *given);
            if known { Ok(()) } else { Err(RuntimeManagementError::NoVersion(given.clone())) }
        }
        (UpdateRuntimeOn::Auto | UpdateRuntimeOn::FunctionUpdate, Some(_)) => {
            Err(RuntimeManagementError::VersionGiven)
        }
        (UpdateRuntimeOn::Auto | UpdateRuntimeOn::FunctionUpdate, None) => Ok(()),
    }
}
