-- Why it looks like this: docs/adr/0033-looks-and-names.md. Times are milliseconds since 1970 UTC.

-- Comments that leaders took away: no page shows them any more. They stay their author's blocks, whom nobody else deletes.
CREATE TABLE taken_away (
    -- The discussion.
    doc      BIGINT NOT NULL REFERENCES documents (id),
    -- The comment, by the place of its block.
    remark   TEXT NOT NULL,
    taken_by BYTEA NOT NULL REFERENCES accounts (id),
    at_ms    BIGINT NOT NULL,
    PRIMARY KEY (doc, remark)
);
