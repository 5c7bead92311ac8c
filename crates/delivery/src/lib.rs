//! How services hand each other what must not be lost.
//!
//! A service is seen by its neighbours through one small trait: [`QueueService`], [`TopicService`],
//! [`FunctionService`], [`BucketService`]. They find each other in [`Neighbours`], never by knowing each other's
//! crates. What one of these traits has accepted is durable, so whoever hands it over may forget it then, and not
//! before: between the two a crash makes a duplicate, and never a loss.

mod bucket;
mod error;
mod function;
mod neighbours;
mod queue;
mod topic;

pub use self::bucket::{BucketService, NewObject, ObjectError, OpenObject};
pub use self::error::DeliveryError;
pub use self::function::{
    FunctionAnswer, FunctionCall, FunctionCallError, FunctionEvent, FunctionService, Origin,
};
pub use self::neighbours::Neighbours;
pub use self::queue::{
    AttributeValue, MessageAttribute, QueueDelivery, QueueDescription, QueueMessage, QueueService, Receive,
};
pub use self::topic::{TopicDescription, TopicMessage, TopicService};
