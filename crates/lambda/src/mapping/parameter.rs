//! Which parameter is for which sources. Source: the parameters of CreateEventSourceMapping.

use super::SourceKind;
use super::SourceKind::{DocumentDb, FifoQueue, Mq, Msk, SelfManagedKafka, StandardQueue};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    SelfManagedEventSource,
    Topics,
    Queues,
    StartingPosition,
    FilterCriteria,
    MetricsConfig,
    LoggingConfig,
    ScalingConfig,
    ProvisionedPollerConfig,
    ParallelizationFactor,
    DestinationConfig,
    MaximumRecordAgeInSeconds,
    MaximumRetryAttempts,
    BisectBatchOnFunctionError,
    TumblingWindowInSeconds,
    FunctionResponseTypes,
    SourceAccessConfigurations,
    AmazonManagedKafkaEventSourceConfig,
    SelfManagedKafkaEventSourceConfig,
    DocumentDbEventSourceConfig,
}

impl Parameter {
    pub(super) fn suits(self, kind: SourceKind) -> bool {
        match self {
            Self::SelfManagedEventSource | Self::SelfManagedKafkaEventSourceConfig => {
                kind == SelfManagedKafka
            }
            Self::AmazonManagedKafkaEventSourceConfig => kind == Msk,
            Self::Topics | Self::LoggingConfig => kind.is_kafka(),
            Self::Queues => kind == Mq,
            Self::DocumentDbEventSourceConfig => kind == DocumentDb,
            Self::ScalingConfig => kind.is_queue(),
            Self::ProvisionedPollerConfig => kind.is_queue() || kind.is_kafka(),
            Self::ParallelizationFactor | Self::TumblingWindowInSeconds => kind.is_stream(),
            Self::DestinationConfig
            | Self::MaximumRecordAgeInSeconds
            | Self::MaximumRetryAttempts
            | Self::BisectBatchOnFunctionError => kind.is_stream() || kind.is_kafka(),
            Self::MetricsConfig | Self::FunctionResponseTypes => !matches!(kind, Mq | DocumentDb),
            Self::SourceAccessConfigurations => kind.is_kafka() || matches!(kind, Mq | DocumentDb),
            Self::FilterCriteria => kind != DocumentDb,
            Self::StartingPosition => !matches!(kind, StandardQueue | FifoQueue | Mq),
        }
    }
}
