//! An event has come to its end: whoever is to know of it is written down with it, and told.

use hob_storage::{EventConsequences, EventDelivery, EventProgress, EventRecord};
use hob_types::Timestamp;

use super::attempt::Attempt;
use super::dead_letter::error_of;
use super::decision::Condition;
use super::events::Events;
use super::record::invocation_record;
use super::settings::Settings;

impl Events {
    /// Answers when the event is due again, if something could not be handed over.
    pub(super) async fn conclude(
        &self,
        record: EventRecord,
        progress: EventProgress,
        attempt: Attempt,
        condition: Condition,
        settings: Settings,
    ) -> Option<Timestamp> {
        let deliveries = self.deliveries(&record, &progress, condition, settings).await?;
        if deliveries.is_empty() {
            if condition != Condition::Success {
                let (function, request) = (&record.event.function, record.event.request_id);
                tracing::info!(%function, %request, condition = condition.name(), "an event is given up");
            }
            self.insist(|| self.store.remove(record.id)).await?;
            return None;
        }
        let now = self.functions.clock.now();
        let answer = progress.answer.as_ref();
        let consequences = EventConsequences {
            record: invocation_record(&record.event, condition, progress.attempts, answer, now),
            trace_header: attempt.trace_header.unwrap_or_else(|| record.event.trace_header.clone()),
            deliveries,
        };
        self.insist(|| self.store.conclude(record.id, consequences.clone())).await?;
        let progress = EventProgress { postponements: 0, answer: None, ..progress };
        self.deliver(EventRecord { progress, consequences: Some(consequences), ..record }).await
    }

    async fn deliveries(
        &self,
        record: &EventRecord,
        progress: &EventProgress,
        condition: Condition,
        settings: Settings,
    ) -> Option<Vec<EventDelivery>> {
        let to = |target| EventDelivery::Destination { target };
        if condition == Condition::Success {
            return Some(settings.on_success.into_iter().map(to).collect());
        }
        let function = &record.event.function;
        let whole = self.insist(|| self.whole(function)).await?;
        let dead_letter = whole.dead_letters.map(|target| {
            let (error_code, error_message) = error_of(condition, progress);
            EventDelivery::DeadLetter { target, error_code, error_message }
        });
        Some(settings.on_failure.into_iter().map(to).chain(dead_letter).collect())
    }
}
