//! Taking messages.

mod accept;
mod attribute;
mod batch;
mod deduplication;
mod message;

pub(crate) use self::accept::Source;
pub use self::attribute::InvalidMessageAttribute;
pub(crate) use self::attribute::NewAttribute;
pub(crate) use self::batch::{BatchEntry, check_entries, check_size};
pub use self::message::InvalidMessage;
pub(crate) use self::message::MessageRequest;
