//! What a topic is, and how it is changed.

mod attribute;
mod create;
mod policy;
mod tags;
mod topics;

pub(crate) use self::attribute::{TopicAttribute, of_topic};
pub(crate) use self::create::NewTopic;
pub(crate) use self::policy::default_policy;
