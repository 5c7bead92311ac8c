use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use hob_invoke::{FunctionVersion, Invocation, InvocationResult, InvokeError};
use hob_storage::{FunctionConfiguration, FunctionRecord, FunctionState, StorageError};
use hob_types::{FunctionArn, FunctionName, InvocationSource, Qualifier, RequestId, Version};

use super::functions::Functions;
use super::get::GetFunctionError;
use super::lifecycle::state_name;
use super::packages::StorePackageError;
use super::payload::{InvalidPayload, check_json};
use super::target::Target;

#[derive(Debug)]
pub(crate) struct InvokeFunction {
    pub(crate) request_id: RequestId,
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
    ) -> Result<InvocationResult, InvokeFunctionError> {
        let version = self.check_invoke(target, &invoke.payload).await?;
        let invocation = Invocation {
            request_id: invoke.request_id,
            version,
            source: InvocationSource::Invoke,
            invoked_function_arn: target.arn(),
            payload: if invoke.payload.is_empty() { Bytes::from_static(b"{}") } else { invoke.payload },
            client_context: invoke.client_context,
            trace_header: invoke.trace_header,
            log_tail: invoke.log_tail,
        };
        Ok(self.invoker.invoke(invocation).await?)
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

    async fn runnable_version(&self, target: &Target) -> Result<Arc<FunctionVersion>, InvokeFunctionError> {
        if !target.is_latest() {
            return Err(InvokeFunctionError::NotFound(target.arn()));
        }
        if let Some(version) = self.runnable.get(&target.function) {
            return Ok(version);
        }
        // It may be about to become active.
        self.get_settled(target).await.map_err(|error| match error {
            GetFunctionError::NotFound(_) => InvokeFunctionError::NotFound(target.latest_arn()),
            GetFunctionError::Storage(error) => error.into(),
        })?;
        self.load_version(&target.function).await
    }

    /// Reads a function's `$LATEST` from the store, and remembers it.
    pub(super) async fn load_version(
        &self,
        arn: &FunctionArn,
    ) -> Result<Arc<FunctionVersion>, InvokeFunctionError> {
        let moment = self.runnable.moment();
        let Some(function) = self.store.get(arn).await? else {
            let latest = arn.qualified(Qualifier::Version(Version::Latest));
            return Err(InvokeFunctionError::NotFound(latest.to_string()));
        };
        if function.state != FunctionState::Active {
            return Err(InvokeFunctionError::NotActive(state_name(&function.state)));
        }
        let code = self.packages.tree(function.code.sha256).await?;
        let version = Arc::new(latest_version(function, code));
        self.runnable.remember(moment, &version);
        Ok(version)
    }
}

/// Where a function logs to.
pub(crate) fn log_group(name: &FunctionName, configuration: &FunctionConfiguration) -> String {
    configuration.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"))
}

fn latest_version(function: FunctionRecord, code: PathBuf) -> FunctionVersion {
    let configuration = function.configuration;
    FunctionVersion {
        snap_start: false,
        log_group: log_group(&function.arn.name, &configuration),
        arn: function.arn,
        version: Version::Latest,
        revision: function.revision,
        runtime: configuration.runtime,
        handler: configuration.handler.unwrap_or_default(),
        memory: configuration.memory,
        timeout: configuration.timeout,
        ephemeral_storage: configuration.ephemeral_storage,
        architecture: configuration.architecture,
        environment: configuration.environment,
        code_sha256: function.code.sha256,
        code,
        layers: Vec::new(),
        role: configuration.role,
    }
}
