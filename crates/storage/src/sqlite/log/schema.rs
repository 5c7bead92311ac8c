use crate::sqlite::database::Migrations;

/// Ids of groups and streams are never used again (AUTOINCREMENT), so the events that a deleted stream leaves
/// behind, until the sweep has come by, can't appear in another.
///
/// `log_event.id` grows with each arrival and so is the event's sequence.
pub(super) const MIGRATIONS: Migrations = &[TABLES, TAGS];

/// An object of JSON.
const TAGS: &str = "ALTER TABLE log_group ADD COLUMN tags TEXT NOT NULL DEFAULT '{}'";

const TABLES: &str = "
    CREATE TABLE log_group (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        account        TEXT NOT NULL,
        region         TEXT NOT NULL,
        name           TEXT NOT NULL,
        created        BIGINT NOT NULL,
        retention_days INTEGER,
        UNIQUE (account, region, name)
    );
    CREATE TABLE log_stream (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        group_id       BIGINT NOT NULL,
        name           TEXT NOT NULL,
        created        BIGINT NOT NULL,
        first_event    BIGINT,
        last_event     BIGINT,
        last_ingestion BIGINT,
        stored_bytes   BIGINT NOT NULL DEFAULT 0,
        UNIQUE (group_id, name)
    );
    CREATE TABLE log_event (
        id             INTEGER PRIMARY KEY,
        group_id       BIGINT NOT NULL,
        stream_id      BIGINT NOT NULL,
        timestamp      BIGINT NOT NULL,
        ingested       BIGINT NOT NULL,
        message        TEXT NOT NULL
    );
    CREATE INDEX log_event_of_stream ON log_event (stream_id, timestamp, id);
    CREATE INDEX log_event_of_group ON log_event (group_id, timestamp, id, stream_id);
    CREATE TABLE log_deleted_stream (
        stream_id      BIGINT PRIMARY KEY
    );
";
