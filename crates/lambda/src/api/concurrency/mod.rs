//! What is reserved for functions.

mod delete_function_concurrency;
mod get_function_concurrency;
mod put_function_concurrency;
