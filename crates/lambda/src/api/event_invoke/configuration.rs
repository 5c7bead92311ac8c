//! An event invoke config as AWS describes it, and as callers ask for one.

use hob_storage::EventInvokeRecord;
use hob_types::FunctionArn;

use crate::api::shapes::{DestinationConfig, FunctionEventInvokeConfig, OnFailure, OnSuccess};
use crate::event_invoke::{Destinations, EventInvokeSettings};

/// The ARN always has a qualifier, and both destinations are there, if only as `{}`.
pub(super) fn describe(function: &FunctionArn, record: &EventInvokeRecord) -> FunctionEventInvokeConfig {
    FunctionEventInvokeConfig {
        last_modified: Some(record.last_modified),
        function_arn: Some(format!("{function}:{}", record.qualifier)),
        maximum_retry_attempts: record.maximum_retry_attempts.map(u32::cast_signed),
        maximum_event_age_in_seconds: record.maximum_event_age.map(u32::cast_signed),
        destination_config: Some(DestinationConfig {
            on_success: Some(OnSuccess { destination: record.on_success.clone() }),
            on_failure: Some(OnFailure { destination: record.on_failure.clone() }),
        }),
    }
}

/// The model's ranges hold already. An empty destination is none.
pub(super) fn settings(
    maximum_retry_attempts: Option<i32>,
    maximum_event_age: Option<i32>,
    destinations: Option<DestinationConfig>,
) -> EventInvokeSettings {
    let given = |arn: Option<String>| arn.filter(|arn| !arn.is_empty());
    EventInvokeSettings {
        maximum_retry_attempts: maximum_retry_attempts.map(i32::cast_unsigned),
        maximum_event_age: maximum_event_age.map(i32::cast_unsigned),
        destinations: destinations.map(|destinations| Destinations {
            on_success: given(destinations.on_success.and_then(|on_success| on_success.destination)),
            on_failure: given(destinations.on_failure.and_then(|on_failure| on_failure.destination)),
        }),
    }
}
