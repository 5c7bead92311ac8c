use async_trait::async_trait;
use bytes::Bytes;
use hob_types::{AccountId, QualifiedFunctionArn};

use crate::DeliveryError;

/// A service that invokes on behalf of a resource, as resource policies know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Such as `s3.amazonaws.com`.
    pub service: &'static str,
    /// The ARN of the bucket, topic or rule.
    pub source_arn: String,
    /// Who owns that resource.
    pub source_account: AccountId,
}

/// What a function is to run for when its turn comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionEvent {
    /// JSON.
    pub payload: Bytes,
    /// `X-Amzn-Trace-Id`; with its lineage it tells events that go round in a circle.
    pub trace_header: Option<String>,
    /// `None`: a role of the function's own account sends it, as for a destination.
    pub origin: Option<Origin>,
}

/// What a function is to run for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCall {
    /// JSON.
    pub payload: Bytes,
    pub trace_header: Option<String>,
}

/// What the function made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionAnswer {
    /// The function's bytes, or the error document.
    pub payload: Bytes,
    /// It failed.
    pub failed: bool,
}

/// Why a function was not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FunctionCallError {
    #[error("the function does not exist")]
    NoFunction,
    #[error("the concurrency limit is reached")]
    Throttled,
    /// It went round in a circle too often, and its function is set to end that.
    #[error("the event is part of a recursive loop")]
    Recursive,
    /// Not now: the function is not ready, or the server failed it.
    #[error("{0}")]
    Unavailable(String),
}

/// The functions of all accounts and regions.
#[async_trait]
pub trait FunctionService: Send + Sync {
    /// Whether there is such a function and its resource policy lets the origin invoke it.
    async fn permits(&self, function: &QualifiedFunctionArn, origin: &Origin) -> Result<bool, DeliveryError>;

    /// Takes an event that the function will run for, with retries, destinations and all. Durable when it returns.
    async fn send(&self, function: &QualifiedFunctionArn, event: FunctionEvent) -> Result<(), DeliveryError>;

    /// Runs the function to its answer. For pollers, which keep what they read until this has returned.
    async fn call(
        &self,
        function: &QualifiedFunctionArn,
        call: FunctionCall,
    ) -> Result<FunctionAnswer, FunctionCallError>;
}
