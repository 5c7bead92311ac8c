//! AWS's shapes and codes, and how the rules are reached through them. One operation per file.

mod code_url;
mod configuration;
mod create_function;
mod delete_function;
mod delete_function_concurrency;
mod download;
mod error;
mod get_account_settings;
mod get_function;
mod get_function_concurrency;
mod get_function_configuration;
mod invoke;
mod lambda;
mod list_functions;
mod marker;
mod put_function_concurrency;
mod request;
mod request_quotas;
mod unserved;
mod update_function_code;
mod update_function_configuration;
mod usage;

#[cfg(test)]
mod tests;

mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}

pub use self::lambda::{Lambda, LambdaOptions};
pub use self::request_quotas::RequestQuotas;
pub use self::usage::UsageRoute;
