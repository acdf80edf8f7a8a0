-- Who may sign in, and where they are signed in. Why it looks like this: docs/adr/0013-portal-people.md.
-- Ids are the 16 bytes of a UUID v7. Of secrets only the SHA-256 is kept. Times are milliseconds since 1970 UTC.

CREATE TABLE accounts (
    id            BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    -- As its owner writes it.
    email         TEXT NOT NULL,
    -- Lower case by Unicode: what makes two the same.
    email_folded  TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    -- A PHC string; none until its owner has set a password.
    password      TEXT,
    created_at_ms INTEGER NOT NULL,
    locked_at_ms  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id              BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    account         BLOB NOT NULL REFERENCES accounts (id),
    secret_hash     BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_at_ms   INTEGER NOT NULL,
    -- Exact to some minutes.
    last_seen_at_ms INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    user_agent      TEXT NOT NULL,
    address         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account);

-- Links with which somebody sets a password, once. At most one for an account: a new one withdraws the one before.
CREATE TABLE password_links (
    account       BLOB PRIMARY KEY NOT NULL REFERENCES accounts (id),
    secret_hash   BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
