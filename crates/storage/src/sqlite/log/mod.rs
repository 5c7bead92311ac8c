//! `logs.db`.

mod append;
mod event;
mod group;
mod schema;
mod store;
mod stream;
mod sweep;
mod tags;

pub(crate) use self::store::SqliteLogStore;
