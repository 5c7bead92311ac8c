//! The operations on layers, and how AWS describes a version of one.

mod add_layer_version_permission;
mod configuration;
mod delete_layer_version;
mod get_layer_version;
mod get_layer_version_by_arn;
mod get_layer_version_policy;
mod list_layer_versions;
mod list_layers;
mod publish_layer_version;
mod remove_layer_version_permission;
