use crate::sqlite::database::Migrations;

/// Text is compared by its bytes, which is also S3's order of keys.
///
/// `change_counter` has one row: the last number given to a change, and how often the file was opened.
pub(super) const MIGRATIONS: Migrations = &["
    CREATE TABLE change_counter (
        last    BIGINT NOT NULL,
        runs    BIGINT NOT NULL
    );
    INSERT INTO change_counter (last, runs) VALUES (0, 0);
    CREATE TABLE bucket (
        name          TEXT PRIMARY KEY,
        account       TEXT NOT NULL,
        region        TEXT NOT NULL,
        created       BIGINT NOT NULL,
        versioning    TEXT NOT NULL,
        configuration TEXT NOT NULL
    );
    CREATE INDEX bucket_of_account ON bucket (account, name);
    -- A delete marker has no size, no etag and no description.
    CREATE TABLE object_version (
        sequence      BIGINT PRIMARY KEY,
        bucket        TEXT NOT NULL,
        key           TEXT NOT NULL,
        version_id    TEXT NOT NULL,
        latest        BOOLEAN NOT NULL,
        modified      BIGINT NOT NULL,
        size          BIGINT,
        etag          TEXT,
        part_count    BIGINT,
        description   TEXT,
        UNIQUE (bucket, key, version_id)
    );
    CREATE INDEX object_version_of_key ON object_version (bucket, key, sequence DESC);
    CREATE UNIQUE INDEX object_version_latest ON object_version (bucket, key) WHERE latest;
    CREATE TABLE object_part (
        sequence      BIGINT NOT NULL,
        number        BIGINT NOT NULL,
        file          TEXT NOT NULL UNIQUE,
        size          BIGINT NOT NULL,
        checksum      TEXT,
        PRIMARY KEY (sequence, number)
    );
    -- Ordered by its sequence among the uploads of one key.
    CREATE TABLE upload (
        sequence      BIGINT PRIMARY KEY,
        id            TEXT NOT NULL UNIQUE,
        bucket        TEXT NOT NULL,
        key           TEXT NOT NULL,
        initiated     BIGINT NOT NULL,
        description   TEXT NOT NULL,
        checksum      TEXT
    );
    CREATE INDEX upload_of_key ON upload (bucket, key, sequence);
    CREATE TABLE upload_part (
        upload        TEXT NOT NULL,
        number        BIGINT NOT NULL,
        file          TEXT NOT NULL UNIQUE,
        size          BIGINT NOT NULL,
        etag          TEXT NOT NULL,
        checksum      TEXT,
        modified      BIGINT NOT NULL,
        PRIMARY KEY (upload, number)
    );
    -- Files that may be removed as soon as nobody reads the version they were of.
    CREATE TABLE deleted_file (
        file          TEXT PRIMARY KEY,
        sequence      BIGINT NOT NULL
    );
    CREATE TABLE object_event (
        id            INTEGER PRIMARY KEY,
        due           BIGINT NOT NULL,
        attempts      BIGINT NOT NULL,
        document      TEXT NOT NULL
    );
    CREATE INDEX object_event_due ON object_event (due, id);
"];
