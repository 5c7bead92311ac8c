use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hob_types::{AccountId, Region, Timestamp};

use crate::log::{retention_start, tagged};
use crate::{
    Appended, EventOrder, EventPage, EventPosition, EventQuery, GroupNameFilter, LogDelivery, LogEventRecord,
    LogGroupId, LogGroupRecord, LogStore, LogStreamId, LogStreamRecord, NewLogEvent, StorageError,
    StreamCreated, StreamOrder, StreamQuery, StreamSelection, Tagged,
};

/// Keeps at most [`BYTES_MAX`] of events; then the fullest group forgets its earliest.
#[derive(Default)]
pub(crate) struct MemoryLogStore(Mutex<Logs>);

const BYTES_MAX: u64 = 256 << 20;

#[derive(Default)]
struct Logs {
    groups: BTreeMap<LogGroupId, Group>,
    sequence: u64,
    stored_bytes: u64,
}

struct Group {
    created: Timestamp,
    retention_days: Option<u32>,
    tags: BTreeMap<String, String>,
    streams: BTreeMap<Arc<str>, LogStreamRecord>,
    events: BTreeMap<EventPosition, Event>,
    stored_bytes: u64,
}

struct Event {
    stream: Arc<str>,
    ingested: Timestamp,
    event: NewLogEvent,
}

impl MemoryLogStore {
    fn logs(&self) -> MutexGuard<'_, Logs> {
        // No change is ever half made, so a panic elsewhere leaves nothing to fear.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn new(created: Timestamp) -> Self {
        Self {
            created,
            retention_days: None,
            tags: BTreeMap::new(),
            streams: BTreeMap::new(),
            events: BTreeMap::new(),
            stored_bytes: 0,
        }
    }

    fn record(&self, id: &LogGroupId) -> LogGroupRecord {
        LogGroupRecord {
            id: id.clone(),
            created: self.created,
            retention_days: self.retention_days,
            tags: self.tags.clone(),
            stored_bytes: self.stored_bytes,
        }
    }

    /// Returns how many bytes went.
    fn remove_events(&mut self, condition: impl Fn(&EventPosition, &Event) -> bool) -> u64 {
        let before = self.stored_bytes;
        let gone = self.events.extract_if(.., |position, event| condition(position, event));
        let bytes: u64 = gone.map(|(_, event)| event.event.stored_bytes() as u64).sum();
        self.stored_bytes -= bytes;
        before - self.stored_bytes
    }

    fn create_stream(&mut self, name: &str, now: Timestamp) -> bool {
        match self.streams.entry(name.into()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(LogStreamRecord {
                    name: name.to_owned(),
                    created: now,
                    first_event: None,
                    last_event: None,
                    last_ingestion: None,
                });
                true
            }
        }
    }
}

impl Logs {
    fn append(&mut self, id: &LogStreamId, events: Vec<NewLogEvent>, now: Timestamp) -> Appended {
        let Some(group) = self.groups.get_mut(&id.group) else { return Appended::NoGroup };
        let Some((name, _)) = group.streams.get_key_value(id.name.as_str()) else {
            return Appended::NoStream;
        };
        let name = name.clone();
        if let Some(stream) = group.streams.get_mut(&name) {
            stream.note(&events, now);
        }
        for event in events {
            self.sequence += 1;
            let position = EventPosition { timestamp: event.timestamp, sequence: self.sequence };
            let bytes = event.stored_bytes() as u64;
            group.stored_bytes += bytes;
            self.stored_bytes += bytes;
            group.events.insert(position, Event { stream: name.clone(), ingested: now, event });
        }
        self.make_room();
        Appended::Appended
    }

    fn make_room(&mut self) {
        while self.stored_bytes > BYTES_MAX {
            let fullest = self.groups.values_mut().max_by_key(|group| group.stored_bytes);
            let Some((group, (_, gone))) = fullest.and_then(|g| g.events.pop_first().map(|event| (g, event)))
            else {
                return;
            };
            let bytes = gone.event.stored_bytes() as u64;
            group.stored_bytes -= bytes;
            self.stored_bytes -= bytes;
        }
    }
}

impl LogStreamRecord {
    /// The events are about to be appended.
    fn note(&mut self, events: &[NewLogEvent], now: Timestamp) {
        if events.is_empty() {
            return;
        }
        let times = || events.iter().map(|event| event.timestamp);
        self.first_event = self.first_event.into_iter().chain(times()).min();
        self.last_event = self.last_event.into_iter().chain(times()).max();
        self.last_ingestion = Some(now);
    }

    fn order_key(&self) -> (Timestamp, &str) {
        (self.last_event.unwrap_or(Timestamp::EPOCH), &self.name)
    }
}

impl GroupNameFilter {
    fn matches(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Prefix(prefix) => name.starts_with(prefix),
            Self::Contains(part) => name.contains(part),
        }
    }
}

impl StreamQuery {
    /// The stream stands on this page or on a later one.
    fn is_ahead(&self, stream: &LogStreamRecord) -> bool {
        let order = match &self.order {
            StreamOrder::Name { after: Some(after) } => stream.name.as_str().cmp(after),
            StreamOrder::LastEvent { after: Some((time, name)) } => stream.order_key().cmp(&(*time, name)),
            _ => return true,
        };
        if self.descending { order.is_lt() } else { order.is_gt() }
    }

    fn sort(&self, streams: &mut [&LogStreamRecord]) {
        match self.order {
            StreamOrder::Name { .. } => streams.sort_by_key(|stream| stream.name.as_str()),
            StreamOrder::LastEvent { .. } => streams.sort_by_key(|stream| stream.order_key()),
        }
        if self.descending {
            streams.reverse();
        }
    }
}

impl EventQuery {
    fn selects(&self, position: &EventPosition, stream: &str) -> bool {
        let time = position.timestamp;
        let in_range = self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time < end);
        let past_the_cut = match self.order {
            EventOrder::Forward { cut } => cut.is_none_or(|cut| *position > cut),
            EventOrder::Backward { cut } => cut.is_none_or(|cut| *position <= cut),
        };
        in_range
            && past_the_cut
            && match &self.streams {
                StreamSelection::All => true,
                StreamSelection::Named(names) => names.iter().any(|name| name == stream),
                StreamSelection::Prefix(prefix) => stream.starts_with(prefix),
            }
    }
}

#[async_trait]
impl LogStore for MemoryLogStore {
    async fn create_group(
        &self,
        group: &LogGroupId,
        tags: BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        match self.logs().groups.entry(group.clone()) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                place.insert(Group { tags, ..Group::new(now) });
                Ok(true)
            }
        }
    }

    async fn group(&self, group: &LogGroupId) -> Result<Option<LogGroupRecord>, StorageError> {
        Ok(self.logs().groups.get(group).map(|found| found.record(group)))
    }

    async fn groups(
        &self,
        account: &AccountId,
        region: &Region,
        filter: &GroupNameFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<LogGroupRecord>, StorageError> {
        let logs = self.logs();
        let ours = logs.groups.iter().filter(|(id, _)| id.account == *account && id.region == *region);
        let asked = ours
            .filter(|(id, _)| filter.matches(&id.name) && after.is_none_or(|after| id.name.as_str() > after));
        Ok(asked.take(limit).map(|(id, group)| group.record(id)).collect())
    }

    async fn delete_group(&self, group: &LogGroupId) -> Result<bool, StorageError> {
        let mut logs = self.logs();
        let gone = logs.groups.remove(group);
        logs.stored_bytes -= gone.as_ref().map_or(0, |group| group.stored_bytes);
        Ok(gone.is_some())
    }

    async fn set_retention(&self, group: &LogGroupId, days: Option<u32>) -> Result<bool, StorageError> {
        let mut logs = self.logs();
        let Some(group) = logs.groups.get_mut(group) else { return Ok(false) };
        group.retention_days = days;
        Ok(true)
    }

    async fn tag_group(
        &self,
        group: &LogGroupId,
        tags: BTreeMap<String, String>,
        limit: usize,
    ) -> Result<Tagged, StorageError> {
        let mut logs = self.logs();
        let Some(group) = logs.groups.get_mut(group) else { return Ok(Tagged::NoGroup) };
        let Some(tags) = tagged(group.tags.clone(), tags, limit) else { return Ok(Tagged::TooMany) };
        group.tags = tags;
        Ok(Tagged::Tagged)
    }

    async fn untag_group(&self, group: &LogGroupId, keys: Vec<String>) -> Result<bool, StorageError> {
        let mut logs = self.logs();
        let Some(group) = logs.groups.get_mut(group) else { return Ok(false) };
        group.tags.retain(|key, _| !keys.contains(key));
        Ok(true)
    }

    async fn create_stream(&self, id: &LogStreamId, now: Timestamp) -> Result<StreamCreated, StorageError> {
        let mut logs = self.logs();
        let Some(group) = logs.groups.get_mut(&id.group) else { return Ok(StreamCreated::NoGroup) };
        match group.create_stream(&id.name, now) {
            true => Ok(StreamCreated::Created),
            false => Ok(StreamCreated::AlreadyExists),
        }
    }

    async fn stream(&self, id: &LogStreamId) -> Result<Option<LogStreamRecord>, StorageError> {
        let logs = self.logs();
        Ok(logs.groups.get(&id.group).and_then(|group| group.streams.get(id.name.as_str()).cloned()))
    }

    async fn streams(
        &self,
        group: &LogGroupId,
        query: &StreamQuery,
    ) -> Result<Vec<LogStreamRecord>, StorageError> {
        let logs = self.logs();
        let Some(group) = logs.groups.get(group) else { return Ok(Vec::new()) };
        let asked = group.streams.values().filter(|stream| stream.name.starts_with(&query.prefix));
        let mut ahead: Vec<_> = asked.filter(|stream| query.is_ahead(stream)).collect();
        query.sort(&mut ahead);
        Ok(ahead.into_iter().take(query.limit).cloned().collect())
    }

    async fn delete_stream(&self, id: &LogStreamId) -> Result<bool, StorageError> {
        let mut logs = self.logs();
        let Some(group) = logs.groups.get_mut(&id.group) else { return Ok(false) };
        let found = group.streams.remove(id.name.as_str()).is_some();
        let bytes = group.remove_events(|_, event| *event.stream == *id.name);
        logs.stored_bytes -= bytes;
        Ok(found)
    }

    async fn append(
        &self,
        stream: &LogStreamId,
        events: Vec<NewLogEvent>,
        now: Timestamp,
    ) -> Result<Appended, StorageError> {
        Ok(self.logs().append(stream, events, now))
    }

    async fn deliver(&self, deliveries: Vec<LogDelivery>, now: Timestamp) -> Result<(), StorageError> {
        let mut logs = self.logs();
        for LogDelivery { stream, events } in deliveries {
            let group = logs.groups.entry(stream.group.clone()).or_insert_with(|| Group::new(now));
            group.create_stream(&stream.name, now);
            logs.append(&stream, events, now);
        }
        Ok(())
    }

    async fn events(&self, query: &EventQuery) -> Result<EventPage, StorageError> {
        let logs = self.logs();
        let Some(group) = logs.groups.get(&query.group) else { return Ok(EventPage::default()) };
        let asked = group.events.iter().filter(|(position, event)| query.selects(position, &event.stream));
        let record = |(position, event): (&EventPosition, &Event)| LogEventRecord {
            position: *position,
            stream: event.stream.to_string(),
            ingested: event.ingested,
            message: event.event.message.clone(),
        };
        Ok(match query.order {
            EventOrder::Forward { .. } => query.page(asked.map(record)),
            EventOrder::Backward { .. } => query.page(asked.rev().map(record)),
        })
    }

    async fn sweep(&self, now: Timestamp, _limit: usize) -> Result<bool, StorageError> {
        let mut logs = self.logs();
        let mut gone = 0;
        for group in logs.groups.values_mut() {
            if let Some(days) = group.retention_days {
                let start = retention_start(now, days);
                gone += group.remove_events(|position, _| position.timestamp < start);
            }
        }
        logs.stored_bytes -= gone;
        Ok(false)
    }
}
