use std::fmt;
use std::str::FromStr;

use hob_types::{QualifiedFunctionArn, QueueArn, Region, TopicArn};
use serde::{Deserialize, Serialize};

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Destination {
    Function(QualifiedFunctionArn),
    Queue(QueueArn),
    Topic(TopicArn),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DestinationKind {
    Topic,
    Queue,
    Function,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names neither a function, nor a queue, nor a topic")]
pub(crate) struct InvalidDestination(String);

impl Destination {
    /// `None`: it is no ARN of this kind.
    pub(super) fn parse(kind: DestinationKind, arn: &str) -> Option<Self> {
        match kind {
            DestinationKind::Function => arn.parse().map(Self::Function).ok(),
            DestinationKind::Queue => arn.parse().map(Self::Queue).ok(),
            DestinationKind::Topic => arn.parse().map(Self::Topic).ok(),
        }
    }

    pub(crate) fn kind(&self) -> DestinationKind {
        match self {
            Self::Function(_) => DestinationKind::Function,
            Self::Queue(_) => DestinationKind::Queue,
            Self::Topic(_) => DestinationKind::Topic,
        }
    }

    pub(super) fn region(&self) -> &Region {
        match self {
            Self::Function(arn) => &arn.function.region,
            Self::Queue(arn) => &arn.region,
            Self::Topic(arn) => &arn.region,
        }
    }

    pub(super) fn is_fifo(&self) -> bool {
        match self {
            Self::Function(_) => false,
            Self::Queue(arn) => arn.is_fifo(),
            Self::Topic(arn) => arn.is_fifo(),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(arn) => arn.fmt(f),
            Self::Queue(arn) => arn.fmt(f),
            Self::Topic(arn) => arn.fmt(f),
        }
    }
}

impl FromStr for Destination {
    type Err = InvalidDestination;

    fn from_str(arn: &str) -> Result<Self, InvalidDestination> {
        let kinds = [DestinationKind::Function, DestinationKind::Queue, DestinationKind::Topic];
        let parsed = kinds.into_iter().find_map(|kind| Self::parse(kind, arn));
        parsed.ok_or_else(|| InvalidDestination(arn.to_owned()))
    }
}

impl TryFrom<String> for Destination {
    type Error = InvalidDestination;

    fn try_from(arn: String) -> Result<Self, InvalidDestination> {
        arn.parse()
    }
}

impl From<Destination> for String {
    fn from(destination: Destination) -> Self {
        destination.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_destination_is_read_back_as_it_is_written(
            name in "[a-zA-Z0-9_-]{1,60}",
            service in proptest::sample::select(vec!["lambda", "sqs", "sns"]),
        ) {
            let name = if service == "lambda" { format!("function:{name}") } else { name };
            let arn = format!("arn:aws:{service}:eu-west-1:123456789012:{name}");
            let destination: Destination = arn.parse().unwrap();
            prop_assert_eq!(destination.to_string(), arn);
            prop_assert_eq!(destination.region().as_str(), "eu-west-1");
        }

        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in ".{0,100}") {
            let _ = text.parse::<Destination>();
        }
    }
}
