//! AWS's shapes and how the service answers them.

mod create_log_group;
mod create_log_stream;
mod delete_log_group;
mod delete_log_stream;
mod delete_retention_policy;
mod describe_log_groups;
mod describe_log_streams;
mod error;
mod filter_log_events;
mod get_log_events;
mod list_tags_for_resource;
mod name;
mod put_log_events;
mod put_retention_policy;
mod tag_resource;
mod untag_resource;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::Logs;

/// Answers the operations of CloudWatch Logs.
pub fn service(logs: Arc<Logs>) -> impl hob_wire::Service {
    shapes::service(logs)
}
