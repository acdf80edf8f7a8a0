-- Meetings, their events, and the boxes of their ballots. Why it looks like this: docs/adr/0030-meetings-on-the-server.md.
-- Times are milliseconds since 1970 UTC.

-- What is kept moves only where version and turn are still what was decided on. The turn counts what is no event: ballots
-- that were changed, and connections that came and went.
CREATE TABLE meetings (
    id            BLOB PRIMARY KEY,
    community     BLOB NOT NULL REFERENCES communities (id),
    title         TEXT NOT NULL,
    starts_at_ms  INTEGER,
    planned_by    BLOB NOT NULL REFERENCES accounts (id),
    planned_at_ms INTEGER NOT NULL,
    phase         TEXT NOT NULL,
    version       INTEGER NOT NULL,
    turn          INTEGER NOT NULL,
    -- What the community said, and the state as it was at some version: what came later is among the events.
    setup         TEXT NOT NULL,
    state_version INTEGER NOT NULL,
    state         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX meetings_community ON meetings (community, planned_at_ms);
CREATE INDEX meetings_open ON meetings (id) WHERE phase = 'open';

CREATE TABLE meeting_documents (
    meeting BLOB NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    doc     INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (meeting, doc)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_documents_doc ON meeting_documents (doc);

CREATE TABLE meeting_events (
    meeting BLOB NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    entry   TEXT NOT NULL,
    PRIMARY KEY (meeting, version)
) STRICT, WITHOUT ROWID;

-- Ballots that are not counted yet: in the order of the slots, and with nothing that says when or by whom (I9).
CREATE TABLE meeting_boxes (
    meeting BLOB NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    box     TEXT NOT NULL,
    slot    TEXT NOT NULL,
    choice  INTEGER NOT NULL,
    PRIMARY KEY (meeting, box, slot)
) STRICT, WITHOUT ROWID;

-- Who is connected by which node, for as long as that lives: a node moves its beat, and one whose beat stands still is gone.
CREATE TABLE meeting_links (
    meeting BLOB NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    node    INTEGER NOT NULL,
    person  BLOB NOT NULL,
    PRIMARY KEY (meeting, node, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE meeting_nodes (
    node INTEGER PRIMARY KEY,
    beat INTEGER NOT NULL
) STRICT;
