-- How communities look besides their colour, which has been there from the beginning. Why it looks like this:
-- docs/adr/0033-looks-and-names.md. Times are milliseconds since 1970 UTC.

-- The picture of a community, as this server drew it anew from what was brought. Beside `communities`, whose rows are read
-- with every list.
CREATE TABLE community_logos (
    community BLOB PRIMARY KEY NOT NULL REFERENCES communities (id),
    -- BLAKE3 of the picture: its name in addresses, which may be kept for ever.
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    picture   BLOB NOT NULL,
    set_at_ms INTEGER NOT NULL
) STRICT;
