//! Answers the environments' questions for names by passing them on to the host's resolvers.
//!
//! The sockets that environments reach lie in the router's network namespace; the questions leave from the
//! server's own, so that a resolver on the host's loopback (systemd-resolved) works too. Messages pass
//! unread: a resolver's answer counts if it comes from the resolver that was asked, to the port it was asked
//! from, under the number it was asked with; port and number are random for each question.

mod message;
mod quota;
mod resolvers;
mod tcp;
mod udp;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use hob_types::Random;

use super::DnsSockets;
use resolvers::Resolvers;

/// The port of every resolver.
const PORT: u16 = 53;

/// Where the host names its resolvers.
pub const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Serves until dropped; what is being answered is dropped with it. Reads the resolvers' addresses from
/// `resolv_conf`, again whenever it changes. In flight are at most a few hundred questions, and no more than
/// a part of them from one environment; those beyond are dropped, and asked again by their askers.
///
/// # Errors
/// If a socket fails for good.
pub async fn serve(sockets: DnsSockets, resolv_conf: PathBuf, random: Arc<dyn Random>) -> io::Result<()> {
    let resolvers = Arc::new(Resolvers::new(resolv_conf));
    let udp = tokio::net::UdpSocket::from_std(sockets.udp)?;
    let tcp = tokio::net::TcpListener::from_std(sockets.tcp)?;
    tokio::try_join!(udp::serve(udp, Arc::clone(&resolvers), random), tcp::serve(tcp, resolvers))?;
    Ok(())
}
