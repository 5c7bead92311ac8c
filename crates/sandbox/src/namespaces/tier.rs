//! Makes sandboxes of this tier.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random};
use tokio::sync::Mutex;

use super::keeper::Keeper;
use super::line::Line;
use super::message::{self, Configuration, Furnished, ZygoteOrder};
use super::sandbox::{self, NamespacedSandbox};
use super::zygote::NamespacedZygote;
use crate::cgroup::{self, Hold, Layout};
use crate::instance::Instance;
use crate::{Abilities, Sandbox, SandboxError, SandboxSpec, Sandboxes, Zygote, ZygoteSpec};

pub(crate) struct Namespaces {
    /// A launcher that has died is replaced when the next sandbox is wanted. Dropped first, so that nothing lives in
    /// the groups when the instance's are removed.
    keeper: Mutex<Arc<Keeper>>,
    command: Vec<OsString>,
    images: PathBuf,
    instance: Instance,
    cgroups: Layout,
    random: Arc<dyn Random>,
}

impl Namespaces {
    pub(crate) async fn start(
        command: Vec<OsString>,
        images: PathBuf,
        instance: Instance,
        cgroups: Layout,
        random: Arc<dyn Random>,
    ) -> io::Result<Self> {
        let configuration = configuration(&instance, &images, &cgroups);
        let keeper =
            Mutex::new(Arc::new(Keeper::start(command.clone(), configuration, Arc::clone(&random)).await?));
        Ok(Self { command, images, instance, cgroups, random, keeper })
    }

    /// What the launcher found.
    pub(crate) async fn found(&self) -> message::Abilities {
        self.keeper.lock().await.abilities.clone()
    }

    async fn keeper(&self) -> io::Result<Arc<Keeper>> {
        let mut keeper = self.keeper.lock().await;
        if keeper.has_ended() {
            tracing::warn!("the launcher has died, and all execution environments with it; starting another");
            self.remove_groups().await;
            let configuration = configuration(&self.instance, &self.images, &self.cgroups);
            let random = Arc::clone(&self.random);
            *keeper = Arc::new(Keeper::start(self.command.clone(), configuration, random).await?);
        }
        Ok(Arc::clone(&keeper))
    }

    /// Of the sandboxes that died with their launcher.
    async fn remove_groups(&self) {
        let cgroups = self.cgroups.clone();
        let remove = move || cgroups.directories().into_iter().all(cgroup::remove_groups);
        if !matches!(tokio::task::spawn_blocking(remove).await, Ok(true)) {
            tracing::warn!("control groups of dead execution environments are left until the server ends");
        }
    }
}

fn configuration(instance: &Instance, images: &std::path::Path, cgroups: &Layout) -> Configuration {
    Configuration {
        instance: instance.name().to_owned(),
        stage: instance.stage(),
        images: images.to_owned(),
        cgroups: cgroups.clone(),
    }
}

impl Namespaces {
    /// Has the launcher make a sandbox, and says what its first process said of it.
    pub(crate) async fn make(
        &self,
        spec: SandboxSpec,
    ) -> Result<(NamespacedSandbox, Furnished), SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot make a sandbox", source };
        let name = spec.id.to_string();
        let (memory, tmp) = (spec.memory, spec.ephemeral_storage);
        let (init, theirs) = Line::open().map_err(doing)?;
        let keeper = self.keeper().await.map_err(doing)?;
        let removal = keeper.create(spec, theirs).await.map_err(doing)?;
        let (furnished, listeners) = sandbox::ready(&init).await?;
        let tmp_bytes = if furnished.tmp_is_memory { tmp.bytes() } else { 0 };
        let groups = Hold::new(&self.cgroups, &name, memory, tmp_bytes);
        let sandbox = NamespacedSandbox::new(init, name, keeper.orders(), listeners, groups, removal);
        Ok((sandbox, furnished))
    }
}

#[async_trait]
impl Sandboxes for Namespaces {
    async fn create(&self, spec: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError> {
        let (sandbox, _) = self.make(spec).await?;
        Ok(Box::new(sandbox))
    }

    async fn zygote(&self, spec: ZygoteSpec) -> Result<Arc<dyn Zygote>, SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot start a zygote", source };
        let surroundings = SandboxSpec {
            id: EnvironmentId::random(&*self.random),
            mounts: spec.mounts,
            slots: Vec::new(),
            memory: MemoryMib::default(),
            ephemeral_storage: EphemeralStorageMib::default(),
        };
        let ZygoteSpec { program, from_first_copy, .. } = spec;
        let order = ZygoteOrder { surroundings, program, from_first_copy };
        let keeper = self.keeper().await.map_err(doing)?;
        Ok(Arc::new(NamespacedZygote::start(&keeper.orders(), order).await?))
    }

    async fn abilities(&self) -> Abilities {
        Abilities { attach: true, fork: true, freeze: self.cgroups.freezer.is_some() }
    }
}
