use hob_types::{AccountId, Region, SubscriptionArn, Timestamp, TopicArn};
use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use super::{delivery, of_document, publish, sql_limit, to_document, topics};
use crate::{
    MessageRecord, StorageError, SubscriptionCounts, SubscriptionCreated, SubscriptionEndpoint,
    SubscriptionRecord,
};

const RECORD: &str = "SELECT document, edition FROM subscription";

pub(super) fn create(
    connection: &Connection,
    subscription: &SubscriptionRecord,
    request: Option<&MessageRecord>,
) -> Result<SubscriptionCreated, StorageError> {
    const SQL: &str = "
        INSERT INTO subscription (arn, topic, account, region, protocol, address, state, since, document, edition)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)
        ON CONFLICT DO NOTHING";
    let SubscriptionRecord { arn, owner, endpoint, state, since, .. } = subscription;
    if !topics::exists(connection, &arn.topic)? {
        return Ok(SubscriptionCreated::NoTopic);
    }
    let params = (
        arn.to_string(),
        arn.topic.to_string(),
        owner.as_str(),
        arn.topic.region.as_str(),
        endpoint.protocol(),
        endpoint.address(),
        state.name(),
        since.as_millis(),
        to_document(subscription)?,
    );
    if connection.prepare_cached(SQL)?.execute(params)? == 0 {
        return Ok(SubscriptionCreated::Exists);
    }
    tell(connection, arn, request)?;
    Ok(SubscriptionCreated::Created)
}

fn tell(
    connection: &Connection,
    subscription: &SubscriptionArn,
    message: Option<&MessageRecord>,
) -> Result<(), StorageError> {
    let Some(message) = message else { return Ok(()) };
    let recipients = std::slice::from_ref(subscription);
    publish::insert(connection, message, None, None, recipients)
}

pub(super) fn get(
    connection: &Connection,
    subscription: &SubscriptionArn,
) -> Result<Option<SubscriptionRecord>, StorageError> {
    let sql = format!("{RECORD} WHERE arn = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([subscription.to_string()], record).optional()?)
}

pub(super) fn of_endpoint(
    connection: &Connection,
    topic: &TopicArn,
    endpoint: &SubscriptionEndpoint,
) -> Result<Option<SubscriptionRecord>, StorageError> {
    let sql = format!("{RECORD} WHERE topic = ?1 AND protocol = ?2 AND address = ?3");
    let params = (topic.to_string(), endpoint.protocol(), endpoint.address());
    Ok(connection.prepare_cached(&sql)?.query_row(params, record).optional()?)
}

pub(super) fn of_account(
    connection: &Connection,
    account: &AccountId,
    region: &Region,
    after: &str,
    limit: usize,
) -> Result<Vec<SubscriptionRecord>, StorageError> {
    let sql = format!("{RECORD} WHERE account = ?1 AND region = ?2 AND arn > ?3 ORDER BY arn LIMIT ?4");
    select(connection, &sql, (account.as_str(), region.as_str(), after, sql_limit(limit)))
}

pub(super) fn of_topic(
    connection: &Connection,
    topic: &TopicArn,
    after: &str,
    limit: usize,
) -> Result<Vec<SubscriptionRecord>, StorageError> {
    let sql = format!("{RECORD} WHERE topic = ?1 AND arn > ?2 ORDER BY arn LIMIT ?3");
    select(connection, &sql, (topic.to_string(), after, sql_limit(limit)))
}

fn select(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<SubscriptionRecord>, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    let records = statement.query_map(params, record)?;
    Ok(records.collect::<Result<_, _>>()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<SubscriptionRecord> {
    Ok(SubscriptionRecord { edition: row.get(1)?, ..of_document(row, 0)? })
}

pub(super) fn count(connection: &Connection, topic: &TopicArn) -> Result<SubscriptionCounts, StorageError> {
    const SQL: &str = "
        SELECT
            COALESCE(SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN state = 'confirmed' THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN state = 'ended' THEN 1 ELSE 0 END), 0)
        FROM subscription WHERE topic = ?1";
    let counts = |row: &Row<'_>| {
        Ok(SubscriptionCounts { pending: row.get(0)?, confirmed: row.get(1)?, ended: row.get(2)? })
    };
    Ok(connection.prepare_cached(SQL)?.query_row([topic.to_string()], counts)?)
}

pub(super) fn replace(
    connection: &Connection,
    subscription: &SubscriptionRecord,
    notice: Option<&MessageRecord>,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        UPDATE subscription SET state = ?2, since = ?3, document = ?4, edition = edition + 1
        WHERE arn = ?1 AND edition = ?5";
    let SubscriptionRecord { arn, state, since, edition, .. } = subscription;
    let params = (arn.to_string(), state.name(), since.as_millis(), to_document(subscription)?, edition);
    let replaced = connection.prepare_cached(SQL)?.execute(params)? > 0;
    if replaced {
        tell(connection, arn, notice)?;
    }
    Ok(replaced)
}

pub(super) fn delete(connection: &Connection, subscription: &SubscriptionArn) -> Result<bool, StorageError> {
    let arn = subscription.to_string();
    connection.prepare_cached("DELETE FROM delivery WHERE subscription = ?1")?.execute([&arn])?;
    delivery::drop_messages(connection)?;
    Ok(connection.prepare_cached("DELETE FROM subscription WHERE arn = ?1")?.execute([&arn])? > 0)
}

/// What nobody has confirmed since then.
pub(super) fn delete_unconfirmed(connection: &Connection, since: Timestamp) -> Result<(), StorageError> {
    const OVER: &str = "SELECT arn FROM subscription WHERE state <> 'confirmed' AND since < ?1";
    let deliveries = format!("DELETE FROM delivery WHERE subscription IN ({OVER})");
    connection.prepare_cached(&deliveries)?.execute([since.as_millis()])?;
    const SQL: &str = "DELETE FROM subscription WHERE state <> 'confirmed' AND since < ?1";
    connection.prepare_cached(SQL)?.execute([since.as_millis()])?;
    delivery::drop_messages(connection)
}
