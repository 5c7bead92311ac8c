//! What is kept initialised of aliases and versions.

mod configuration;
mod delete_provisioned_concurrency_config;
mod get_provisioned_concurrency_config;
mod list_provisioned_concurrency_configs;
mod put_provisioned_concurrency_config;
