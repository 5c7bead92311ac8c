//! The one admission point: takes an idle environment of the function's version, or starts one.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hob_types::{FunctionArn, RevisionId, Version};

use crate::{
    Collaborators, EngineConfiguration, Invocation, InvocationResult, InvokeError, Invoker, Statistics,
};

/// Usable from any shard. An environment lives on the shard that started it.
pub struct Engine {
    configuration: EngineConfiguration,
    #[expect(dead_code, reason = "the insides come next")]
    collaborators: Collaborators,
}

impl Engine {
    /// Starts nothing: the first invocation does.
    pub fn new(configuration: EngineConfiguration, collaborators: Collaborators) -> Arc<Self> {
        Arc::new(Self { configuration, collaborators })
    }

    /// Refuses new invocations, lets the running ones finish for at most `grace`, then ends every environment.
    /// Nothing of them is left when this returns.
    pub async fn shutdown(&self, _grace: Duration) {}

    pub fn statistics(&self) -> Statistics {
        Statistics { concurrency_limit: self.configuration.concurrency_limit, ..Statistics::default() }
    }
}

#[async_trait]
impl Invoker for Engine {
    async fn invoke(&self, _invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        Err(InvokeError::Service("The engine cannot start environments yet.".to_owned()))
    }

    fn retire(&self, _function: &FunctionArn, _version: Option<Version>, _keep: Option<RevisionId>) {}
}
