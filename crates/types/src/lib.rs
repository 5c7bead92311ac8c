//! The words of the domain, as types that cannot be wrong.
//!
//! Nothing here does I/O, waits, or knows how AWS writes a thing on the wire: a value is parsed once, at
//! the edge, and after that nobody checks again. Time and randomness are traits; their real
//! implementations live in the binary.

mod account;
mod architecture;
mod bucket;
mod day;
mod digest;
mod event_pattern;
mod function_arn;
mod function_name;
mod hexadecimal;
mod id;
mod invocation_source;
mod logging;
mod qualifier;
mod random;
mod resource_arn;
mod runtime;
mod runtime_version;
mod size;
mod subscription_arn;
mod time;

pub use self::account::{AccountId, InvalidAccountId, InvalidRegion, Region};
pub use self::architecture::{Architecture, InvalidArchitecture};
pub use self::bucket::{Bucket, Rate};
pub use self::day::{Day, InvalidDay};
pub use self::digest::Sha256Digest;
pub use self::event_pattern::{
    Condition, EventPattern, Fields, Forbidden, InvalidEventPattern, NumericBound, NumericRange, Pattern,
    TextMatch,
};
pub use self::function_arn::{
    FunctionArn, FunctionReference, InvalidFunctionReference, QualifiedFunctionArn,
};
pub use self::function_name::{FunctionName, InvalidFunctionName};
pub use self::hexadecimal::{hexadecimal, push_hexadecimal};
pub use self::id::{EnvironmentId, EventSourceMappingId, RequestId, RevisionId, SigningJobId};
pub use self::invocation_source::{InvocationSource, UnknownInvocationSource};
pub use self::logging::{InvalidLogging, LogFormat, LogLevel, LoggingConfiguration, SystemLogLevel};
pub use self::qualifier::{AliasName, InvalidQualifier, Qualifier, Version, VersionNumber};
pub use self::random::{Random, SeededRandom};
pub use self::resource_arn::{InvalidResourceArn, QueueArn, TopicArn};
pub use self::runtime::{Runtime, RuntimeFamily};
pub use self::runtime_version::{RuntimeVersion, runtime_version_arn};
pub use self::size::{EphemeralStorageMib, MemoryMib, OutOfRange, TimeoutSeconds};
pub use self::subscription_arn::SubscriptionArn;
pub use self::time::{Clock, ManualClock, Timestamp};
