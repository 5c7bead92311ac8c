use hob_storage::StorageError;
use hob_types::AccountId;

use super::LayerVersionArn;

/// Why there is nothing to be had of a layer, or of one of its versions.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LayerError {
    #[error("{0} does not exist")]
    NotFound(LayerVersionArn),
    /// The layer is another account's, and it may not even exist.
    #[error("{account} may not {action} {resource}")]
    Denied { account: AccountId, action: &'static str, resource: String },
    #[error(transparent)]
    Storage(#[from] StorageError),
}
