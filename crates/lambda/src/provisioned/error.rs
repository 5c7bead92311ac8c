use hob_storage::StorageError;
use hob_types::{AliasName, FunctionArn};

use super::ProvisionedElsewhere;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ProvisionedError {
    #[error("{0} does not exist")]
    NoFunction(FunctionArn),
    /// As the caller named it.
    #[error("{0} does not exist")]
    NoVersion(String),
    #[error("{function} has no alias {name}")]
    NoAlias { function: FunctionArn, name: AliasName },
    #[error("nothing is provisioned of $LATEST")]
    Latest,
    #[error("nothing is provisioned")]
    NotProvisioned,
    #[error("the version is {0}")]
    NotActive(&'static str),
    #[error("the version starts from a snapshot")]
    SnapStart,
    #[error("the alias has two versions")]
    Weighted,
    #[error(transparent)]
    Elsewhere(#[from] ProvisionedElsewhere),
    #[error("more than the function has reserved")]
    OverReserved,
    #[error("only {unreserved} are unreserved")]
    OverUnreserved { unreserved: u32 },
    #[error("less than {unreserved_min} would stay unreserved")]
    TooMuch { unreserved_min: u32 },
    #[error(transparent)]
    Storage(#[from] StorageError),
}
