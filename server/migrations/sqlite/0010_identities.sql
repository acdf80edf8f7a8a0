-- Who people are at an OpenID Connect provider. Why it looks like this: docs/adr/0024-mail-and-openid-connect.md.

CREATE TABLE identities (
    id       BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    account  BLOB NOT NULL REFERENCES accounts (id),
    issuer   TEXT NOT NULL,
    -- What the provider calls them: never given to anybody else there.
    subject  TEXT NOT NULL,
    -- Their e-mail address at the provider when it was connected, for their own eyes; may be empty.
    shown_as TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account, issuer)
) STRICT, WITHOUT ROWID;
