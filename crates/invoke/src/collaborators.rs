//! What the engine needs of the rest of the server: small traits that `hob` implements and wires together.

use std::any::Any;
use std::net::TcpListener;
use std::sync::Arc;

use hob_environment::{LogSink, Measured};
use hob_runtimes::{Catalogue, RuntimeError, RuntimeLaunch, RuntimeRequest};
use hob_sandbox::{Peers, Sandboxes};
use hob_types::{AccountId, Clock, EnvironmentId, FunctionArn, InvocationSource, Random, Region};

use crate::FunctionVersion;

/// Everything the engine works with, shared by all shards.
#[derive(Clone)]
pub struct Collaborators {
    pub sandboxes: Arc<dyn Sandboxes>,
    pub runtimes: Arc<dyn RuntimeCatalogue>,
    pub credentials: Arc<dyn RoleCredentials>,
    pub aws_endpoint: Arc<dyn AwsEndpoint>,
    pub logs: Arc<dyn LogSink>,
    pub usage: Arc<dyn UsageSink>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

/// Finds what runs a function.
pub trait RuntimeCatalogue: Send + Sync {
    /// May block: the engine calls it on a thread that may.
    fn resolve(&self, request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError>;
}

impl RuntimeCatalogue for Catalogue {
    fn resolve(&self, request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError> {
        self.resolve(request)
    }
}

/// Counts what functions use. Called on the way of every invocation: must neither wait nor block.
pub trait UsageSink: Send + Sync {
    /// The function has answered; `failed`: with an error, which is billed as well.
    fn answered(&self, version: &FunctionVersion, source: InvocationSource, measured: Measured, failed: bool);

    /// The invocation was refused at a limit.
    fn throttled(&self, version: &FunctionVersion, source: InvocationSource);
}

/// Session keys of execution roles, one set for each environment.
pub trait RoleCredentials: Send + Sync {
    /// New keys that act as `role`, valid until they are revoked.
    fn mint(&self, role: &str, function: &FunctionArn, environment: EnvironmentId) -> SessionKeys;

    /// The environment has ended: its keys must no longer work. Called once for each `mint`.
    fn revoke(&self, environment: EnvironmentId);
}

/// What the function finds in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
#[derive(Clone)]
pub struct SessionKeys {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
}

/// The AWS API, as functions reach it from inside their environment.
pub trait AwsEndpoint: Send + Sync {
    /// Accepts on `listener`, which is in non-blocking mode, in the current shard until the guard is dropped. Nobody
    /// else than `peers` may be answered.
    fn serve(&self, listener: TcpListener, peers: Peers, identity: EnvironmentIdentity) -> EndpointGuard;
}

/// Stops serving when it is dropped.
pub type EndpointGuard = Box<dyn Any + Send>;

/// Who makes the calls that come out of an environment.
#[derive(Clone, Debug)]
pub struct EnvironmentIdentity {
    pub environment: EnvironmentId,
    pub account: AccountId,
    pub region: Region,
    pub function: FunctionArn,
    /// The execution role's ARN.
    pub role: String,
}
