//! Log groups, their streams, and the events in them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use hob_types::{AccountId, Region, Timestamp};

use crate::StorageError;

/// Names one log group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogGroupId {
    pub account: AccountId,
    pub region: Region,
    /// Such as `/aws/lambda/hello`.
    pub name: String,
}

/// Names one log stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogStreamId {
    pub group: LogGroupId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroupRecord {
    pub id: LogGroupId,
    pub created: Timestamp,
    /// `None`: events are kept for ever.
    pub retention_days: Option<u32>,
    pub tags: BTreeMap<String, String>,
    /// [`NewLogEvent::stored_bytes`] of every event in it.
    pub stored_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStreamRecord {
    pub name: String,
    pub created: Timestamp,
    /// The earliest and the latest timestamp among its events; `None` while it has had none.
    pub first_event: Option<Timestamp>,
    pub last_event: Option<Timestamp>,
    pub last_ingestion: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLogEvent {
    pub timestamp: Timestamp,
    pub message: String,
}

impl NewLogEvent {
    /// What CloudWatch Logs adds to each event's message when it counts bytes. Source: PutLogEvents.
    pub const OVERHEAD_BYTES: usize = 26;

    pub fn stored_bytes(&self) -> usize {
        self.message.len() + Self::OVERHEAD_BYTES
    }
}

/// Where an event stands among the events of its group: by time, then in the order of arrival.
/// Never changes; no two events share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventPosition {
    pub timestamp: Timestamp,
    pub sequence: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEventRecord {
    pub position: EventPosition,
    pub stream: String,
    pub ingested: Timestamp,
    pub message: String,
}

/// Events for one stream that come from the server itself, so that group and stream are made when missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDelivery {
    pub stream: LogStreamId,
    pub events: Vec<NewLogEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamCreated {
    Created,
    AlreadyExists,
    NoGroup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagged {
    Tagged,
    NoGroup,
    TooMany,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    Appended,
    NoGroup,
    NoStream,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupNameFilter {
    All,
    Prefix(String),
    /// The name contains this, in this case.
    Contains(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamQuery {
    /// Empty: every stream.
    pub prefix: String,
    pub order: StreamOrder,
    pub descending: bool,
    pub limit: usize,
}

/// How streams are ordered, and after which one a page begins. Streams without events stand at time zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamOrder {
    Name { after: Option<String> },
    LastEvent { after: Option<(Timestamp, String)> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventQuery {
    pub group: LogGroupId,
    pub streams: StreamSelection,
    /// Events at or after this moment.
    pub start: Option<Timestamp>,
    /// Events before this moment.
    pub end: Option<Timestamp>,
    pub order: EventOrder,
    /// At most so many events, at least 1.
    pub limit: usize,
    /// A page ends with the event that reaches this sum of [`NewLogEvent::stored_bytes`].
    pub bytes_max: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamSelection {
    All,
    Named(Vec<String>),
    Prefix(String),
}

/// A position cuts the events in two: it and those before it, and those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOrder {
    /// From the earliest, or from the first after the cut, to the latest.
    Forward { cut: Option<EventPosition> },
    /// From the latest, or from the last before the cut, to the earliest.
    Backward { cut: Option<EventPosition> },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventPage {
    /// In the order that was asked for.
    pub events: Vec<LogEventRecord>,
    /// There may be more in that direction.
    pub more: bool,
}

/// Every method is atomic, and durable when it returns.
#[async_trait]
pub trait LogStore: Send + Sync {
    /// `false`: a group of that name exists, and nothing changed.
    async fn create_group(
        &self,
        group: &LogGroupId,
        tags: BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    async fn group(&self, group: &LogGroupId) -> Result<Option<LogGroupRecord>, StorageError>;

    /// Up to `limit` groups whose name is greater than `after`, ordered by name.
    async fn groups(
        &self,
        account: &AccountId,
        region: &Region,
        filter: &GroupNameFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<LogGroupRecord>, StorageError>;

    /// `false`: there was none. Its streams and events go with it.
    async fn delete_group(&self, group: &LogGroupId) -> Result<bool, StorageError>;

    /// `false`: there is no such group.
    async fn set_retention(&self, group: &LogGroupId, days: Option<u32>) -> Result<bool, StorageError>;

    /// Adds tags, or gives those that are there new values, unless the group would have more than `limit`.
    async fn tag_group(
        &self,
        group: &LogGroupId,
        tags: BTreeMap<String, String>,
        limit: usize,
    ) -> Result<Tagged, StorageError>;

    /// `false`: there is no such group. Keys that it has not are passed over.
    async fn untag_group(&self, group: &LogGroupId, keys: Vec<String>) -> Result<bool, StorageError>;

    async fn create_stream(
        &self,
        stream: &LogStreamId,
        now: Timestamp,
    ) -> Result<StreamCreated, StorageError>;

    async fn stream(&self, stream: &LogStreamId) -> Result<Option<LogStreamRecord>, StorageError>;

    async fn streams(
        &self,
        group: &LogGroupId,
        query: &StreamQuery,
    ) -> Result<Vec<LogStreamRecord>, StorageError>;

    /// `false`: there was none. Its events go with it.
    async fn delete_stream(&self, stream: &LogStreamId) -> Result<bool, StorageError>;

    /// Appends in the order given, which becomes the order of events of one millisecond.
    async fn append(
        &self,
        stream: &LogStreamId,
        events: Vec<NewLogEvent>,
        now: Timestamp,
    ) -> Result<Appended, StorageError>;

    /// Appends all of it or nothing, and makes the groups and streams that are missing.
    async fn deliver(&self, deliveries: Vec<LogDelivery>, now: Timestamp) -> Result<(), StorageError>;

    /// Empty if group or stream is missing.
    async fn events(&self, query: &EventQuery) -> Result<EventPage, StorageError>;

    /// Removes up to about `limit` events that are older than their group's retention, or whose stream was
    /// deleted. `true`: there may be more to remove.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<bool, StorageError>;
}

/// The tags of a group with others added; `None`: more than `limit`.
pub(crate) fn tagged(
    mut tags: BTreeMap<String, String>,
    added: BTreeMap<String, String>,
    limit: usize,
) -> Option<BTreeMap<String, String>> {
    tags.extend(added);
    (tags.len() <= limit).then_some(tags)
}

/// Events before this moment are older than the retention.
pub(crate) fn retention_start(now: Timestamp, days: u32) -> Timestamp {
    const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;
    Timestamp::from_millis(now.as_millis() - i64::from(days) * MILLIS_PER_DAY)
}

impl EventQuery {
    /// Ends the page where the query says.
    pub(crate) fn page(&self, events: impl Iterator<Item = LogEventRecord>) -> EventPage {
        let mut page = EventPage::default();
        let mut bytes = 0;
        for event in events {
            if page.events.len() == self.limit || bytes >= self.bytes_max {
                page.more = true;
                break;
            }
            bytes += event.message.len() + NewLogEvent::OVERHEAD_BYTES;
            page.events.push(event);
        }
        page
    }
}
