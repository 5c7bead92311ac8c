//! The snapshot of one version: how it is taken, and what it is.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hob_environment::{FunctionSettings, Initialisation, InitialisationError, Initialization, StartFailure};
use hob_sandbox::{Sandbox, SandboxError, Zygote, ZygoteSpec};
use hob_types::{EnvironmentId, EphemeralStorageMib};

use super::Prepared;
use super::configuration::{AheadConfiguration, Scope};
use super::for_function::{ForFunction, sandbox_spec};
use super::launches::Launch;
use super::made::Made;
use crate::{Collaborators, FunctionVersion, SnapshotError};

/// How long the initialisation may take, unless the function's timeout is longer. Source: Lambda guide, "Init phase".
const LIMIT: Duration = Duration::from_secs(130);

/// A function's process that was initialised and stands, in a sandbox of its own. Whatever it has in memory is the
/// version's alone, and goes with this.
pub(super) struct TakenSnapshot {
    /// Dropped first: it has processes in the sandbox.
    pub zygote: Arc<dyn Zygote>,
    sandbox: Box<dyn Sandbox>,
    _guards: Box<dyn Any + Send>,
}

impl TakenSnapshot {
    /// In bytes.
    pub(super) fn memory(&self) -> u64 {
        self.sandbox.memory_peak()
    }

    /// It has not ended, as it does with its launcher.
    pub(super) fn is_alive(&self) -> bool {
        !self.zygote.has_ended() && !self.sandbox.has_ended()
    }

    /// Nothing of it is left when this returns.
    pub(super) async fn remove(self) {
        drop(self.zygote);
        self.sandbox.kill();
        self.sandbox.remove().await;
    }
}

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoSnapshot {
    /// The version starts as any other.
    NotPossible(String),
    Failed(SnapshotError),
}

impl NoSnapshot {
    fn not_possible(reason: &str) -> Self {
        Self::NotPossible(reason.to_owned())
    }

    fn service(text: impl fmt::Display) -> Self {
        Self::Failed(SnapshotError::Service(text.to_string()))
    }
}

impl From<SandboxError> for NoSnapshot {
    fn from(error: SandboxError) -> Self {
        Self::service(error)
    }
}

impl From<StartFailure> for NoSnapshot {
    fn from(failure: StartFailure) -> Self {
        match failure {
            StartFailure::Function(error) => Self::Failed(SnapshotError::Function {
                error_type: error.reported_type().to_owned(),
                message: error.message().into_owned(),
            }),
            StartFailure::Unavailable(unavailable) => Self::service(unavailable),
        }
    }
}

impl From<InitialisationError> for NoSnapshot {
    fn from(error: InitialisationError) -> Self {
        match error {
            InitialisationError::Function { error_type, message } => {
                Self::Failed(SnapshotError::Function { error_type, message })
            }
            InitialisationError::NotPossible(reason) => Self::NotPossible(reason),
        }
    }
}

/// Runs the version's initialisation.
pub(super) async fn take(
    collaborators: &Collaborators,
    version: &FunctionVersion,
    launch: &Launch,
    configuration: AheadConfiguration,
) -> Result<TakenSnapshot, NoSnapshot> {
    let spec = zygote(collaborators, version, launch, configuration).await?;
    let zygote = collaborators.sandboxes.zygote(spec).await.map_err(unable)?;
    let id = EnvironmentId::random(&*collaborators.random);
    let mut made = Made::new(&*collaborators.sandboxes, sandbox_spec(id, version, &launch.how)).await?;
    made.restore(&*zygote).await.map_err(unable)?;
    let initialization = Initialization::SnapStart;
    let prepared =
        ForFunction { collaborators, id, version, launch: &launch.how, initialization }.prepare(made)?;
    initialise(collaborators, version, prepared, zygote).await
}

/// Where one process may not trace another, for instance, all else may still work.
fn unable(error: SandboxError) -> NoSnapshot {
    NoSnapshot::NotPossible(format!("No process can be copied here: {error}."))
}

/// What initialises it, if it can be done.
async fn zygote(
    collaborators: &Collaborators,
    version: &FunctionVersion,
    launch: &Launch,
    configuration: AheadConfiguration,
) -> Result<ZygoteSpec, NoSnapshot> {
    if configuration.scope < Scope::Zygotes {
        return Err(NoSnapshot::not_possible("This server is configured to make nothing ahead."));
    }
    if !collaborators.sandboxes.abilities().await.fork {
        return Err(NoSnapshot::not_possible("The isolation of this machine cannot copy processes."));
    }
    if version.ephemeral_storage != EphemeralStorageMib::default() {
        return Err(NoSnapshot::not_possible("Its /tmp is larger than 512 MB."));
    }
    let spec = launch.runtime.as_ref().and_then(|kind| kind.snapshot());
    spec.ok_or_else(|| {
        NoSnapshot::not_possible(
            "Its runtime, or what its configuration does at the start, cannot be copied.",
        )
    })
}

async fn initialise(
    collaborators: &Collaborators,
    version: &FunctionVersion,
    prepared: Prepared,
    zygote: Arc<dyn Zygote>,
) -> Result<TakenSnapshot, NoSnapshot> {
    let Prepared { mut sandbox, runtime_api, parked, log_stream, guards, .. } = prepared;
    let Some(mut runtime) = parked else { return Err(NoSnapshot::service("There is no runtime.")) };
    let timeout = version.timeout.duration();
    let initialisation = Initialisation {
        runtime_api,
        variables: runtime.restored.take().unwrap_or_default(),
        runtime,
        function: FunctionSettings {
            name: version.arn.name.clone(),
            version: version.version,
            region: version.arn.region.clone(),
            memory: version.memory,
            timeout,
            initialization: Initialization::SnapStart,
            logging: version.logging,
            runtime_description: prepared.runtime_description,
            note: prepared.note,
        },
        log_stream,
        limit: timeout.max(LIMIT),
        logs: Arc::clone(&collaborators.logs),
        clock: Arc::clone(&collaborators.clock),
    };
    initialisation.run(&mut *sandbox).await?;
    Ok(TakenSnapshot { zygote, sandbox, _guards: guards })
}
