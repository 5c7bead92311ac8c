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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(arn: &str) -> Option<SourceKind> {
        let given = GivenSource {
            arn: Some(arn.to_owned()),
            topic: arn.contains(":kafka:").then(|| "topic".to_owned()),
            queue: arn.contains(":mq:").then(|| "queue".to_owned()),
            bootstrap_servers: None,
        };
        given.parse(&Region::local()).ok().map(|source| SourceKind::of(&source))
    }

    #[test]
    fn an_arn_says_what_kind_of_source_it_names() {
        for (service, resource, expected) in [
            ("sqs", "q", Some(SourceKind::StandardQueue)),
            ("sqs", "q.fifo", Some(SourceKind::FifoQueue)),
            ("kinesis", "stream/s", Some(SourceKind::Kinesis)),
            ("kinesis", "stream/s/consumer/c:1", Some(SourceKind::Kinesis)),
            ("dynamodb", "table/t/stream/2026-01-02T03:04:05.678", Some(SourceKind::DynamoDb)),
            ("kafka", "cluster/c/id", Some(SourceKind::Msk)),
            ("mq", "broker:b:id", Some(SourceKind::Mq)),
            ("rds", "cluster:c", Some(SourceKind::DocumentDb)),
            ("dynamodb", "table/t", None),
            ("sns", "topic", None),
        ] {
            assert_eq!(kind(&format!("arn:aws:{service}:us-east-1:000000000000:{resource}")), expected);
        }
    }

    #[test]
    fn one_broker_in_common_makes_the_same_source() {
        let kafka = |servers: &[&str], topic: &str| EventSource::SelfManagedKafka {
            bootstrap_servers: servers.iter().map(|server| (*server).to_owned()).collect(),
            topic: topic.to_owned(),
        };
        assert!(is_same_source(&kafka(&["a:1", "b:1"], "t"), &kafka(&["b:1", "c:1"], "t")));
        assert!(!is_same_source(&kafka(&["a:1"], "t"), &kafka(&["b:1"], "t")));
        assert!(!is_same_source(&kafka(&["a:1"], "t"), &kafka(&["a:1"], "u")));
    }

    proptest! {
        #[test]
        fn any_arn_is_read_or_refused_without_a_panic(arn in "(arn:aws:(sqs|kinesis|mq):)?.{0,100}") {
            let _ = kind(&arn);
        }
    }
}
