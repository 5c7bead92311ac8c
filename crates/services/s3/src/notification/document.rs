use hob_types::AccountId;
use serde::{Deserialize, Serialize};

use super::destination::Destination;

/// An event that waits to be delivered, as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EventDocument {
    pub(super) destination: Destination,
    pub(super) bucket: String,
    /// Who owns the bucket.
    pub(super) account: AccountId,
    /// Of the object; empty for a test event. Events of one key and destination are delivered in order.
    pub(super) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trace_header: Option<String>,
    /// JSON.
    pub(super) body: String,
}

impl EventDocument {
    pub(super) fn to_json(&self) -> String {
        // Texts are always written.
        serde_json::to_string(self).unwrap_or_default()
    }
}
