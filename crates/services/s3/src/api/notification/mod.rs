//! The operations on who is told of changes.

mod get_bucket_notification_configuration;
mod put_bucket_notification_configuration;
