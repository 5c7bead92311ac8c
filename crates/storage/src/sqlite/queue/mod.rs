//! `queues.db`.

mod administration;
mod attempt;
mod counts;
mod dead_letter;
mod group;
mod hide;
mod message;
mod move_task;
mod receive;
mod schema;
mod send;
mod store;
mod sweep;

pub(crate) use self::store::SqliteQueueStore;
