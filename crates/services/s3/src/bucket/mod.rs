//! Buckets themselves.

mod access;
mod creation;
mod list;
mod name;
mod versioning;

pub(crate) use self::access::BucketAccess;
pub(crate) use self::creation::{Creation, location_constraint};
