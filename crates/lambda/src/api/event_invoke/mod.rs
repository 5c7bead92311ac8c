//! How asynchronous invocations are retried, and where their results go.

mod configuration;
mod delete_function_event_invoke_config;
mod get_function_event_invoke_config;
mod list_function_event_invoke_configs;
mod put_function_event_invoke_config;
mod update_function_event_invoke_config;
