//! How functions on capacity providers scale. Hob runs none of those, so every function is told so.

mod get_function_scaling_config;
mod put_function_scaling_config;
