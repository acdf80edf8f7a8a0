-- How communities look besides their colour, which has been there from the beginning. Why it looks like this:
-- docs/adr/0033-looks-and-names.md. Times are milliseconds since 1970 UTC.

-- The picture of a community, as this server drew it anew from what was brought. Beside `communities`, whose rows are read
-- with every list.
CREATE TABLE community_logos (
    community BYTEA PRIMARY KEY REFERENCES communities (id),
    -- BLAKE3 of the picture: its name in addresses, which may be kept for ever.
    hash      BYTEA NOT NULL CHECK (length(hash) = 32),
    picture   BYTEA NOT NULL,
    set_at_ms BIGINT NOT NULL
);
