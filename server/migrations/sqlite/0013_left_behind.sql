-- Who could write which document, and the branches of what came after that had ended. Why it looks like this:
-- docs/adr/0027-left-behind.md. Times are milliseconds since 1970 UTC.

-- Whoever was once let into a document to write there. It is all that is kept of it: since when, and when something that
-- this may hang on was last changed. Later than that, only a term that ran out can have ended it.
CREATE TABLE writers (
    doc         INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    account     BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    since_ms    INTEGER NOT NULL,
    moved_at_ms INTEGER,
    PRIMARY KEY (doc, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX writers_account ON writers (account);

-- Of a branch of the kind 'left-behind': when something last came, and how many bytes came in all.
ALTER TABLE branches ADD COLUMN left_at_ms INTEGER;
ALTER TABLE branches ADD COLUMN left_bytes INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER writers_roles AFTER UPDATE ON memberships BEGIN
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE account = OLD.account AND doc IN (SELECT doc FROM document_policies WHERE community = OLD.community);
END;
CREATE TRIGGER writers_leaves AFTER DELETE ON memberships BEGIN
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE account = OLD.account AND doc IN (SELECT doc FROM document_policies WHERE community = OLD.community);
END;
CREATE TRIGGER writers_regrants AFTER UPDATE ON document_grants BEGIN
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE doc = OLD.doc AND account = OLD.account;
END;
CREATE TRIGGER writers_revocations AFTER DELETE ON document_grants BEGIN
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE doc = OLD.doc AND account = OLD.account;
END;
CREATE TRIGGER writers_privacy AFTER UPDATE ON document_policies BEGIN
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE doc = OLD.doc;
END;
CREATE TRIGGER writers_sub_group_leaves AFTER DELETE ON sub_group_members BEGIN
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE account = OLD.account AND doc IN (SELECT doc FROM document_policies WHERE sub_group = OLD.sub_group);
END;
