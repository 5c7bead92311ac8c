//! From where on a source is read.

use hob_storage::{EventSource, StartingPosition};
use hob_types::Timestamp;

use super::{MappingError, Parameter, SourceKind};

/// What a caller says of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GivenPosition {
    pub(crate) position: Option<Position>,
    pub(crate) timestamp: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Latest,
    TrimHorizon,
    AtTimestamp,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidPosition {
    #[error("a stream is read from somewhere")]
    Missing,
    #[error("a queue has no positions")]
    Queue,
    #[error("{0} cannot be read from a moment on")]
    NoTimestamps(String),
    #[error("a moment belongs to AT_TIMESTAMP, and AT_TIMESTAMP has one")]
    TimestampMismatch,
    #[error("the moment is in the future")]
    Future,
}

impl GivenPosition {
    pub(super) fn parse(
        self,
        source: &EventSource,
        now: Timestamp,
    ) -> Result<Option<StartingPosition>, MappingError> {
        let kind = SourceKind::of(source);
        if !Parameter::StartingPosition.suits(kind) {
            return match (self.position.is_some() || self.timestamp.is_some(), kind.is_queue()) {
                (false, _) => Ok(None),
                (true, true) => Err(InvalidPosition::Queue.into()),
                (true, false) => Err(MappingError::Unsupported(Parameter::StartingPosition)),
            };
        }
        let position = self.position.or(default(kind)).ok_or(InvalidPosition::Missing)?;
        match (position, self.timestamp, source) {
            (Position::AtTimestamp, _, EventSource::DynamoDb(stream)) => {
                Err(InvalidPosition::NoTimestamps(stream.clone()).into())
            }
            (Position::AtTimestamp, Some(moment), _) if moment > now => Err(InvalidPosition::Future.into()),
            (Position::AtTimestamp, Some(moment), _) => Ok(Some(StartingPosition::AtTimestamp(moment))),
            (Position::AtTimestamp, None, _) | (_, Some(_), _) => {
                Err(InvalidPosition::TimestampMismatch.into())
            }
            (Position::Latest, None, _) => Ok(Some(StartingPosition::Latest)),
            (Position::TrimHorizon, None, _) => Ok(Some(StartingPosition::TrimHorizon)),
        }
    }
}

/// For streams there is none.
fn default(kind: SourceKind) -> Option<Position> {
    match kind {
        kind if kind.is_kafka() => Some(Position::TrimHorizon),
        SourceKind::DocumentDb => Some(Position::Latest),
        _ => None,
    }
}
