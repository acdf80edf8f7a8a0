-- Catching up: notifications, visits and what people chose to be there for. Why it looks like this:
-- docs/adr/0025-catching-up.md. Times are milliseconds since 1970 UTC.

-- What concerns somebody. The id is made of who is told and of what: nobody is told the same twice, whichever node tells.
-- No words of a document are in here; whether it is shown is asked when it is shown.
CREATE TABLE notifications (
    id         BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    account    BYTEA NOT NULL REFERENCES accounts (id),
    at_ms      BIGINT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    actor      BYTEA NOT NULL REFERENCES accounts (id),
    community  BYTEA NOT NULL REFERENCES communities (id),
    -- The document, and the suggestion to it.
    doc        BIGINT REFERENCES documents (id),
    branch     BIGINT REFERENCES documents (id),
    -- The thread and the comment, by the places of their blocks.
    thread     TEXT COLLATE "C",
    remark     TEXT COLLATE "C",
    sub_group  BYTEA,
    -- A role, or what was granted.
    word       TEXT COLLATE "C",
    until_ms   BIGINT,
    read_at_ms BIGINT
);
CREATE INDEX notifications_of ON notifications (account, at_ms);
CREATE INDEX notifications_unread ON notifications (account) WHERE read_at_ms IS NULL;
CREATE INDEX notifications_about ON notifications (doc) WHERE remark IS NOT NULL;

-- What somebody does not want to be told of.
CREATE TABLE notification_silences (
    account BYTEA NOT NULL REFERENCES accounts (id),
    topic   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, topic)
);

-- How far each discussion was read for notifications. Nothing in `seen`: everything in it was said before anybody was told.
CREATE TABLE discussion_reads (
    doc       BIGINT PRIMARY KEY REFERENCES documents (id),
    -- Of the journal when it was read, to know whether something has come since.
    tail_last BIGINT NOT NULL,
    tail_rows BIGINT NOT NULL,
    -- A state vector (V1).
    seen      BYTEA
);
INSERT INTO discussion_reads (doc, tail_last, tail_rows, seen)
SELECT id, -1, 0, NULL FROM documents WHERE name LIKE '%/discussion';

-- Comments by when they were noticed, so that they can be counted. What they say is in the discussion only.
CREATE TABLE remarks (
    doc    BIGINT NOT NULL REFERENCES documents (id),
    remark TEXT COLLATE "C" NOT NULL,
    author BYTEA NOT NULL REFERENCES accounts (id),
    at_ms  BIGINT NOT NULL,
    PRIMARY KEY (doc, remark)
);

-- Since when somebody has not seen what goes on in a community, and when they were last there.
CREATE TABLE visits (
    community BYTEA NOT NULL REFERENCES communities (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    since_ms  BIGINT NOT NULL,
    last_ms   BIGINT NOT NULL,
    PRIMARY KEY (community, account)
);

-- What somebody says they are there for. No decision about access reads it.
CREATE TABLE chosen_roles (
    community BYTEA NOT NULL REFERENCES communities (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    role      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (community, account, role)
);
