//! Which settings go together. Ranges that the model has are not asked again.

use hob_storage::{MappingSettings, ProvisionedPollers};

use super::{MappingError, Parameter, SourceKind, filter};

/// Events of a FIFO queue, or of any queue without a window. Source: the parameter `BatchSize`.
const QUEUE_BATCH_MAX: u32 = 10;
/// Seconds. Source: the parameter `MaximumRecordAgeInSeconds`.
const RECORD_AGE_MIN: i32 = 60;
/// Source: the structure ProvisionedPollerConfig.
const KAFKA_POLLERS_MAX: u32 = 2000;
const QUEUE_POLLERS_MIN: u32 = 2;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidSetting {
    #[error("a batch of more than {QUEUE_BATCH_MAX} messages needs a window")]
    NoWindow,
    #[error("a FIFO queue has no batching window")]
    FifoWindow,
    #[error("a FIFO queue's batch has {QUEUE_BATCH_MAX} messages at most")]
    FifoBatch,
    #[error("a record's age is -1 or at least {RECORD_AGE_MIN} seconds")]
    RecordAge,
    #[error("a tumbling window is one batch at a time")]
    TumblingInParallel,
    #[error("provisioned pollers limit the concurrency themselves")]
    ConcurrencyOfProvisioned,
    #[error("the numbers of pollers are out of their range")]
    Pollers { min: u32, max: u32 },
    #[error("only Kafka's pollers are grouped")]
    PollerGroup,
    #[error("{0} is retried without end unless pollers are provisioned")]
    OnDemandKafka(&'static str),
    #[error("{0} is measured for Kafka only")]
    Metric(String),
    #[error("{0} is no access to this source")]
    Access(String),
    #[error("a consumer group stays as it is")]
    ConsumerGroupChanged,
    #[error("a database is needed")]
    NoDatabase,
}

pub(super) fn check(kind: SourceKind, settings: &MappingSettings) -> Result<(), MappingError> {
    filter::check(&settings.filters, kind)?;
    match kind {
        SourceKind::StandardQueue | SourceKind::FifoQueue => check_queue(kind, settings)?,
        SourceKind::Kinesis | SourceKind::DynamoDb => check_stream(settings)?,
        SourceKind::Msk | SourceKind::SelfManagedKafka => check_kafka(settings)?,
        SourceKind::Mq => {}
        SourceKind::DocumentDb if settings.document_db.is_none() => {
            return Err(MappingError::Missing(Parameter::DocumentDbEventSourceConfig));
        }
        SourceKind::DocumentDb => {}
    }
    if let Some(pollers) = &settings.provisioned_pollers {
        check_pollers(kind, pollers)?;
    }
    check_metrics(kind, settings)?;
    check_access(kind, settings)
}

fn check_queue(kind: SourceKind, settings: &MappingSettings) -> Result<(), InvalidSetting> {
    let window = settings.batching_window.is_some_and(|seconds| seconds > 0);
    let large = settings.batch_size > QUEUE_BATCH_MAX;
    match kind {
        SourceKind::FifoQueue if window => Err(InvalidSetting::FifoWindow),
        SourceKind::FifoQueue if large => Err(InvalidSetting::FifoBatch),
        _ if large && !window => Err(InvalidSetting::NoWindow),
        _ if settings.maximum_concurrency.is_some() && settings.provisioned_pollers.is_some() => {
            Err(InvalidSetting::ConcurrencyOfProvisioned)
        }
        _ => Ok(()),
    }
}

fn check_stream(settings: &MappingSettings) -> Result<(), InvalidSetting> {
    check_record_age(settings)?;
    let tumbling = settings.tumbling_window.is_some_and(|seconds| seconds > 0);
    if tumbling && settings.parallelization_factor.is_some_and(|factor| factor > 1) {
        return Err(InvalidSetting::TumblingInParallel);
    }
    Ok(())
}

fn check_kafka(settings: &MappingSettings) -> Result<(), InvalidSetting> {
    check_record_age(settings)?;
    let of_provisioned = [
        ("MaximumRecordAgeInSeconds", settings.maximum_record_age.is_some()),
        ("MaximumRetryAttempts", settings.maximum_retry_attempts.is_some()),
        ("BisectBatchOnFunctionError", settings.bisect_batch.is_some()),
    ];
    match of_provisioned.iter().find(|(_, given)| *given) {
        Some((name, _)) if settings.provisioned_pollers.is_none() => Err(InvalidSetting::OnDemandKafka(name)),
        _ => Ok(()),
    }
}

fn check_record_age(settings: &MappingSettings) -> Result<(), InvalidSetting> {
    match settings.maximum_record_age {
        Some(seconds) if seconds != -1 && seconds < RECORD_AGE_MIN => Err(InvalidSetting::RecordAge),
        _ => Ok(()),
    }
}

fn check_pollers(kind: SourceKind, pollers: &ProvisionedPollers) -> Result<(), InvalidSetting> {
    let (min, max) = if kind.is_kafka() { (1, KAFKA_POLLERS_MAX) } else { (QUEUE_POLLERS_MIN, 10_000) };
    let within = |pollers: Option<u32>| pollers.is_none_or(|pollers| (min..=max).contains(&pollers));
    let ordered = pollers.minimum.zip(pollers.maximum).is_none_or(|(minimum, maximum)| minimum <= maximum);
    if !ordered || !within(pollers.minimum) || !within(pollers.maximum) {
        return Err(InvalidSetting::Pollers { min, max });
    }
    if pollers.group.is_some() && !kind.is_kafka() {
        return Err(InvalidSetting::PollerGroup);
    }
    Ok(())
}

fn check_metrics(kind: SourceKind, settings: &MappingSettings) -> Result<(), InvalidSetting> {
    let of_kafka = |metric: &&String| matches!(metric.as_str(), "ErrorCount" | "KafkaMetrics");
    match settings.metrics.iter().flatten().find(of_kafka) {
        Some(metric) if !kind.is_kafka() => Err(InvalidSetting::Metric(metric.clone())),
        _ => Ok(()),
    }
}

/// Brokers and databases ask who comes; MSK knows by its role.
fn check_access(kind: SourceKind, settings: &MappingSettings) -> Result<(), MappingError> {
    let needed = matches!(kind, SourceKind::SelfManagedKafka | SourceKind::Mq | SourceKind::DocumentDb);
    if needed && settings.source_access.is_empty() {
        return Err(MappingError::Missing(Parameter::SourceAccessConfigurations));
    }
    match settings.source_access.iter().find(|access| !is_access(kind, &access.kind)) {
        Some(access) => Err(InvalidSetting::Access(access.kind.clone()).into()),
        None => Ok(()),
    }
}

/// Source: the structure SourceAccessConfiguration.
fn is_access(kind: SourceKind, access: &str) -> bool {
    match access {
        "BASIC_AUTH" => kind != SourceKind::Msk,
        "VIRTUAL_HOST" => kind == SourceKind::Mq,
        "SASL_SCRAM_512_AUTH" | "CLIENT_CERTIFICATE_TLS_AUTH" => kind.is_kafka(),
        _ => kind == SourceKind::SelfManagedKafka,
    }
}
