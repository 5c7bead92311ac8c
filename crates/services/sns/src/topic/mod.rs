//! What a topic is, and how it is changed.

mod attribute;
mod create;
mod policy;
mod tags;
mod topics;

pub(crate) use self::attribute::TopicAttribute;
pub(crate) use self::create::NewTopic;
pub(crate) use self::policy::default_policy;
