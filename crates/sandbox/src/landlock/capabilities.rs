//! Root's rights, for a server that runs as root in a container and has some of them.

use rustix::io::Errno;
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
};

/// Gives up all of them, also those that executing a program would give back to root.
pub(super) fn drop_all() -> rustix::io::Result<()> {
    set_no_new_privs(true)?;
    for capability in CapabilitySet::all() {
        match remove_capability_from_bounding_set(capability) {
            // The kernel does not know all of them; and who may not do this has none that could come back, because no
            // privileges are new ones.
            Ok(()) | Err(Errno::INVAL | Errno::PERM) => {}
            error => error?,
        }
    }
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
}
