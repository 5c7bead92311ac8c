use hob_types::Timestamp;
use rusqlite::Connection;

use super::administration::{by_id, contents};
use super::receive::count_hidden;
use crate::{MessageCounts, QueueId, StorageError};

/// Without messages that are too old, whether they were swept or not.
pub(super) fn counts(
    connection: &Connection,
    queue: QueueId,
    now: Timestamp,
) -> Result<MessageCounts, StorageError> {
    const VISIBLE: &str =
        "SELECT COUNT(*) FROM message WHERE contents = ?1 AND visible_at <= ?2 AND visible_at > ?3";
    const DELAYED: &str =
        "SELECT COUNT(*) FROM message WHERE contents = ?1 AND visible_at > ?2 AND receives = 0";
    let (Some(record), Some(contents)) = (by_id(connection, queue)?, contents(connection, queue)?) else {
        return Ok(MessageCounts::default());
    };
    let oldest = now.as_millis() - i64::from(record.settings.retention) * 1000;
    let mut visible = connection.prepare_cached(VISIBLE)?;
    let mut delayed = connection.prepare_cached(DELAYED)?;
    Ok(MessageCounts {
        visible: visible.query_row((contents, now.as_millis(), oldest), |row| row.get(0))?,
        hidden: count_hidden(connection, contents, now)?,
        delayed: delayed.query_row((contents, now.as_millis()), |row| row.get(0))?,
    })
}
