//! Provisioned concurrency of aliases and versions: the rules. One operation per file.

mod delete;
mod error;
mod find;
mod list;
mod plan;
mod provision;
mod tell;

pub(crate) use self::error::ProvisionedError;
pub(crate) use self::find::ProvisionedFound;
pub(crate) use self::plan::{Plan, ProvisionedElsewhere};
pub(crate) use self::tell::Telling;
