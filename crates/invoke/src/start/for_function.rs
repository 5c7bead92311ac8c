//! What one function adds to a sandbox.

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use hob_environment::{LogStreamName, Parked, StartFailure};
use hob_runtimes::RuntimeLaunch;
use hob_sandbox::{Mount, Program, SandboxSpec, Specialisation};
use hob_types::{Clock, EnvironmentId, Random};

use super::kind::mounts;
use super::made::Made;
use super::{Prepared, failed};
use crate::places::Places;
use crate::variables::{Sources, variables};
use crate::{Collaborators, EnvironmentIdentity, FunctionVersion, RoleCredentials};
use hob_environment::Initialization;

/// The environment of a version, whose sandbox is there.
pub(super) struct ForFunction<'a> {
    pub collaborators: &'a Collaborators,
    pub id: EnvironmentId,
    pub version: &'a FunctionVersion,
    pub launch: &'a RuntimeLaunch,
    pub initialization: Initialization,
}

impl ForFunction<'_> {
    /// Gives the environment its keys, its AWS endpoint, its log stream, and its variables.
    pub(super) fn prepare(&self, made: Made) -> Result<Prepared, StartFailure> {
        let Collaborators { credentials, aws_endpoint, clock, random, .. } = self.collaborators;
        let Self { id, version, launch, initialization, .. } = *self;
        let Made { sandbox, listeners, runtime, .. } = made;
        let addresses = (address(&listeners.runtime_api)?, address(&listeners.aws_endpoint)?);
        let keys = credentials.mint(&version.role, &version.arn, id);
        let revoked_later = Revocation { credentials: Arc::clone(credentials), environment: id };
        let endpoint = aws_endpoint.serve(listeners.aws_endpoint, sandbox.peers(), identity(id, version));
        let log_stream = log_stream(version, &**clock, &**random);
        let variables = |initialization| {
            variables(&Sources {
                version,
                launch,
                initialization,
                keys: &keys,
                log_stream: &log_stream,
                runtime_api: addresses.0,
                aws_endpoint: addresses.1,
            })
        };
        let restored = |_| variables(Initialization::SnapStart);
        let runtime = runtime.map(|runtime| Parked { restored: runtime.restored.map(restored), ..runtime });
        let program = Program {
            environment: variables(initialization),
            path: launch.program.clone(),
            arguments: launch.arguments.clone(),
            working_directory: PathBuf::from("/var/task"),
        };
        let mounts = all_mounts(version, launch);
        let places = Places::new(sandbox.root(), &mounts);
        let (program, hint) = (places.translate(program), places.hint());
        Ok(Prepared {
            sandbox,
            runtime_api: listeners.runtime_api,
            program,
            parked: runtime,
            log_stream,
            runtime_description: launch.description.clone(),
            note: launch.note.clone().into_iter().chain(hint).reduce(|note, hint| format!("{note} {hint}")),
            guards: Box::new((endpoint, revoked_later)) as Box<dyn Any + Send>,
        })
    }
}

fn address(listener: &TcpListener) -> Result<SocketAddr, StartFailure> {
    listener.local_addr().map_err(|error| failed(&error.to_string()))
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

/// A sandbox that is this function's from the start.
pub(super) fn sandbox_spec(
    id: EnvironmentId,
    version: &FunctionVersion,
    launch: &RuntimeLaunch,
) -> SandboxSpec {
    SandboxSpec {
        id,
        mounts: all_mounts(version, launch),
        slots: Vec::new(),
        memory: version.memory,
        ephemeral_storage: version.ephemeral_storage,
    }
}

/// What makes a sandbox that was made ahead this function's.
pub(super) fn specialisation(version: &FunctionVersion, launch: &RuntimeLaunch) -> Specialisation {
    let mounts = own_mounts(version).chain(mounts(&launch.function_mounts));
    Specialisation { mounts: mounts.collect(), memory: version.memory }
}

fn all_mounts(version: &FunctionVersion, launch: &RuntimeLaunch) -> Vec<Mount> {
    own_mounts(version).chain(mounts(&launch.mounts)).chain(mounts(&launch.function_mounts)).collect()
}

/// The package and the layers.
fn own_mounts(version: &FunctionVersion) -> impl Iterator<Item = Mount> {
    let code = Mount { sources: vec![version.code.clone()], target: PathBuf::from("/var/task") };
    let layers = Mount { sources: version.layers.clone(), target: PathBuf::from("/opt") };
    [code, layers].into_iter().filter(|mount| !mount.sources.is_empty())
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
