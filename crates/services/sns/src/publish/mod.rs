//! Taking messages.

mod attribute;
mod batch;
mod deduplication;
mod message;
#[expect(clippy::module_inception, reason = "it is what the folder is about")]
mod publish;

pub use self::attribute::InvalidMessageAttribute;
pub(crate) use self::attribute::NewAttribute;
pub(crate) use self::batch::{BatchEntry, check_entries, check_size};
pub use self::message::InvalidMessage;
pub(crate) use self::message::MessageRequest;
pub(crate) use self::publish::Source;
