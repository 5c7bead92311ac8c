//! How an environment comes to be: the one place that knows. Whatever makes cold starts faster goes behind
//! [`EnvironmentSource`].

use std::any::Any;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use hob_environment::{FunctionError, LogStreamName, StartFailure, Unavailable};
use hob_runtimes::{RuntimeLaunch, RuntimeRequest};
use hob_sandbox::{Mount, Program, Sandbox, SandboxError, SandboxSpec};
use hob_types::{Clock, EnvironmentId, Random};

use crate::variables::{Sources, variables};
use crate::{Collaborators, EnvironmentIdentity, FunctionVersion, RoleCredentials};

/// A sandbox with a program to start in it.
pub(crate) struct Prepared {
    pub sandbox: Box<dyn Sandbox>,
    pub runtime_api: TcpListener,
    pub program: Program,
    pub log_stream: LogStreamName,
    /// For INIT_START.
    pub runtime_description: Option<String>,
    pub note: Option<String>,
    /// Kept as long as the environment.
    pub guards: Box<dyn Any + Send>,
}

/// Obtains what an environment of a version runs in.
#[async_trait]
pub(crate) trait EnvironmentSource: Send + Sync {
    async fn prepare(
        &self,
        id: EnvironmentId,
        version: &Arc<FunctionVersion>,
    ) -> Result<Prepared, StartFailure>;
}

/// Makes a new sandbox each time.
pub(crate) struct FreshSandboxes(pub Collaborators);

#[async_trait]
impl EnvironmentSource for FreshSandboxes {
    async fn prepare(
        &self,
        id: EnvironmentId,
        version: &Arc<FunctionVersion>,
    ) -> Result<Prepared, StartFailure> {
        let launch = self.resolve(Arc::clone(version)).await?;
        let spec = sandbox_spec(id, version, &launch);
        let mut sandbox = self.0.sandboxes.create(spec).await.map_err(unavailable)?;
        let listeners = sandbox.take_listeners().ok_or_else(|| failed("the sandbox has no listeners"))?;
        let address =
            |listener: &TcpListener| listener.local_addr().map_err(|error| failed(&error.to_string()));
        let (runtime_api, aws_endpoint) =
            (address(&listeners.runtime_api)?, address(&listeners.aws_endpoint)?);

        let keys = self.0.credentials.mint(&version.role, &version.arn, id);
        let revoked_later = Revocation { credentials: Arc::clone(&self.0.credentials), environment: id };
        let endpoint = self.0.aws_endpoint.serve(listeners.aws_endpoint, identity(id, version));
        let log_stream = log_stream(version, &*self.0.clock, &*self.0.random);
        let sources = Sources {
            version,
            launch: &launch,
            keys: &keys,
            log_stream: &log_stream,
            runtime_api,
            aws_endpoint,
        };
        let program = Program {
            environment: variables(&sources),
            path: launch.program,
            arguments: launch.arguments,
            working_directory: PathBuf::from("/var/task"),
        };
        Ok(Prepared {
            sandbox,
            runtime_api: listeners.runtime_api,
            program,
            log_stream,
            runtime_description: launch.description,
            note: launch.note,
            guards: Box::new((endpoint, revoked_later)),
        })
    }
}

impl FreshSandboxes {
    async fn resolve(&self, version: Arc<FunctionVersion>) -> Result<RuntimeLaunch, StartFailure> {
        let runtimes = Arc::clone(&self.0.runtimes);
        let resolving = tokio::task::spawn_blocking(move || {
            let Some(runtime) = &version.runtime else {
                return Err(failed("Functions from container images cannot be run yet."));
            };
            let request = RuntimeRequest {
                runtime,
                handler: &version.handler,
                code: &version.code,
                layers: &version.layers,
                environment: &version.environment,
                memory: version.memory,
            };
            runtimes.resolve(&request).map_err(|error| {
                let (error_type, message) = (error.error_type, error.message);
                StartFailure::Function(FunctionError::Runtime { error_type, message })
            })
        });
        resolving.await.unwrap_or_else(|error| Err(failed(&error.to_string())))
    }
}

/// A new environment's. As AWS names it; a log group that several functions share has the function's name in it.
pub(crate) fn log_stream(version: &FunctionVersion, clock: &dyn Clock, random: &dyn Random) -> LogStreamName {
    let name = &version.arn.name;
    let day = clock.now().to_date_path();
    let guid = EnvironmentId::random(random).to_string().replace('-', "");
    let own_group = version.log_group == format!("/aws/lambda/{name}");
    let stream = if own_group {
        format!("{day}/[{}]{guid}", version.version)
    } else {
        format!("{day}/{name}[{}][{guid}]", version.version)
    };
    LogStreamName {
        account: version.arn.account.clone(),
        region: version.arn.region.clone(),
        group: version.log_group.clone(),
        stream,
    }
}

fn sandbox_spec(id: EnvironmentId, version: &FunctionVersion, launch: &RuntimeLaunch) -> SandboxSpec {
    let code = Mount { sources: vec![version.code.clone()], target: PathBuf::from("/var/task") };
    let layers = Mount { sources: version.layers.clone(), target: PathBuf::from("/opt") };
    let layers = Some(layers).filter(|layers| !layers.sources.is_empty());
    let runtime = launch.mounts.iter().chain(&launch.function_mounts);
    let runtime = runtime.map(|mount| Mount { sources: mount.sources.clone(), target: mount.target.clone() });
    SandboxSpec {
        id,
        mounts: [code].into_iter().chain(layers).chain(runtime).collect(),
        slots: Vec::new(),
        memory: version.memory,
        ephemeral_storage: version.ephemeral_storage,
    }
}

fn identity(environment: EnvironmentId, version: &FunctionVersion) -> EnvironmentIdentity {
    EnvironmentIdentity {
        environment,
        account: version.arn.account.clone(),
        region: version.arn.region.clone(),
        function: version.arn.clone(),
        role: version.role.clone(),
    }
}

fn unavailable(error: SandboxError) -> StartFailure {
    failed(&error.to_string())
}

fn failed(text: &str) -> StartFailure {
    StartFailure::Unavailable(Unavailable(text.to_owned()))
}

/// Session keys end with their environment.
struct Revocation {
    credentials: Arc<dyn RoleCredentials>,
    environment: EnvironmentId,
}

impl Drop for Revocation {
    fn drop(&mut self) {
        self.credentials.revoke(self.environment);
    }
}
