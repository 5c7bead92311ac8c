//! What happens to events that go round in a circle.

mod get_function_recursion_config;
mod put_function_recursion_config;
