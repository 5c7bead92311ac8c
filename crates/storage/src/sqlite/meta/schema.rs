use super::super::database::Migrations;

pub(super) const MIGRATIONS: Migrations = &[
    "
    CREATE TABLE function (
        account     TEXT NOT NULL,
        region      TEXT NOT NULL,
        name        TEXT NOT NULL,
        revision    TEXT NOT NULL,
        unsettled   BOOLEAN NOT NULL,
        code_sha256 TEXT NOT NULL,
        code_size   BIGINT NOT NULL,
        document    TEXT NOT NULL,
        PRIMARY KEY (account, region, name)
    );
    CREATE INDEX function_unsettled ON function (unsettled) WHERE unsettled;
",
    "
    ALTER TABLE function ADD COLUMN reserved_concurrency BIGINT;
",
    // What was reserved moves into the document; its column becomes the claim. Packages are digests with a blank
    // between them. A function without `environment` has no variables, or its document is of the schemas before.
    "
    ALTER TABLE function ADD COLUMN edition BIGINT NOT NULL DEFAULT 1;
    ALTER TABLE function ADD COLUMN environment BLOB;
    ALTER TABLE function RENAME COLUMN code_sha256 TO packages;
    UPDATE function SET document = json_set(document, '$.reserved_concurrency', reserved_concurrency)
        WHERE reserved_concurrency IS NOT NULL;
    ALTER TABLE function ADD COLUMN claimed_concurrency BIGINT NOT NULL DEFAULT 0;
    UPDATE function SET claimed_concurrency = COALESCE(reserved_concurrency, 0);
    CREATE INDEX function_code_size ON function (account, region, code_size);
    CREATE INDEX function_claimed ON function (account, region, claimed_concurrency) WHERE claimed_concurrency > 0;
    CREATE INDEX function_reserved ON function (account, region, name) WHERE reserved_concurrency IS NOT NULL;

    CREATE TABLE part (
        account     TEXT NOT NULL,
        region      TEXT NOT NULL,
        function    TEXT NOT NULL,
        kind        TEXT NOT NULL,
        name        TEXT NOT NULL,
        unsettled   BOOLEAN NOT NULL,
        packages    TEXT NOT NULL,
        code_size   BIGINT NOT NULL,
        environment BLOB,
        document    TEXT NOT NULL,
        PRIMARY KEY (account, region, function, kind, name)
    );
    CREATE INDEX part_unsettled ON part (unsettled) WHERE unsettled;
    CREATE INDEX part_kind ON part (kind);
    CREATE INDEX part_code_size ON part (account, region, code_size) WHERE code_size > 0;

    CREATE TABLE resource (
        account     TEXT NOT NULL,
        region      TEXT NOT NULL,
        kind        TEXT NOT NULL,
        name        TEXT NOT NULL,
        edition     BIGINT NOT NULL,
        packages    TEXT NOT NULL,
        code_size   BIGINT NOT NULL,
        document    TEXT NOT NULL,
        PRIMARY KEY (account, region, kind, name)
    );
    CREATE INDEX resource_kind ON resource (kind);
    CREATE INDEX resource_code_size ON resource (account, region, code_size) WHERE code_size > 0;

    CREATE TABLE number (
        account     TEXT NOT NULL,
        region      TEXT NOT NULL,
        kind        TEXT NOT NULL,
        name        TEXT NOT NULL,
        last        BIGINT NOT NULL,
        PRIMARY KEY (account, region, kind, name)
    );
",
    // Milliseconds since 1970.
    "
    CREATE TABLE lease (
        name        TEXT NOT NULL PRIMARY KEY,
        holder      TEXT NOT NULL,
        expires     BIGINT NOT NULL
    );
",
];
