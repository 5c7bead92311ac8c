//! Members that several requests share, as the rules know them. The model's ranges and patterns hold already.

use hob_storage::Architecture;
use hob_types::{EphemeralStorageMib, MemoryMib, TimeoutSeconds};
use hob_wire::AwsError;

use super::error::invalid_parameter;
use super::function::parse_architecture;
use super::marker::Markers;
use super::shapes::EphemeralStorage;
use crate::page::Wanted;

pub(in crate::api) fn memory(size: Option<i32>) -> Result<Option<MemoryMib>, AwsError> {
    in_range("MemorySize", size)
}

pub(in crate::api) fn timeout(seconds: Option<i32>) -> Result<Option<TimeoutSeconds>, AwsError> {
    in_range("Timeout", seconds)
}

pub(in crate::api) fn ephemeral_storage(
    storage: Option<EphemeralStorage>,
) -> Result<Option<EphemeralStorageMib>, AwsError> {
    in_range("EphemeralStorage.Size", storage.and_then(|storage| storage.size))
}

pub(in crate::api) fn architecture(names: Option<&[String]>) -> Result<Option<Architecture>, AwsError> {
    let Some(name) = names.and_then(|names| names.first()) else { return Ok(None) };
    match parse_architecture(name) {
        Some(architecture) => Ok(Some(architecture)),
        None => Err(invalid_parameter(format!("{name} is no architecture."))),
    }
}

/// Which page of a list is asked for. An empty marker is none.
pub(in crate::api) fn page<N>(
    markers: &Markers,
    list: &str,
    marker: Option<&str>,
    limit: Option<N>,
) -> Result<Wanted, AwsError>
where
    usize: TryFrom<N>,
{
    let marker = marker.filter(|marker| !marker.is_empty());
    let after = marker.map(|marker| markers.read(list, marker)).transpose()?;
    Ok(Wanted::new(after, limit.and_then(|limit| usize::try_from(limit).ok())))
}

fn in_range<T: TryFrom<i64>>(member: &str, value: Option<i32>) -> Result<Option<T>, AwsError>
where
    T::Error: std::fmt::Display,
{
    let value = value.map(|value| T::try_from(i64::from(value))).transpose();
    value.map_err(|error| invalid_parameter(format!("{member}: {error}.")))
}
