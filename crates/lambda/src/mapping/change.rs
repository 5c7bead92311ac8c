//! What a caller wants to set.

use hob_storage::{
    DocumentDbCollection, EventSource, KafkaConsumer, MappingSettings, ProvisionedPollers, SchemaRegistry,
    SourceAccess,
};
use hob_types::EventSourceMappingId;

use super::{Destinations, InvalidSetting, MappingError, Parameter, SourceKind, check};

/// What is `None` stays as it is. The model's ranges hold already.
#[derive(Clone, Debug, Default)]
pub(crate) struct MappingChange {
    pub(crate) batch_size: Option<u32>,
    pub(crate) batching_window: Option<u32>,
    pub(crate) filters: Option<Vec<String>>,
    pub(crate) report_batch_item_failures: Option<bool>,
    pub(crate) metrics: Option<Vec<String>>,
    pub(crate) system_log_level: Option<Option<String>>,
    pub(crate) maximum_concurrency: Option<Option<u32>>,
    /// Without a member: on-demand mode.
    pub(crate) provisioned_pollers: Option<ProvisionedPollers>,
    pub(crate) parallelization_factor: Option<u32>,
    pub(crate) maximum_record_age: Option<i32>,
    pub(crate) maximum_retry_attempts: Option<i32>,
    pub(crate) bisect_batch: Option<bool>,
    pub(crate) tumbling_window: Option<u32>,
    pub(crate) destinations: Option<Destinations>,
    pub(crate) source_access: Option<Vec<SourceAccess>>,
    pub(crate) msk: Option<KafkaChange>,
    pub(crate) self_managed_kafka: Option<KafkaChange>,
    pub(crate) document_db: Option<DocumentDbChange>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct KafkaChange {
    pub(crate) group: Option<String>,
    pub(crate) consumption_mode: Option<String>,
    pub(crate) schema_registry: Option<SchemaRegistry>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DocumentDbChange {
    pub(crate) database: Option<String>,
    pub(crate) collection: Option<String>,
    pub(crate) update_lookup: Option<bool>,
}

/// What a mapping has that was given nothing. Source: the parameters of CreateEventSourceMapping.
pub(super) fn defaults(id: EventSourceMappingId, kind: SourceKind) -> MappingSettings {
    let mut settings = MappingSettings { batch_size: 100, ..MappingSettings::default() };
    if kind.is_queue() {
        settings.batch_size = 10;
    }
    if kind.is_queue() || kind.is_stream() {
        settings.batching_window = Some(0);
        settings.report_batch_item_failures = Some(false);
    }
    if kind.is_stream() {
        settings.parallelization_factor = Some(1);
        settings.maximum_record_age = Some(-1);
        settings.maximum_retry_attempts = Some(-1);
        settings.bisect_batch = Some(false);
        settings.tumbling_window = Some(0);
    }
    if kind.is_kafka() {
        settings.kafka = Some(KafkaConsumer { group: id.to_string(), ..KafkaConsumer::default() });
    }
    settings
}

impl MappingChange {
    /// `settings` that this leaves are checked, not only what it changes.
    pub(super) fn apply(
        self,
        id: EventSourceMappingId,
        source: &EventSource,
        settings: &mut MappingSettings,
    ) -> Result<(), MappingError> {
        let kind = SourceKind::of(source);
        if let Some(parameter) = self.given().find(|parameter| !parameter.suits(kind)) {
            return Err(MappingError::Unsupported(parameter));
        }
        if let Some(change) = self.msk.as_ref().or(self.self_managed_kafka.as_ref()) {
            change.apply(id, &mut settings.kafka)?;
        }
        if let Some(change) = &self.document_db {
            change.apply(&mut settings.document_db)?;
        }
        if let Some(destinations) = self.destinations.clone() {
            settings.on_failure = destinations.parse(kind)?;
        }
        self.apply_plain(settings);
        check::check(kind, settings)
    }

    fn apply_plain(self, settings: &mut MappingSettings) {
        let MappingSettings { batch_size, filters, source_access, .. } = settings;
        set(batch_size, self.batch_size);
        set(filters, self.filters);
        set(source_access, self.source_access);
        set_optional(&mut settings.batching_window, self.batching_window);
        set_optional(&mut settings.report_batch_item_failures, self.report_batch_item_failures);
        set_optional(&mut settings.parallelization_factor, self.parallelization_factor);
        set_optional(&mut settings.maximum_record_age, self.maximum_record_age);
        set_optional(&mut settings.maximum_retry_attempts, self.maximum_retry_attempts);
        set_optional(&mut settings.bisect_batch, self.bisect_batch);
        set_optional(&mut settings.tumbling_window, self.tumbling_window);
        set(&mut settings.maximum_concurrency, self.maximum_concurrency);
        set(&mut settings.system_log_level, self.system_log_level);
        if let Some(metrics) = self.metrics {
            settings.metrics = (!metrics.is_empty()).then_some(metrics);
        }
        if let Some(pollers) = self.provisioned_pollers {
            settings.provisioned_pollers = (pollers != ProvisionedPollers::default()).then_some(pollers);
        }
    }

    fn given(&self) -> impl Iterator<Item = Parameter> {
        let given = [
            (Parameter::FilterCriteria, self.filters.as_ref().is_some_and(|filters| !filters.is_empty())),
            (Parameter::MetricsConfig, self.metrics.as_ref().is_some_and(|metrics| !metrics.is_empty())),
            (Parameter::LoggingConfig, self.system_log_level.is_some()),
            (Parameter::ScalingConfig, self.maximum_concurrency.is_some()),
            (Parameter::ProvisionedPollerConfig, self.provisioned_pollers.is_some()),
            (Parameter::ParallelizationFactor, self.parallelization_factor.is_some()),
            (Parameter::DestinationConfig, self.destinations.is_some()),
            (Parameter::MaximumRecordAgeInSeconds, self.maximum_record_age.is_some()),
            (Parameter::MaximumRetryAttempts, self.maximum_retry_attempts.is_some()),
            (Parameter::BisectBatchOnFunctionError, self.bisect_batch.is_some()),
            (Parameter::TumblingWindowInSeconds, self.tumbling_window.is_some()),
            (Parameter::FunctionResponseTypes, self.report_batch_item_failures.is_some()),
            (Parameter::SourceAccessConfigurations, self.source_access.is_some()),
            (Parameter::AmazonManagedKafkaEventSourceConfig, self.msk.is_some()),
            (Parameter::SelfManagedKafkaEventSourceConfig, self.self_managed_kafka.is_some()),
            (Parameter::DocumentDbEventSourceConfig, self.document_db.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(parameter, _)| parameter)
    }
}

fn set<T>(setting: &mut T, wanted: Option<T>) {
    if let Some(wanted) = wanted {
        *setting = wanted;
    }
}

fn set_optional<T>(setting: &mut Option<T>, wanted: Option<T>) {
    if wanted.is_some() {
        *setting = wanted;
    }
}

impl KafkaChange {
    /// A group stays what it was when the mapping was created. Source: Lambda guide, "Customizable consumer group ID".
    fn apply(
        &self,
        id: EventSourceMappingId,
        consumer: &mut Option<KafkaConsumer>,
    ) -> Result<(), InvalidSetting> {
        let own = id.to_string();
        let consumer = consumer.get_or_insert_default();
        if let Some(group) = &self.group {
            if consumer.group != own && consumer.group != *group {
                return Err(InvalidSetting::ConsumerGroupChanged);
            }
            consumer.group.clone_from(group);
        }
        set_optional(&mut consumer.consumption_mode, self.consumption_mode.clone());
        set_optional(&mut consumer.schema_registry, self.schema_registry.clone());
        Ok(())
    }
}

impl DocumentDbChange {
    fn apply(&self, collection: &mut Option<DocumentDbCollection>) -> Result<(), InvalidSetting> {
        let before = collection.take();
        let database = self.database.clone().or(before.as_ref().map(|before| before.database.clone()));
        *collection = Some(DocumentDbCollection {
            database: database.ok_or(InvalidSetting::NoDatabase)?,
            collection: self.collection.clone().or(before.as_ref().and_then(|b| b.collection.clone())),
            update_lookup: self.update_lookup.or(before.map(|b| b.update_lookup)).unwrap_or(false),
        });
        Ok(())
    }
}
