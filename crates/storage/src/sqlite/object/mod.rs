//! `objects.db`, and the files that it names.

mod buckets;
mod content;
mod deletion;
mod description;
mod events;
mod listing;
mod parts;
mod put;
mod row;
mod schema;
mod store;
mod uploads;
mod versions;

pub(crate) use self::store::SqliteObjectStore;
