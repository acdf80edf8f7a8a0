-- What remains of a document's past when its journal is compacted. Why it looks like this: docs/adr/0019-history.md.
-- Times are milliseconds since 1970 UTC.

-- Who edited when: what compaction deletes from the journal is counted here in the same transaction. A slot is ten
-- minutes; the author is empty where there was no identity.
CREATE TABLE contributions (
    doc      BIGINT NOT NULL REFERENCES documents (id),
    author   BYTEA NOT NULL,
    slot     BIGINT NOT NULL,
    from_ms  BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    edits    BIGINT NOT NULL,
    PRIMARY KEY (doc, author, slot)
);

CREATE TABLE version_states (
    doc         BIGINT NOT NULL REFERENCES documents (id),
    hash        BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    state_bytes BIGINT NOT NULL,
    state_zstd  BYTEA NOT NULL,
    PRIMARY KEY (doc, hash)
);
-- It is compressed already.
ALTER TABLE version_states ALTER COLUMN state_zstd SET STORAGE EXTERNAL;

CREATE TABLE versions (
    doc          BIGINT NOT NULL REFERENCES documents (id),
    id           BYTEA NOT NULL CHECK (octet_length(id) = 16),
    -- The moment whose text it is.
    at_ms        BIGINT NOT NULL,
    -- Whether it is what a session of work ended in (1), or a moment that somebody named (0).
    ends_session BIGINT NOT NULL CHECK (ends_session IN (0, 1)),
    hash         BYTEA NOT NULL,
    -- None: may be thinned out.
    name         TEXT COLLATE "C",
    named_by     BYTEA,
    PRIMARY KEY (doc, id),
    FOREIGN KEY (doc, hash) REFERENCES version_states (doc, hash)
);
CREATE INDEX versions_at ON versions (doc, at_ms);
