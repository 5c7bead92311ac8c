//! One environment's connection to the router.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::link::{self, Peer};
use super::namespace;
use super::netlink::{Request, RouteSocket};
use super::plan::{AddressPlan, SLOTS, single};
use super::policy::ENVIRONMENT_INTERFACE;

/// The environment's end, as AWS's environments call it.
const INNER_NAME: &str = "eth0";
/// Beyond those of the tunnel devices that some kernels put into each new namespace.
const INNER_INDEX: u32 = 100;
const OUTER_INDEX_BASE: u32 = 1000;
/// The router's address on every link: link-local addresses need to be unique on their link only.
const LINK_LOCAL_GATEWAY: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);

/// Attaches environments to the router, and knows which places are taken.
#[derive(Debug)]
pub(super) struct Attachments {
    router: RouteSocket,
    plan: AddressPlan,
    mtu: u32,
    kernel_has_ipv6: bool,
    slots: Arc<Mutex<Slots>>,
}

/// One environment's connection to the router. The link goes with the environment's network namespace;
/// dropping this value makes the address free for another, so drop it after that.
#[derive(Debug)]
pub struct Attachment {
    address: Ipv4Addr,
    nameserver: Ipv4Addr,
    slot: u32,
    slots: Arc<Mutex<Slots>>,
}

impl Attachments {
    pub(super) fn new(router: RouteSocket, plan: AddressPlan, mtu: u32) -> Self {
        let kernel_has_ipv6 = Path::new("/proc/sys/net/ipv6").exists();
        Self { router, plan, mtu, kernel_has_ipv6, slots: Arc::default() }
    }

    pub(super) fn attach(&mut self, netns: BorrowedFd<'_>) -> io::Result<Attachment> {
        let mut inner = namespace::inside(netns, RouteSocket::open)?;
        let attachment = self.take_slot().ok_or(io::ErrorKind::QuotaExceeded)?;
        self.router.execute(self.outer_requests(attachment.slot, netns))?;
        inner.execute(self.inner_requests(attachment.slot))?;
        Ok(attachment)
    }

    fn take_slot(&self) -> Option<Attachment> {
        let slot = locked(&self.slots).take()?;
        let (address, nameserver) = (self.plan.environment(slot), self.plan.gateway());
        Some(Attachment { address, nameserver, slot, slots: Arc::clone(&self.slots) })
    }

    /// The router's end: its only route leads to this environment's addresses.
    fn outer_requests(&self, slot: u32, netns: BorrowedFd<'_>) -> Vec<Request> {
        let index = OUTER_INDEX_BASE + slot;
        let name = format!("{ENVIRONMENT_INTERFACE}{slot}");
        let peer = Peer { namespace: netns, name: INNER_NAME, index: Some(INNER_INDEX) };
        let mut requests = vec![link::add_veth(&name, index, self.mtu, peer)];
        requests.extend(self.kernel_has_ipv6.then(|| link::without_automatic_addresses(index)));
        requests.push(link::set_up(index));
        requests.push(link::add_route(index, single(self.plan.environment(slot).into())));
        if let Some(address) = self.plan.environment_ipv6(slot) {
            requests.push(link::add_address(index, LINK_LOCAL_GATEWAY.into(), 64));
            requests.push(link::add_route(index, single(address.into())));
        }
        requests
    }

    fn inner_requests(&self, slot: u32) -> Vec<Request> {
        let mut requests = Vec::new();
        requests.extend(self.kernel_has_ipv6.then(|| link::without_automatic_addresses(INNER_INDEX)));
        requests.push(link::set_up(INNER_INDEX));
        requests.push(link::add_address(INNER_INDEX, self.plan.environment(slot).into(), 32));
        requests.push(link::add_default_route(INNER_INDEX, IpAddr::V4(self.plan.gateway())));
        if let Some(address) = self.plan.environment_ipv6(slot) {
            requests.push(link::add_address(INNER_INDEX, address.into(), 128));
            requests.push(link::add_default_route(INNER_INDEX, LINK_LOCAL_GATEWAY.into()));
        }
        requests
    }
}

impl Attachment {
    /// The environment's address.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// What `/etc/resolv.conf` in the environment names; the same for all environments of a router.
    pub fn nameserver(&self) -> Ipv4Addr {
        self.nameserver
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        locked(&self.slots).free(self.slot);
    }
}

/// Which places are taken. A freed one is used again as late as possible: the kernel takes its time to remove
/// the link, and answers to the former environment may still be on their way.
#[derive(Debug, Default)]
struct Slots {
    taken: HashSet<u32>,
    next: u32,
}

impl Slots {
    fn take(&mut self) -> Option<u32> {
        let slot = (0..SLOTS).map(|n| (self.next + n) % SLOTS).find(|slot| !self.taken.contains(slot))?;
        self.taken.insert(slot);
        self.next = slot + 1;
        Some(slot)
    }

    fn free(&mut self, slot: u32) {
        self.taken.remove(&slot);
    }
}

/// No code panics while it holds the lock.
fn locked(slots: &Mutex<Slots>) -> MutexGuard<'_, Slots> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_slot_is_used_again_after_all_others() {
        let mut slots = Slots::default();
        assert_eq!((slots.take(), slots.take()), (Some(0), Some(1)));
        slots.free(0);
        assert_eq!((2..SLOTS).map(|_| slots.take()).collect::<Option<HashSet<_>>>().unwrap().len(), 59_998);
        assert_eq!((slots.take(), slots.take()), (Some(0), None));
    }
}
