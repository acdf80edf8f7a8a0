-- Taking suggestions one after the other, and people who were removed. Why it looks like this:
-- docs/adr/0041-decided-once.md. Times are milliseconds since 1970 UTC.

-- Whose turn it is to take something into a document. Holds for a minute at most, by the clock of the database.
CREATE TABLE merge_turns (
    doc      INTEGER PRIMARY KEY REFERENCES documents (id),
    turn     BLOB NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;

-- Who was removed from a community, and was not let in again since.
CREATE TABLE removals (
    community BLOB NOT NULL REFERENCES communities (id),
    account   BLOB NOT NULL REFERENCES accounts (id),
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (community, account)
) STRICT, WITHOUT ROWID;
