use hob_storage::EventInvokeRecord;

/// What a caller wants to set; what is `None` was not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EventInvokeSettings {
    /// 0 to 2.
    pub(crate) maximum_retry_attempts: Option<u32>,
    /// In seconds, 60 to 21 600.
    pub(crate) maximum_event_age: Option<u32>,
    pub(crate) destinations: Option<Destinations>,
}

/// ARNs as the caller wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Destinations {
    pub(crate) on_success: Option<String>,
    pub(crate) on_failure: Option<String>,
}

impl EventInvokeSettings {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is not given stays; destinations that are given replace both.
    pub(super) fn apply(self, record: &mut EventInvokeRecord) {
        record.maximum_retry_attempts = self.maximum_retry_attempts.or(record.maximum_retry_attempts);
        record.maximum_event_age = self.maximum_event_age.or(record.maximum_event_age);
        if let Some(Destinations { on_success, on_failure }) = self.destinations {
            record.on_success = on_success;
            record.on_failure = on_failure;
        }
    }
}
