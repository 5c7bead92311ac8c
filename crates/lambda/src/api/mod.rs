//! AWS's shapes and codes, and how the rules are reached through them. One operation per file.

mod alias;
mod capacity;
mod code_url;
mod concurrency;
mod download;
mod error;
mod event_invoke;
mod function;
mod function_url;
mod get_account_settings;
mod lambda;
mod layer;
mod mapping;
mod marker;
mod policy;
mod provisioned;
mod recursion;
mod request;
mod request_quotas;
mod runtime_management;
mod scaling;
mod signing_config;
mod tag;
mod usage;
mod version;

#[cfg(test)]
mod tests;

mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}

pub use self::lambda::{Lambda, LambdaOptions};
pub use self::request_quotas::RequestQuotas;
pub use self::usage::UsageRoute;
