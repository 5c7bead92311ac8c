use async_trait::async_trait;
use hob_types::Timestamp;

use crate::StorageError;

/// Who may do what only one may do at a time, as polling for an event source mapping.
///
/// Opening a data directory frees every lease: their holders are dead, or the directory would still be locked.
/// Every method is atomic, and what it changed is durable when it returns.
#[async_trait]
pub trait LeaseStore: Send + Sync {
    /// Takes a lease until a moment, or keeps it for longer. `false`: another holder has it, later than `now`, and
    /// nothing changed.
    async fn acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Frees a lease for the next holder, unless another has it.
    async fn release(&self, name: &str, holder: &str) -> Result<(), StorageError>;
}
