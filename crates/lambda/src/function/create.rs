use std::collections::BTreeMap;
use std::sync::Arc;

use hob_storage::{Architecture, FunctionConfiguration, FunctionRecord, Owner, StorageError, VersionRecord};
use hob_types::{FunctionArn, FunctionName};

use super::configuration::{ConfigurationChange, ConfigurationError};
use super::functions::Functions;
use super::lookup::Found;
use super::packages::StorePackageError;
use super::source::{CodeSource, FetchError};
use crate::layer::{CodeSize, LayerUseError};
use crate::signing_config::DemandError;
use crate::tag::{TooManyTags, check_tags};

#[derive(Debug)]
pub(crate) struct CreateFunction {
    pub(crate) arn: FunctionArn,
    pub(crate) role: String,
    pub(crate) source: CodeSource,
    pub(crate) architecture: Architecture,
    /// ARNs of layers' versions, in merge order.
    pub(crate) layers: Vec<String>,
    /// Over the defaults.
    pub(crate) configuration: ConfigurationChange,
    pub(crate) tags: BTreeMap<String, String>,
    /// The ARN of a code signing configuration.
    pub(crate) code_signing_config: Option<String>,
    /// The first version is made at the same time.
    pub(crate) publish: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateFunctionError {
    #[error("{0} exists")]
    Exists(FunctionName),
    #[error("a function from a zip needs a runtime and a handler")]
    RuntimeOrHandlerMissing,
    #[error(transparent)]
    Tags(#[from] TooManyTags),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Layers(#[from] LayerUseError),
    #[error(transparent)]
    Demand(#[from] DemandError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error("the account's packages would be larger than they may be")]
    CodeStorageExceeded,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The function is durable, and Pending, when this returns.
    pub(crate) async fn create(&self, create: CreateFunction) -> Result<Found, CreateFunctionError> {
        let CreateFunction {
            arn,
            role,
            source,
            architecture,
            layers,
            configuration: change,
            tags,
            publish,
            ..
        } = create;
        let code_signing_config = create.code_signing_config;
        if change.runtime.is_none() || change.handler.is_none() {
            return Err(CreateFunctionError::RuntimeOrHandlerMissing);
        }
        check_tags(&tags)?;
        let mut configuration = change.applied_to(FunctionConfiguration::new(role, architecture))?;
        // Asked again below; but a name that is taken need not cost unpacking the zip.
        if self.store.get(&arn).await?.is_some() {
            return Err(CreateFunctionError::Exists(arn.name));
        }
        configuration.layers = self.layers_to_use(&Owner::of(&arn), &layers).await?;
        let _config_stays = match &code_signing_config {
            Some(_) => Some(self.attaching.read().await),
            None => None,
        };
        let demand = self.demand(&arn, code_signing_config.as_deref()).await?;
        self.check_layers(demand.as_ref(), &mut configuration.layers, &[]).await?;
        let zip = self.fetch(source, &arn.region).await?;
        let arrived = self.packages.store(zip, demand).await?;
        self.check_size_with_layers(CodeSize::Of(&arrived.code), &configuration.layers).await?;
        if !self.has_code_storage(&arn, arrived.code.size).await? {
            return Err(CreateFunctionError::CodeStorageExceeded);
        }
        let (revision, now) = (self.new_revision(), self.clock.now());
        let mut function = FunctionRecord::new(arn, revision, now, arrived.code.clone(), configuration);
        function.tags = tags;
        function.code_signing_config = code_signing_config;
        let version = if publish { Some(self.publish_with(&mut function).await?) } else { None };
        let parts = version.iter().cloned().map(Into::into).collect();
        if !self.store.create(function.clone(), parts).await? {
            return Err(CreateFunctionError::Exists(function.arn.name));
        }
        self.begun.notify_one();
        Ok(Found { function: Arc::new(function), version })
    }

    /// The next version, to be stored in one change with the function that it is a copy of.
    pub(crate) async fn publish_with(
        &self,
        function: &mut FunctionRecord,
    ) -> Result<VersionRecord, StorageError> {
        let number = self.next_version(&function.arn).await?;
        function.published = Some(number);
        Ok(self.version_of(function, number, None))
    }
}
