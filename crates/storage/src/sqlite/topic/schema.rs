use crate::sqlite::database::Migrations;

/// Ids of deliveries grow, so a group's messages are delivered in the order of their ids. A message stays until its
/// last delivery is settled.
pub(super) const MIGRATIONS: Migrations = &["
    CREATE TABLE topic (
        arn             TEXT PRIMARY KEY,
        account         TEXT NOT NULL,
        region          TEXT NOT NULL,
        name            TEXT NOT NULL,
        document        TEXT NOT NULL,
        edition         BIGINT NOT NULL,
        sequence_number BIGINT NOT NULL DEFAULT 0,
        UNIQUE (account, region, name)
    );
    CREATE TABLE subscription (
        arn             TEXT PRIMARY KEY,
        topic           TEXT NOT NULL,
        account         TEXT NOT NULL,
        region          TEXT NOT NULL,
        protocol        TEXT NOT NULL,
        address         TEXT NOT NULL,
        state           TEXT NOT NULL,
        since           BIGINT NOT NULL,
        document        TEXT NOT NULL,
        edition         BIGINT NOT NULL,
        UNIQUE (topic, protocol, address)
    );
    CREATE INDEX subscription_of_account ON subscription (account, region, arn);
    CREATE INDEX subscription_unconfirmed ON subscription (since) WHERE state <> 'confirmed';
    CREATE TABLE message (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        sequence_number BIGINT,
        document        TEXT NOT NULL
    );
    CREATE TABLE delivery (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        subscription    TEXT NOT NULL,
        message         BIGINT NOT NULL,
        message_group   TEXT,
        attempts        BIGINT NOT NULL DEFAULT 0,
        due             BIGINT NOT NULL,
        failure         TEXT
    );
    CREATE INDEX delivery_due ON delivery (subscription, due, id);
    CREATE INDEX delivery_of_group ON delivery (subscription, message_group, id) WHERE message_group IS NOT NULL;
    CREATE INDEX delivery_of_message ON delivery (message);
    CREATE TABLE deduplication (
        topic           TEXT NOT NULL,
        deduplication_key TEXT NOT NULL,
        message_id      TEXT NOT NULL,
        sequence_number BIGINT NOT NULL,
        forget_at       BIGINT NOT NULL,
        PRIMARY KEY (topic, deduplication_key)
    );
    CREATE TABLE signing_key (
        id              BIGINT PRIMARY KEY,
        private_key     BLOB NOT NULL
    );
    CREATE INDEX deduplication_over ON deduplication (forget_at);
"];
