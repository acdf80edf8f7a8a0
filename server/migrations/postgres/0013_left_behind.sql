-- Who could write which document, and the branches of what came after that had ended. Why it looks like this:
-- docs/adr/0027-left-behind.md. Times are milliseconds since 1970 UTC.

-- Whoever was once let into a document to write there. It is all that is kept of it: since when, and when something that
-- this may hang on was last changed. Later than that, only a term that ran out can have ended it.
CREATE TABLE writers (
    doc         BIGINT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    account     BYTEA NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    since_ms    BIGINT NOT NULL,
    moved_at_ms BIGINT,
    PRIMARY KEY (doc, account)
);
CREATE INDEX writers_account ON writers (account);

-- Of a branch of the kind 'left-behind': when something last came, and how many bytes came in all.
ALTER TABLE branches ADD COLUMN left_at_ms BIGINT;
ALTER TABLE branches ADD COLUMN left_bytes BIGINT NOT NULL DEFAULT 0;

CREATE FUNCTION note_moved_member() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE writers SET moved_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::int8
    WHERE account = OLD.account AND doc IN (SELECT doc FROM document_policies WHERE community = OLD.community);
    RETURN NULL;
END $$;
CREATE TRIGGER writers_roles AFTER UPDATE OR DELETE ON memberships
FOR EACH ROW EXECUTE FUNCTION note_moved_member();

CREATE FUNCTION note_moved_grant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE writers SET moved_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::int8
    WHERE doc = OLD.doc AND account = OLD.account;
    RETURN NULL;
END $$;
CREATE TRIGGER writers_grants AFTER UPDATE OR DELETE ON document_grants
FOR EACH ROW EXECUTE FUNCTION note_moved_grant();

CREATE FUNCTION note_moved_document() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE writers SET moved_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::int8 WHERE doc = OLD.doc;
    RETURN NULL;
END $$;
CREATE TRIGGER writers_privacy AFTER UPDATE ON document_policies
FOR EACH ROW EXECUTE FUNCTION note_moved_document();

CREATE FUNCTION note_left_sub_group() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE writers SET moved_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::int8
    WHERE account = OLD.account AND doc IN (SELECT doc FROM document_policies WHERE sub_group = OLD.sub_group);
    RETURN NULL;
END $$;
CREATE TRIGGER writers_sub_group_leaves AFTER DELETE ON sub_group_members
FOR EACH ROW EXECUTE FUNCTION note_left_sub_group();
