-- Branches of documents: suggestions and drafts. Why it looks like this: docs/adr/0017-branches.md.
-- Times are milliseconds since 1970 UTC. Texts are TEXT here: each has passed a check that leaves no U+0000 in it.

CREATE TABLE branches (
    doc          BIGINT PRIMARY KEY REFERENCES documents (id),
    parent       BIGINT NOT NULL REFERENCES document_policies (doc),
    author       BYTEA NOT NULL REFERENCES accounts (id),
    kind         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    -- What its author says to it; may be empty.
    note         TEXT COLLATE "C" NOT NULL,
    made_at_ms   BIGINT NOT NULL,
    -- When it was merged or discarded, and by whom.
    closed_at_ms BIGINT,
    closed_by    BYTEA REFERENCES accounts (id),
    -- When a part of it was first taken. From then on the rest cannot be merged as it is.
    part_at_ms   BIGINT,
    -- The document as it was when the branch began, as one update (V1), compressed; what it changes is told by that.
    fork_bytes   BIGINT NOT NULL,
    fork_zstd    BYTEA NOT NULL
);
CREATE INDEX branches_parent ON branches (parent);
-- It is compressed already.
ALTER TABLE branches ALTER COLUMN fork_zstd SET STORAGE EXTERNAL;

CREATE TRIGGER access_branches AFTER INSERT OR UPDATE OF kind, state OR DELETE ON branches
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
