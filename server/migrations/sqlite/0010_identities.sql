-- Who people are at an OpenID Connect provider, and the mails that wait to be sent. Why it looks like this: docs/adr/0024-mail-and-openid-connect.md.

CREATE TABLE identities (
    id       BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    account  BLOB NOT NULL REFERENCES accounts (id),
    issuer   TEXT NOT NULL,
    -- What the provider calls them: never given to anybody else there.
    subject  TEXT NOT NULL,
    -- Their e-mail address at the provider when it was connected, for their own eyes; may be empty.
    shown_as TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account, issuer)
) STRICT, WITHOUT ROWID;

-- Deleted once sent, or given up.
CREATE TABLE mails (
    id            BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    recipient     TEXT NOT NULL,
    kind          TEXT NOT NULL,
    language      TEXT NOT NULL,
    -- What it says, as JSON, without secrets.
    details       TEXT NOT NULL,
    -- The path of a link, sealed with a key of the portal.
    sealed        BLOB,
    -- Of one kind with the same text here there is one.
    only_once     TEXT,
    created_at_ms INTEGER NOT NULL,
    -- While a node sends it: when another may.
    due_at_ms     INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    -- 1 for one that was dealt with, and keeps others like it out for a while.
    spent         INTEGER NOT NULL,
    UNIQUE (kind, only_once)
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_due ON mails (due_at_ms);
