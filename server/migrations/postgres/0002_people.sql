-- Who may sign in, and where they are signed in. Why it looks like this: docs/adr/0013-portal-people.md.
-- Ids are the 16 bytes of a UUID v7. Of secrets only the SHA-256 is kept. Times are milliseconds since 1970 UTC. Texts
-- are TEXT here: each has passed a check that leaves no control character in it, U+0000 included.

CREATE TABLE accounts (
    id            BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    -- As its owner writes it.
    email         TEXT COLLATE "C" NOT NULL,
    -- Lower case by Unicode: what makes two the same.
    email_folded  TEXT COLLATE "C" NOT NULL UNIQUE,
    name          TEXT COLLATE "C" NOT NULL,
    -- A PHC string; none until its owner has set a password.
    password      TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    locked_at_ms  BIGINT
);

CREATE TABLE sessions (
    id              BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    account         BYTEA NOT NULL REFERENCES accounts (id),
    secret_hash     BYTEA NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
    created_at_ms   BIGINT NOT NULL,
    -- Exact to some minutes.
    last_seen_at_ms BIGINT NOT NULL,
    expires_at_ms   BIGINT NOT NULL,
    user_agent      TEXT COLLATE "C" NOT NULL,
    address         TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

-- Links with which somebody sets a password, once. At most one for an account: a new one withdraws the one before.
CREATE TABLE password_links (
    account       BYTEA PRIMARY KEY REFERENCES accounts (id),
    secret_hash   BYTEA NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
