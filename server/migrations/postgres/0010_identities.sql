-- Who people are at an OpenID Connect provider. Why it looks like this: docs/adr/0024-mail-and-openid-connect.md.

CREATE TABLE identities (
    id       BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    account  BYTEA NOT NULL REFERENCES accounts (id),
    issuer   TEXT COLLATE "C" NOT NULL,
    -- What the provider calls them: never given to anybody else there.
    subject  TEXT COLLATE "C" NOT NULL,
    -- Their e-mail address at the provider when it was connected, for their own eyes; may be empty.
    shown_as TEXT COLLATE "C" NOT NULL,
    since_ms BIGINT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account, issuer)
);
