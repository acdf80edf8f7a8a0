-- The journal and what hangs on it. Why it looks like this: docs/adr/0003-sqlite-journal.md.
-- Times are milliseconds since 1970 UTC.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: an id names one document for ever, in rows, checksums and logs.
CREATE TABLE documents (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    lineage       BLOB NOT NULL CHECK (length(lineage) = 16),
    title         TEXT NOT NULL DEFAULT '',
    -- Lower case by Unicode, which LIKE does not know.
    title_folded  TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    deleted_at_ms INTEGER
) STRICT;
CREATE INDEX documents_live ON documents (updated_at_ms, id) WHERE deleted_at_ms IS NULL;
CREATE INDEX documents_bin ON documents (deleted_at_ms, id) WHERE deleted_at_ms IS NOT NULL;

-- A rowid table, not clustered by document: one commit carries rows of many documents, and this way they all go to
-- the last page. AUTOINCREMENT: compaction deletes the newest rows too, and an id that came back could be deleted by
-- a slower compaction that merged its predecessor.
CREATE TABLE journal (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    doc        INTEGER NOT NULL REFERENCES documents (id),
    at_ms      INTEGER NOT NULL,
    author     TEXT,
    checksum   BLOB NOT NULL,
    update_v1  BLOB NOT NULL
) STRICT;
CREATE INDEX journal_doc ON journal (doc);

CREATE TABLE snapshots (
    id          INTEGER PRIMARY KEY,
    doc         INTEGER NOT NULL REFERENCES documents (id),
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    state_bytes INTEGER NOT NULL,
    state_zstd  BLOB NOT NULL,
    UNIQUE (doc, hash)
) STRICT;

-- Which member owns a CRDT client id (D16). The unsigned id is stored as the signed integer of the same bits.
CREATE TABLE client_owners (
    doc    INTEGER NOT NULL REFERENCES documents (id),
    client INTEGER NOT NULL,
    user   TEXT NOT NULL,
    PRIMARY KEY (doc, client)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    doc       INTEGER NOT NULL REFERENCES documents (id),
    -- Empty for an unknown author, so that the uniqueness below holds for them too.
    author    TEXT NOT NULL,
    at_ms     INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    hash      BLOB NOT NULL,
    update_v1 BLOB NOT NULL,
    UNIQUE (doc, author, hash)
) STRICT;
