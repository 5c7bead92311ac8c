//! What a mapping of a queue wants, as its poller takes it.

use std::time::Duration;

use hob_storage::{EventSource, EventSourceMappingRecord};
use hob_types::{EventPattern, QualifiedFunctionArn, QueueArn};

use super::scaler::Bounds;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QueueSettings {
    pub(crate) queue: QueueArn,
    pub(crate) function: QualifiedFunctionArn,
    /// Messages, 1 or more.
    pub(crate) batch_size: usize,
    /// How long a batch may wait for more messages after its first.
    pub(crate) window: Duration,
    /// Of which a message must match one; empty: all messages are wanted.
    pub(crate) filters: Vec<EventPattern>,
    /// The function says which messages of a batch failed.
    pub(crate) reports_failures: bool,
    pub(crate) bounds: Bounds,
}

impl QueueSettings {
    /// `None`: the source is no queue, or a part of the mapping is of a kind that this version does not know.
    pub(crate) fn of(mapping: &EventSourceMappingRecord) -> Option<Self> {
        let EventSource::Sqs(queue) = &mapping.source else { return None };
        let settings = &mapping.settings;
        let qualifier = mapping.qualifier.as_deref().map(str::parse).transpose().ok()?;
        let filters: Result<_, _> = settings.filters.iter().map(|filter| filter.parse()).collect();
        Some(Self {
            queue: queue.parse().ok()?,
            function: mapping.function.qualified(qualifier),
            batch_size: usize::try_from(settings.batch_size).unwrap_or(usize::MAX).max(1),
            window: Duration::from_secs(settings.batching_window.unwrap_or(0).into()),
            filters: filters.ok()?,
            reports_failures: settings.report_batch_item_failures.unwrap_or(false),
            bounds: Bounds::of(settings),
        })
    }
}
