//! The router: one network namespace per server, through which its execution environments reach the Internet.

use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::attachment::Attachments;
use super::host::Host;
use super::netlink::{ADDRESS_CHANGES, RouteSocket};
use super::nft::Nft;
use super::pasta::PastaUplink;
use super::plan::AddressPlan;
use super::veth::VethUplink;
use super::{Attachment, Network, forwarding, link, namespace, pasta, policy, veth};

const IPV4_FORWARDING: &str = "/proc/sys/net/ipv4/ip_forward";
const IPV6_FORWARDING: &str = "/proc/sys/net/ipv6/conf/all/forwarding";
const DNS_PORT: u16 = 53;
/// Interfaces have indexes that we choose, so that one batch of requests can create and configure them.
pub(super) const UPLINK_INDEX: u32 = 100;

/// How a router is made.
#[derive(Clone, Debug)]
pub struct RouterOptions {
    /// Marks everything that the router leaves in the host's network namespace: its interface and its nft
    /// table. 1 to 8 characters of `0-9a-z`, different for each server instance.
    pub instance: String,
    /// A directory of this server alone. While `pasta` starts, the router's namespace is mounted in it, so the
    /// process needs a mount namespace of its own.
    pub directory: PathBuf,
    /// Private networks (RFC 1918, CGNAT, unique local) that environments may reach. None by default, as
    /// functions outside a VPC have none on AWS. The host's own addresses, loopback and link-local addresses
    /// (the cloud's metadata service among them) stay out of reach whatever stands here.
    pub allow: Vec<Network>,
    /// Networks that environments may not reach. A deny is stronger than an allow.
    pub deny: Vec<Network>,
}

/// How environments reach the Internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uplink {
    /// A veth pair into the host's network namespace, masqueraded there (needs root).
    Veth { ipv6: bool },
    /// A `pasta` process.
    Pasta { ipv6: bool },
    /// Environments reach only the router's DNS; the text says why, and what to do.
    None(String),
}

impl fmt::Display for Uplink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocols = |ipv6: &bool| if *ipv6 { "IPv4 and IPv6" } else { "IPv4" };
        match self {
            Self::Veth { ipv6 } => write!(f, "{} through a veth pair", protocols(ipv6)),
            Self::Pasta { ipv6 } => write!(f, "{} through pasta", protocols(ipv6)),
            Self::None(reason) => write!(f, "none: {reason}"),
        }
    }
}

/// Sockets bound inside the router to the address that environments ask for names. Both are in non-blocking
/// mode, for [`dns::serve`](super::dns::serve).
#[derive(Debug)]
pub struct DnsSockets {
    pub udp: UdpSocket,
    pub tcp: TcpListener,
}

/// One server's router. Dropping it removes what it made in the host's network namespace; its own namespace
/// goes with the last descriptor of it (the DNS sockets count).
#[derive(Debug)]
pub struct Router {
    uplink: Uplink,
    dns: Option<DnsSockets>,
    attachments: Attachments,
    filter: Option<Filter>,
    // Dropped in this order: first the way out, then the namespace.
    _uplink_owner: UplinkOwner,
    namespace: OwnedFd,
}

/// The part of the packet filter that follows the host.
#[derive(Debug)]
struct Filter {
    nft: Nft,
    instance: String,
    host_changes: RouteSocket,
    /// A change has been seen and the filter does not know of it yet.
    is_behind: AtomicBool,
}

#[derive(Debug)]
enum UplinkOwner {
    Veth { _veth: VethUplink },
    Pasta { _pasta: PastaUplink },
    None,
}

/// What may lie outside the router, and how to get there.
struct Surroundings {
    host: Host,
    nft: Option<Nft>,
    /// Whether this process may configure the host's network.
    privileged: bool,
}

impl Router {
    /// Makes the namespace, the policy and the uplink. Takes some ten milliseconds, most of them for `nft`.
    /// Without a possible uplink this succeeds, and [`uplink`](Self::uplink) tells why.
    ///
    /// # Errors
    /// If the process may not make network namespaces.
    pub fn start(options: &RouterOptions) -> io::Result<Self> {
        let privileged = may_configure_host()?;
        let _lock = privileged.then(forwarding::lock).transpose()?;
        // Before the look, so that no change falls in between.
        let host_changes = RouteSocket::open_for_changes(ADDRESS_CHANGES)?;
        let surroundings = Surroundings { host: Host::look()?, nft: Nft::find(), privileged };
        let plan = AddressPlan::choose(&options.instance, &surroundings.host, surroundings.has_ipv6());
        let (namespace, (mut socket, dns)) = namespace::in_new_namespace(|| inner_sockets(&plan))?;
        let connected = surroundings.connect(options, &plan, namespace.as_fd(), &mut socket);
        let (uplink, owner) =
            connected.unwrap_or_else(|error| (Uplink::None(error.to_string()), UplinkOwner::None));
        let mtu = if matches!(uplink, Uplink::Pasta { .. }) { pasta::MTU } else { surroundings.host.mtu() };
        let attachments = Attachments::new(socket, plan, mtu);
        let instance = options.instance.clone();
        let has_rules = !matches!(uplink, Uplink::None(_));
        let filter = surroundings.nft.filter(|_| has_rules).map(|nft| Filter {
            nft,
            instance,
            host_changes,
            is_behind: AtomicBool::new(false),
        });
        Ok(Self { uplink, dns: Some(dns), attachments, filter, _uplink_owner: owner, namespace })
    }

    pub fn uplink(&self) -> &Uplink {
        &self.uplink
    }

    /// To be handed to the server. The first call takes them.
    pub fn take_dns_sockets(&mut self) -> Option<DnsSockets> {
        self.dns.take()
    }

    /// Connects a network namespace: it gets the interface `eth0`, an address and a default route.
    /// Takes well under a millisecond.
    pub fn attach(&mut self, netns: BorrowedFd<'_>) -> io::Result<Attachment> {
        self.follow_host()?;
        self.attachments.attach(netns)
    }

    /// Readable when the host's addresses have changed; then call [`follow_host`](Self::follow_host).
    pub fn host_changes(&self) -> Option<BorrowedFd<'_>> {
        self.filter.as_ref().map(|filter| filter.host_changes.as_fd())
    }

    /// Refuses the host's present addresses to the environments. Every attachment does it too, and again if it
    /// failed.
    pub fn follow_host(&self) -> io::Result<()> {
        let Some(filter) = &self.filter else { return Ok(()) };
        if filter.host_changes.has_changes()? {
            filter.is_behind.store(true, Ordering::Relaxed);
        }
        if !filter.is_behind.load(Ordering::Relaxed) {
            return Ok(());
        }
        let script = policy::host_addresses_changed(&filter.instance, &Host::look()?.addresses);
        namespace::inside(self.namespace.as_fd(), || filter.nft.run(&script))?;
        filter.is_behind.store(false, Ordering::Relaxed);
        Ok(())
    }
}

impl Surroundings {
    /// Environments get IPv6 only if it leads somewhere: programs try it first, and would wait.
    fn has_ipv6(&self) -> bool {
        self.host.has_default_route(false) && (!self.privileged || forwarding::ipv6_is_on())
    }

    /// Closes the router, then opens the way out.
    fn connect(
        &self,
        options: &RouterOptions,
        plan: &AddressPlan,
        router: BorrowedFd<'_>,
        socket: &mut RouteSocket,
    ) -> io::Result<(Uplink, UplinkOwner)> {
        let Some(nft) = &self.nft else {
            return Err(io::Error::other("nft is not installed; install the package nftables"));
        };
        let rules = policy::router_rules(options, plan, &self.host.addresses);
        namespace::inside(router, || nft.run(&rules).and_then(|_| forward_packets(plan)))?;
        let ipv6 = plan.has_ipv6();
        if self.privileged {
            let veth = VethUplink::connect(socket, &options.instance, plan, &self.host, nft)?;
            return Ok((Uplink::Veth { ipv6 }, UplinkOwner::Veth { _veth: veth }));
        }
        let pasta = PastaUplink::connect(router, &options.directory, plan)?;
        Ok((Uplink::Pasta { ipv6 }, UplinkOwner::Pasta { _pasta: pasta }))
    }
}

/// Removes what the routers of these instances left in the host's network namespace when they were killed.
/// Only for instances that are known to be dead.
pub fn sweep(dead_instances: &[String]) -> io::Result<()> {
    if dead_instances.is_empty() || !may_configure_host()? {
        return Ok(());
    }
    let Some(nft) = Nft::find() else { return Ok(()) };
    let _lock = forwarding::lock()?;
    veth::remove(&nft, dead_instances.iter().map(String::as_str))
}

fn may_configure_host() -> io::Result<bool> {
    Ok(RouteSocket::open()?.execute([link::unchanged(link::LOOPBACK)]).is_ok())
}

/// In the router's namespace: gives it its address, and opens what the server and the launcher use there.
fn inner_sockets(plan: &AddressPlan) -> io::Result<(RouteSocket, DnsSockets)> {
    // A new namespace forwards if the host does; there is no packet filter yet, and there may never be one.
    fs::write(IPV4_FORWARDING, "0")?;
    let mut socket = RouteSocket::open()?;
    let gateway = IpAddr::V4(plan.gateway());
    socket.execute([link::set_up(link::LOOPBACK), link::add_address(link::LOOPBACK, gateway, 32)])?;
    let address = SocketAddr::new(gateway, DNS_PORT);
    let dns = DnsSockets { udp: UdpSocket::bind(address)?, tcp: TcpListener::bind(address)? };
    dns.udp.set_nonblocking(true)?;
    dns.tcp.set_nonblocking(true)?;
    Ok((socket, dns))
}

fn forward_packets(plan: &AddressPlan) -> io::Result<()> {
    fs::write(IPV4_FORWARDING, "1")?;
    if plan.has_ipv6() {
        fs::write(IPV6_FORWARDING, "1")?;
    }
    Ok(())
}
