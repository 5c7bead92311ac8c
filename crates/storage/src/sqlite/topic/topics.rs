use hob_types::{AccountId, Region, TopicArn};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{delivery, of_document, parsed, sql_limit, to_document};
use crate::{StorageError, TopicRecord};

pub(super) fn create(connection: &Connection, topic: &TopicRecord) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO topic (arn, account, region, name, document, edition) VALUES (?1, ?2, ?3, ?4, ?5, 1)
        ON CONFLICT DO NOTHING";
    let TopicArn { account, region, name } = &topic.arn;
    let params = (topic.arn.to_string(), account.as_str(), region.as_str(), name, to_document(topic)?);
    Ok(connection.prepare_cached(SQL)?.execute(params)? > 0)
}

pub(super) fn get(connection: &Connection, topic: &TopicArn) -> Result<Option<TopicRecord>, StorageError> {
    const SQL: &str = "SELECT document, edition FROM topic WHERE arn = ?1";
    Ok(connection.prepare_cached(SQL)?.query_row([topic.to_string()], record).optional()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<TopicRecord> {
    Ok(TopicRecord { edition: row.get(1)?, ..of_document(row, 0)? })
}

pub(super) fn exists(connection: &Connection, topic: &TopicArn) -> Result<bool, StorageError> {
    const SQL: &str = "SELECT 1 FROM topic WHERE arn = ?1";
    Ok(connection.prepare_cached(SQL)?.exists([topic.to_string()])?)
}

pub(super) fn list(
    connection: &Connection,
    account: &AccountId,
    region: &Region,
    after: &str,
    limit: usize,
) -> Result<Vec<TopicArn>, StorageError> {
    const SQL: &str = "
        SELECT arn FROM topic WHERE account = ?1 AND region = ?2 AND name > ?3 ORDER BY name LIMIT ?4";
    let params = (account.as_str(), region.as_str(), after, sql_limit(limit));
    let mut statement = connection.prepare_cached(SQL)?;
    let arns = statement.query_map(params, |row| parsed(row, 0))?;
    Ok(arns.collect::<Result<_, _>>()?)
}

pub(super) fn replace(connection: &Connection, topic: &TopicRecord) -> Result<bool, StorageError> {
    const SQL: &str = "UPDATE topic SET document = ?2, edition = edition + 1 WHERE arn = ?1 AND edition = ?3";
    let params = (topic.arn.to_string(), to_document(topic)?, topic.edition);
    Ok(connection.prepare_cached(SQL)?.execute(params)? > 0)
}

pub(super) fn delete(connection: &Connection, topic: &TopicArn) -> Result<bool, StorageError> {
    const DELIVERIES: &str = "
        DELETE FROM delivery WHERE subscription IN (SELECT arn FROM subscription WHERE topic = ?1)";
    let arn = topic.to_string();
    connection.prepare_cached(DELIVERIES)?.execute([&arn])?;
    delivery::drop_messages(connection)?;
    for sql in ["DELETE FROM subscription WHERE topic = ?1", "DELETE FROM deduplication WHERE topic = ?1"] {
        connection.prepare_cached(sql)?.execute([&arn])?;
    }
    Ok(connection.prepare_cached("DELETE FROM topic WHERE arn = ?1")?.execute([&arn])? > 0)
}
