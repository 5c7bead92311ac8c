use hob_types::{SubscriptionArn, TopicArn};
use rusqlite::{Connection, OptionalExtension as _};

use super::{to_document, topics};
use crate::{MessageRecord, Ordering, Publication, Published, StorageError};

pub(super) fn publish(
    connection: &Connection,
    topic: &TopicArn,
    messages: &[Publication],
) -> Result<Option<Vec<Published>>, StorageError> {
    if !topics::exists(connection, topic)? {
        return Ok(None);
    }
    messages.iter().map(|message| publish_one(connection, topic, message)).collect::<Result<_, _>>().map(Some)
}

fn publish_one(
    connection: &Connection,
    topic: &TopicArn,
    new: &Publication,
) -> Result<Published, StorageError> {
    let Publication { message, recipients, ordering } = new;
    let Some(ordering) = ordering else {
        insert(connection, message, None, None, recipients)?;
        return Ok(Published { message_id: message.message_id.clone(), sequence_number: None });
    };
    if let Some(first) = duplicate(connection, topic, ordering, message)? {
        return Ok(first);
    }
    let sequence_number = next_sequence_number(connection, topic)?;
    remember(connection, topic, ordering, message, sequence_number)?;
    insert(connection, message, Some(sequence_number), Some(&ordering.group_id), recipients)?;
    Ok(Published { message_id: message.message_id.clone(), sequence_number: Some(sequence_number) })
}

/// The message that was taken for the same key.
fn duplicate(
    connection: &Connection,
    topic: &TopicArn,
    ordering: &Ordering,
    message: &MessageRecord,
) -> Result<Option<Published>, StorageError> {
    const SQL: &str = "
        SELECT message_id, sequence_number FROM deduplication
        WHERE topic = ?1 AND deduplication_key = ?2 AND forget_at > ?3";
    let params = (topic.to_string(), &ordering.deduplication_key, message.published.as_millis());
    let first = connection.prepare_cached(SQL)?.query_row(params, |row| {
        Ok(Published { message_id: row.get(0)?, sequence_number: Some(row.get(1)?) })
    });
    Ok(first.optional()?)
}

fn next_sequence_number(connection: &Connection, topic: &TopicArn) -> Result<u64, StorageError> {
    const SQL: &str =
        "UPDATE topic SET sequence_number = sequence_number + 1 WHERE arn = ?1 RETURNING sequence_number";
    Ok(connection.prepare_cached(SQL)?.query_row([topic.to_string()], |row| row.get(0))?)
}

fn remember(
    connection: &Connection,
    topic: &TopicArn,
    ordering: &Ordering,
    message: &MessageRecord,
    sequence_number: u64,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO deduplication (topic, deduplication_key, message_id, sequence_number, forget_at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (topic, deduplication_key) DO UPDATE SET
            message_id = excluded.message_id,
            sequence_number = excluded.sequence_number,
            forget_at = excluded.forget_at";
    connection.prepare_cached(SQL)?.execute((
        topic.to_string(),
        &ordering.deduplication_key,
        &message.message_id,
        sequence_number,
        ordering.forget_at.as_millis(),
    ))?;
    Ok(())
}

/// A message that goes to nobody is not kept, and nothing for a subscription that has ended meanwhile.
pub(super) fn insert(
    connection: &Connection,
    message: &MessageRecord,
    sequence_number: Option<u64>,
    group: Option<&str>,
    recipients: &[SubscriptionArn],
) -> Result<(), StorageError> {
    const MESSAGE: &str = "INSERT INTO message (sequence_number, document) VALUES (?1, ?2) RETURNING id";
    const DELIVERY: &str = "
        INSERT INTO delivery (subscription, message, message_group, due) SELECT ?1, ?2, ?3, ?4
        WHERE EXISTS (SELECT 1 FROM subscription WHERE arn = ?1)";
    if recipients.is_empty() {
        return Ok(());
    }
    let params = (sequence_number, to_document(message)?);
    let id: i64 = connection.prepare_cached(MESSAGE)?.query_row(params, |row| row.get(0))?;
    let mut statement = connection.prepare_cached(DELIVERY)?;
    let mut kept = 0;
    for subscription in recipients {
        kept += statement.execute((subscription.to_string(), id, group, message.published.as_millis()))?;
    }
    if kept == 0 {
        connection.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}
