use hob_storage::StorageError;

use super::error::PolicyError;

/// Why an operation on the policy of a function, version or alias was refused. What is missing is named as the caller
/// did.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyOperationError {
    #[error("{0} does not exist")]
    NoFunction(String),
    #[error("{0} does not exist")]
    NoVersion(String),
    #[error("{0} does not exist")]
    NoAlias(String),
    #[error("the qualifier can name nothing")]
    NoSuchQualifier,
    /// The function's policy is that of its `$LATEST`, but only without that name.
    #[error("$LATEST has no policy of its own")]
    LatestNamed,
    #[error("there is no policy")]
    NoPolicy,
    #[error("the policy has another revision")]
    RevisionMismatch,
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
