//! Function URLs.

mod configuration;
mod create_function_url_config;
mod delete_function_url_config;
mod get_function_url_config;
mod list_function_url_configs;
mod update_function_url_config;
