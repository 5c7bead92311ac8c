use hob_storage::StorageError;

use crate::tag::TooManyTags;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CapacityProviderError {
    /// By its ARN.
    #[error("{0} does not exist")]
    NotFound(String),
    #[error("{0} exists")]
    Exists(String),
    #[error("{0} names another account or region")]
    Elsewhere(String),
    #[error("the account has {max} capacity providers")]
    TooMany { max: usize },
    #[error("types of instances are either allowed or excluded")]
    AllowedAndExcluded,
    #[error("policies are for manual scaling, which needs one")]
    ScalingPolicies,
    #[error("tags are propagated if they are explicit, and only then")]
    ExplicitTags,
    #[error(transparent)]
    Tags(#[from] TooManyTags),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
