//! Finds the strongest isolation that works here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random};

use crate::instance::{self, Instance};
use crate::namespaces::Namespaces;
use crate::report::{Privileges, Report, Tier};
use crate::{Program, SandboxError, SandboxSpec, Sandboxes, Unavailable, cgroup, findings, network};

/// What the sandboxes need to know of the server.
#[derive(Clone)]
pub struct Options {
    /// The only one to try; `None`: the strongest that works here.
    pub tier: Option<Tier>,
    /// The command that runs [`launcher_main`](crate::launcher_main): the server's own executable and
    /// `__launcher`.
    pub launcher: Vec<OsString>,
    /// Locks of running servers and mount points: `/run/hob`, or `$XDG_RUNTIME_DIR/hob` for an ordinary user
    /// (see [`runtime_directory`](crate::runtime_directory())). Made if missing.
    pub runtime_directory: PathBuf,
    /// Where the images of functions' `/tmp` grow, on a disk with room for them. Made if missing.
    pub state_directory: PathBuf,
    pub random: Arc<dyn Random>,
}

/// Sweeps what servers that no longer run left on this machine, makes a whole trial sandbox, and returns the
/// means to make more. Where none can be made, creation fails with the text that names the fix.
///
/// The calling runtime must live as long as the sandboxes: it answers their questions for names.
pub async fn open(options: Options) -> Result<(Arc<dyn Sandboxes>, Report), SandboxError> {
    sweep(options.runtime_directory.clone()).await;
    let doing = |source| SandboxError::Io { doing: "cannot lock a name for this server", source };
    let mut instance = Instance::create(&options.runtime_directory, &*options.random).map_err(doing)?;
    let cgroups = cgroup::detect(instance.name());
    instance.record(&cgroups).map_err(doing)?;
    match start(options, instance, cgroups.clone()).await {
        Ok(namespaces) => {
            let abilities = namespaces.found().await;
            let privileges = if abilities.rootless { Privileges::User } else { Privileges::Root };
            let findings = findings::findings(&abilities, &cgroups);
            Ok((Arc::new(namespaces), Report { tier: Some(Tier::Namespaces), privileges, findings }))
        }
        Err(reason) => Ok(unavailable(&reason)),
    }
}

/// The reason is for people.
async fn start(options: Options, instance: Instance, cgroups: cgroup::Layout) -> Result<Namespaces, String> {
    let trial = trial_spec(&*options.random);
    let namespaces =
        Namespaces::start(options.launcher, options.state_directory, instance, cgroups, options.random).await;
    let namespaces = namespaces.map_err(|error| error.to_string())?;
    try_out(&namespaces, trial).await.map_err(|error| error.to_string())?;
    Ok(namespaces)
}

fn trial_spec(random: &dyn Random) -> SandboxSpec {
    SandboxSpec {
        id: EnvironmentId::random(random),
        mounts: Vec::new(),
        slots: Vec::new(),
        memory: MemoryMib::default(),
        ephemeral_storage: EphemeralStorageMib::default(),
    }
}

/// Only a whole sandbox tells whether one can be made: versions of kernels and settings do not.
async fn try_out(namespaces: &Namespaces, spec: SandboxSpec) -> Result<(), SandboxError> {
    let mut sandbox = namespaces.create(spec).await?;
    let nothing = Program {
        path: PathBuf::from("/var/task/trial"),
        arguments: Vec::new(),
        environment: Vec::new(),
        working_directory: PathBuf::from("/"),
    };
    match sandbox.start(nothing).await {
        // All that precedes the exec worked, and there is nothing there to execute.
        Err(SandboxError::Exec { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

fn unavailable(reason: &str) -> (Arc<dyn Sandboxes>, Report) {
    let findings = findings::none(reason);
    let fix = findings.first().and_then(|finding| finding.fix.clone()).unwrap_or_default();
    let privileges = if rustix::process::geteuid().is_root() { Privileges::Root } else { Privileges::User };
    (
        Arc::new(Unavailable { reason: format!("{reason}; {fix}") }),
        Report { tier: None, privileges, findings },
    )
}

async fn sweep(runtime_directory: PathBuf) {
    let sweep = move || {
        let dead = instance::sweep(&runtime_directory);
        if let Err(error) = network::sweep(&dead) {
            tracing::warn!(%error, "what killed servers left in the host's network could not be removed");
        }
    };
    if let Err(error) = tokio::task::spawn_blocking(sweep).await {
        tracing::warn!(%error, "what killed servers left could not be removed");
    }
}
