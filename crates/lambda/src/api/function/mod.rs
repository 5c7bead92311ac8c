//! The operations on functions, and how AWS describes one.

mod change;
mod configuration;
mod create_function;
mod delete_function;
mod get_function;
mod get_function_configuration;
mod invoke;
mod invoke_async;
mod list_functions;
mod package;
mod unserved;
mod update_function_code;
mod update_function_configuration;

pub(super) use self::configuration::{architecture_name, describe, parse_architecture, summarize};
pub(super) use self::package::to_publish as layer_source;
pub(super) use self::unserved::Unserved;
