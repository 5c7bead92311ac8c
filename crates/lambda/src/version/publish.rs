use std::sync::Arc;

use hob_storage::{
    Changed, FunctionChange, FunctionRecord, FunctionState, Owner, SnapStart, StorageError, VersionRecord,
};
use hob_types::{FunctionArn, VersionNumber};

use crate::function::{Found, Functions, GetFunctionError, Target, UpdateRefused, check_update};

#[derive(Debug)]
pub(crate) struct PublishVersion {
    pub(crate) target: Target,
    /// The package that the caller means to publish, in base64.
    pub(crate) code_sha256: Option<String>,
    /// Of the version, instead of `$LATEST`'s.
    pub(crate) description: Option<String>,
    /// The revision that the caller has seen; another one is not published.
    pub(crate) expected: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishVersionError {
    #[error(transparent)]
    Get(#[from] GetFunctionError),
    #[error(transparent)]
    Refused(#[from] UpdateRefused),
    #[error("the package is {current}, not {given}")]
    OtherCode { given: String, current: String },
    #[error("the account's packages would be larger than they may be")]
    CodeStorageExceeded,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The version is durable when this returns. Where nothing has changed since the last one was published, it is
    /// that one.
    pub(crate) async fn publish(&self, publish: PublishVersion) -> Result<Found, PublishVersionError> {
        loop {
            let found = self.existing(&publish.target).await?;
            let function = Arc::unwrap_or_clone(found.function);
            check_update(&function, publish.expected.as_deref())?;
            check_code(&function, publish.code_sha256.as_deref())?;
            if let Some(same) = self.unchanged(&function).await? {
                return Ok(Found { function: Arc::new(function), version: Some(same) });
            }
            if !self.has_code_storage(&function.arn, function.code.size).await? {
                return Err(PublishVersionError::CodeStorageExceeded);
            }
            let number = self.next_version(&function.arn).await?;
            let mut version = self.version_of(&function, number, publish.description.as_deref());
            if version.configuration.snap_start == SnapStart::None {
                version.state = FunctionState::Active;
            }
            let function =
                FunctionRecord { published: Some(number), revision: self.new_revision(), ..function };
            let change = FunctionChange::of(function.clone()).put(version.clone());
            if self.store.change(change).await? == Changed::Done {
                self.begun.notify_one();
                return Ok(Found { function: Arc::new(function), version: Some(version) });
            }
        }
    }

    /// The number after all that were ever given to the function, or to one of the same name before it.
    pub(crate) async fn next_version(&self, function: &FunctionArn) -> Result<VersionNumber, StorageError> {
        let last = self.store.last_version(function).await?;
        Ok(VersionNumber::MIN.saturating_add(last))
    }

    /// `$LATEST` as it is now, as a version that is yet to be made ready.
    pub(crate) fn version_of(
        &self,
        function: &FunctionRecord,
        number: VersionNumber,
        description: Option<&str>,
    ) -> VersionRecord {
        let mut configuration = function.configuration.clone();
        let source_description = configuration.description.clone();
        if let Some(description) = description {
            description.clone_into(&mut configuration.description);
        }
        VersionRecord {
            number,
            revision: self.new_revision(),
            last_modified: function.last_modified,
            state: FunctionState::Pending,
            optimized: false,
            code: function.code.clone(),
            configuration,
            source_description,
        }
    }

    /// The version that was published last, if it still is what would be published now.
    async fn unchanged(&self, function: &FunctionRecord) -> Result<Option<VersionRecord>, StorageError> {
        let Some(number) = function.published else { return Ok(None) };
        let last = self.version(&function.arn, number).await?;
        Ok(last.filter(|last| is_copy(last, function)))
    }

    /// Whether the account may keep so many bytes more in the region.
    pub(crate) async fn has_code_storage(
        &self,
        function: &FunctionArn,
        more: u64,
    ) -> Result<bool, StorageError> {
        self.owner_has_code_storage(&Owner::of(function), more).await
    }

    pub(crate) async fn owner_has_code_storage(
        &self,
        owner: &Owner,
        more: u64,
    ) -> Result<bool, StorageError> {
        let usage = self.store.usage(&owner.account, &owner.region).await?;
        Ok(usage.code_size + more <= self.limits.code_storage)
    }
}

fn is_copy(version: &VersionRecord, function: &FunctionRecord) -> bool {
    let mut configuration = version.configuration.clone();
    configuration.description.clone_from(&version.source_description);
    version.code == function.code && configuration == function.configuration
}

fn check_code(function: &FunctionRecord, given: Option<&str>) -> Result<(), PublishVersionError> {
    let current = function.code.sha256.to_base64();
    match given {
        Some(given) if given != current => {
            Err(PublishVersionError::OtherCode { given: given.to_owned(), current })
        }
        _ => Ok(()),
    }
}
