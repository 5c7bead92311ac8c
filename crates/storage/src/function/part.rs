//! What a function may have several of. Each part has a name of its own among those of its kind.

use std::collections::BTreeMap;

use hob_types::{AliasName, Qualifier, RevisionId, Timestamp, Version, VersionNumber};
use serde::{Deserialize, Serialize};

use super::{CodeRecord, FunctionConfiguration, FunctionState};

/// Names a part of a function; parts of a kind are ordered by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartKey {
    pub kind: PartKind,
    pub name: String,
}

/// A part as a type of its own, to be read and written without asking what it is.
pub trait Part: Sized + Into<FunctionPart> {
    const KIND: PartKind;

    /// `None`: it is another kind of part.
    fn of(part: FunctionPart) -> Option<Self>;

    /// Among those of its kind.
    fn name(&self) -> String;
}

macro_rules! parts {
    ($($(#[$doc:meta])+ $kind:ident($record:ident), $stored:literal, |$part:ident| $name:expr;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PartKind {
            $($(#[$doc])+ $kind,)+
        }

        impl PartKind {
            /// How it is written in a store.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $stored,)+
                }
            }
        }

        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum FunctionPart {
            $($kind(Box<$record>),)+
        }

        impl FunctionPart {
            pub fn key(&self) -> PartKey {
                match self {
                    $(Self::$kind(part) => PartKey { kind: PartKind::$kind, name: part.name() },)+
                }
            }
        }

        $(
            impl From<$record> for FunctionPart {
                fn from(part: $record) -> Self {
                    Self::$kind(Box::new(part))
                }
            }

            impl Part for $record {
                const KIND: PartKind = PartKind::$kind;

                fn of(part: FunctionPart) -> Option<Self> {
                    match part {
                        FunctionPart::$kind(part) => Some(*part),
                        _ => None,
                    }
                }

                fn name(&self) -> String {
                    let $part = self;
                    $name
                }
            }
        )+
    };
}

parts! {
    /// By number.
    Version(VersionRecord), "version", |part| VersionRecord::key(part.number);
    /// By its name.
    Alias(AliasRecord), "alias", |part| part.name.to_string();
    /// By qualifier; the function's own has the empty name.
    Policy(PolicyRecord), "policy", |part| qualifier_name(part.qualifier.as_ref());
    /// By alias; the function's own has the empty name.
    Url(FunctionUrlRecord), "url", |part| part.alias.as_ref().map_or_else(String::new, AliasName::to_string);
    /// By qualifier, `$LATEST` included.
    EventInvoke(EventInvokeRecord), "event-invoke", |part| part.qualifier.to_string();
    /// By qualifier.
    Provisioned(ProvisionedRecord), "provisioned", |part| part.qualifier.to_string();
    /// By version.
    RuntimeManagement(RuntimeManagementRecord), "runtime-management", |part| part.version.to_string();
}

fn qualifier_name(qualifier: Option<&Qualifier>) -> String {
    qualifier.map_or_else(String::new, Qualifier::to_string)
}

/// A published version: a copy of `$LATEST` that never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionRecord {
    pub number: VersionNumber,
    pub revision: RevisionId,
    /// Of `$LATEST`, when it was published.
    pub last_modified: Timestamp,
    pub state: FunctionState,
    /// There is a snapshot from which it starts.
    pub optimized: bool,
    pub code: CodeRecord,
    pub configuration: FunctionConfiguration,
    /// Of `$LATEST` when it was published; the version may have been given another one.
    pub source_description: String,
}

impl VersionRecord {
    /// Such that names are ordered as the numbers are.
    pub fn key(number: VersionNumber) -> String {
        format!("{number:020}")
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AliasRecord {
    pub name: AliasName,
    pub description: String,
    pub version: Version,
    /// What part of the invocations other versions get, from 0 to 1; the rest is the alias's own version's.
    pub weights: BTreeMap<VersionNumber, f64>,
    pub revision: RevisionId,
}

/// Who may use a function, version or alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyRecord {
    pub qualifier: Option<Qualifier>,
    pub revision: RevisionId,
    /// JSON, in AWS's policy language.
    pub document: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionUrlRecord {
    pub alias: Option<AliasName>,
    /// What its host name begins with.
    pub id: String,
    pub auth_type: UrlAuthType,
    pub cors: Option<UrlCors>,
    /// `None`: buffered, which answers leave out if nobody said so.
    pub invoke_mode: Option<UrlInvokeMode>,
    pub created: Timestamp,
    pub last_modified: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UrlAuthType {
    None,
    AwsIam,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UrlInvokeMode {
    Buffered,
    ResponseStream,
}

/// What is `None` was not given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrlCors {
    pub allow_credentials: Option<bool>,
    pub allow_headers: Option<Vec<String>>,
    pub allow_methods: Option<Vec<String>>,
    pub allow_origins: Option<Vec<String>>,
    pub expose_headers: Option<Vec<String>>,
    /// In seconds, up to 86 400.
    pub max_age: Option<u32>,
}

/// How asynchronous invocations are retried, and where their results go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventInvokeRecord {
    pub qualifier: Qualifier,
    pub last_modified: Timestamp,
    /// 0 to 2.
    pub maximum_retry_attempts: Option<u32>,
    /// In seconds, 60 to 21 600.
    pub maximum_event_age: Option<u32>,
    /// An ARN.
    pub on_success: Option<String>,
    /// An ARN.
    pub on_failure: Option<String>,
}

/// How many environments an alias or version keeps initialised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProvisionedRecord {
    pub qualifier: Qualifier,
    pub requested: u32,
    pub last_modified: Timestamp,
}

/// When a version gets a newer runtime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuntimeManagementRecord {
    pub version: Version,
    pub update_on: UpdateRuntimeOn,
    /// An ARN, with [`UpdateRuntimeOn::Manual`].
    pub runtime_version: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UpdateRuntimeOn {
    #[default]
    Auto,
    FunctionUpdate,
    Manual,
}
