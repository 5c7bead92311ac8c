//! Members of requests, as the rules know them. The model's ranges and patterns hold already.

use hob_storage::{ProvisionedPollers, SourceAccess};

use crate::api::function::Unserved;
use crate::api::shapes::{
    DestinationConfig, DocumentDBEventSourceConfig, FilterCriteria, ProvisionedPollerConfig,
    SourceAccessConfiguration,
};
use crate::mapping::{Destinations, DocumentDbChange, Position};

pub(super) const UPDATE_LOOKUP: &str = "UpdateLookup";

/// The only one among the types of endpoints.
pub(super) const BOOTSTRAP_SERVERS: &str = "KAFKA_BOOTSTRAP_SERVERS";

/// Creations and updates name what they set alike.
macro_rules! change {
    ($input:ident) => {
        crate::mapping::MappingChange {
            batch_size: request::unsigned($input.batch_size),
            batching_window: request::unsigned($input.maximum_batching_window_in_seconds),
            filters: $input.filter_criteria.map(request::filters),
            report_batch_item_failures: $input.function_response_types.map(|types| !types.is_empty()),
            metrics: $input.metrics_config.map(|config| config.metrics.unwrap_or_default()),
            system_log_level: $input.logging_config.map(|config| config.system_log_level),
            maximum_concurrency: $input
                .scaling_config
                .map(|config| request::unsigned(config.maximum_concurrency)),
            provisioned_pollers: $input.provisioned_poller_config.map(request::pollers),
            parallelization_factor: request::unsigned($input.parallelization_factor),
            maximum_record_age: $input.maximum_record_age_in_seconds,
            maximum_retry_attempts: $input.maximum_retry_attempts,
            bisect_batch: $input.bisect_batch_on_function_error,
            tumbling_window: request::unsigned($input.tumbling_window_in_seconds),
            destinations: $input.destination_config.map(request::destinations),
            source_access: $input.source_access_configurations.map(request::source_access),
            msk: $input.amazon_managed_kafka_event_source_config.map(kafka::msk_change),
            self_managed_kafka: $input.self_managed_kafka_event_source_config.map(kafka::self_managed_change),
            document_db: $input.document_db_event_source_config.map(request::document_db),
        }
    };
}

pub(super) use change;

/// Filters cannot be encrypted yet.
pub(super) fn check_key(key: Option<&String>) -> Result<(), Unserved> {
    if key.is_some_and(|key| !key.is_empty()) { Err(Unserved("KMSKeyArn".to_owned())) } else { Ok(()) }
}

pub(super) fn unsigned(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

pub(super) fn position(name: &str) -> Option<Position> {
    match name {
        "LATEST" => Some(Position::Latest),
        "TRIM_HORIZON" => Some(Position::TrimHorizon),
        "AT_TIMESTAMP" => Some(Position::AtTimestamp),
        _ => None,
    }
}

/// A filter without a pattern is an empty text, which is no pattern.
pub(super) fn filters(criteria: FilterCriteria) -> Vec<String> {
    let filters = criteria.filters.unwrap_or_default().into_iter();
    filters.map(|filter| filter.pattern.unwrap_or_default()).collect()
}

pub(super) fn pollers(config: ProvisionedPollerConfig) -> ProvisionedPollers {
    ProvisionedPollers {
        minimum: unsigned(config.minimum_pollers),
        maximum: unsigned(config.maximum_pollers),
        group: config.poller_group_name.filter(|name| !name.is_empty()),
    }
}

pub(super) fn destinations(config: DestinationConfig) -> Destinations {
    Destinations {
        on_success: config.on_success.and_then(|success| success.destination),
        on_failure: config.on_failure.and_then(|failure| failure.destination),
    }
}

pub(super) fn source_access(given: Vec<SourceAccessConfiguration>) -> Vec<SourceAccess> {
    let given = given.into_iter().map(|access| SourceAccess {
        kind: access.r#type.unwrap_or_default(),
        uri: access.uri.unwrap_or_default(),
    });
    given.collect()
}

pub(super) fn document_db(config: DocumentDBEventSourceConfig) -> DocumentDbChange {
    DocumentDbChange {
        database: config.database_name,
        collection: config.collection_name,
        update_lookup: config.full_document.map(|document| document == UPDATE_LOOKUP),
    }
}
