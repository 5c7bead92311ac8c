use hob_storage::{EventOrder, EventPosition, EventQuery, LogEventRecord, LogStreamId, StreamSelection};
use hob_types::Timestamp;

use crate::retention::retention_start;
use crate::{Logs, LogsError, token};

/// A page of events has at most so many bytes. Source: GetLogEvents and FilterLogEvents.
pub(crate) const PAGE_BYTES_MAX: usize = 1 << 20;

/// What GetLogEvents asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventsRequest {
    /// At or after.
    pub(crate) start: Option<Timestamp>,
    /// Before.
    pub(crate) end: Option<Timestamp>,
    pub(crate) limit: usize,
    pub(crate) from_head: bool,
    pub(crate) token: Option<String>,
}

/// Events in order of time, and the tokens for those after and before them. A token given back says that
/// nothing was found in its direction, for now.
#[derive(Debug)]
pub(crate) struct EventsPage {
    pub(crate) events: Vec<LogEventRecord>,
    pub(crate) forward_token: String,
    pub(crate) backward_token: String,
}

impl Logs {
    pub(crate) async fn events(
        &self,
        stream: &LogStreamId,
        request: EventsRequest,
    ) -> Result<EventsPage, LogsError> {
        let group = self.group(&stream.group).await?;
        self.stream(stream).await?;
        let scope = format!("events {stream:?}");
        let order = request.order(&scope)?;
        let query = EventQuery {
            group: stream.group.clone(),
            streams: StreamSelection::Named(vec![stream.name.clone()]),
            start: self.visible_from(request.start, group.retention_days),
            end: request.end,
            order,
            limit: request.limit,
            bytes_max: PAGE_BYTES_MAX,
        };
        let mut events = self.store.events(&query).await?.events;
        if matches!(order, EventOrder::Backward { .. }) {
            events.reverse();
        }
        let (before, after) = cuts(&events, order);
        Ok(EventsPage {
            events,
            forward_token: format!("f/{}", token::position_digits(&scope, after)),
            backward_token: format!("b/{}", token::position_digits(&scope, before)),
        })
    }

    /// What the retention has let expire is not shown, though it may still be stored.
    pub(crate) fn visible_from(
        &self,
        start: Option<Timestamp>,
        retention_days: Option<u32>,
    ) -> Option<Timestamp> {
        start.max(retention_days.map(|days| retention_start(self.now(), days)))
    }
}

impl EventsRequest {
    fn order(&self, scope: &str) -> Result<EventOrder, LogsError> {
        let Some(token) = &self.token else {
            return Ok(match self.from_head {
                true => EventOrder::Forward { cut: None },
                false => EventOrder::Backward { cut: None },
            });
        };
        let (direction, digits) = token.split_once('/').ok_or(LogsError::InvalidToken)?;
        let cut = Some(token::parse_position(scope, digits)?);
        match direction {
            "f" => Ok(EventOrder::Forward { cut }),
            "b" => Ok(EventOrder::Backward { cut }),
            _ => Err(LogsError::InvalidToken),
        }
    }
}

/// Where the events of a page part from those before and from those after it.
fn cuts(events: &[LogEventRecord], order: EventOrder) -> (EventPosition, EventPosition) {
    const BEFORE_ALL: EventPosition = EventPosition { timestamp: Timestamp::EPOCH, sequence: 0 };
    let (EventOrder::Forward { cut } | EventOrder::Backward { cut }) = order;
    let cut = cut.unwrap_or(BEFORE_ALL);
    match (events.first(), events.last()) {
        (Some(first), Some(last)) => {
            let position = first.position;
            // No sequence is 0, so there is always a place before an event.
            let sequence = position.sequence.saturating_sub(1);
            (EventPosition { sequence, ..position }, last.position)
        }
        _ => (cut, cut),
    }
}
