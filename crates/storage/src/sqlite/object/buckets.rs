use hob_types::AccountId;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::row::{after_prefix, from_json, json, parsed, sql_limit, timestamp};
use super::uploads;
use crate::{BucketDeleted, BucketRecord, StorageError, Versioning};

pub(super) fn create(connection: &Connection, bucket: &BucketRecord) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO bucket (name, account, region, created, versioning, configuration)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    let params = (
        &bucket.name,
        bucket.account.as_str(),
        bucket.region.as_str(),
        bucket.created.as_millis(),
        json(&bucket.versioning)?,
        json(&bucket.configuration)?,
    );
    Ok(connection.prepare_cached(SQL)?.execute(params)? > 0)
}

pub(super) fn get(connection: &Connection, name: &str) -> Result<Option<BucketRecord>, StorageError> {
    let sql = format!("{SELECT} WHERE name = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([name], record).optional()?)
}

pub(super) fn list(
    connection: &Connection,
    account: &AccountId,
    prefix: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<BucketRecord>, StorageError> {
    let sql = format!(
        "{SELECT} WHERE account = ?1 AND name >= ?2 AND (?3 IS NULL OR name < ?3) AND name > ?4
        ORDER BY name LIMIT ?5"
    );
    let params = (account.as_str(), prefix, after_prefix(prefix), after, sql_limit(limit));
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_map(params, record)?.collect::<Result<_, _>>()?)
}

pub(super) fn delete(connection: &Connection, name: &str) -> Result<BucketDeleted, StorageError> {
    const ANY_OBJECT: &str = "SELECT 1 FROM object_version WHERE bucket = ?1 LIMIT 1";
    const DELETE: &str = "DELETE FROM bucket WHERE name = ?1";
    if connection.prepare_cached(ANY_OBJECT)?.exists([name])? {
        return Ok(BucketDeleted::NotEmpty);
    }
    if connection.prepare_cached(DELETE)?.execute([name])? == 0 {
        return Ok(BucketDeleted::NoBucket);
    }
    uploads::abort_all(connection, name)?;
    Ok(BucketDeleted::Deleted)
}

/// Changes a bucket; `false`: there is none.
pub(super) fn update(
    connection: &Connection,
    name: &str,
    change: impl FnOnce(&mut BucketRecord),
) -> Result<bool, StorageError> {
    const SQL: &str = "UPDATE bucket SET versioning = ?2, configuration = ?3 WHERE name = ?1";
    let Some(mut bucket) = get(connection, name)? else { return Ok(false) };
    change(&mut bucket);
    let params = (name, json(&bucket.versioning)?, json(&bucket.configuration)?);
    connection.prepare_cached(SQL)?.execute(params)?;
    Ok(true)
}

const SELECT: &str = "SELECT name, account, region, created, versioning, configuration FROM bucket";

fn record(row: &Row<'_>) -> rusqlite::Result<BucketRecord> {
    Ok(BucketRecord {
        name: row.get("name")?,
        account: parsed(row, "account")?,
        region: parsed(row, "region")?,
        created: timestamp(row, "created")?,
        versioning: from_json::<Versioning>(row, "versioning")?,
        configuration: from_json(row, "configuration")?,
    })
}
