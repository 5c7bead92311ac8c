use rusqlite::{Connection, OptionalExtension as _};

use crate::StorageError;

/// There is one.
const ID: i64 = 1;

pub(super) fn get(connection: &Connection) -> Result<Option<Vec<u8>>, StorageError> {
    const SQL: &str = "SELECT private_key FROM signing_key WHERE id = ?1";
    Ok(connection.prepare_cached(SQL)?.query_row([ID], |row| row.get(0)).optional()?)
}

pub(super) fn keep(connection: &Connection, key: Vec<u8>) -> Result<Vec<u8>, StorageError> {
    const SQL: &str = "INSERT INTO signing_key (id, private_key) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    connection.prepare_cached(SQL)?.execute((ID, &key))?;
    Ok(get(connection)?.unwrap_or(key))
}
