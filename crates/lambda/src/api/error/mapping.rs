//! What may go wrong with event source mappings. Where AWS's text is not known, it says so.

use hob_delivery::DeliveryError;
use hob_storage::EventSource;
use hob_types::{EventSourceMappingId, FunctionArn};
use hob_wire::AwsError;

use super::{conflict, invalid_parameter, service, storage};
use crate::function::TargetError;
use crate::mapping::{
    InvalidDestination, InvalidFilter, InvalidPosition, InvalidSetting, MappingError, Parameter,
    source_arn_of,
};

impl From<MappingError> for AwsError {
    fn from(error: MappingError) -> Self {
        match error {
            MappingError::NotFound => {
                Self::new("ResourceNotFoundException", "The resource you requested does not exist.")
            }
            MappingError::UnknownSource => invalid_parameter("Unrecognized event source."),
            // AWS's text is unknown.
            MappingError::OtherRegion(arn) => invalid_parameter(format!(
                "The event source {arn} is not in the same region as the function."
            )),
            MappingError::NoFunction => invalid_parameter("Function does not exist"),
            MappingError::NoQueue => invalid_parameter(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS \
                 Error Message: The specified queue does not exist.",
            ),
            MappingError::ShortVisibility { visibility, timeout } => invalid_parameter(format!(
                "Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
                visibility.as_secs(),
                timeout.as_secs()
            )),
            MappingError::Exists { id, event_source, function } => exists(id, &event_source, &function),
            MappingError::UpdateInUse => in_use("update"),
            MappingError::DeleteInUse => in_use("delete"),
            MappingError::Unsupported(parameter) => unsupported(parameter),
            // Recorded for `sourceAccessConfigurations`.
            MappingError::Missing(parameter) => {
                invalid_parameter(format!("Required '{}' parameter is missing.", name(parameter)))
            }
            MappingError::Position(error) => position(error),
            MappingError::Filter(error) => filter(error),
            MappingError::Destination(error) => destination(error),
            MappingError::Setting(error) => setting(error),
            MappingError::Tags(error) => error.into(),
            MappingError::Queue(error) => queue(&error),
            MappingError::Storage(error) => storage(&error),
        }
    }
}

fn queue(error: &DeliveryError) -> AwsError {
    tracing::error!(%error, "a queue cannot be looked at");
    service("The queue cannot be looked at now.")
}

/// A name that no function can have names none.
pub(in crate::api) fn mapping_target(error: TargetError) -> AwsError {
    match error {
        TargetError::NoSuchName { .. } | TargetError::NameTooLong { .. } => MappingError::NoFunction.into(),
        error => error.into(),
    }
}

fn exists(id: EventSourceMappingId, source: &EventSource, function: &FunctionArn) -> AwsError {
    let arn = source_arn_of(source).unwrap_or_default();
    let what = match source {
        EventSource::Sqs(_) => format!(
            "An event source mapping with SQS arn (\" {arn} \") and function (\" {} \") already exists.",
            function.name
        ),
        EventSource::SelfManagedKafka { bootstrap_servers, topic } => {
            kafka_exists(&bootstrap_servers.join(","), function, topic)
        }
        EventSource::Msk { cluster, topic } => kafka_exists(cluster, function, topic),
        // Recorded for Kinesis and DynamoDB.
        EventSource::Kinesis(_)
        | EventSource::DynamoDb(_)
        | EventSource::Mq { .. }
        | EventSource::DocumentDb(_) => format!(
            "The event source arn (\" {arn} \") and function (\" {} \") provided mapping already exists.",
            function.name
        ),
    };
    conflict(format!("{what} Please update or delete the existing mapping with UUID {id}"))
}

fn kafka_exists(source: &str, function: &FunctionArn, topic: &str) -> String {
    format!(
        "An event source mapping with event source (\"{source}\"), function (\"{function}\"), topics (\"{topic}\") \
         already exists."
    )
}

/// Quoted by several users.
fn in_use(operation: &str) -> AwsError {
    AwsError::new(
        "ResourceInUseException",
        format!("Cannot {operation} the event source mapping because it is in use."),
    )
}

/// Recorded for `DestinationConfig`, which AWS writes differently; quoted by users for another.
fn unsupported(parameter: Parameter) -> AwsError {
    let name = match parameter {
        Parameter::DestinationConfig => "DestinationConfig".to_owned(),
        parameter => format!("'{}'", name(parameter)),
    };
    invalid_parameter(format!("Unsupported {name} parameter for given event source mapping type."))
}

fn name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::SelfManagedEventSource => "selfManagedEventSource",
        Parameter::Topics => "topics",
        Parameter::Queues => "queues",
        Parameter::StartingPosition => "startingPosition",
        Parameter::FilterCriteria => "filterCriteria",
        Parameter::MetricsConfig => "metricsConfig",
        Parameter::LoggingConfig => "loggingConfig",
        Parameter::ScalingConfig => "scalingConfig",
        Parameter::ProvisionedPollerConfig => "provisionedPollerConfig",
        Parameter::ParallelizationFactor => "parallelizationFactor",
        Parameter::DestinationConfig => "destinationConfig",
        Parameter::MaximumRecordAgeInSeconds => "maximumRecordAgeInSeconds",
        Parameter::MaximumRetryAttempts => "maximumRetryAttempts",
        Parameter::BisectBatchOnFunctionError => "bisectBatchOnFunctionError",
        Parameter::TumblingWindowInSeconds => "tumblingWindowInSeconds",
        Parameter::FunctionResponseTypes => "functionResponseTypes",
        Parameter::SourceAccessConfigurations => "sourceAccessConfigurations",
        Parameter::AmazonManagedKafkaEventSourceConfig => "amazonManagedKafkaEventSourceConfig",
        Parameter::SelfManagedKafkaEventSourceConfig => "selfManagedKafkaEventSourceConfig",
        Parameter::DocumentDbEventSourceConfig => "documentDBEventSourceConfig",
    }
}

fn position(error: InvalidPosition) -> AwsError {
    match error {
        InvalidPosition::Missing => invalid_parameter(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must \
             not be null.",
        ),
        // Quoted by several users.
        InvalidPosition::Queue => invalid_parameter("StartingPosition is not valid for SQS event sources."),
        InvalidPosition::NoTimestamps(arn) => {
            invalid_parameter(format!("Unsupported starting position for arn type: {arn}"))
        }
        // AWS's texts are unknown.
        InvalidPosition::TimestampMismatch => invalid_parameter(
            "StartingPositionTimestamp must be given with StartingPosition AT_TIMESTAMP, and only with it.",
        ),
        InvalidPosition::Future => invalid_parameter("StartingPositionTimestamp cannot be in the future."),
    }
}

fn filter(error: InvalidFilter) -> AwsError {
    match error {
        InvalidFilter::Malformed => invalid_parameter("Invalid filter pattern definition."),
        // AWS's text is unknown.
        InvalidFilter::TooMany { max } => {
            invalid_parameter(format!("Exceeded the maximum number of filters allowed: {max}."))
        }
    }
}

fn destination(error: InvalidDestination) -> AwsError {
    match error {
        InvalidDestination::OnSuccess => unsupported(Parameter::DestinationConfig),
        // Recorded for event invoke configurations.
        InvalidDestination::Unusable(arn) => {
            invalid_parameter(format!("The destination ARN {arn} is invalid."))
        }
    }
}

/// The first two are recorded, or quoted by users; the third and those of concurrency are as another emulator has
/// them; AWS's other texts are unknown.
fn setting(error: InvalidSetting) -> AwsError {
    let message = match error {
        InvalidSetting::NoWindow => "Maximum batch window in seconds must be greater than 0 if maximum batch size is \
                                     greater than 10"
            .to_owned(),
        InvalidSetting::FifoWindow => "Batching window is not supported for FIFO queues".to_owned(),
        InvalidSetting::FifoBatch => "Batch size must not exceed 10 for FIFO queues".to_owned(),
        InvalidSetting::ConcurrencyOfProvisioned => {
            "Provisioned mode for SQS ESM does not support maximum concurrency feature. Use MaximumPollers as the \
             control mechanism and remove maximum concurrency."
                .to_owned()
        }
        InvalidSetting::RecordAge => {
            "MaximumRecordAgeInSeconds must be -1, or between 60 and 604800.".to_owned()
        }
        InvalidSetting::TumblingInParallel => {
            "Tumbling windows are not supported with a ParallelizationFactor greater than 1.".to_owned()
        }
        InvalidSetting::Pollers { min, max } => format!(
            "MinimumPollers and MaximumPollers must be between {min} and {max}, and MinimumPollers must not be \
             greater than MaximumPollers."
        ),
        InvalidSetting::PollerGroup => {
            "PollerGroupName is only supported for Amazon MSK and self-managed Apache Kafka.".to_owned()
        }
        InvalidSetting::OnDemandKafka(name) => {
            format!("{name} is only supported for Kafka event sources in provisioned mode.")
        }
        InvalidSetting::Metric(metric) => {
            format!("Metric {metric} is only supported for Kafka event sources.")
        }
        InvalidSetting::Access(kind) => {
            format!("Unsupported source access configuration type for given event source mapping type: {kind}")
        }
        InvalidSetting::ConsumerGroupChanged => {
            "ConsumerGroupId cannot be changed after the event source mapping was created.".to_owned()
        }
        InvalidSetting::NoDatabase => {
            "Required 'documentDBEventSourceConfig.databaseName' parameter is missing.".to_owned()
        }
    };
    invalid_parameter(message)
}
