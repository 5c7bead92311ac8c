//! Sandboxes that are still being found out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use hob_sandbox::{Abilities, Report, Sandbox, SandboxError, SandboxSpec, Sandboxes, Zygote, ZygoteSpec};
use tokio::sync::watch;

/// What is known about isolation.
#[derive(Clone)]
enum Found {
    NotYet,
    Working(Arc<dyn Sandboxes>),
    Nothing(String),
}

/// Makes sandboxes once the isolation has been found, which takes a trial sandbox and so must not delay the
/// server's readiness. Until then a creation waits.
pub(super) struct Deferred(watch::Receiver<Found>);

/// Says what was found.
pub(super) struct Finder(watch::Sender<Found>);

/// A search under way, or its result.
pub(super) type Finding = Pin<Box<dyn Future<Output = Result<Report, SandboxError>> + Send>>;

pub(super) fn deferred() -> (Finder, Deferred) {
    let (sender, receiver) = watch::channel(Found::NotYet);
    (Finder(sender), Deferred(receiver))
}

impl Finder {
    /// Searches, and lets the waiting creations go on.
    pub(super) fn find(self, options: hob_sandbox::Options) -> Finding {
        Box::pin(self.search(options))
    }

    async fn search(self, options: hob_sandbox::Options) -> Result<Report, SandboxError> {
        let opened = hob_sandbox::open(options).await;
        let found = match &opened {
            Ok((sandboxes, _)) => Found::Working(sandboxes.clone()),
            Err(error) => Found::Nothing(error.to_string()),
        };
        // Nobody listens any more only when the server is ending.
        let _ = self.0.send(found);
        opened.map(|(_, report)| report)
    }
}

#[async_trait]
impl Sandboxes for Deferred {
    async fn create(&self, spec: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError> {
        self.found().await?.create(spec).await
    }

    async fn abilities(&self) -> Abilities {
        match self.found().await {
            Ok(sandboxes) => sandboxes.abilities().await,
            Err(_) => Abilities::default(),
        }
    }

    async fn zygote(&self, spec: ZygoteSpec) -> Result<Arc<dyn Zygote>, SandboxError> {
        self.found().await?.zygote(spec).await
    }
}

impl Deferred {
    /// Waits until it is known.
    async fn found(&self) -> Result<Arc<dyn Sandboxes>, SandboxError> {
        let mut known = self.0.clone();
        let found = known.wait_for(|found| !matches!(found, Found::NotYet)).await;
        match found.as_deref() {
            Ok(Found::Working(sandboxes)) => Ok(Arc::clone(sandboxes)),
            Ok(Found::Nothing(reason)) => Err(SandboxError::Unavailable(reason.clone())),
            Ok(Found::NotYet) => unreachable!("waited until it is known"),
            Err(_) => Err(SandboxError::Unavailable("the server is ending".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, SeededRandom};

    use super::*;

    fn spec() -> SandboxSpec {
        SandboxSpec {
            id: EnvironmentId::random(&SeededRandom::new(1)),
            mounts: Vec::new(),
            slots: Vec::new(),
            memory: MemoryMib::default(),
            ephemeral_storage: EphemeralStorageMib::default(),
        }
    }

    #[tokio::test]
    async fn a_creation_waits_until_the_isolation_is_known() {
        let (Finder(found), sandboxes) = deferred();
        let create = sandboxes.create(spec());
        let tell = async { found.send_replace(Found::Nothing("no user namespaces".to_owned())) };
        let (created, _) = tokio::join!(create, tell);
        assert!(matches!(created, Err(SandboxError::Unavailable(reason)) if reason == "no user namespaces"));
    }

    #[tokio::test]
    async fn a_creation_fails_when_the_server_ends_before_that() {
        let (finder, sandboxes) = deferred();
        drop(finder);
        assert!(matches!(sandboxes.create(spec()).await, Err(SandboxError::Unavailable(_))));
    }
}
