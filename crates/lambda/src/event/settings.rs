use std::time::Duration;

use hob_storage::{EventInvokeRecord, NewEvent, StorageError};
use hob_types::{FunctionArn, Qualifier, Version};

use super::decision::Patience;
use super::events::Events;

/// What is set, for the qualifier that an event came by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) patience: Patience,
    /// ARNs.
    pub(super) on_success: Option<String>,
    pub(super) on_failure: Option<String>,
}

impl From<EventInvokeRecord> for Settings {
    fn from(record: EventInvokeRecord) -> Self {
        let default = Patience::default();
        let maximum_age = record.maximum_event_age.map(|seconds| Duration::from_secs(seconds.into()));
        let patience = Patience {
            retries: record.maximum_retry_attempts.unwrap_or(default.retries),
            maximum_age: maximum_age.unwrap_or(default.maximum_age),
        };
        Self { patience, on_success: record.on_success, on_failure: record.on_failure }
    }
}

/// What belongs to the whole function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Whole {
    /// An ARN.
    pub(super) dead_letters: Option<String>,
    pub(super) no_concurrency: bool,
}

impl Events {
    pub(super) async fn settings(&self, event: &NewEvent) -> Result<Settings, StorageError> {
        let qualifier = event.qualifier.clone().unwrap_or(Qualifier::Version(Version::Latest));
        let record: Option<EventInvokeRecord> =
            self.functions.part(&event.function, &qualifier.to_string()).await?;
        Ok(record.map(Settings::from).unwrap_or_default())
    }

    /// Of a function that is gone, nothing is set.
    pub(super) async fn whole(&self, function: &FunctionArn) -> Result<Whole, StorageError> {
        let Some(function) = self.functions.store.get(function).await? else { return Ok(Whole::default()) };
        Ok(Whole {
            dead_letters: function.configuration.dead_letter_target.filter(|target| !target.is_empty()),
            no_concurrency: function.reserved_concurrency == Some(0),
        })
    }
}
