use std::collections::BTreeMap;

use hob_types::{Architecture, Timestamp};
use serde::{Deserialize, Serialize};

/// On which instances functions might run. It is kept as it was described; there are no instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapacityProviderRecord {
    pub name: String,
    pub last_modified: Timestamp,
    /// 1 to 16.
    pub subnet_ids: Vec<String>,
    /// Up to 5.
    pub security_group_ids: Vec<String>,
    /// An ARN.
    pub operator_role: String,
    pub instances: Option<InstanceRequirements>,
    pub scaling: Option<CapacityScaling>,
    pub propagated_tags: Option<PropagatedTags>,
    pub logging: Option<CapacityLogging>,
    pub tags: BTreeMap<String, String>,
}

/// Types are names or patterns with `*`; either the allowed or the excluded ones are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceRequirements {
    pub architecture: Option<Architecture>,
    pub allowed_types: Option<Vec<String>>,
    pub excluded_types: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CapacityScaling {
    /// 2 to 15000.
    pub max_vcpus: Option<u32>,
    /// `Auto` or `Manual`; `None`: not said.
    pub mode: Option<String>,
    pub policies: Option<Vec<ScalingPolicy>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScalingPolicy {
    /// As AWS names it.
    pub metric: String,
    /// Percent.
    pub target: f64,
}

/// Tags that instances would bear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropagatedTags {
    None,
    Explicit(BTreeMap<String, String>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityLogging {
    pub system_log_level: Option<String>,
    pub log_group: Option<String>,
}

impl CapacityProviderRecord {
    pub(super) fn resource_name(&self) -> String {
        self.name.clone()
    }
}
