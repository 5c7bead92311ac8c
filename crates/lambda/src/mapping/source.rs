//! What events come from.

use hob_storage::EventSource;
use hob_types::Region;

use super::{MappingError, Parameter};

/// What decides which settings a mapping may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceKind {
    StandardQueue,
    FifoQueue,
    Kinesis,
    DynamoDb,
    Msk,
    SelfManagedKafka,
    Mq,
    DocumentDb,
}

/// Where a caller wants events from.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenSource {
    pub(crate) arn: Option<String>,
    pub(crate) bootstrap_servers: Option<Vec<String>>,
    pub(crate) topic: Option<String>,
    pub(crate) queue: Option<String>,
}

impl SourceKind {
    pub(crate) fn of(source: &EventSource) -> Self {
        match source {
            EventSource::Sqs(queue) if queue.ends_with(".fifo") => Self::FifoQueue,
            EventSource::Sqs(_) => Self::StandardQueue,
            EventSource::Kinesis(_) => Self::Kinesis,
            EventSource::DynamoDb(_) => Self::DynamoDb,
            EventSource::Msk { .. } => Self::Msk,
            EventSource::SelfManagedKafka { .. } => Self::SelfManagedKafka,
            EventSource::Mq { .. } => Self::Mq,
            EventSource::DocumentDb(_) => Self::DocumentDb,
        }
    }

    pub(crate) fn is_queue(self) -> bool {
        matches!(self, Self::StandardQueue | Self::FifoQueue)
    }

    /// Kinesis or DynamoDB.
    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::Kinesis | Self::DynamoDb)
    }

    pub(crate) fn is_kafka(self) -> bool {
        matches!(self, Self::Msk | Self::SelfManagedKafka)
    }
}

impl GivenSource {
    pub(super) fn parse(self, region: &Region) -> Result<EventSource, MappingError> {
        let source = match (&self.arn, &self.bootstrap_servers) {
            (None, None) => return Err(MappingError::UnknownSource),
            (None, Some(servers)) => EventSource::SelfManagedKafka {
                bootstrap_servers: servers.clone(),
                topic: self.topic.clone().ok_or(MappingError::Missing(Parameter::Topics))?,
            },
            (Some(arn), _) => self.parse_arn(arn, region)?,
        };
        let kind = SourceKind::of(&source);
        match self.given().find(|parameter| !parameter.suits(kind)) {
            Some(parameter) => Err(MappingError::Unsupported(parameter)),
            None => Ok(source),
        }
    }

    fn parse_arn(&self, arn: &str, region: &Region) -> Result<EventSource, MappingError> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, at, _, resource] = parts[..] else { return Err(MappingError::UnknownSource) };
        let path: Vec<&str> = resource.split('/').collect();
        let (whole, topic, queue) = (arn.to_owned(), self.topic.clone(), self.queue.clone());
        let source = match (service, path.as_slice()) {
            ("sqs", [_]) => EventSource::Sqs(whole),
            ("kinesis", ["stream", _] | ["stream", _, "consumer", _]) => EventSource::Kinesis(whole),
            ("dynamodb", ["table", _, "stream", _]) => EventSource::DynamoDb(whole),
            ("kafka", ["cluster", ..]) => EventSource::Msk {
                cluster: whole,
                topic: topic.ok_or(MappingError::Missing(Parameter::Topics))?,
            },
            ("mq", _) if resource.starts_with("broker:") => EventSource::Mq {
                broker: whole,
                queue: queue.ok_or(MappingError::Missing(Parameter::Queues))?,
            },
            ("rds", _) if resource.starts_with("cluster:") => EventSource::DocumentDb(whole),
            _ => return Err(MappingError::UnknownSource),
        };
        if at == region.as_str() { Ok(source) } else { Err(MappingError::OtherRegion(arn.to_owned())) }
    }

    fn given(&self) -> impl Iterator<Item = Parameter> {
        let given = [
            (Parameter::SelfManagedEventSource, self.bootstrap_servers.is_some()),
            (Parameter::Topics, self.topic.is_some()),
            (Parameter::Queues, self.queue.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(parameter, _)| parameter)
    }
}

/// Whether two mappings would take events from the same place: for Kafka, one broker in common is enough.
pub(super) fn is_same_source(one: &EventSource, other: &EventSource) -> bool {
    match (one, other) {
        (
            EventSource::SelfManagedKafka { bootstrap_servers: ours, topic: our_topic },
            EventSource::SelfManagedKafka { bootstrap_servers: theirs, topic: their_topic },
        ) => our_topic == their_topic && ours.iter().any(|server| theirs.contains(server)),
        (one, other) => one == other,
    }
}
