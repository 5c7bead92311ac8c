//! Sandboxes that are still being found out.

use std::sync::Arc;

use async_trait::async_trait;
use hob_sandbox::{Report, Sandbox, SandboxError, SandboxSpec, Sandboxes};
use tokio::sync::watch;

/// What is known about isolation.
#[derive(Clone)]
enum Found {
    NotYet,
    Found(Arc<dyn Sandboxes>),
    Nothing(String),
}

/// Makes sandboxes once the isolation has been found, which takes a trial sandbox and so must not delay the
/// server's readiness. Until then a creation waits.
pub(super) struct Deferred(watch::Receiver<Found>);

/// Says what was found. Dropping it unused means nothing.
pub(super) struct Finder(watch::Sender<Found>);

pub(super) fn deferred() -> (Finder, Deferred) {
    let (sender, receiver) = watch::channel(Found::NotYet);
    (Finder(sender), Deferred(receiver))
}

impl Finder {
    /// Searches, and lets the waiting creations go on.
    pub(super) async fn find(self, options: hob_sandbox::Options) -> Result<Report, SandboxError> {
        let opened = hob_sandbox::open(options).await;
        let found = match &opened {
            Ok((sandboxes, _)) => Found::Found(sandboxes.clone()),
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
        let mut known = self.0.clone();
        let found = known.wait_for(|found| !matches!(found, Found::NotYet)).await;
        let found =
            found.map_or_else(|_| Found::Nothing("the server is ending".to_owned()), |found| found.clone());
        match found {
            Found::Found(sandboxes) => sandboxes.create(spec).await,
            Found::Nothing(reason) => Err(SandboxError::Unavailable(reason)),
            Found::NotYet => unreachable!("waited until it is known"),
        }
    }
}
