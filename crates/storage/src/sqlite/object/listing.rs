//! Pages of keys, rolled up at a delimiter.
//!
//! Rows are read along an index. After a common prefix the reading begins anew behind it, so that a page costs what it
//! shows, and not what it rolls up.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::row::{after_prefix, sql_limit};
use crate::{Listed, Listing, ListingQuery, ListingStart, StorageError};

/// What is listed.
pub(super) struct Source<T> {
    pub(super) table: &'static str,
    pub(super) columns: &'static str,
    /// What names a row beside its key.
    pub(super) id: &'static str,
    /// Holds for the rows that are listed.
    pub(super) condition: &'static str,
    /// Of the rows of one key.
    pub(super) order: Order,
    pub(super) record: fn(&Row<'_>) -> rusqlite::Result<T>,
    pub(super) key: fn(&T) -> &str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

/// From where on to read.
struct Cursor {
    /// This key and those after it,
    key: String,
    /// but of this key only what comes after this row.
    sequence: Option<i64>,
}

pub(super) fn page<T>(
    connection: &Connection,
    query: &ListingQuery,
    source: &Source<T>,
) -> Result<Listing<T>, StorageError> {
    let mut listing = Listing { items: Vec::new(), is_truncated: false };
    let mut cursor = start(connection, query, source)?;
    while let Some(from) = cursor {
        cursor = match read(connection, query, source, &from, &mut listing)? {
            Some(prefix) => after_prefix(&prefix).map(at),
            None => None,
        };
    }
    Ok(listing)
}

/// Adds what is listed until a common prefix was added, which is returned, or until the page is full or at its end.
fn read<T>(
    connection: &Connection,
    query: &ListingQuery,
    source: &Source<T>,
    from: &Cursor,
    listing: &mut Listing<T>,
) -> Result<Option<String>, StorageError> {
    let mut statement = connection.prepare_cached(&source.select())?;
    let mut rows = statement.query(named_params! {
        ":bucket": query.bucket,
        ":from": from.key,
        ":sequence": from.sequence,
        ":until": after_prefix(&query.prefix),
        // One more than the page holds tells whether there are more.
        ":limit": sql_limit((query.limit - listing.items.len()).saturating_add(1)),
    })?;
    while let Some(row) = rows.next()? {
        if listing.items.len() == query.limit {
            listing.is_truncated = true;
            return Ok(None);
        }
        let item = (source.record)(row)?;
        if let Some(prefix) = query.common_prefix((source.key)(&item)) {
            let prefix = prefix.to_owned();
            listing.items.push(Listed::Prefix(prefix.clone()));
            return Ok(Some(prefix));
        }
        listing.items.push(Listed::One(item));
    }
    Ok(None)
}

impl<T> Source<T> {
    fn select(&self) -> String {
        let Self { table, columns, condition, .. } = self;
        let (after, direction) = match self.order {
            Order::OldestFirst => (">", "ASC"),
            Order::NewestFirst => ("<", "DESC"),
        };
        format!(
            "SELECT {columns} FROM {table}
            WHERE bucket = :bucket AND {condition} AND key >= :from
                AND (:until IS NULL OR key < :until)
                AND (:sequence IS NULL OR key > :from OR sequence {after} :sequence)
            ORDER BY key, sequence {direction} LIMIT :limit"
        )
    }
}

impl ListingQuery {
    /// What a key is rolled up to, if it is.
    fn common_prefix<'a>(&self, key: &'a str) -> Option<&'a str> {
        let delimiter = self.delimiter.as_deref()?;
        let rest = key.get(self.prefix.len()..)?;
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        key.get(..end)
    }
}

/// `None`: nothing can come after it.
fn start<T>(
    connection: &Connection,
    query: &ListingQuery,
    source: &Source<T>,
) -> Result<Option<Cursor>, StorageError> {
    let cursor = match &query.start {
        ListingStart::Beginning => at(String::new()),
        // Nothing comes between a text and the same with the lowest character after it.
        ListingStart::AfterKey(key) => at(format!("{key}\0")),
        ListingStart::AfterPrefix(prefix) => match after_prefix(prefix) {
            Some(key) => at(key),
            None => return Ok(None),
        },
        // What was removed since it was listed shows nothing of its place: better that some are listed twice.
        ListingStart::Within { key, id } => {
            Cursor { sequence: sequence(connection, query, source, key, id)?, ..at(key.clone()) }
        }
    };
    Ok(Some(if cursor.key < query.prefix { at(query.prefix.clone()) } else { cursor }))
}

fn at(key: String) -> Cursor {
    Cursor { key, sequence: None }
}

fn sequence<T>(
    connection: &Connection,
    query: &ListingQuery,
    source: &Source<T>,
    key: &str,
    id: &str,
) -> Result<Option<i64>, StorageError> {
    let Source { table, id: column, .. } = source;
    let sql = format!("SELECT sequence FROM {table} WHERE bucket = ?1 AND key = ?2 AND {column} = ?3");
    let params = (&query.bucket, key, id);
    Ok(connection.prepare_cached(&sql)?.query_row(params, |row| row.get(0)).optional()?)
}
