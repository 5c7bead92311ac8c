use hob_types::{RevisionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::CodeRecord;

/// One version of a layer. Nothing of it changes but its policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerVersionRecord {
    pub layer: String,
    /// From 1, never given twice.
    pub version: u64,
    pub description: String,
    pub created: Timestamp,
    pub code: CodeRecord,
    /// Runtime identifiers; `None`: not said.
    pub compatible_runtimes: Option<Vec<String>>,
    pub compatible_architectures: Option<Vec<String>>,
    pub license: Option<String>,
    pub policy: Option<LayerPolicy>,
}

/// Who may use a layer's version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerPolicy {
    pub revision: RevisionId,
    /// JSON, in AWS's policy language.
    pub document: String,
}

impl LayerVersionRecord {
    /// The name under which a version is kept.
    pub fn key(layer: &str, version: u64) -> String {
        format!("{}{:020}", Self::prefix(layer), u64::MAX - version)
    }

    /// What the names of all versions of a layer begin with.
    pub fn prefix(layer: &str) -> String {
        format!("{layer}:")
    }

    pub(super) fn resource_name(&self) -> String {
        Self::key(&self.layer, self.version)
    }
}
