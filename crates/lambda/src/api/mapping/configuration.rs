//! A mapping as AWS describes it.

use std::collections::BTreeMap;

use hob_storage::{
    DocumentDbCollection, EventSource, EventSourceMappingRecord, MappingSettings, MappingState,
    ProvisionedPollers, SourceAccess, StartingPosition,
};

use super::progress::{Progress, progress};
use super::{kafka, request};
use crate::api::shapes::{
    DestinationConfig, DocumentDBEventSourceConfig, EventSourceMappingConfiguration,
    EventSourceMappingLoggingConfig, EventSourceMappingMetricsConfig, Filter, FilterCriteria, OnFailure,
    ProvisionedPollerConfig, ScalingConfig, SelfManagedEventSource, SourceAccessConfiguration,
};
use crate::mapping::{SourceKind, source_arn_of};

pub(super) fn describe(mapping: &EventSourceMappingRecord) -> EventSourceMappingConfiguration {
    let EventSourceMappingRecord { id, function, settings, .. } = mapping;
    let Progress { result, reason } = progress(mapping);
    let mut shape = EventSourceMappingConfiguration {
        uuid: Some(id.to_string()),
        event_source_mapping_arn: Some(format!(
            "arn:aws:lambda:{}:{}:event-source-mapping:{id}",
            function.region, function.account
        )),
        function_arn: Some(match &mapping.qualifier {
            Some(qualifier) => format!("{function}:{qualifier}"),
            None => function.to_string(),
        }),
        last_modified: Some(mapping.last_modified),
        last_processing_result: result,
        state: Some(state_name(mapping.state).to_owned()),
        state_transition_reason: Some(reason),
        ..EventSourceMappingConfiguration::default()
    };
    describe_source(&mapping.source, settings, &mut shape);
    describe_position(mapping.starting_position, &mut shape);
    describe_batches(settings, &mut shape);
    describe_failures(SourceKind::of(&mapping.source), settings, &mut shape);
    describe_scaling(settings, &mut shape);
    shape
}

fn state_name(state: MappingState) -> &'static str {
    match state {
        MappingState::Creating => "Creating",
        MappingState::Enabling => "Enabling",
        MappingState::Enabled => "Enabled",
        MappingState::Disabling => "Disabling",
        MappingState::Disabled => "Disabled",
        MappingState::Updating { .. } => "Updating",
        MappingState::Deleting => "Deleting",
    }
}

fn describe_source(
    source: &EventSource,
    settings: &MappingSettings,
    shape: &mut EventSourceMappingConfiguration,
) {
    shape.event_source_arn = source_arn_of(source).map(str::to_owned);
    match source {
        EventSource::Msk { topic, .. } => {
            shape.topics = Some(vec![topic.clone()]);
            shape.amazon_managed_kafka_event_source_config = settings.kafka.as_ref().map(kafka::describe_msk);
        }
        EventSource::SelfManagedKafka { bootstrap_servers, topic } => {
            let endpoints = (request::BOOTSTRAP_SERVERS.to_owned(), bootstrap_servers.clone());
            shape.self_managed_event_source =
                Some(SelfManagedEventSource { endpoints: Some(BTreeMap::from([endpoints])) });
            shape.topics = Some(vec![topic.clone()]);
            shape.self_managed_kafka_event_source_config =
                settings.kafka.as_ref().map(kafka::describe_self_managed);
        }
        EventSource::Mq { queue, .. } => shape.queues = Some(vec![queue.clone()]),
        EventSource::DocumentDb(_) => {
            shape.document_db_event_source_config = settings.document_db.as_ref().map(document_db);
        }
        EventSource::Sqs(_) | EventSource::Kinesis(_) | EventSource::DynamoDb(_) => {}
    }
    let access = &settings.source_access;
    shape.source_access_configurations =
        (!access.is_empty()).then(|| access.iter().map(source_access).collect());
}

fn describe_position(position: Option<StartingPosition>, shape: &mut EventSourceMappingConfiguration) {
    let (name, timestamp) = match position {
        None => return,
        Some(StartingPosition::Latest) => ("LATEST", None),
        Some(StartingPosition::TrimHorizon) => ("TRIM_HORIZON", None),
        Some(StartingPosition::AtTimestamp(moment)) => ("AT_TIMESTAMP", Some(moment)),
    };
    shape.starting_position = Some(name.to_owned());
    shape.starting_position_timestamp = timestamp;
}

fn describe_batches(settings: &MappingSettings, shape: &mut EventSourceMappingConfiguration) {
    let filters = settings.filters.iter().map(|pattern| Filter { pattern: Some(pattern.clone()) });
    shape.batch_size = Some(settings.batch_size.cast_signed());
    shape.maximum_batching_window_in_seconds = settings.batching_window.map(u32::cast_signed);
    shape.parallelization_factor = settings.parallelization_factor.map(u32::cast_signed);
    shape.tumbling_window_in_seconds = settings.tumbling_window.map(u32::cast_signed);
    shape.filter_criteria =
        (!settings.filters.is_empty()).then(|| FilterCriteria { filters: Some(filters.collect()) });
    shape.function_response_types = settings.report_batch_item_failures.map(|reported| match reported {
        true => vec!["ReportBatchItemFailures".to_owned()],
        false => Vec::new(),
    });
}

/// Streams always have a destination's structure, though it may be empty.
fn describe_failures(
    kind: SourceKind,
    settings: &MappingSettings,
    shape: &mut EventSourceMappingConfiguration,
) {
    shape.maximum_record_age_in_seconds = settings.maximum_record_age;
    shape.maximum_retry_attempts = settings.maximum_retry_attempts;
    shape.bisect_batch_on_function_error = settings.bisect_batch;
    let destination = settings.on_failure.clone();
    shape.destination_config = (kind.is_stream() || destination.is_some())
        .then_some(DestinationConfig { on_failure: Some(OnFailure { destination }), on_success: None });
}

fn describe_scaling(settings: &MappingSettings, shape: &mut EventSourceMappingConfiguration) {
    shape.scaling_config = settings
        .maximum_concurrency
        .map(|maximum| ScalingConfig { maximum_concurrency: Some(maximum.cast_signed()) });
    shape.provisioned_poller_config = settings.provisioned_pollers.as_ref().map(pollers);
    shape.metrics_config =
        settings.metrics.clone().map(|metrics| EventSourceMappingMetricsConfig { metrics: Some(metrics) });
    shape.logging_config = settings
        .system_log_level
        .clone()
        .map(|level| EventSourceMappingLoggingConfig { system_log_level: Some(level) });
}

fn pollers(pollers: &ProvisionedPollers) -> ProvisionedPollerConfig {
    ProvisionedPollerConfig {
        minimum_pollers: pollers.minimum.map(u32::cast_signed),
        maximum_pollers: pollers.maximum.map(u32::cast_signed),
        poller_group_name: pollers.group.clone(),
    }
}

fn source_access(access: &SourceAccess) -> SourceAccessConfiguration {
    SourceAccessConfiguration { r#type: Some(access.kind.clone()), uri: Some(access.uri.clone()) }
}

fn document_db(collection: &DocumentDbCollection) -> DocumentDBEventSourceConfig {
    let full_document = if collection.update_lookup { request::UPDATE_LOOKUP } else { "Default" };
    DocumentDBEventSourceConfig {
        database_name: Some(collection.database.clone()),
        collection_name: collection.collection.clone(),
        full_document: Some(full_document.to_owned()),
    }
}
