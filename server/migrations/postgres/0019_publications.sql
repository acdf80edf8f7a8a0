-- Versions of documents that are signed and published. Why it looks like this: docs/adr/0036-publication.md.
-- Times are milliseconds since 1970 UTC. Texts are TEXT here: each has passed a check that leaves no U+0000 in it.

CREATE TABLE publications (
    id               BYTEA PRIMARY KEY,
    doc              BIGINT NOT NULL REFERENCES documents (id),
    community        BYTEA NOT NULL REFERENCES communities (id),
    prepared_by      BYTEA NOT NULL REFERENCES accounts (id),
    prepared_at_ms   BIGINT NOT NULL,
    -- The title as it was then.
    title            TEXT COLLATE "C" NOT NULL,
    -- What is signed and published: canonical JSON, compressed, and its SHA-256 (I8).
    text_hash        BYTEA NOT NULL,
    text_bytes       BIGINT NOT NULL,
    text_zstd        BYTEA NOT NULL,
    -- 'candidate', then 'replaced' or 'published' for ever.
    state            TEXT COLLATE "C" NOT NULL,
    number           TEXT COLLATE "C",
    published_by     BYTEA REFERENCES accounts (id),
    published_at_ms  BIGINT,
    review_by_ms     BIGINT,
    licence          TEXT COLLATE "C",
    note             TEXT COLLATE "C",
    -- What was voted on of this very text, and what came of it: JSON.
    votes            TEXT COLLATE "C",
    -- Of a version that was published elsewhere: where, and who signed there, as the archive said. JSON.
    origin           TEXT COLLATE "C",
    withdrawn_at_ms  BIGINT,
    withdrawn_by     BYTEA REFERENCES accounts (id),
    withdrawn_reason TEXT COLLATE "C"
);
-- It is compressed already.
ALTER TABLE publications ALTER COLUMN text_zstd SET STORAGE EXTERNAL;
CREATE INDEX publications_of_document ON publications (doc, published_at_ms);
CREATE INDEX publications_of_community ON publications (community, review_by_ms);
CREATE UNIQUE INDEX publications_one_candidate ON publications (doc) WHERE state = 'candidate';
CREATE UNIQUE INDEX publications_number ON publications (doc, number) WHERE state = 'published';

-- Who is to sign, and what they said.
CREATE TABLE publication_signatories (
    publication   BYTEA NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    signatory     BYTEA NOT NULL REFERENCES accounts (id),
    decided_at_ms BIGINT,
    -- Why they do not sign; nothing of whoever signed.
    declined      TEXT COLLATE "C",
    -- The hash that they were shown and named.
    signed_hash   BYTEA,
    PRIMARY KEY (publication, signatory)
);
CREATE INDEX publication_signatories_of ON publication_signatories (signatory);

-- A text that people sign stands as it is from the beginning, and what was published for ever; a signature is given once.
CREATE FUNCTION keep_publication() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what is signed or published is not changed'; END $$;
CREATE TRIGGER publications_text_stands BEFORE UPDATE OF id, doc, community, prepared_by, prepared_at_ms, title, text_hash, text_bytes, text_zstd ON publications
FOR EACH ROW EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publications_stand BEFORE UPDATE OF state, number, published_by, published_at_ms, review_by_ms, licence, note, votes, origin ON publications
FOR EACH ROW WHEN (OLD.state <> 'candidate') EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publications_withdrawn_once BEFORE UPDATE OF withdrawn_at_ms, withdrawn_by, withdrawn_reason ON publications
FOR EACH ROW WHEN (OLD.withdrawn_at_ms IS NOT NULL) EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publication_signatures_stand BEFORE UPDATE ON publication_signatories
FOR EACH ROW WHEN (OLD.decided_at_ms IS NOT NULL) EXECUTE FUNCTION keep_publication();
