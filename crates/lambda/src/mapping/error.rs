use std::time::Duration;

use hob_delivery::DeliveryError;
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
    #[error("the queue does not exist")]
    NoQueue,
    #[error("messages are hidden for {visibility:?}, and the function may run for {timeout:?}")]
    ShortVisibility { visibility: Duration, timeout: Duration },
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
    #[error("the queue cannot be looked at: {0}")]
    Queue(#[from] DeliveryError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
