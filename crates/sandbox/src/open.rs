//! Finds the strongest isolation that works here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use hob_types::Random;

use crate::{cgroup, network};
use crate::instance::{self, Instance};
use crate::namespaces::Namespaces;
use crate::report::Privileges;
use crate::{Report, SandboxError, Sandboxes, Unavailable};

/// What the sandboxes need to know of the server.
#[derive(Clone)]
pub struct Options {
    /// The command that runs [`launcher_main`](crate::launcher_main): the server's own executable and
    /// `__launcher`.
    pub launcher: Vec<OsString>,
    /// Locks of running servers and mount points: `/run/hob`, or `$XDG_RUNTIME_DIR/hob` for an ordinary user
    /// (see [`runtime_directory`](crate::runtime_directory)). Made if missing.
    pub runtime_directory: PathBuf,
    /// Where the images of functions' `/tmp` grow, on a disk with room for them. Made if missing.
    pub state_directory: PathBuf,
    pub random: Arc<dyn Random>,
}

/// Sweeps what servers that no longer run left on this machine, makes a whole trial sandbox, and returns the
/// means to make more. Where none can be made, creation fails with the text that names the fix.
pub async fn open(options: Options) -> Result<(Arc<dyn Sandboxes>, Report), SandboxError> {
    sweep(options.runtime_directory.clone()).await;
    let doing = |source| SandboxError::Io { doing: "cannot lock a name for this server", source };
    let mut instance = Instance::create(&options.runtime_directory, &*options.random).map_err(doing)?;
    let cgroups = cgroup::detect(instance.name());
    instance.record(&cgroups).map_err(doing)?;
    let started = Namespaces::start(options.launcher, options.state_directory, instance, cgroups, options.random).await;
    match started {
        Ok(namespaces) => {
            let privileges = match namespaces.abilities().await.rootless {
                true => Privileges::User,
                false => Privileges::Root,
            };
            let report = Report { tier: Some(crate::Tier::Namespaces), privileges, findings: Vec::new() };
            Ok((Arc::new(namespaces), report))
        }
        Err(error) => {
            let report = Report { tier: None, privileges: Privileges::User, findings: Vec::new() };
            Ok((Arc::new(Unavailable { reason: error.to_string() }), report))
        }
    }
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
