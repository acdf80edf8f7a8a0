-- What remains of a document's past when its journal is compacted. Why it looks like this: docs/adr/0019-history.md.
-- Times are milliseconds since 1970 UTC.

-- Who edited when: what compaction deletes from the journal is counted here in the same transaction. A slot is ten
-- minutes; the author is empty where there was no identity.
CREATE TABLE contributions (
    doc      INTEGER NOT NULL REFERENCES documents (id),
    author   BLOB NOT NULL,
    slot     INTEGER NOT NULL,
    from_ms  INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    edits    INTEGER NOT NULL,
    PRIMARY KEY (doc, author, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE version_states (
    doc         INTEGER NOT NULL REFERENCES documents (id),
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    state_bytes INTEGER NOT NULL,
    state_zstd  BLOB NOT NULL,
    PRIMARY KEY (doc, hash)
) STRICT;

CREATE TABLE versions (
    doc          INTEGER NOT NULL REFERENCES documents (id),
    id           BLOB NOT NULL CHECK (length(id) = 16),
    -- The moment whose text it is.
    at_ms        INTEGER NOT NULL,
    -- Whether it is what a session of work ended in (1), or a moment that somebody named (0).
    ends_session INTEGER NOT NULL CHECK (ends_session IN (0, 1)),
    hash         BLOB NOT NULL,
    -- None: may be thinned out.
    name         TEXT,
    named_by     BLOB,
    PRIMARY KEY (doc, id),
    FOREIGN KEY (doc, hash) REFERENCES version_states (doc, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_at ON versions (doc, at_ms);
