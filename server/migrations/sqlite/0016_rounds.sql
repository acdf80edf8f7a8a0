-- Rounds: a community decides about a text, over days. Why it looks like this: docs/adr/0032-rounds.md.
-- Times are milliseconds since 1970 UTC.

CREATE TABLE rounds (
    id           BLOB PRIMARY KEY NOT NULL,
    doc          INTEGER NOT NULL REFERENCES documents (id),
    community    BLOB NOT NULL REFERENCES communities (id),
    opened_by    BLOB NOT NULL REFERENCES accounts (id),
    opened_at_ms INTEGER NOT NULL,
    -- It counts no ballot that comes later; it may be closed before that when it is closed by hand.
    closes_at_ms INTEGER NOT NULL,
    by_hand      INTEGER NOT NULL,
    question     TEXT NOT NULL,
    -- The canonical text of the rule, frozen.
    rule         TEXT NOT NULL,
    anonymity    TEXT NOT NULL,
    -- Of a passage: the heading above it, and of how many blocks it is. Neither: the whole text.
    heading      TEXT,
    blocks       INTEGER,
    -- How it begins, for lists.
    quote        TEXT NOT NULL,
    -- What is put to the vote, as one update (V1), compressed, and the hash of what it shows (I8).
    text_hash    BLOB NOT NULL,
    text_bytes   INTEGER NOT NULL,
    text_zstd    BLOB NOT NULL,
    -- 'open', then 'closed' or 'voided' for ever.
    state        TEXT NOT NULL,
    ended_at_ms  INTEGER,
    -- Nobody where it ended by the clock.
    ended_by     BLOB REFERENCES accounts (id),
    -- Why it was voided.
    reason       TEXT,
    -- What it came to, as JSON: counted once.
    result       TEXT
) STRICT;
CREATE INDEX rounds_of_community ON rounds (community, opened_at_ms);
CREATE INDEX rounds_of_document ON rounds (doc);
CREATE INDEX rounds_due ON rounds (closes_at_ms) WHERE state = 'open';

-- Who was on the roll when it opened, and who is recused and must not vote.
CREATE TABLE round_roll (
    round         BLOB NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    voter         BLOB NOT NULL REFERENCES accounts (id),
    recused_at_ms INTEGER,
    recused_by    BLOB REFERENCES accounts (id),
    reason        TEXT,
    PRIMARY KEY (round, voter)
) STRICT, WITHOUT ROWID;
CREATE INDEX round_roll_of ON round_roll (voter);

-- Ballots of named rounds: the slot is the member.
CREATE TABLE round_ballots (
    round  BLOB NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    voter  BLOB NOT NULL REFERENCES accounts (id),
    choice TEXT NOT NULL,
    said   TEXT NOT NULL,
    at_ms  INTEGER NOT NULL,
    PRIMARY KEY (round, voter)
) STRICT, WITHOUT ROWID;

-- The box of an anonymous round, while it is open (I9): all ballots by their slots in one value, and all who have voted in
-- another, each sorted by itself. One row, written whole: no time, no number and no order of rows says which came together.
CREATE TABLE round_boxes (
    round   BLOB PRIMARY KEY NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    ballots TEXT NOT NULL,
    voted   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The round that somebody is told of.
ALTER TABLE notifications ADD COLUMN round BLOB;
