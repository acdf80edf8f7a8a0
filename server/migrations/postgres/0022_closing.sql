-- Taking suggestions one after the other, and people who were removed. Why it looks like this:
-- docs/adr/0041-decided-once.md. Times are milliseconds since 1970 UTC.

-- Whose turn it is to take something into a document. Holds for a minute at most, by the clock of the database.
CREATE TABLE merge_turns (
    doc      BIGINT PRIMARY KEY REFERENCES documents (id),
    turn     BYTEA NOT NULL,
    until_ms BIGINT NOT NULL
);

-- Who was removed from a community, and was not let in again since.
CREATE TABLE removals (
    community BYTEA NOT NULL REFERENCES communities (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    at_ms     BIGINT NOT NULL,
    PRIMARY KEY (community, account)
);
