//! AWS's shapes and how the service answers them.

mod add_permission;
mod confirm_subscription;
mod create_topic;
mod delete_topic;
mod error;
mod get_data_protection_policy;
mod get_subscription_attributes;
mod get_topic_attributes;
mod list_subscriptions;
mod list_subscriptions_by_topic;
mod list_tags_for_resource;
mod list_topics;
mod message;
mod name;
mod publish;
mod publish_batch;
mod remove_permission;
mod route;
mod set_subscription_attributes;
mod set_topic_attributes;
mod subscribe;
mod tag_resource;
mod unsubscribe;
mod untag_resource;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::Sns;

/// Answers the operations of SNS.
pub fn service(sns: Arc<Sns>) -> impl hob_wire::Service {
    shapes::service(sns)
}
