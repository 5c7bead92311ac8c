//! What the user may configure of a function.

use std::collections::BTreeMap;
use std::fmt;

use hob_types::{
    Architecture, EphemeralStorageMib, LoggingConfiguration, MemoryMib, Runtime, TimeoutSeconds,
};
use serde::{Deserialize, Serialize};

use super::CodeRecord;

/// Defaults filled in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionConfiguration {
    pub runtime: Option<Runtime>,
    pub handler: Option<String>,
    pub role: String,
    pub description: String,
    pub memory: MemoryMib,
    pub timeout: TimeoutSeconds,
    pub ephemeral_storage: EphemeralStorageMib,
    /// Encrypted wherever it is written.
    pub environment: BTreeMap<String, String>,
    pub architecture: Architecture,
    /// `None`: `/aws/lambda/<name>`.
    #[serde(default)]
    pub log_group: Option<String>,
    #[serde(default)]
    pub logging: LoggingConfiguration,
    /// In merge order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerUse>,
    /// The ARN of a queue or topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_target: Option<String>,
    #[serde(default)]
    pub tracing: TracingMode,
    #[serde(default)]
    pub snap_start: SnapStart,
    #[serde(default, skip_serializing_if = "VpcState::is_never")]
    pub vpc: VpcState,
}

impl FunctionConfiguration {
    /// With AWS's defaults.
    pub fn new(role: String, architecture: Architecture) -> Self {
        Self {
            runtime: None,
            handler: None,
            role,
            description: String::new(),
            memory: MemoryMib::default(),
            timeout: TimeoutSeconds::default(),
            ephemeral_storage: EphemeralStorageMib::default(),
            environment: BTreeMap::new(),
            architecture,
            log_group: None,
            logging: LoggingConfiguration::default(),
            layers: Vec::new(),
            dead_letter_target: None,
            tracing: TracingMode::default(),
            snap_start: SnapStart::default(),
            vpc: VpcState::default(),
        }
    }
}

/// A layer as a function uses it: it stays as it was, whatever becomes of the layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerUse {
    /// The ARN of the layer's version.
    pub arn: String,
    pub code: CodeRecord,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TracingMode {
    #[default]
    PassThrough,
    Active,
}

/// Which versions start from a snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SnapStart {
    #[default]
    None,
    PublishedVersions,
}

/// A function that has left its network is told apart from one that never was in one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VpcState {
    #[default]
    Never,
    Detached,
    Attached(VpcConfiguration),
}

impl VpcState {
    pub fn is_never(&self) -> bool {
        *self == Self::Never
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VpcConfiguration {
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
    pub ipv6_allowed_for_dual_stack: bool,
}

/// Without the variables' values, which are secrets.
impl fmt::Debug for FunctionConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionConfiguration")
            .field("runtime", &self.runtime)
            .field("handler", &self.handler)
            .field("role", &self.role)
            .field("memory", &self.memory)
            .field("timeout", &self.timeout)
            .field("environment", &self.environment.keys())
            .finish_non_exhaustive()
    }
}
