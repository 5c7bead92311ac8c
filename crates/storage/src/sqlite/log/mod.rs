//! `logs.db`.

mod append;
mod event;
mod group;
mod schema;
mod store;
mod stream;
mod sweep;

pub(crate) use self::store::SqliteLogStore;
