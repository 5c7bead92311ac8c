use hob_types::{SubscriptionArn, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{of_document, parsed, sql_limit, to_document};
use crate::{Delivery, Settlement, StorageError};

pub(super) fn lanes(connection: &Connection) -> Result<Vec<SubscriptionArn>, StorageError> {
    const SQL: &str = "SELECT DISTINCT subscription FROM delivery";
    let mut statement = connection.prepare_cached(SQL)?;
    let arns = statement.query_map([], |row| parsed(row, 0))?;
    Ok(arns.collect::<Result<_, _>>()?)
}

pub(super) fn list(
    connection: &Connection,
    subscription: &SubscriptionArn,
    limit: usize,
) -> Result<Vec<Delivery>, StorageError> {
    // What has no group has nothing before it in it.
    const SQL: &str = "
        SELECT delivery.id, message.document, message.sequence_number,
            delivery.attempts, delivery.due, delivery.failure
        FROM delivery JOIN message ON message.id = delivery.message
        WHERE subscription = ?1 AND NOT EXISTS (
            SELECT 1 FROM delivery AS earlier
            WHERE earlier.subscription = delivery.subscription
                AND earlier.message_group = delivery.message_group
                AND earlier.id < delivery.id)
        ORDER BY delivery.due, delivery.id LIMIT ?2";
    let mut statement = connection.prepare_cached(SQL)?;
    let deliveries = statement.query_map((subscription.to_string(), sql_limit(limit)), delivery)?;
    Ok(deliveries.collect::<Result<_, _>>()?)
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let failed = row.get_ref(5)? != rusqlite::types::ValueRef::Null;
    Ok(Delivery {
        id: row.get(0)?,
        message: of_document(row, 1)?,
        sequence_number: row.get(2)?,
        attempts: row.get(3)?,
        due: Timestamp::from_millis(row.get(4)?),
        failure: if failed { Some(of_document(row, 5)?) } else { None },
    })
}

pub(super) fn settle(
    connection: &Connection,
    delivery: i64,
    settlement: &Settlement,
) -> Result<(), StorageError> {
    match settlement {
        Settlement::Done => remove(connection, delivery),
        Settlement::Retry { attempts, due } => {
            const SQL: &str = "UPDATE delivery SET attempts = ?2, due = ?3 WHERE id = ?1";
            connection.prepare_cached(SQL)?.execute((delivery, attempts, due.as_millis()))?;
            Ok(())
        }
        Settlement::Failed(failure) => {
            const SQL: &str = "UPDATE delivery SET attempts = 0, failure = ?2 WHERE id = ?1";
            connection.prepare_cached(SQL)?.execute((delivery, to_document(failure)?))?;
            Ok(())
        }
    }
}

fn remove(connection: &Connection, delivery: i64) -> Result<(), StorageError> {
    const DELIVERY: &str = "DELETE FROM delivery WHERE id = ?1 RETURNING message";
    const MESSAGE: &str = "
        DELETE FROM message
        WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = ?1)";
    let message: Option<i64> =
        connection.prepare_cached(DELIVERY)?.query_row([delivery], |row| row.get(0)).optional()?;
    if let Some(message) = message {
        connection.prepare_cached(MESSAGE)?.execute([message])?;
    }
    Ok(())
}

/// After many deliveries have been removed at once.
pub(super) fn drop_messages(connection: &Connection) -> Result<(), StorageError> {
    const SQL: &str = "
        DELETE FROM message WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = message.id)";
    connection.prepare_cached(SQL)?.execute([])?;
    Ok(())
}

pub(super) fn forget_keys(connection: &Connection, now: Timestamp) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM deduplication WHERE forget_at <= ?1";
    connection.prepare_cached(SQL)?.execute([now.as_millis()])?;
    Ok(())
}
