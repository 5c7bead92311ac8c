//! Members that several requests share, as the rules know them. The model's ranges and patterns hold already.

use std::collections::BTreeMap;

use hob_storage::Architecture;
use hob_types::{EphemeralStorageMib, MemoryMib, TimeoutSeconds};
use hob_wire::AwsError;

use super::configuration::parse_architecture;
use super::error::invalid_parameter;
use super::shapes::{Environment, EphemeralStorage, LoggingConfig};

pub(super) fn memory(size: Option<i32>) -> Result<Option<MemoryMib>, AwsError> {
    in_range("MemorySize", size)
}

pub(super) fn timeout(seconds: Option<i32>) -> Result<Option<TimeoutSeconds>, AwsError> {
    in_range("Timeout", seconds)
}

pub(super) fn ephemeral_storage(
    storage: Option<EphemeralStorage>,
) -> Result<Option<EphemeralStorageMib>, AwsError> {
    in_range("EphemeralStorage.Size", storage.and_then(|storage| storage.size))
}

/// A structure without variables clears them.
pub(super) fn variables(environment: Option<Environment>) -> Option<BTreeMap<String, String>> {
    environment.map(|environment| environment.variables.unwrap_or_default())
}

/// A structure without a group resets it to the default one.
pub(super) fn log_group(logging: Option<LoggingConfig>) -> Option<Option<String>> {
    logging.map(|logging| logging.log_group)
}

pub(super) fn architecture(names: Option<&[String]>) -> Result<Option<Architecture>, AwsError> {
    let Some(name) = names.and_then(|names| names.first()) else { return Ok(None) };
    match parse_architecture(name) {
        Some(architecture) => Ok(Some(architecture)),
        None => Err(invalid_parameter(format!("{name} is no architecture."))),
    }
}

pub(super) fn no_source() -> AwsError {
    invalid_parameter("Please provide a source for function code.")
}

fn in_range<T: TryFrom<i64>>(member: &str, value: Option<i32>) -> Result<Option<T>, AwsError>
where
    T::Error: std::fmt::Display,
{
    let value = value.map(|value| T::try_from(i64::from(value))).transpose();
    value.map_err(|error| invalid_parameter(format!("{member}: {error}.")))
}
