-- What people declare about their interests, and how others judge them. Why it looks like this: docs/adr/0037-interests.md.
-- Times are milliseconds since 1970 UTC.

-- A declaration is whole and stays as it was: the latest counts.
CREATE TABLE declarations (
    id        BLOB PRIMARY KEY NOT NULL,
    community BLOB NOT NULL REFERENCES communities (id),
    account   BLOB NOT NULL REFERENCES accounts (id),
    at_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX declarations_of ON declarations (community, account, at_ms);
CREATE INDEX declarations_account ON declarations (account);

-- What stands in it, in its order. An item of the form that is not here was answered with "none".
CREATE TABLE declared_interests (
    declaration  BLOB NOT NULL REFERENCES declarations (id) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    item         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    amount       TEXT,
    -- Months, as 2026-11.
    from_month   TEXT,
    until_month  TEXT,
    is_ongoing   INTEGER NOT NULL,
    PRIMARY KEY (declaration, place)
) STRICT, WITHOUT ROWID;

-- How far somebody takes part in a document or a clinical question. The one with the highest version counts.
CREATE TABLE judgements (
    -- The document, or the question.
    doc       INTEGER NOT NULL REFERENCES documents (id),
    member    BLOB NOT NULL REFERENCES accounts (id),
    version   INTEGER NOT NULL,
    -- 'full', 'discusses' or 'excluded'.
    verdict   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    judged_by BLOB NOT NULL REFERENCES accounts (id),
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (doc, member, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX judgements_member ON judgements (member);

-- Of whoever is recused after the roll was fixed, because they were judged: 'no-ballot', 'ballot-removed', or in a round
-- without names 'may-have-voted'.
ALTER TABLE round_roll ADD COLUMN late TEXT;

CREATE TRIGGER access_judgements AFTER INSERT ON judgements BEGIN
    UPDATE access_epoch SET epoch = epoch + 1;
    -- What they wrote and could not send may come from now on as if their term had ended.
    UPDATE writers SET moved_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE doc = NEW.doc AND account = NEW.member;
END;
CREATE TRIGGER access_judgement_ends AFTER DELETE ON judgements BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;

CREATE TRIGGER judgements_are_kept BEFORE UPDATE ON judgements
BEGIN SELECT raise(ABORT, 'a judgement is not changed: another one is made'); END;
CREATE TRIGGER declarations_are_kept BEFORE UPDATE ON declarations
BEGIN SELECT raise(ABORT, 'a declaration is not changed: another one is made'); END;
CREATE TRIGGER declared_interests_are_kept BEFORE UPDATE ON declared_interests
BEGIN SELECT raise(ABORT, 'a declaration is not changed: another one is made'); END;
