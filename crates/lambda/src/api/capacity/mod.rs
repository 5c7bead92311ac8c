mod configuration;
mod create_capacity_provider;
mod delete_capacity_provider;
mod get_capacity_provider;
mod list_capacity_providers;
mod list_function_versions_by_capacity_provider;
mod request;
mod update_capacity_provider;
