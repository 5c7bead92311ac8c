use std::ops::Range;
use std::time::Duration;

use hob_storage::{Appended, LogStreamId, NewLogEvent};
use hob_types::Timestamp;

use crate::retention::retention_start;
use crate::{Logs, LogsError};

/// The limits of PutLogEvents.
const BYTES_MAX: usize = 1 << 20;
const SPAN_MAX: Duration = Duration::from_hours(24);
const AGE_MAX_DAYS: u32 = 14;
const FUTURE_MAX: Duration = Duration::from_hours(2);

/// Which events of a batch were left out because of their time. The batch is in order of time, so they are
/// its first and its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RejectedEvents {
    /// Those before this index are older than 14 days.
    pub(crate) too_old_end: Option<usize>,
    /// Those before this index are older than the group's retention.
    pub(crate) expired_end: Option<usize>,
    /// Those from this index on are more than 2 hours in the future.
    pub(crate) too_new_start: Option<usize>,
}

impl Logs {
    pub(crate) async fn put_events(
        &self,
        stream: &LogStreamId,
        mut events: Vec<NewLogEvent>,
    ) -> Result<RejectedEvents, LogsError> {
        check(&events)?;
        let group = self.group(&stream.group).await?;
        let now = self.now();
        let rejected = RejectedEvents::find(&events, now, group.retention_days);
        let Range { start, end } = rejected.accepted(events.len());
        events.truncate(end);
        events.drain(..start);
        match self.store.append(stream, events, now).await? {
            Appended::Appended => Ok(rejected),
            Appended::NoGroup => Err(LogsError::NoGroup),
            Appended::NoStream => Err(LogsError::NoStream),
        }
    }
}

/// What refuses the whole batch.
fn check(events: &[NewLogEvent]) -> Result<(), LogsError> {
    let bytes = events.iter().map(NewLogEvent::stored_bytes).sum();
    if bytes > BYTES_MAX {
        return Err(LogsError::TooManyBytes { bytes });
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(LogsError::NotChronological);
    }
    match events {
        [first, .., last] if last.timestamp.since(first.timestamp) > SPAN_MAX => Err(LogsError::SpanTooLong),
        _ => Ok(()),
    }
}

impl RejectedEvents {
    fn find(events: &[NewLogEvent], now: Timestamp, retention_days: Option<u32>) -> Self {
        let before = |moment: Timestamp| events.partition_point(|event| event.timestamp < moment);
        let too_new = events.partition_point(|event| event.timestamp <= now + FUTURE_MAX);
        let some = |end: usize| (end > 0).then_some(end);
        Self {
            too_old_end: some(before(retention_start(now, AGE_MAX_DAYS))),
            expired_end: retention_days.and_then(|days| some(before(retention_start(now, days)))),
            too_new_start: (too_new < events.len()).then_some(too_new),
        }
    }

    fn accepted(self, events: usize) -> Range<usize> {
        let end = self.too_new_start.unwrap_or(events);
        let start = self.too_old_end.max(self.expired_end).unwrap_or(0);
        start.min(end)..end
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);
    const HOUR: i64 = 60 * 60 * 1000;
    const DAY: i64 = 24 * HOUR;

    fn events(ages: &[i64]) -> Vec<NewLogEvent> {
        let event = |age: &i64| NewLogEvent {
            timestamp: Timestamp::from_millis(NOW.as_millis() - age),
            message: "x".to_owned(),
        };
        ages.iter().map(event).collect()
    }

    #[test]
    fn a_batch_is_in_order_of_time_and_spans_at_most_a_day() {
        assert!(check(&events(&[DAY, 5, 5, 0])).is_ok());
        assert!(matches!(check(&events(&[1, 2])), Err(LogsError::NotChronological)));
        assert!(matches!(check(&events(&[DAY + 1, 0])), Err(LogsError::SpanTooLong)));
    }

    #[test]
    fn a_batch_has_at_most_1_mib_with_26_bytes_for_each_event() {
        let batch = |bytes| {
            let timestamp = Timestamp::EPOCH;
            let half = NewLogEvent { timestamp, message: "x".repeat((1 << 19) - 26) };
            let rest = NewLogEvent { timestamp, message: "x".repeat(bytes) };
            check(&[half, rest])
        };
        assert!(batch((1 << 19) - 26).is_ok());
        assert!(matches!(batch((1 << 19) - 25), Err(LogsError::TooManyBytes { bytes: 1_048_577 })));
    }

    #[test]
    fn events_outside_of_what_is_kept_are_left_out() {
        let find = |ages: &[i64], retention| {
            let rejected = RejectedEvents::find(&events(ages), NOW, retention);
            (rejected, rejected.accepted(ages.len()))
        };
        assert_eq!(find(&[14 * DAY, 1, -2 * HOUR], None), (RejectedEvents::default(), 0..3));
        let too_old = RejectedEvents { too_old_end: Some(2), ..RejectedEvents::default() };
        assert_eq!(find(&[15 * DAY, 14 * DAY + 1, 14 * DAY], None), (too_old, 2..3));
        let expired = RejectedEvents { expired_end: Some(1), ..RejectedEvents::default() };
        assert_eq!(find(&[4 * DAY, 3 * DAY], Some(3)), (expired, 1..2));
        let too_new = RejectedEvents { too_new_start: Some(1), ..RejectedEvents::default() };
        assert_eq!(find(&[0, -2 * HOUR - 1], None), (too_new, 0..1));
        let all = RejectedEvents { too_old_end: Some(1), expired_end: Some(1), too_new_start: None };
        assert_eq!(find(&[15 * DAY], Some(1)), (all, 1..1));
    }
}
