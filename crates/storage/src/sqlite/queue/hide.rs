//! What becomes of messages that were received: hidden for longer or shorter, or removed.

use std::collections::BTreeSet;
use std::time::Duration;

use hob_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::administration::contents;
use super::group;
use super::receive::delete;
use super::store::Listener;
use crate::sqlite::rows::timestamp;
use crate::{Hidden, QueueId, Receipt, StorageError};

/// A message is hidden no longer than this after it was received.
const HIDDEN_MAX: Duration = Duration::from_secs(43_200);

/// A message that may have been received.
struct Place {
    receives: u32,
    visible_at: Timestamp,
    received: Timestamp,
    group: Option<i64>,
}

impl Place {
    fn find(
        connection: &Connection,
        contents: Option<i64>,
        receipt: Receipt,
    ) -> Result<Option<Self>, StorageError> {
        const SQL: &str =
            "SELECT receives, visible_at, received, group_id FROM message WHERE id = ?1 AND contents = ?2";
        let mut statement = connection.prepare_cached(SQL)?;
        let place = statement.query_row((receipt.message, contents), |row| {
            Ok(Self {
                receives: row.get(0)?,
                visible_at: timestamp(row, 1)?,
                received: timestamp(row, 2)?,
                group: row.get(3)?,
            })
        });
        Ok(place.optional()?)
    }

    /// Whether it is still hidden for the sake of this receipt.
    fn is_held(&self, receipt: Receipt, now: Timestamp) -> bool {
        self.visible_at > now && self.receives == receipt.receives
    }
}

pub(super) fn hide(
    connection: &Connection,
    listener: &Listener,
    queue: QueueId,
    receipts: &[(Receipt, Duration)],
    now: Timestamp,
) -> Result<Vec<Hidden>, StorageError> {
    let contents = contents(connection, queue)?;
    let mut groups = BTreeSet::new();
    let mut answers = Vec::with_capacity(receipts.len());
    for &(receipt, visibility) in receipts {
        let until = now + visibility;
        answers.push(match Place::find(connection, contents, receipt)? {
            None => Hidden::Gone,
            Some(place) if !place.is_held(receipt, now) => Hidden::Expired,
            Some(place) if until > place.received + HIDDEN_MAX => Hidden::TooLong,
            Some(place) => {
                connection
                    .prepare_cached("UPDATE message SET visible_at = ?2 WHERE id = ?1")?
                    .execute((receipt.message, until.as_millis()))?;
                match place.group {
                    Some(group) => drop(groups.insert(group)),
                    None => listener.arrived(queue, until, 1),
                }
                Hidden::Done
            }
        });
    }
    groups.iter().try_for_each(|&group| group::settle(connection, listener, queue, group, now))?;
    Ok(answers)
}

pub(super) fn remove(
    connection: &Connection,
    listener: &Listener,
    queue: QueueId,
    receipts: &[Receipt],
    only_hidden: bool,
    now: Timestamp,
) -> Result<Vec<Hidden>, StorageError> {
    let contents = contents(connection, queue)?;
    let mut groups = BTreeSet::new();
    let mut answers = Vec::with_capacity(receipts.len());
    for &receipt in receipts {
        answers.push(match Place::find(connection, contents, receipt)? {
            None => Hidden::Gone,
            Some(place) if only_hidden && !place.is_held(receipt, now) => Hidden::Expired,
            Some(place) => {
                delete(connection, receipt.message)?;
                groups.extend(place.group);
                if place.visible_at > now {
                    listener.taken_back(queue);
                }
                Hidden::Done
            }
        });
    }
    groups.iter().try_for_each(|&group| group::settle(connection, listener, queue, group, now))?;
    Ok(answers)
}
