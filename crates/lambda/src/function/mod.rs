//! Functions: the rules. One operation per file; knows no AWS shape and no error code.

mod configuration;
mod create;
mod delete;
mod environment;
mod functions;
mod get;
mod invoke;
mod lifecycle;
mod list;
mod lookup;
mod packages;
mod payload;
mod recursion;
mod reserve;
mod runnable;
mod runtime;
mod settle;
mod target;
#[cfg(test)]
mod tests;
mod update_code;
mod update_configuration;
mod usage;

pub(crate) use self::configuration::{ConfigurationChange, ConfigurationError};
pub(crate) use self::create::{CreateFunction, CreateFunctionError};
pub(crate) use self::delete::DeleteFunctionError;
pub(crate) use self::environment::EnvironmentError;
pub(crate) use self::functions::Functions;
pub use self::functions::Limits;
pub(crate) use self::get::GetFunctionError;
pub(crate) use self::invoke::{InvokeFunction, InvokeFunctionError, log_group};
pub(crate) use self::lifecycle::{Failure, UpdateRefused, check_update, state_name};
pub(crate) use self::lookup::{Description, Found};
pub(crate) use self::packages::{Packages, StorePackageError};
pub(crate) use self::payload::{InvalidPayload, check_json};
pub(crate) use self::reserve::ReserveConcurrencyError;
pub(crate) use self::runtime::{RuntimeError, SUPPORTED as SUPPORTED_RUNTIMES};
pub(crate) use self::target::{Target, TargetError};
pub(crate) use self::update_code::{UpdateCode, UpdateCodeError};
pub(crate) use self::update_configuration::UpdateConfigurationError;
