-- Meetings, their events, and the boxes of their ballots. Why it looks like this: docs/adr/0030-meetings-on-the-server.md.
-- Times are milliseconds since 1970 UTC. Texts are TEXT here: each has passed a check that leaves no U+0000 in it.

-- What is kept moves only where version and turn are still what was decided on. The turn counts what is no event: ballots
-- that were changed, and connections that came and went.
CREATE TABLE meetings (
    id            BYTEA PRIMARY KEY,
    community     BYTEA NOT NULL REFERENCES communities (id),
    title         TEXT COLLATE "C" NOT NULL,
    starts_at_ms  BIGINT,
    planned_by    BYTEA NOT NULL REFERENCES accounts (id),
    planned_at_ms BIGINT NOT NULL,
    phase         TEXT COLLATE "C" NOT NULL,
    version       BIGINT NOT NULL,
    turn          BIGINT NOT NULL,
    -- What the community said, and the state as it was at some version: what came later is among the events.
    setup         TEXT COLLATE "C" NOT NULL,
    state_version BIGINT NOT NULL,
    state         TEXT COLLATE "C" NOT NULL
);
CREATE INDEX meetings_community ON meetings (community, planned_at_ms);
CREATE INDEX meetings_open ON meetings (id) WHERE phase = 'open';

CREATE TABLE meeting_documents (
    meeting BYTEA NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    doc     BIGINT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (meeting, doc)
);
CREATE INDEX meeting_documents_doc ON meeting_documents (doc);

CREATE TABLE meeting_events (
    meeting BYTEA NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    entry   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting, version)
);

-- Ballots that are not counted yet, with nothing that says when or by whom (I9). Each ballot writes its whole box anew, in
-- the order of the slots, so that neither the place of a row nor its transaction tells it from the others.
CREATE TABLE meeting_boxes (
    meeting BYTEA NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    box     TEXT COLLATE "C" NOT NULL,
    slot    TEXT COLLATE "C" NOT NULL,
    choice  BIGINT NOT NULL,
    PRIMARY KEY (meeting, box, slot)
);

-- Who is connected by which node, for as long as that lives: a node moves its beat, and one whose beat stands still is gone.
CREATE TABLE meeting_links (
    meeting BYTEA NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    node    BIGINT NOT NULL,
    person  BYTEA NOT NULL,
    PRIMARY KEY (meeting, node, person)
);
CREATE TABLE meeting_nodes (
    node BIGINT PRIMARY KEY,
    beat BIGINT NOT NULL
);
