//! The stores of a server that keeps nothing.

mod function;
mod log;

pub(crate) use self::function::MemoryFunctionStore;
pub(crate) use self::log::MemoryLogStore;
