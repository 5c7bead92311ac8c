CREATE TABLE function (
    account     TEXT NOT NULL,
    region      TEXT NOT NULL,
    name        TEXT NOT NULL,
    revision    TEXT NOT NULL,
    unsettled   BOOLEAN NOT NULL,
    code_sha256 TEXT NOT NULL,
    code_size   BIGINT NOT NULL,
    document    TEXT NOT NULL,
    reserved_concurrency BIGINT,
    PRIMARY KEY (account, region, name)
);
CREATE INDEX function_unsettled ON function (unsettled) WHERE unsettled;
INSERT INTO function VALUES (
    '000000000000', 'us-east-1', 'hello', '01010101-0101-4101-8101-010101010101', FALSE,
    '0101010101010101010101010101010101010101010101010101010101010101', 100,
    '{"arn":"arn:aws:lambda:us-east-1:000000000000:function:hello","revision":"01010101-0101-4101-8101-010101010101","last_modified":0,"state":"Active","last_update":"Successful","code":{"sha256":"0101010101010101010101010101010101010101010101010101010101010101","size":100},"configuration":{"runtime":"python3.12","handler":"app.handler","role":"any","description":"","memory":128,"timeout":3,"ephemeral_storage":512,"environment":{"KEY":"a value"},"architecture":"x86_64","log_group":null},"tags":{}}',
    7
);
PRAGMA user_version = 2;
