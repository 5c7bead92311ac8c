//! Finds the strongest isolation that works here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random};

use crate::instance::{self, Instance};
use crate::landlock::{self, Landlocked};
use crate::namespaces::Namespaces;
use crate::report::{Finding, Privileges, Report, Tier};
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

/// Sweeps what servers that no longer run left on this machine, makes a whole trial sandbox of the strongest tier that
/// works, and returns the means to make more. Where none can be made, creation fails with the text that names the fix.
///
/// The calling runtime must live as long as the sandboxes: it answers their questions for names.
pub async fn open(options: Options) -> Result<(Arc<dyn Sandboxes>, Report), SandboxError> {
    sweep(options.runtime_directory.clone()).await;
    let mut reasons = Vec::new();
    for tier in [Tier::Namespaces, Tier::Landlock] {
        if options.tier.is_some_and(|wanted| wanted != tier) {
            continue;
        }
        let start = Start::new(&options)?;
        let opened = match tier {
            Tier::Namespaces => start.namespaces().await,
            Tier::Landlock if reasons.is_empty() => start.landlock("no other was asked for").await,
            Tier::Landlock => start.landlock(&reasons.join("; ")).await,
        };
        match opened {
            Ok((sandboxes, findings)) => {
                let report = Report { tier: Some(tier), privileges: privileges(), findings };
                return Ok((sandboxes, report));
            }
            Err(reason) => reasons.push(reason),
        }
    }
    Ok(unavailable(&reasons.join("; ")))
}

/// What is found by starting a tier. The reason why it does not work is for people.
type Opened = Result<(Arc<dyn Sandboxes>, Vec<Finding>), String>;

/// One attempt to start a tier.
struct Start {
    options: Options,
    instance: Instance,
    cgroups: cgroup::Layout,
}

impl Start {
    fn new(options: &Options) -> Result<Self, SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot lock a name for this server", source };
        let mut instance = Instance::create(&options.runtime_directory, &*options.random).map_err(doing)?;
        let cgroups = cgroup::detect(instance.name());
        instance.record(&cgroups).map_err(doing)?;
        Ok(Self { options: options.clone(), instance, cgroups })
    }

    async fn namespaces(self) -> Opened {
        let Self { options, instance, cgroups } = self;
        let Options { launcher, state_directory, random, .. } = options;
        let started =
            Namespaces::start(launcher, state_directory, instance, cgroups.clone(), random.clone()).await;
        let tier = started.map_err(|error| error.to_string())?;
        try_out(&tier, &*random).await?;
        let findings = findings::findings(&tier.found().await, &cgroups);
        Ok((Arc::new(tier), findings))
    }

    /// `reason`: why nothing stronger works.
    async fn landlock(self, reason: &str) -> Opened {
        let Self { options, instance, cgroups } = self;
        let Options { launcher, state_directory, random, .. } = options;
        let started =
            Landlocked::start(launcher, state_directory, instance, cgroups.clone(), random.clone()).await;
        let tier = started.map_err(|error| error.to_string())?;
        try_out(&tier, &*random).await?;
        let findings = landlock::findings(tier.abi, &cgroups, reason);
        Ok((Arc::new(tier), findings))
    }
}

fn privileges() -> Privileges {
    if rustix::process::geteuid().is_root() { Privileges::Root } else { Privileges::User }
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
async fn try_out(sandboxes: &dyn Sandboxes, random: &dyn Random) -> Result<(), String> {
    let error = |error: SandboxError| error.to_string();
    let mut sandbox = sandboxes.create(trial_spec(random)).await.map_err(error)?;
    let nothing = Program {
        path: sandbox.root().join("var/task/trial"),
        arguments: Vec::new(),
        environment: Vec::new(),
        working_directory: PathBuf::from("/"),
    };
    match sandbox.start(nothing).await {
        // All that precedes the exec worked, and there is nothing there to execute.
        Err(SandboxError::Exec { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(other) => Err(error(other)),
        Ok(_) => Ok(()),
    }
}

fn unavailable(reason: &str) -> (Arc<dyn Sandboxes>, Report) {
    let findings = findings::none(reason);
    let fix = findings.first().and_then(|finding| finding.fix.clone()).unwrap_or_default();
    (
        Arc::new(Unavailable { reason: format!("{reason}; {fix}") }),
        Report { tier: None, privileges: privileges(), findings },
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
