//! The stores of a server that keeps nothing.

mod functions;
mod leases;
mod log;
mod meta;
mod resources;
mod usage;

pub(crate) use self::log::MemoryLogStore;
pub(crate) use self::meta::MemoryMetaStore;
pub(crate) use self::usage::MemoryUsageStore;
