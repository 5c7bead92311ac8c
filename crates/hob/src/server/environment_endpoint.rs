//! The AWS API as functions reach it: through a listener inside their environment, which says who they are.

use std::future::pending;
use std::net::TcpListener;
use std::sync::{Arc, OnceLock, Weak};

use hob_invoke::{AwsEndpoint, EndpointGuard, EnvironmentIdentity};
use hob_sandbox::Peers;
use hob_wire::{Admission, App, Endpoint, Identity};
use tokio::task::JoinSet;

use super::assumed_role;

/// Serves the same services as the server's own listener.
#[derive(Default)]
pub(super) struct EnvironmentEndpoint {
    /// Set once the services exist, which themselves need the engine that this is made for. Weak, because the
    /// services own the engine.
    app: OnceLock<Weak<App>>,
}

impl EnvironmentEndpoint {
    pub(super) fn connect(&self, app: &Arc<App>) {
        // The composition calls this once.
        let _ = self.app.set(Arc::downgrade(app));
    }
}

impl AwsEndpoint for EnvironmentEndpoint {
    fn serve(&self, listener: TcpListener, peers: Peers, identity: EnvironmentIdentity) -> EndpointGuard {
        let mut tasks = JoinSet::new();
        let app = self.app.get().and_then(Weak::upgrade);
        match (app, tokio::net::TcpListener::from_std(listener)) {
            (Some(app), Ok(listener)) => {
                let endpoint = Endpoint::Environment(translate(identity));
                let admission = admission(peers);
                tasks.spawn(hob_wire::serve_admitted(listener, app, endpoint, admission, pending()));
            }
            (None, _) => tracing::error!("an environment was started before the services or after them"),
            (_, Err(error)) => tracing::error!(%error, "an environment has no AWS endpoint"),
        }
        // Dropping the set ends its task, and with it every connection.
        Box::new(tasks)
    }
}

fn admission(peers: Peers) -> Admission {
    Arc::new(move |connection| {
        let peers = peers.clone();
        Box::pin(async move { peers.admit(connection).await })
    })
}

fn translate(identity: EnvironmentIdentity) -> hob_wire::EnvironmentIdentity {
    let EnvironmentIdentity { environment, account, region, function, role } = identity;
    let caller = assumed_role::caller(&role, &function);
    hob_wire::EnvironmentIdentity { id: environment, identity: Identity { account, region, caller } }
}
