-- Branches of documents: suggestions and drafts. Why it looks like this: docs/adr/0017-branches.md.
-- Times are milliseconds since 1970 UTC.

CREATE TABLE branches (
    doc          INTEGER PRIMARY KEY REFERENCES documents (id),
    parent       INTEGER NOT NULL REFERENCES document_policies (doc),
    author       BLOB NOT NULL REFERENCES accounts (id),
    kind         TEXT NOT NULL,
    state        TEXT NOT NULL,
    -- What its author says to it; may be empty.
    note         TEXT NOT NULL,
    made_at_ms   INTEGER NOT NULL,
    -- When it was merged or discarded, and by whom.
    closed_at_ms INTEGER,
    closed_by    BLOB REFERENCES accounts (id),
    -- When a part of it was first taken. From then on the rest cannot be merged as it is.
    part_at_ms   INTEGER,
    -- The document as it was when the branch began, as one update (V1), compressed; what it changes is told by that.
    fork_bytes   INTEGER NOT NULL,
    fork_zstd    BLOB NOT NULL
) STRICT;
CREATE INDEX branches_parent ON branches (parent);

CREATE TRIGGER access_branches AFTER INSERT ON branches BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_branch_fates AFTER UPDATE OF kind, state ON branches BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_branch_ends AFTER DELETE ON branches BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
