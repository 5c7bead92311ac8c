//! `events.db`.

mod rows;
mod store;

pub(crate) use self::store::SqliteEventStore;
use crate::sqlite::database::Migrations;

/// Ids grow with each arrival and are never used again.
///
/// A row is written once when its event is accepted, and each step after that changes it alone. `record`, `deliveries`
/// and `record_trace` are there from when nothing is left but to hand them over.
pub(super) const MIGRATIONS: Migrations = &["
    CREATE TABLE event (
        id               INTEGER PRIMARY KEY AUTOINCREMENT,
        function         TEXT NOT NULL,
        qualifier        TEXT,
        request_id       TEXT NOT NULL,
        payload          BLOB NOT NULL,
        trace_header     TEXT NOT NULL,
        accepted         BIGINT NOT NULL,
        due              BIGINT NOT NULL,
        attempts         INTEGER NOT NULL DEFAULT 0,
        postponements    INTEGER NOT NULL DEFAULT 0,
        failure          TEXT,
        executed_version TEXT,
        answer           BLOB,
        record           BLOB,
        record_trace     TEXT,
        deliveries       TEXT
    );
    CREATE INDEX event_due ON event (function, due, id);
"];
