use std::sync::Arc;

use hob_storage::{
    EventOrder, EventPosition, EventQuery, LogEventRecord, LogGroupId, LogStreamId, NewLogEvent,
    StorageError, StreamSelection,
};
use hob_types::Timestamp;

use crate::page::Page;
use crate::pattern::FilterPattern;
use crate::read::PAGE_BYTES_MAX;
use crate::{Logs, LogsError, token};

/// How many events are looked through at a time.
const EVENTS_PER_STEP: usize = 2000;
/// A page ends after looking through so many bytes, however few events matched; the caller asks on.
const SEARCHED_BYTES_MAX: usize = 16 << 20;

/// What FilterLogEvents asks for.
#[derive(Clone, Debug)]
pub(crate) struct SearchRequest {
    pub(crate) streams: StreamSelection,
    /// At or after.
    pub(crate) start: Option<Timestamp>,
    /// Before.
    pub(crate) end: Option<Timestamp>,
    pub(crate) pattern: Arc<FilterPattern>,
    pub(crate) latest_first: bool,
    pub(crate) limit: usize,
    pub(crate) token: Option<String>,
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    events: Vec<LogEventRecord>,
    bytes: usize,
}

impl Logs {
    /// A page of the events of a group that match the pattern.
    pub(crate) async fn search(
        &self,
        group: &LogGroupId,
        request: SearchRequest,
    ) -> Result<Page<LogEventRecord>, LogsError> {
        let retention_days = self.group(group).await?.retention_days;
        self.require_streams(group, &request.streams).await?;
        let scope = format!("search {group:?} {:?} {}", request.streams, request.latest_first);
        let last = request.token.as_deref().map(|token| token::parse_position(&scope, token)).transpose()?;
        let mut query = EventQuery {
            group: group.clone(),
            streams: request.streams,
            start: self.visible_from(request.start, retention_days),
            end: request.end,
            order: order(request.latest_first, last),
            limit: EVENTS_PER_STEP.min(request.limit.max(100)),
            bytes_max: PAGE_BYTES_MAX,
        };
        let mut found = Found::default();
        let mut searched_bytes = 0;
        let rest = loop {
            let step = self.store.events(&query).await?;
            searched_bytes += step.events.iter().map(stored_bytes).sum::<usize>();
            let last = step.events.last().map(|event| event.position);
            let matching = matching(request.pattern.clone(), step.events).await?;
            if let Some(full_at) = found.add(matching, request.limit) {
                break (step.more || Some(full_at) != last).then_some(full_at);
            }
            let Some(last) = last.filter(|_| step.more) else { break None };
            if searched_bytes >= SEARCHED_BYTES_MAX {
                break Some(last);
            }
            query.order = order(request.latest_first, Some(last));
        };
        let next_token = rest.map(|last| token::position_digits(&scope, last));
        Ok(Page { items: found.events, next_token })
    }

    async fn require_streams(&self, group: &LogGroupId, streams: &StreamSelection) -> Result<(), LogsError> {
        if let StreamSelection::Named(names) = streams {
            for name in names {
                self.stream(&LogStreamId { group: group.clone(), name: name.clone() }).await?;
            }
        }
        Ok(())
    }
}

impl Found {
    /// Returns where the page is full, if it is.
    fn add(&mut self, events: Vec<LogEventRecord>, limit: usize) -> Option<EventPosition> {
        for event in events {
            let position = event.position;
            self.bytes += stored_bytes(&event);
            self.events.push(event);
            if self.events.len() == limit || self.bytes >= PAGE_BYTES_MAX {
                return Some(position);
            }
        }
        None
    }
}

/// Looking at a megabyte of text takes a while, and the thread has other callers to answer.
async fn matching(
    pattern: Arc<FilterPattern>,
    events: Vec<LogEventRecord>,
) -> Result<Vec<LogEventRecord>, LogsError> {
    if pattern.matches_all() {
        return Ok(events);
    }
    let keep = move || events.into_iter().filter(|event| pattern.matches(&event.message)).collect();
    let kept = tokio::task::spawn_blocking(keep).await;
    Ok(kept.map_err(|error| StorageError::Io(std::io::Error::other(error)))?)
}

/// Goes on after the last event that was looked at.
fn order(latest_first: bool, last: Option<EventPosition>) -> EventOrder {
    // Backward, a cut includes its own position.
    let before = |last: EventPosition| EventPosition { sequence: last.sequence.saturating_sub(1), ..last };
    match latest_first {
        false => EventOrder::Forward { cut: last },
        true => EventOrder::Backward { cut: last.map(before) },
    }
}

fn stored_bytes(event: &LogEventRecord) -> usize {
    event.message.len() + NewLogEvent::OVERHEAD_BYTES
}
