-- Communities, who is in them, what their documents are open to, and their ledger. Why it looks like this:
-- docs/adr/0014-communities-and-ledger.md. Ids are the 16 bytes of a UUID v7. Times are milliseconds since 1970 UTC. Texts
-- are TEXT here: each has passed a check that leaves no U+0000 in it.

CREATE TABLE communities (
    id              BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    name            TEXT COLLATE "C" NOT NULL,
    description     TEXT COLLATE "C" NOT NULL,
    accent          TEXT COLLATE "C" NOT NULL,
    join_policy     TEXT COLLATE "C" NOT NULL,
    default_privacy TEXT COLLATE "C" NOT NULL,
    language        TEXT COLLATE "C" NOT NULL,
    created_at_ms   BIGINT NOT NULL
);

CREATE TABLE memberships (
    community BYTEA NOT NULL REFERENCES communities (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    role      TEXT COLLATE "C" NOT NULL,
    since_ms  BIGINT NOT NULL,
    -- When the term ends; from then on the row stands for nothing.
    until_ms  BIGINT,
    PRIMARY KEY (community, account)
);
CREATE INDEX memberships_account ON memberships (account);

CREATE TABLE invitations (
    id              BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    community       BYTEA NOT NULL REFERENCES communities (id),
    role            TEXT COLLATE "C" NOT NULL,
    -- SHA-256: the secret itself is shown once and kept nowhere.
    secret_hash     BYTEA NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
    invited_by      BYTEA NOT NULL REFERENCES accounts (id),
    created_at_ms   BIGINT NOT NULL,
    expires_at_ms   BIGINT NOT NULL,
    uses_max        BIGINT,
    uses            BIGINT NOT NULL DEFAULT 0,
    withdrawn_at_ms BIGINT
);
CREATE INDEX invitations_community ON invitations (community);

CREATE TABLE document_policies (
    doc       BIGINT PRIMARY KEY REFERENCES documents (id),
    community BYTEA NOT NULL REFERENCES communities (id),
    privacy   TEXT COLLATE "C" NOT NULL,
    creator   BYTEA NOT NULL REFERENCES accounts (id)
);
CREATE INDEX document_policies_community ON document_policies (community);

-- What a guest may do with a document they were asked about.
CREATE TABLE document_grants (
    doc           BIGINT NOT NULL REFERENCES document_policies (doc),
    account       BYTEA NOT NULL REFERENCES accounts (id),
    access        TEXT COLLATE "C" NOT NULL,
    granted_by    BYTEA NOT NULL REFERENCES accounts (id),
    granted_at_ms BIGINT NOT NULL,
    PRIMARY KEY (doc, account)
);
CREATE INDEX document_grants_account ON document_grants (account);

-- Acts of governance. Each row's hash covers the row and the hash before it.
CREATE TABLE ledger (
    community BYTEA NOT NULL REFERENCES communities (id),
    seq       BIGINT NOT NULL CHECK (seq > 0),
    at_ms     BIGINT NOT NULL,
    -- None for the operator of the server.
    actor     BYTEA REFERENCES accounts (id),
    act       TEXT COLLATE "C" NOT NULL,
    -- Canonical JSON.
    detail    TEXT COLLATE "C" NOT NULL,
    hash      BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (community, seq)
);

CREATE FUNCTION keep_ledger() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is neither changed nor deleted'; END $$;
CREATE TRIGGER ledger_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
FOR EACH STATEMENT EXECUTE FUNCTION keep_ledger();

-- Counts whatever can change anybody's access, so that a node finds out by reading one number. Triggers count, in the
-- transaction of the change: no statement can forget.
CREATE TABLE access_epoch (
    single BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (single),
    epoch  BIGINT NOT NULL
);
INSERT INTO access_epoch (epoch) VALUES (1);

CREATE FUNCTION count_access() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN UPDATE access_epoch SET epoch = epoch + 1; RETURN NULL; END $$;
CREATE TRIGGER access_members AFTER INSERT OR UPDATE OR DELETE ON memberships
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
CREATE TRIGGER access_policies AFTER INSERT OR UPDATE OR DELETE ON document_policies
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
CREATE TRIGGER access_grants AFTER INSERT OR UPDATE OR DELETE ON document_grants
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
CREATE TRIGGER access_locks AFTER UPDATE OF locked_at_ms ON accounts
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
CREATE TRIGGER access_sign_outs AFTER DELETE ON sessions
FOR EACH ROW EXECUTE FUNCTION count_access();
