use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use hob_invoke::{FunctionVersion, Invocation, InvocationResult, InvokeError};
use hob_storage::{FunctionConfiguration, FunctionState, SnapStart, StorageError};
use hob_types::{AliasName, FunctionArn, FunctionName, InvocationSource, Qualifier, RequestId, Version};

use super::functions::Functions;
use super::get::GetFunctionError;
use super::lifecycle::state_name;
use super::lookup::Found;
use super::packages::StorePackageError;
use super::payload::{InvalidPayload, check_json};
use super::target::Target;
use crate::alias::Route;
use crate::lineage;

#[derive(Debug)]
pub(crate) struct InvokeFunction {
    pub(crate) request_id: RequestId,
    pub(crate) source: InvocationSource,
    pub(crate) payload: Bytes,
    /// JSON.
    pub(crate) client_context: Option<String>,
    pub(crate) trace_header: Option<String>,
    pub(crate) log_tail: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum InvokeFunctionError {
    /// Always with a qualifier, as AWS says it.
    #[error("{0} does not exist")]
    NotFound(String),
    #[error("the function is {0}")]
    NotActive(&'static str),
    #[error("the invocation is part of a recursive loop")]
    Recursive,
    #[error(transparent)]
    Payload(#[from] InvalidPayload),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Invoke(#[from] InvokeError),
}

impl Functions {
    /// Runs the function to its answer.
    pub(crate) async fn invoke(
        &self,
        target: &Target,
        invoke: InvokeFunction,
    ) -> Result<(Version, InvocationResult), InvokeFunctionError> {
        let version = self.check_invoke(target, &invoke.payload).await?;
        self.run(target, version, invoke).await
    }

    /// As [`invoke`](Self::invoke), for a payload that is known to be JSON and what the target is at the moment.
    pub(crate) async fn run(
        &self,
        target: &Target,
        version: Arc<FunctionVersion>,
        invoke: InvokeFunction,
    ) -> Result<(Version, InvocationResult), InvokeFunctionError> {
        let counted = lineage::count_run(invoke.trace_header.as_deref(), &target.function);
        if counted.is_loop() && self.ends_loops(&target.function).await? {
            return Err(InvokeFunctionError::Recursive);
        }
        let executed = version.version;
        let invocation = Invocation {
            request_id: invoke.request_id,
            version,
            source: invoke.source,
            invoked_function_arn: target.arn(),
            payload: if invoke.payload.is_empty() { Bytes::from_static(b"{}") } else { invoke.payload },
            client_context: invoke.client_context,
            trace_header: Some(counted.header),
            log_tail: invoke.log_tail,
        };
        Ok((executed, self.invoker.invoke(invocation).await?))
    }

    /// All that could refuse an invocation before it runs.
    pub(crate) async fn check_invoke(
        &self,
        target: &Target,
        payload: &[u8],
    ) -> Result<Arc<FunctionVersion>, InvokeFunctionError> {
        let version = self.runnable_version(target).await?;
        if !payload.is_empty() {
            check_json(payload)?;
        }
        Ok(version)
    }

    /// What the target runs now. Waits a little for a function that is about to become active.
    pub(crate) async fn runnable_version(
        &self,
        target: &Target,
    ) -> Result<Arc<FunctionVersion>, InvokeFunctionError> {
        let not_found = || InvokeFunctionError::NotFound(target.qualified_arn());
        let qualifier = target.parsed_qualifier().ok_or_else(not_found)?;
        if let Some(version) = self.runnable.get(&target.function, &qualifier, &*self.random) {
            return Ok(version);
        }
        let version = match &qualifier {
            Qualifier::Version(version) => *version,
            Qualifier::Alias(alias) => {
                let route = self.load_route(&target.function, alias).await?.ok_or_else(not_found)?;
                route.choose(&*self.random)
            }
        };
        let versioned = Target::of(&target.function, version);
        // It may be about to become active.
        self.get_settled(&versioned).await.map_err(|error| match error {
            GetFunctionError::NotFound(_) => not_found(),
            GetFunctionError::Storage(error) => error.into(),
        })?;
        self.load_version(&target.function, version).await
    }

    /// Where an alias leads, from memory or from the store, and remembers it.
    async fn load_route(
        &self,
        arn: &FunctionArn,
        alias: &AliasName,
    ) -> Result<Option<Route>, InvokeFunctionError> {
        if let Some(route) = self.runnable.route(arn, alias) {
            return Ok(Some(route));
        }
        let moment = self.runnable.moment();
        let Some(record) = self.alias(arn, alias).await? else { return Ok(None) };
        let route = Route::of(&record);
        self.runnable.remember_route(moment, arn, alias, route.clone());
        Ok(Some(route))
    }

    /// Reads a version from the store, and remembers it.
    pub(crate) async fn load_version(
        &self,
        arn: &FunctionArn,
        version: Version,
    ) -> Result<Arc<FunctionVersion>, InvokeFunctionError> {
        let moment = self.runnable.moment();
        let target = Target::of(arn, version);
        let Some(found) = self.find(&target).await? else {
            return Err(InvokeFunctionError::NotFound(target.qualified_arn()));
        };
        let description = found.description();
        if *description.state != FunctionState::Active {
            return Err(InvokeFunctionError::NotActive(state_name(description.state)));
        }
        let version = self.assemble(&found).await?;
        self.runnable.remember(moment, &version);
        Ok(version)
    }

    /// A version as the invoker takes it, whatever state it is in.
    pub(crate) async fn assemble(&self, found: &Found) -> Result<Arc<FunctionVersion>, StorePackageError> {
        let description = found.description();
        let code = self.packages.tree(description.code.sha256).await?;
        let mut layers = Vec::new();
        for layer in &description.configuration.layers {
            layers.push(self.packages.tree(layer.code.sha256).await?);
        }
        Ok(Arc::new(runnable(found, code, layers)))
    }
}

/// Where a function logs to.
pub(crate) fn log_group(name: &FunctionName, configuration: &FunctionConfiguration) -> String {
    configuration.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"))
}

fn runnable(found: &Found, code: PathBuf, layers: Vec<PathBuf>) -> FunctionVersion {
    let description = found.description();
    let configuration = description.configuration.clone();
    FunctionVersion {
        snap_start: found.version.is_some() && configuration.snap_start == SnapStart::PublishedVersions,
        log_group: log_group(&description.arn.name, &configuration),
        logging: configuration.logging,
        arn: description.arn.clone(),
        version: description.version,
        revision: found.deployment(),
        runtime: configuration.runtime,
        handler: configuration.handler.unwrap_or_default(),
        memory: configuration.memory,
        timeout: configuration.timeout,
        ephemeral_storage: configuration.ephemeral_storage,
        architecture: configuration.architecture,
        environment: configuration.environment,
        code_sha256: description.code.sha256,
        code,
        layers,
        role: configuration.role,
    }
}
