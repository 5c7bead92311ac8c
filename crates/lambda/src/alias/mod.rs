//! Aliases: names that point at versions. The rules.

mod change;
mod operations;
mod route;

pub(crate) use self::change::{AliasChange, AliasError};
pub(crate) use self::route::Route;
