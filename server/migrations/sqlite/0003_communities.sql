-- Communities, who is in them, what their documents are open to, and their ledger. Why it looks like this:
-- docs/adr/0014-communities-and-ledger.md. Ids are the 16 bytes of a UUID v7. Times are milliseconds since 1970 UTC.

CREATE TABLE communities (
    id              BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name            TEXT NOT NULL,
    description     TEXT NOT NULL,
    accent          TEXT NOT NULL,
    join_policy     TEXT NOT NULL,
    default_privacy TEXT NOT NULL,
    language        TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    community BLOB NOT NULL REFERENCES communities (id),
    account   BLOB NOT NULL REFERENCES accounts (id),
    role      TEXT NOT NULL,
    since_ms  INTEGER NOT NULL,
    -- When the term ends; from then on the row stands for nothing.
    until_ms  INTEGER,
    PRIMARY KEY (community, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_account ON memberships (account);

CREATE TABLE invitations (
    id              BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    community       BLOB NOT NULL REFERENCES communities (id),
    role            TEXT NOT NULL,
    -- SHA-256: the secret itself is shown once and kept nowhere.
    secret_hash     BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    invited_by      BLOB NOT NULL REFERENCES accounts (id),
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    uses_max        INTEGER,
    uses            INTEGER NOT NULL DEFAULT 0,
    withdrawn_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_community ON invitations (community);

CREATE TABLE document_policies (
    doc       INTEGER PRIMARY KEY REFERENCES documents (id),
    community BLOB NOT NULL REFERENCES communities (id),
    privacy   TEXT NOT NULL,
    creator   BLOB NOT NULL REFERENCES accounts (id)
) STRICT;
CREATE INDEX document_policies_community ON document_policies (community);

-- What a guest may do with a document they were asked about.
CREATE TABLE document_grants (
    doc           INTEGER NOT NULL REFERENCES document_policies (doc),
    account       BLOB NOT NULL REFERENCES accounts (id),
    access        TEXT NOT NULL,
    granted_by    BLOB NOT NULL REFERENCES accounts (id),
    granted_at_ms INTEGER NOT NULL,
    PRIMARY KEY (doc, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_grants_account ON document_grants (account);

-- Acts of governance. Each row's hash covers the row and the hash before it.
CREATE TABLE ledger (
    community BLOB NOT NULL REFERENCES communities (id),
    seq       INTEGER NOT NULL CHECK (seq > 0),
    at_ms     INTEGER NOT NULL,
    -- None for the operator of the server.
    actor     BLOB REFERENCES accounts (id),
    act       TEXT NOT NULL,
    -- Canonical JSON.
    detail    TEXT NOT NULL,
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (community, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is not changed'); END;
CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is not deleted'); END;

-- Counts whatever can change anybody's access, so that a node finds out by reading one number. Triggers count, in the
-- transaction of the change: no statement can forget.
CREATE TABLE access_epoch (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    epoch  INTEGER NOT NULL
) STRICT;
INSERT INTO access_epoch (single, epoch) VALUES (1, 1);

CREATE TRIGGER access_joins AFTER INSERT ON memberships BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_roles AFTER UPDATE ON memberships BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_leaves AFTER DELETE ON memberships BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_documents AFTER INSERT ON document_policies BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_privacy AFTER UPDATE ON document_policies BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_orphans AFTER DELETE ON document_policies BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_grants AFTER INSERT ON document_grants BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_regrants AFTER UPDATE ON document_grants BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_revocations AFTER DELETE ON document_grants BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_locks AFTER UPDATE OF locked_at_ms ON accounts BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_sign_outs AFTER DELETE ON sessions BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
