//! The stores of a server that keeps its state, each in one SQLite file.
//!
//! One thread writes to each file ([`writer`]) and answers after the commit; a few connections read beside it
//! ([`readers`]); another thread moves the write-ahead log into the file ([`checkpoint`]). The SQL keeps to
//! what PostgreSQL can do as well; what differs is in [`database`] and the table definitions.

mod checkpoint;
mod database;
mod event;
mod health;
mod log;
mod meta;
mod object;
mod queue;
mod readers;
mod rows;
mod topic;
mod usage;
mod writer;

pub(crate) use self::database::Durability;
pub(crate) use self::event::SqliteEventStore;
pub(crate) use self::log::SqliteLogStore;
pub(crate) use self::meta::SqliteMetaStore;
pub(crate) use self::object::SqliteObjectStore;
pub(crate) use self::queue::SqliteQueueStore;
pub(crate) use self::topic::SqliteTopicStore;
pub(crate) use self::usage::SqliteUsageStore;
