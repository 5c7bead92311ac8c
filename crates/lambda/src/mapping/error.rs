use hob_storage::{EventSource, StorageError};
use hob_types::{EventSourceMappingId, FunctionArn};

use super::{InvalidDestination, InvalidFilter, InvalidPosition, InvalidSetting, Parameter};
use crate::tag::TooManyTags;

#[derive(Debug, thiserror::Error)]
pub(crate) enum MappingError {
    #[error("there is no such event source mapping")]
    NotFound,
    #[error("no source of events that is known")]
    UnknownSource,
    #[error("{0} is in another region")]
    OtherRegion(String),
    #[error("the function does not exist")]
    NoFunction,
    #[error("{id} maps the same source to the same function")]
    Exists { id: EventSourceMappingId, event_source: Box<EventSource>, function: FunctionArn },
    #[error("the mapping is being changed, and cannot be updated")]
    UpdateInUse,
    #[error("the mapping is being changed, and cannot be deleted")]
    DeleteInUse,
    #[error("{0:?} is not for this source")]
    Unsupported(Parameter),
    #[error("{0:?} is needed for this source")]
    Missing(Parameter),
    #[error(transparent)]
    Position(#[from] InvalidPosition),
    #[error(transparent)]
    Filter(#[from] InvalidFilter),
    #[error(transparent)]
    Destination(#[from] InvalidDestination),
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    #[error(transparent)]
    Tags(#[from] TooManyTags),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
