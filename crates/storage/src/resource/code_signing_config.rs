use std::collections::BTreeMap;

use hob_types::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose signatures packages must bear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeSigningConfigRecord {
    /// `csc-` and 17 letters and digits.
    pub id: String,
    pub description: String,
    /// ARNs of versions of signing profiles, 1 to 20.
    pub allowed_publishers: Vec<String>,
    pub untrusted_artifact: UntrustedArtifact,
    pub last_modified: Timestamp,
    pub tags: BTreeMap<String, String>,
}

/// What becomes of a package that no allowed publisher has signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UntrustedArtifact {
    /// It is deployed, and the server's log says so.
    #[default]
    Warn,
    /// It is refused.
    Enforce,
}

impl CodeSigningConfigRecord {
    pub(super) fn resource_name(&self) -> String {
        self.id.clone()
    }
}
