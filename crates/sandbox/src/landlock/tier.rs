//! Makes sandboxes of this tier.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::Random;
use rustix::process::Pid;

use super::launcher::MODE;
use super::ruleset::Abi;
use super::sandbox::LandlockedSandbox;
use crate::cgroup::Layout;
use crate::instance::Instance;
use crate::landlock::directory;
use crate::namespaces::Namespaces;
use crate::{Sandbox, SandboxError, SandboxSpec, Sandboxes};

pub(crate) struct Landlocked {
    pub(crate) abi: Abi,
    /// Keeps a launcher that makes sandboxes as this tier has them.
    launcher: Namespaces,
    directories: PathBuf,
}

impl Landlocked {
    pub(crate) async fn start(
        mut command: Vec<OsString>,
        state: PathBuf,
        instance: Instance,
        cgroups: Layout,
        random: Arc<dyn Random>,
    ) -> io::Result<Self> {
        let abi = Abi::detect().map_err(without_landlock)?;
        command.push(MODE.into());
        // Programs are told whole paths, wherever they change to.
        let state = std::path::absolute(state)?;
        let directories = directory::parent(&state);
        let launcher = Namespaces::start(command, state, instance, cgroups, random).await?;
        Ok(Self { abi, launcher, directories })
    }
}

fn without_landlock(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("Landlock cannot be used: {error}"))
}

#[async_trait]
impl Sandboxes for Landlocked {
    async fn create(&self, spec: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError> {
        let directory = self.directories.join(spec.id.to_string());
        let (inner, furnished) = self.launcher.make(spec).await?;
        let supervisor = i32::try_from(furnished.init).ok().and_then(Pid::from_raw);
        let supervisor = supervisor.ok_or_else(|| SandboxError::Io {
            doing: "cannot make a sandbox",
            source: io::ErrorKind::InvalidData.into(),
        })?;
        Ok(Box::new(LandlockedSandbox { inner, directory, supervisor }))
    }
}
