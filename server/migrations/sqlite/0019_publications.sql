-- Versions of documents that are signed and published. Why it looks like this: docs/adr/0036-publication.md.
-- Times are milliseconds since 1970 UTC.

CREATE TABLE publications (
    id               BLOB PRIMARY KEY NOT NULL,
    doc              INTEGER NOT NULL REFERENCES documents (id),
    community        BLOB NOT NULL REFERENCES communities (id),
    prepared_by      BLOB NOT NULL REFERENCES accounts (id),
    prepared_at_ms   INTEGER NOT NULL,
    -- The title as it was then.
    title            TEXT NOT NULL,
    -- What is signed and published: canonical JSON, compressed, and its SHA-256 (I8).
    text_hash        BLOB NOT NULL,
    text_bytes       INTEGER NOT NULL,
    text_zstd        BLOB NOT NULL,
    -- 'candidate', then 'replaced' or 'published' for ever.
    state            TEXT NOT NULL,
    number           TEXT,
    published_by     BLOB REFERENCES accounts (id),
    published_at_ms  INTEGER,
    review_by_ms     INTEGER,
    licence          TEXT,
    note             TEXT,
    -- What was voted on of this very text, and what came of it: JSON.
    votes            TEXT,
    -- Of a version that was published elsewhere: where, and who signed there, as the archive said. JSON.
    origin           TEXT,
    withdrawn_at_ms  INTEGER,
    withdrawn_by     BLOB REFERENCES accounts (id),
    withdrawn_reason TEXT
) STRICT;
CREATE INDEX publications_of_document ON publications (doc, published_at_ms);
CREATE INDEX publications_of_community ON publications (community, review_by_ms);
CREATE UNIQUE INDEX publications_one_candidate ON publications (doc) WHERE state = 'candidate';
CREATE UNIQUE INDEX publications_number ON publications (doc, number) WHERE state = 'published';

-- Who is to sign, and what they said.
CREATE TABLE publication_signatories (
    publication   BLOB NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    signatory     BLOB NOT NULL REFERENCES accounts (id),
    decided_at_ms INTEGER,
    -- Why they do not sign; nothing of whoever signed.
    declined      TEXT,
    -- The hash that they were shown and named.
    signed_hash   BLOB,
    PRIMARY KEY (publication, signatory)
) STRICT, WITHOUT ROWID;
CREATE INDEX publication_signatories_of ON publication_signatories (signatory);

-- A text that people sign stands as it is from the beginning, and what was published for ever; a signature is given once.
CREATE TRIGGER publications_text_stands BEFORE UPDATE OF id, doc, community, prepared_by, prepared_at_ms, title, text_hash, text_bytes, text_zstd ON publications BEGIN SELECT RAISE(ABORT, 'what is signed is not changed'); END;
CREATE TRIGGER publications_stand BEFORE UPDATE OF state, number, published_by, published_at_ms, review_by_ms, licence, note, votes, origin ON publications WHEN OLD.state <> 'candidate' BEGIN SELECT RAISE(ABORT, 'what is published is not changed'); END;
CREATE TRIGGER publications_withdrawn_once BEFORE UPDATE OF withdrawn_at_ms, withdrawn_by, withdrawn_reason ON publications WHEN OLD.withdrawn_at_ms IS NOT NULL BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
CREATE TRIGGER publication_signatures_stand BEFORE UPDATE ON publication_signatories WHEN OLD.decided_at_ms IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a signature is not changed'); END;
