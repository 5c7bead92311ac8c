use std::collections::BTreeMap;

use hob_types::{AccountId, Region, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::store::{sql_limit, timestamp};
use super::tags;
use crate::{GroupNameFilter, LogGroupId, LogGroupRecord, StorageError};

pub(super) fn create(
    connection: &Connection,
    group: &LogGroupId,
    tags: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO log_group (account, region, name, created, tags) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO NOTHING";
    let LogGroupId { account, region, name } = group;
    let params = (account.as_str(), region.as_str(), name, now.as_millis(), tags::document(tags)?);
    Ok(connection.prepare_cached(SQL)?.execute(params)? > 0)
}

/// The row that a group is.
pub(super) fn id(connection: &Connection, group: &LogGroupId) -> Result<Option<i64>, StorageError> {
    const SQL: &str = "SELECT id FROM log_group WHERE account = ?1 AND region = ?2 AND name = ?3";
    let params = (group.account.as_str(), group.region.as_str(), &group.name);
    Ok(connection.prepare_cached(SQL)?.query_row(params, |row| row.get(0)).optional()?)
}

pub(super) fn get(connection: &Connection, id: LogGroupId) -> Result<Option<LogGroupRecord>, StorageError> {
    let found = select(connection, &id.account, &id.region, "name = ?3", &id.name, "", 1)?;
    Ok(found.into_iter().next())
}

pub(super) fn list(
    connection: &Connection,
    account: &AccountId,
    region: &Region,
    filter: &GroupNameFilter,
    after: &str,
    limit: usize,
) -> Result<Vec<LogGroupRecord>, StorageError> {
    let (condition, text) = match filter {
        GroupNameFilter::All => ("?3 = ''", ""),
        // LIKE would ignore case and give `_` and `%` a meaning.
        GroupNameFilter::Prefix(prefix) => ("substr(name, 1, length(?3)) = ?3", prefix.as_str()),
        GroupNameFilter::Contains(part) => ("instr(name, ?3) > 0", part.as_str()),
    };
    select(connection, account, region, condition, text, after, limit)
}

fn select(
    connection: &Connection,
    account: &AccountId,
    region: &Region,
    condition: &str,
    text: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<LogGroupRecord>, StorageError> {
    let sql = format!(
        "SELECT name, created, retention_days,
            (SELECT COALESCE(SUM(stored_bytes), 0) FROM log_stream WHERE group_id = log_group.id),
            tags
        FROM log_group
        WHERE account = ?1 AND region = ?2 AND {condition} AND name > ?4
        ORDER BY name LIMIT ?5"
    );
    let record = |row: &Row<'_>| {
        Ok(LogGroupRecord {
            id: LogGroupId { account: account.clone(), region: region.clone(), name: row.get(0)? },
            created: timestamp(row, 1)?,
            retention_days: row.get(2)?,
            stored_bytes: row.get(3)?,
            tags: tags::column(row, 4)?,
        })
    };
    let params = (account.as_str(), region.as_str(), text, after, sql_limit(limit));
    let mut statement = connection.prepare_cached(&sql)?;
    let groups = statement.query_map(params, record)?;
    Ok(groups.collect::<Result<_, _>>()?)
}

/// The events stay until the sweep, but nothing leads to them any more.
pub(super) fn delete(connection: &Connection, group: &LogGroupId) -> Result<bool, StorageError> {
    let Some(id) = id(connection, group)? else { return Ok(false) };
    for sql in [
        "INSERT INTO log_deleted_stream (stream_id) SELECT id FROM log_stream WHERE group_id = ?1",
        "DELETE FROM log_stream WHERE group_id = ?1",
        "DELETE FROM log_group WHERE id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([id])?;
    }
    Ok(true)
}

pub(super) fn set_retention(
    connection: &Connection,
    group: &LogGroupId,
    days: Option<u32>,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        UPDATE log_group SET retention_days = ?4 WHERE account = ?1 AND region = ?2 AND name = ?3";
    let params = (group.account.as_str(), group.region.as_str(), &group.name, days);
    Ok(connection.prepare_cached(SQL)?.execute(params)? > 0)
}
