//! The server's handle of one sandbox of this tier.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rustix::process::Pid;

use super::peers::TreePeers;
use crate::namespaces::NamespacedSandbox;
use crate::{Exit, Listeners, Output, Peers, Program, Sandbox, SandboxError};

/// A launcher, a first process and the messages between them and the server are as in the tier `namespaces`; what they
/// do differs.
pub(super) struct LandlockedSandbox {
    pub(super) inner: NamespacedSandbox,
    pub(super) directory: PathBuf,
    pub(super) supervisor: Pid,
}

#[async_trait]
impl Sandbox for LandlockedSandbox {
    fn take_listeners(&mut self) -> Option<Listeners> {
        self.inner.take_listeners()
    }

    async fn start(&mut self, program: Program) -> Result<Output, SandboxError> {
        self.inner.start(program).await
    }

    fn root(&self) -> &Path {
        &self.directory
    }

    fn peers(&self) -> Peers {
        Peers::checked(Arc::new(TreePeers { supervisor: self.supervisor }))
    }

    async fn exited(&mut self) -> Exit {
        self.inner.exited().await
    }

    fn has_ended(&self) -> bool {
        self.inner.has_ended()
    }

    fn kill(&self) {
        self.inner.kill();
    }

    fn terminate(&self) {
        self.inner.terminate();
    }

    fn limit_cpu(&self) {
        self.inner.limit_cpu();
    }

    fn memory_peak(&self) -> u64 {
        self.inner.memory_peak()
    }

    async fn remove(self: Box<Self>) {
        Box::new(self.inner).remove().await;
    }
}
