-- Grants that end, sub-groups, invitations for guests, and asking to join. Why it looks like this:
-- docs/adr/0016-joining.md. Ids are the 16 bytes of a UUID v7. Times are milliseconds since 1970 UTC.

-- When the grant ends; from then on the row stands for nothing.
ALTER TABLE document_grants ADD COLUMN until_ms BIGINT;

CREATE TABLE sub_groups (
    id            BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    community     BYTEA NOT NULL REFERENCES communities (id),
    name          TEXT COLLATE "C" NOT NULL,
    created_by    BYTEA NOT NULL REFERENCES accounts (id),
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX sub_groups_community ON sub_groups (community);

CREATE TABLE sub_group_members (
    sub_group BYTEA NOT NULL REFERENCES sub_groups (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    since_ms  BIGINT NOT NULL,
    PRIMARY KEY (sub_group, account)
);
CREATE INDEX sub_group_members_account ON sub_group_members (account);

-- Set where the privacy is 'sub-group', and only there.
ALTER TABLE document_policies ADD COLUMN sub_group BYTEA REFERENCES sub_groups (id);

-- When the guests that it lets in are to be gone; none for other roles.
ALTER TABLE invitations ADD COLUMN until_ms BIGINT;

-- What an invitation grants to the guests that it lets in.
CREATE TABLE invitation_documents (
    invitation BYTEA NOT NULL REFERENCES invitations (id),
    doc        BIGINT NOT NULL REFERENCES document_policies (doc),
    access     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (invitation, doc)
);

CREATE TABLE join_requests (
    community      BYTEA NOT NULL REFERENCES communities (id),
    account        BYTEA NOT NULL REFERENCES accounts (id),
    sentence       TEXT COLLATE "C" NOT NULL,
    asked_at_ms    BIGINT NOT NULL,
    -- None while it waits for an answer.
    declined_at_ms BIGINT,
    PRIMARY KEY (community, account)
);
CREATE INDEX join_requests_account ON join_requests (account);

UPDATE communities SET join_policy = 'invite' WHERE join_policy = 'invitation';

-- When the next term is over is asked whenever access may have changed.
CREATE INDEX memberships_until ON memberships (until_ms) WHERE until_ms IS NOT NULL;
CREATE INDEX document_grants_until ON document_grants (until_ms) WHERE until_ms IS NOT NULL;

CREATE TRIGGER access_sub_groups AFTER INSERT OR UPDATE OR DELETE ON sub_group_members
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
