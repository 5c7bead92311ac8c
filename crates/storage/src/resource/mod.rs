//! What an account holds in a region beside functions: layers, code signing configurations and the like.

mod capacity_provider;
mod code_signing_config;
mod event_source_mapping;
mod layer;
mod store;

use hob_types::{AccountId, FunctionArn, Region};
use serde::{Deserialize, Serialize};

pub use self::capacity_provider::{
    CapacityLogging, CapacityProviderRecord, CapacityScaling, InstanceRequirements, PropagatedTags,
    ScalingPolicy,
};
pub use self::code_signing_config::{CodeSigningConfigRecord, UntrustedArtifact};
pub use self::event_source_mapping::{
    DocumentDbCollection, EventSource, EventSourceMappingRecord, KafkaConsumer, MappingSettings,
    MappingState, ProvisionedPollers, SchemaRegistry, SourceAccess, StartingPosition,
};
pub use self::layer::{LayerPolicy, LayerVersionRecord};
pub use self::store::{ResourceStore, Stored};
use crate::CodeRecord;

/// Who holds a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    pub account: AccountId,
    pub region: Region,
}

impl Owner {
    pub fn new(account: &AccountId, region: &Region) -> Self {
        Self { account: account.clone(), region: region.clone() }
    }

    pub fn of(function: &FunctionArn) -> Self {
        Self::new(&function.account, &function.region)
    }
}

/// Names a resource of an owner; resources of a kind are ordered by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceKey {
    pub kind: ResourceKind,
    pub name: String,
}

/// A resource as a type of its own, to be read and written without asking what it is.
pub trait ResourceRecord: Sized + Into<Resource> {
    const KIND: ResourceKind;

    /// `None`: it is another kind of resource.
    fn of(resource: Resource) -> Option<Self>;

    /// Among those of its kind.
    fn name(&self) -> String;
}

macro_rules! resources {
    ($($(#[$doc:meta])+ $kind:ident($record:ident), $stored:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ResourceKind {
            $($(#[$doc])+ $kind,)+
        }

        impl ResourceKind {
            /// How it is written in a store.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $stored,)+
                }
            }
        }

        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Resource {
            $($kind(Box<$record>),)+
        }

        impl Resource {
            pub fn key(&self) -> ResourceKey {
                match self {
                    $(Self::$kind(record) => ResourceKey { kind: ResourceKind::$kind, name: record.name() },)+
                }
            }
        }

        $(
            impl From<$record> for Resource {
                fn from(record: $record) -> Self {
                    Self::$kind(Box::new(record))
                }
            }

            impl ResourceRecord for $record {
                const KIND: ResourceKind = ResourceKind::$kind;

                fn of(resource: Resource) -> Option<Self> {
                    match resource {
                        Resource::$kind(record) => Some(*record),
                        _ => None,
                    }
                }

                fn name(&self) -> String {
                    self.resource_name()
                }
            }
        )+
    };
}

resources! {
    /// By layer name, the newest version first.
    LayerVersion(LayerVersionRecord), "layer-version";
    /// By id.
    CodeSigningConfig(CodeSigningConfigRecord), "code-signing-config";
    /// By id.
    EventSourceMapping(EventSourceMappingRecord), "event-source-mapping";
    /// By name.
    CapacityProvider(CapacityProviderRecord), "capacity-provider";
}

impl Resource {
    /// The package that it keeps.
    pub(crate) fn code(&self) -> Option<&CodeRecord> {
        match self {
            Self::LayerVersion(version) => Some(&version.code),
            _ => None,
        }
    }
}
