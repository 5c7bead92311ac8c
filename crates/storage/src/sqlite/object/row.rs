//! How values stand in columns.

use std::str::FromStr;

use hob_types::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StorageError;

pub(super) fn timestamp(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_millis(row.get(column)?))
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Database(error.to_string()))
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    read(row, column, |text| serde_json::from_str(text))
}

/// `None`: the column is NULL.
pub(super) fn optional_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    let is_null = row.get_ref(column)?.as_str_or_null()?.is_none();
    if is_null { Ok(None) } else { from_json(row, column).map(Some) }
}

pub(super) fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    read(row, column, str::parse)
}

fn read<T, E>(row: &Row<'_>, column: &str, read: impl FnOnce(&str) -> Result<T, E>) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    let failed = |error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error));
    read(row.get_ref(index)?.as_str()?).map_err(failed)
}

/// A number that no change has had before.
pub(super) fn next_sequence(connection: &Connection) -> Result<u64, StorageError> {
    const SQL: &str = "UPDATE change_counter SET last = last + 1 RETURNING last";
    Ok(connection.prepare_cached(SQL)?.query_row([], |row| row.get(0))?)
}

/// A number that no other opening of the file has had.
pub(super) fn next_run(connection: &Connection) -> Result<u64, StorageError> {
    const SQL: &str = "UPDATE change_counter SET runs = runs + 1 RETURNING runs";
    Ok(connection.prepare_cached(SQL)?.query_row([], |row| row.get(0))?)
}

/// A LIMIT.
pub(super) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The first text after all that begin with the prefix. `None`: there is none.
pub(super) fn after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        // The order of characters is that of their bytes in UTF-8.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_comes_after_a_prefix_ends_with_the_next_character() {
        assert_eq!(after_prefix("a/").as_deref(), Some("a0"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix(""), None);
    }

    proptest! {
        #[test]
        fn all_that_begins_so_comes_before_it_and_all_else_does_not_come_between(
            prefix in "\\PC{1,4}",
            other in "\\PC{0,6}",
        ) {
            let after = after_prefix(&prefix).unwrap();
            let longer = prefix.clone() + &other;
            prop_assert!(longer < after);
            prop_assert!(other.starts_with(&prefix) || other < prefix || other >= after);
        }
    }
}
