use crate::sqlite::database::Migrations;

/// Ids are never used again (AUTOINCREMENT), because receipt handles and deleted contents outlive what they name.
/// The id of a message grows with each arrival and so is its sequence number.
pub(super) const MIGRATIONS: Migrations = &["
    CREATE TABLE queue (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        account        TEXT NOT NULL,
        region         TEXT NOT NULL,
        name           TEXT NOT NULL,
        contents       BIGINT NOT NULL,
        created        BIGINT NOT NULL,
        modified       BIGINT NOT NULL,
        purged         BIGINT,
        settings       TEXT NOT NULL,
        tags           TEXT NOT NULL,
        UNIQUE (account, region, name)
    );
    -- What messages belong to. A purge gives the queue new contents, and the sweep removes the old ones.
    CREATE TABLE queue_contents (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        removed        BOOLEAN NOT NULL DEFAULT FALSE
    );
    CREATE TABLE deleted_queue (
        account        TEXT NOT NULL,
        region         TEXT NOT NULL,
        name           TEXT NOT NULL,
        deleted        BIGINT NOT NULL,
        PRIMARY KEY (account, region, name)
    );
    CREATE TABLE message (
        id                 INTEGER PRIMARY KEY AUTOINCREMENT,
        contents           BIGINT NOT NULL,
        visible_at         BIGINT NOT NULL,
        receives           INTEGER NOT NULL,
        received           BIGINT NOT NULL,
        first_received     BIGINT NOT NULL,
        -- message_group.id, in a FIFO queue.
        group_id           BIGINT,
        message_id         TEXT NOT NULL,
        sent               BIGINT NOT NULL,
        -- From when on it gets older.
        enqueued           BIGINT NOT NULL,
        sender             TEXT NOT NULL,
        body               TEXT NOT NULL,
        attributes         TEXT,
        group_name         TEXT,
        deduplication_id   TEXT,
        trace_header       TEXT,
        dead_letter_source TEXT
    );
    CREATE INDEX message_visible ON message (contents, visible_at, id, receives);
    CREATE INDEX message_in_order ON message (group_id, id) WHERE group_id IS NOT NULL;
    CREATE INDEX message_hidden ON message (group_id, visible_at, receives) WHERE group_id IS NOT NULL;
    -- A group with messages, and from when on its first one can be received.
    CREATE TABLE message_group (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        contents       BIGINT NOT NULL,
        name           TEXT NOT NULL,
        due            BIGINT NOT NULL,
        UNIQUE (contents, name)
    );
    CREATE INDEX message_group_due ON message_group (contents, due, id);
    CREATE TABLE deduplication (
        queue_id         BIGINT NOT NULL,
        -- The message group, or empty: the queue.
        scope            TEXT NOT NULL,
        deduplication_id TEXT NOT NULL,
        expires          BIGINT NOT NULL,
        message_id       TEXT NOT NULL,
        sequence         BIGINT NOT NULL,
        PRIMARY KEY (queue_id, scope, deduplication_id)
    );
    CREATE INDEX deduplication_expires ON deduplication (expires);
    CREATE TABLE receive_attempt (
        queue_id       BIGINT NOT NULL,
        attempt_id     TEXT NOT NULL,
        expires        BIGINT NOT NULL,
        -- A list of pairs in JSON: a message, and how often it had been received.
        receipts       TEXT NOT NULL,
        PRIMARY KEY (queue_id, attempt_id)
    );
    CREATE INDEX receive_attempt_expires ON receive_attempt (expires);
    CREATE TABLE move_task (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        source         TEXT NOT NULL,
        destination    TEXT,
        per_second     INTEGER,
        status         TEXT NOT NULL,
        started        BIGINT NOT NULL,
        moved          BIGINT NOT NULL DEFAULT 0,
        to_move        BIGINT NOT NULL,
        failure        TEXT
    );
    CREATE INDEX move_task_of_source ON move_task (source, id);
    CREATE TABLE handle_key (
        id             INTEGER PRIMARY KEY,
        key            BLOB NOT NULL
    );
"];
