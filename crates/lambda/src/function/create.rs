use std::collections::BTreeMap;

use bytes::Bytes;
use hob_storage::{
    Architecture, FunctionConfiguration, FunctionRecord, FunctionState, LastUpdate, StorageError,
};
use hob_types::{EphemeralStorageMib, FunctionArn, FunctionName, MemoryMib, TimeoutSeconds};

use super::configuration::{ConfigurationChange, ConfigurationError};
use super::functions::Functions;
use super::packages::StorePackageError;

/// Tags that one function may have. Source: Lambda guide, "Using tags on functions".
const TAGS_MAX: usize = 50;

#[derive(Debug)]
pub(crate) struct CreateFunction {
    pub(crate) arn: FunctionArn,
    pub(crate) role: String,
    pub(crate) zip: Bytes,
    pub(crate) architecture: Architecture,
    /// Over the defaults.
    pub(crate) configuration: ConfigurationChange,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateFunctionError {
    #[error("{0} exists")]
    Exists(FunctionName),
    #[error("a function from a zip needs a runtime and a handler")]
    RuntimeOrHandlerMissing,
    #[error("more than {TAGS_MAX} tags")]
    TooManyTags,
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The function is durable, and Pending, when this returns.
    pub(crate) async fn create(&self, create: CreateFunction) -> Result<FunctionRecord, CreateFunctionError> {
        let CreateFunction { arn, role, zip, architecture, configuration: change, tags } = create;
        if change.runtime.is_none() || change.handler.is_none() {
            return Err(CreateFunctionError::RuntimeOrHandlerMissing);
        }
        if tags.len() > TAGS_MAX {
            return Err(CreateFunctionError::TooManyTags);
        }
        change.check()?;
        // Asked again below; but a name that is taken need not cost unpacking the zip.
        if self.store.get(&arn).await?.is_some() {
            return Err(CreateFunctionError::Exists(arn.name));
        }
        let mut configuration = defaults(role, architecture);
        change.apply(&mut configuration);
        let arrived = self.packages.store(zip).await?;
        let function = FunctionRecord {
            arn,
            revision: self.new_revision(),
            last_modified: self.clock.now(),
            state: FunctionState::Pending,
            last_update: LastUpdate::Successful,
            code: arrived.code.clone(),
            configuration,
            tags,
        };
        if !self.store.create(function.clone()).await? {
            return Err(CreateFunctionError::Exists(function.arn.name));
        }
        self.begun.notify_one();
        Ok(function)
    }
}

fn defaults(role: String, architecture: Architecture) -> FunctionConfiguration {
    FunctionConfiguration {
        runtime: None,
        handler: None,
        role,
        description: String::new(),
        memory: MemoryMib::default(),
        timeout: TimeoutSeconds::default(),
        ephemeral_storage: EphemeralStorageMib::default(),
        environment: BTreeMap::new(),
        architecture,
        log_group: None,
    }
}
