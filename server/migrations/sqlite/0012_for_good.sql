-- Documents that were deleted for good, accounts whose owner has left, and members who have not been here for long. Why it
-- looks like this: docs/adr/0026-for-good.md. Times are milliseconds since 1970 UTC.

-- Names that are never used again: of documents that were deleted for good, and of what hung on them.
CREATE TABLE tombstones (
    name       TEXT PRIMARY KEY NOT NULL,
    community  BLOB NOT NULL REFERENCES communities (id),
    deleted_by BLOB NOT NULL REFERENCES accounts (id),
    at_ms      INTEGER NOT NULL,
    -- Whether the community knew of the document, and may know who deleted it.
    was_open   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_community ON tombstones (community);

CREATE TRIGGER documents_stay_deleted BEFORE INSERT ON documents
WHEN EXISTS (SELECT 1 FROM tombstones WHERE name = NEW.name)
BEGIN SELECT raise(ABORT, 'a document of this name was deleted for good'); END;

-- What the community decided about members who are away: both, or neither.
ALTER TABLE communities ADD COLUMN ask_after_days INTEGER;
ALTER TABLE communities ADD COLUMN step_back_after_days INTEGER;

-- When members were last here. Beside memberships, because none of it is access.
CREATE TABLE attendance (
    community          BLOB NOT NULL REFERENCES communities (id),
    account            BLOB NOT NULL REFERENCES accounts (id),
    -- Days since 1970 UTC: nobody is to know more.
    last_seen_day      INTEGER NOT NULL,
    -- Since when they are asked whether they are still with the community.
    asked_at_ms        INTEGER,
    stepped_back_at_ms INTEGER,
    PRIMARY KEY (community, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendance_account ON attendance (account);

-- Of those who are members already, what their sessions say.
INSERT INTO attendance (community, account, last_seen_day)
SELECT m.community, m.account,
       coalesce((SELECT max(s.last_seen_at_ms) FROM sessions s WHERE s.account = m.account), m.since_ms) / 86400000
FROM memberships m;

-- Since when the account is nobody's.
ALTER TABLE accounts ADD COLUMN left_at_ms INTEGER;
