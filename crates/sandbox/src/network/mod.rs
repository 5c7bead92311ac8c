//! What a function can reach: the Internet through a network namespace that Hob owns, and nothing of the host.
//!
//! One [`Router`] serves all execution environments of a server. Each of them is one end of a veth pair whose
//! other end is in the router, so that no two environments share a link: a packet can only go to the router,
//! which forwards it to its uplink or refuses it.
//!
//! ```text
//!  environment ── veth ──┐
//!  environment ── veth ──┤ router: nft policy, masquerade ── uplink (veth or pasta) ── host ── Internet
//!  environment ── veth ──┘         DNS sockets ── server (`dns::serve`) ── the host's resolvers
//! ```
//!
//! The launcher runs the synchronous part (it is root, or lives in the user namespace that owns the
//! namespaces); the server runs [`dns::serve`] on the sockets that the launcher hands over.

mod address;
mod attachment;
pub mod dns;
mod firewall;
mod forwarding;
mod host;
mod link;
pub(crate) mod namespace;
mod netlink;
mod nft;
mod pasta;
mod plan;
mod policy;
mod router;
mod veth;

pub use self::address::{InvalidNetwork, Network};
pub use self::attachment::Attachment;
pub use self::router::{DnsSockets, Router, RouterOptions, Uplink, sweep};
