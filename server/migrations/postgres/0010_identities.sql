-- Who people are at an OpenID Connect provider, and the mails that wait to be sent. Why it looks like this: docs/adr/0024-mail-and-openid-connect.md.

CREATE TABLE identities (
    id       BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    account  BYTEA NOT NULL REFERENCES accounts (id),
    issuer   TEXT COLLATE "C" NOT NULL,
    -- What the provider calls them: never given to anybody else there.
    subject  TEXT COLLATE "C" NOT NULL,
    -- Their e-mail address at the provider when it was connected, for their own eyes; may be empty.
    shown_as TEXT COLLATE "C" NOT NULL,
    since_ms BIGINT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account, issuer)
);

-- Deleted once sent, or given up.
CREATE TABLE mails (
    id            BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    recipient     TEXT COLLATE "C" NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    language      TEXT COLLATE "C" NOT NULL,
    -- What it says, as JSON, without secrets.
    details       TEXT COLLATE "C" NOT NULL,
    -- The path of a link, sealed with a key of the portal.
    sealed        BYTEA,
    -- Of one kind with the same text here there is one.
    only_once     TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    -- While a node sends it: when another may.
    due_at_ms     BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    -- 1 for one that was dealt with, and keeps others like it out for a while.
    spent         BIGINT NOT NULL,
    UNIQUE (kind, only_once)
);
CREATE INDEX mails_due ON mails (due_at_ms);
