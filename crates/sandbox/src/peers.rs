//! Who may use a sandbox's listeners.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

/// Tells the programs of one sandbox from everybody else who can reach its listeners.
pub(crate) trait PeerCheck: Send + Sync {
    /// Whether the connection from `peer` to `listener` was made inside. May block for some milliseconds.
    fn is_inside(&self, peer: SocketAddr, listener: SocketAddr) -> bool;
}

/// Whom the server answers on a sandbox's listeners. By default everybody: where the sandbox has a network of its own,
/// nobody else reaches them.
#[derive(Clone, Default)]
pub struct Peers(Option<Arc<dyn PeerCheck>>);

impl Peers {
    pub(crate) fn checked(check: Arc<dyn PeerCheck>) -> Self {
        Self(Some(check))
    }

    /// Whether a connection that one of the listeners has accepted is to be served. If not, it must be closed without
    /// an answer.
    pub async fn admit(&self, connection: &TcpStream) -> bool {
        let Some(check) = self.0.clone() else { return true };
        let (Ok(peer), Ok(listener)) = (connection.peer_addr(), connection.local_addr()) else {
            return false;
        };
        let checking = tokio::task::spawn_blocking(move || check.is_inside(peer, listener));
        checking.await.unwrap_or(false)
    }
}

impl fmt::Debug for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "those inside" } else { "everybody" })
    }
}
