use std::collections::BTreeMap;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::group;
use crate::log::tagged;
use crate::{LogGroupId, StorageError, Tagged};

type Tags = BTreeMap<String, String>;

pub(super) fn tag(
    connection: &Connection,
    group: &LogGroupId,
    added: Tags,
    limit: usize,
) -> Result<Tagged, StorageError> {
    let Some((id, tags)) = get(connection, group)? else { return Ok(Tagged::NoGroup) };
    let Some(tags) = tagged(tags, added, limit) else { return Ok(Tagged::TooMany) };
    set(connection, id, &tags)?;
    Ok(Tagged::Tagged)
}

pub(super) fn untag(
    connection: &Connection,
    group: &LogGroupId,
    keys: &[String],
) -> Result<bool, StorageError> {
    let Some((id, mut tags)) = get(connection, group)? else { return Ok(false) };
    tags.retain(|key, _| !keys.contains(key));
    set(connection, id, &tags)?;
    Ok(true)
}

fn get(connection: &Connection, group: &LogGroupId) -> Result<Option<(i64, Tags)>, StorageError> {
    const SQL: &str = "SELECT tags FROM log_group WHERE id = ?1";
    let Some(id) = group::id(connection, group)? else { return Ok(None) };
    let tags = connection.prepare_cached(SQL)?.query_row([id], |row| column(row, 0)).optional()?;
    Ok(tags.map(|tags| (id, tags)))
}

fn set(connection: &Connection, id: i64, tags: &Tags) -> Result<(), StorageError> {
    const SQL: &str = "UPDATE log_group SET tags = ?2 WHERE id = ?1";
    connection.prepare_cached(SQL)?.execute((id, document(tags)?))?;
    Ok(())
}

pub(super) fn document(tags: &Tags) -> rusqlite::Result<String> {
    serde_json::to_string(tags).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn column(row: &Row<'_>, column: usize) -> rusqlite::Result<Tags> {
    serde_json::from_str(row.get_ref(column)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}
