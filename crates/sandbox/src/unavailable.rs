use async_trait::async_trait;

use crate::{Sandbox, SandboxError, SandboxSpec, Sandboxes};

/// Stands in where no isolation works: the control plane is served, and every invocation fails with the reason.
pub(crate) struct Unavailable {
    pub(crate) reason: String,
}

#[async_trait]
impl Sandboxes for Unavailable {
    async fn create(&self, _spec: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError> {
        Err(SandboxError::Unavailable(self.reason.clone()))
    }
}
