-- What people declare about their interests, and how others judge them. Why it looks like this: docs/adr/0037-interests.md.
-- Times are milliseconds since 1970 UTC. Texts are TEXT here: each has passed a check that leaves
-- no U+0000 in it.

-- A declaration is whole and stays as it was: the latest counts.
CREATE TABLE declarations (
    id        BYTEA PRIMARY KEY,
    community BYTEA NOT NULL REFERENCES communities (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    at_ms     BIGINT NOT NULL
);
CREATE INDEX declarations_of ON declarations (community, account, at_ms);
CREATE INDEX declarations_account ON declarations (account);

-- What stands in it, in its order. An item of the form that is not here was answered with "none".
CREATE TABLE declared_interests (
    declaration  BYTEA NOT NULL REFERENCES declarations (id) ON DELETE CASCADE,
    place        BIGINT NOT NULL,
    item         TEXT COLLATE "C" NOT NULL,
    organisation TEXT COLLATE "C" NOT NULL,
    purpose      TEXT COLLATE "C" NOT NULL,
    amount       TEXT COLLATE "C",
    -- Months, as 2026-11.
    from_month   TEXT COLLATE "C",
    until_month  TEXT COLLATE "C",
    is_ongoing   BIGINT NOT NULL,
    PRIMARY KEY (declaration, place)
);

-- How far somebody takes part in a document or a clinical question. The one with the highest version counts.
CREATE TABLE judgements (
    -- The document, or the question.
    doc       BIGINT NOT NULL REFERENCES documents (id),
    member    BYTEA NOT NULL REFERENCES accounts (id),
    version   BIGINT NOT NULL,
    -- 'full', 'discusses' or 'excluded'.
    verdict   TEXT COLLATE "C" NOT NULL,
    reason    TEXT COLLATE "C" NOT NULL,
    judged_by BYTEA NOT NULL REFERENCES accounts (id),
    at_ms     BIGINT NOT NULL,
    PRIMARY KEY (doc, member, version)
);
CREATE INDEX judgements_member ON judgements (member);

-- Of whoever is recused after the roll was fixed, because they were judged: 'no-ballot', 'ballot-removed', or in a round
-- without names 'may-have-voted'.
ALTER TABLE round_roll ADD COLUMN late TEXT COLLATE "C";

CREATE TRIGGER access_judgements AFTER INSERT OR DELETE ON judgements
FOR EACH STATEMENT EXECUTE FUNCTION count_access();

-- What they wrote and could not send may come from now on as if their term had ended.
CREATE FUNCTION note_judged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE writers SET moved_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::int8
    WHERE doc = NEW.doc AND account = NEW.member;
    RETURN NULL;
END $$;
CREATE TRIGGER writers_judgements AFTER INSERT ON judgements
FOR EACH ROW EXECUTE FUNCTION note_judged();

CREATE FUNCTION keep_interests() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'declarations and judgements are not changed: others are made'; END $$;
CREATE TRIGGER judgements_are_kept BEFORE UPDATE ON judgements
FOR EACH STATEMENT EXECUTE FUNCTION keep_interests();
CREATE TRIGGER declarations_are_kept BEFORE UPDATE ON declarations
FOR EACH STATEMENT EXECUTE FUNCTION keep_interests();
CREATE TRIGGER declared_interests_are_kept BEFORE UPDATE ON declared_interests
FOR EACH STATEMENT EXECUTE FUNCTION keep_interests();
