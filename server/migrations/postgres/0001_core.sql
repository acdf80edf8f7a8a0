-- The journal and what hangs on it, for several nodes. Why it looks like this: docs/adr/0009-postgres-store.md.
-- Times are milliseconds since 1970 UTC. Texts that people chose are bytes (UTF-8): PostgreSQL's text refuses U+0000,
-- and its order depends on the system's locale.

CREATE TABLE meta (
    key   TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);

-- Which run of PostgreSQL this is. Unlogged on purpose: a crash, a failover and a restored base backup empty it, and
-- then transaction ids may be given out a second time. Whoever connects first gives the new run a name.
CREATE UNLOGGED TABLE run (
    single BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (single),
    name UUID NOT NULL DEFAULT gen_random_uuid()
);

-- Identity values are never given out twice: an id names one document for ever, in rows, checksums and logs.
CREATE TABLE documents (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          TEXT COLLATE "C" NOT NULL UNIQUE,
    lineage       BYTEA NOT NULL CHECK (octet_length(lineage) = 16),
    title         BYTEA NOT NULL DEFAULT '',
    -- Lower case by Unicode.
    title_folded  BYTEA NOT NULL DEFAULT '',
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    deleted_at_ms BIGINT
);
CREATE INDEX documents_live ON documents (updated_at_ms, id) WHERE deleted_at_ms IS NULL;
CREATE INDEX documents_bin ON documents (deleted_at_ms, id) WHERE deleted_at_ms IS NOT NULL;

-- Taken before the rows are written, because the checksum of a row covers its id.
CREATE SEQUENCE journal_ids AS BIGINT;

-- No foreign key: to check one, PostgreSQL locks the record of the document for every row. The statement that appends
-- looks for the documents itself; records are never deleted.
CREATE TABLE journal (
    id        BIGINT PRIMARY KEY,
    doc       BIGINT NOT NULL,
    -- The transaction that wrote the row: what is new since a position (store/postgres/position.rs).
    xid       XID8 NOT NULL DEFAULT pg_current_xact_id(),
    at_ms     BIGINT NOT NULL,
    author    BYTEA,
    checksum  BYTEA NOT NULL,
    update_v1 BYTEA NOT NULL
);
CREATE INDEX journal_doc ON journal (doc, xid);

CREATE TABLE snapshots (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doc         BIGINT NOT NULL REFERENCES documents (id),
    xid         XID8 NOT NULL DEFAULT pg_current_xact_id(),
    hash        BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    state_bytes BIGINT NOT NULL,
    state_zstd  BYTEA NOT NULL,
    UNIQUE (doc, hash)
);
CREATE INDEX snapshots_doc ON snapshots (doc, xid);
-- It is compressed already.
ALTER TABLE snapshots ALTER COLUMN state_zstd SET STORAGE EXTERNAL;

-- Which member owns a CRDT client id (D16). The unsigned id is stored as the signed integer of the same bits.
CREATE TABLE client_owners (
    doc    BIGINT NOT NULL,
    client BIGINT NOT NULL,
    owner  BYTEA NOT NULL,
    xid    XID8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (doc, client)
);
CREATE INDEX client_owners_doc ON client_owners (doc, xid);

CREATE TABLE quarantine (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doc       BIGINT NOT NULL REFERENCES documents (id),
    -- Empty for an unknown author, so that the uniqueness below holds for them too.
    author    BYTEA NOT NULL,
    at_ms     BIGINT NOT NULL,
    reason    BYTEA NOT NULL,
    hash      BYTEA NOT NULL,
    update_v1 BYTEA NOT NULL,
    UNIQUE (doc, author, hash)
);

-- What a probe writes and removes again.
CREATE TABLE probes (
    id     UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    filler BYTEA NOT NULL
);
ALTER TABLE probes ALTER COLUMN filler SET STORAGE EXTERNAL;
