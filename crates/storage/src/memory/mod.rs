//! The stores of a server that keeps nothing.

mod function;
mod log;
mod usage;

pub(crate) use self::function::MemoryFunctionStore;
pub(crate) use self::log::MemoryLogStore;
pub(crate) use self::usage::MemoryUsageStore;
