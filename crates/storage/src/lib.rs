//! Durable state behind narrow traits. The only crate that knows SQL.
//!
//! [`Storage`] bundles the stores: [`Storage::open`] keeps them in a data directory, [`Storage::in_memory`]
//! keeps nothing. What a method answered is on disk; what it refused has changed nothing.

mod code;
mod data_directory;
mod error;
mod event;
mod files;
mod function;
mod lease;
mod log;
mod memory;
mod object;
mod object_files;
mod queue;
mod resource;
mod seal;
mod sqlite;
mod storage;
mod temporary_directory;
mod topic;
mod usage;

pub use self::code::{CodeStore, Unpack};
pub use self::error::{OpenError, StorageError};
pub use self::event::{
    DueEvents, DuePage, EventAnswer, EventConsequences, EventDelivery, EventFailure, EventId, EventProgress,
    EventRecord, EventStore, NewEvent,
};
pub use self::function::{
    AliasRecord, Changed, CodeRecord, CodeSignature, CodeUsage, EventInvokeRecord, FunctionChange,
    FunctionConfiguration, FunctionPart, FunctionRecord, FunctionState, FunctionStore, FunctionUrlRecord,
    LastUpdate, LayerUse, Part, PartKey, PartKind, PolicyRecord, ProvisionedRecord, RecursiveLoop,
    RuntimeManagementRecord, SnapStart, TracingMode, UpdateRuntimeOn, UrlAuthType, UrlCors, UrlInvokeMode,
    VersionRecord, VpcConfiguration, VpcState,
};
pub use self::lease::LeaseStore;
pub use self::log::{
    Appended, EventOrder, EventPage, EventPosition, EventQuery, GroupNameFilter, LogDelivery, LogEventRecord,
    LogGroupId, LogGroupRecord, LogStore, LogStreamId, LogStreamRecord, NewLogEvent, StreamCreated,
    StreamOrder, StreamQuery, StreamSelection, Tagged,
};
pub use self::object::{
    Announce, BucketDeleted, BucketRecord, BucketStore, ChecksumAlgorithm, ChecksumType, Completion,
    ContentStore, DescriptionChange, FileId, Listed, Listing, ListingQuery, ListingStart, NULL_VERSION,
    NewFile, NewObject, NewPart, ObjectChange, ObjectChangeKind, ObjectChecksum, ObjectContent,
    ObjectDeleted, ObjectDeletion, ObjectDescription, ObjectEventRecord, ObjectEventStore, ObjectFound,
    ObjectName, ObjectReader, ObjectRecord, ObjectStore, ObjectWrite, ObjectWritten, PartRecord, StoredFile,
    UploadCompleted, UploadRecord, UploadStore, UploadedPart, Versioning, WriteCondition, announce_nothing,
};
pub use self::queue::{
    Arrivals, DeadLetterQueue, DeduplicationScope, FifoSettings, FifoThroughputLimit, Hidden, MessageCounts,
    MoveTaskId, MoveTaskRecord, MoveTaskStatus, Moved, NewMessage, QueueCreated, QueueId, QueuePurged,
    QueueRecord, QueueSettings, QueueStore, Receipt, ReceiveMessages, Received, ReceivedMessage,
    RedriveAllowPolicy, RedrivePolicy, SentMessage, StoredAttribute, StoredValue,
};
pub use self::resource::{
    CapacityLogging, CapacityProviderRecord, CapacityScaling, CodeSigningConfigRecord, DocumentDbCollection,
    EventSource, EventSourceMappingRecord, InstanceRequirements, KafkaConsumer, LayerPolicy,
    LayerVersionRecord, MappingSettings, MappingState, Owner, PropagatedTags, ProvisionedPollers, Resource,
    ResourceKey, ResourceKind, ResourceRecord, ResourceStore, ScalingPolicy, SchemaRegistry, SourceAccess,
    StartingPosition, Stored, UntrustedArtifact,
};
pub use self::storage::Storage;
pub use self::topic::{
    Delivery, DeliveryFailure, FilterPolicyScope, MessageAttributeRecord, MessageContent, MessageRecord,
    Notification, Ordering, Publication, Published, Settlement, SubscriptionCounts, SubscriptionCreated,
    SubscriptionEndpoint, SubscriptionRecord, SubscriptionSettings, SubscriptionState, ThroughputScope,
    TopicRecord, TopicSettings, TopicStore,
};
pub use self::usage::{Usage, UsageKey, UsageRecord, UsageStore};
pub use hob_types::Architecture;
